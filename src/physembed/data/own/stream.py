"""A table that is longer than the memory, or still being written, as windows of its channels."""

import csv
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
from physembed.data.formats.frame_files import lines_of_frame
from physembed.data.formats.text_table import TableOptions, encoding_of, number
from physembed.data.own.clock import clock_of
from physembed.data.own.description import Description
from physembed.data.own.moments import step_of
from physembed.data.own.table import Table, listed
from physembed.data.own.text_columns import form_of
from physembed.errors import DatasetError, InvalidInputError

_AT_ONCE = 20_000
_LOOKED_AT = 20
"""Lines by which the delimiter of a finished table is told; of one that grows, two."""
_PAUSE = 0.2
"""Seconds between two looks at a file that grows."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Some windows of a table, in order.

    Parameters
    ----------
    series : array of shape (windows, channels, timepoints)
        NaN is a missing value.
    first, last : list of int
        The lines in which each begins and ends.
    carried : list of list of str
        What the last line of each says in the columns that are no channels.
    """

    series: NDArray[np.float64]
    first: list[int]
    last: list[int]
    carried: list[list[str]]


class TableStream:
    """The lines of a table with a header, of which only what a window needs is kept.

    Parameters
    ----------
    text : iterator of str
        Its lines.
    called : Path
        What messages call it.
    options : TableOptions
    live : bool
        Whether it is still being written, so that no line is waited for that is not needed.
    """

    def __init__(
        self, text: Iterator[str], called: Path, options: TableOptions, *, live: bool = False
    ) -> None:
        self.called, self.live = called, live
        first = list(islice(text, 2 if live else _LOOKED_AT))
        begin = next((k for k, line in enumerate(first) if line.strip()), None)
        if begin is None:
            raise DatasetError(f"{called} has no lines.")
        header, *rest = first[begin:]
        looked_at = [line for line in (header, *rest) if line.strip()]
        self._form, self.remarks = form_of(
            called, lambda delimiter: [_cells(line, delimiter) for line in looked_at], options
        )
        names = [" ".join(cell.split()) for cell in _cells(header, self._form.delimiter)]
        if all(number(name, self._form.decimal) is not None for name in names):
            raise DatasetError(
                f"{called} has no header, by which the channels would be found: name the columns "
                "in its first line."
            )
        self._header_line = begin + 1
        self.names = names
        self._text = chain(rest, text)

    def channels(self, wanted: Sequence[str], n_channels: int, others: Sequence[str]) -> list[int]:
        """The places of the channels: by the names that the model knows, or all of numbers.

        Raises
        ------
        InvalidInputError
        """
        if wanted and all(name in self.names for name in wanted):
            return [self.names.index(name) for name in wanted]
        lacking = [name for name in wanted if name not in self.names]
        raise InvalidInputError(
            f"{self.called} has no column {listed(lacking) or 'of a channel'}; the model has "
            f"{n_channels} channel(s). Name them with --channels, in the order of training; there "
            f"are {listed([name for name in self.names if name not in others])}."
        )

    def windows(self, channels: Sequence[int], window: int, hop: int) -> Iterator[Windows]:
        """Windows of so many timepoints, one every ``hop``, a few at a time.

        Raises
        ------
        DatasetError
            For a line of another width, or a cell that is no number, with its place.
        """
        others = [k for k in range(len(self.names)) if k not in channels]
        unused = np.empty((len(channels), 0))
        lines: list[int] = []
        carried: list[list[str]] = []
        line, skip = self._header_line, 0
        while rows := list(islice(self._text, self._wanted(skip + window - len(lines)))):
            cells: list[tuple[int, list[str]]] = []
            for text in rows:
                line += 1
                if text.strip():
                    cells.append((line, self._row(text, line)))
            if not cells:
                continue
            lines += [place for place, _ in cells]
            carried += [[row[k].strip() for k in others] for _, row in cells]
            new = np.array([[self._number(row[k], at, k) for at, row in cells] for k in channels])
            unused = np.concatenate([unused, new], axis=1)
            if skip:
                drop = min(skip, unused.shape[1])
                unused, lines, carried, skip = (
                    unused[:, drop:],
                    lines[drop:],
                    carried[drop:],
                    skip - drop,
                )
            n = max(0, (unused.shape[1] - window) // hop + 1)
            if n == 0:
                continue
            starts = hop * np.arange(n)
            series = np.stack([unused[:, start : start + window] for start in starts])
            ends = starts + window - 1
            yield Windows(
                series,
                [lines[k] for k in starts],
                [lines[k] for k in ends],
                [carried[k] for k in ends],
            )
            used = n * hop
            # with gaps between windows, lines that are still to come belong to none
            skip = max(0, used - unused.shape[1])
            unused, lines, carried = unused[:, used:], lines[used:], carried[used:]

    def _wanted(self, needed: int) -> int:
        """Lines to read at once: of a table that grows, no more than the next window needs."""
        return max(1, needed) if self.live else _AT_ONCE

    def _row(self, text: str, line: int) -> list[str]:
        row = _cells(text, self._form.delimiter)
        if len(row) < len(self.names):
            raise DatasetError(
                f"{self.called}, line {line} has {len(row)} cells, its header {len(self.names)}."
            )
        return row

    def _number(self, cell: str, line: int, column: int) -> float:
        value = number(cell, self._form.decimal)
        if value is None or np.isinf(value):
            raise DatasetError(
                f"{self.called}, line {line}, column {self.names[column]!r}: "
                f"{cell.strip()[:40]!r} is not a finite number."
            )
        return value

    def interval(self, column: str | None, description: Description) -> float | None:
        """Seconds between the first lines, where a column of times tells; they are not used up."""
        if column is None or column not in self.names:
            return description.interval
        if self.live:
            return description.interval
        some = [line for line in islice(self._text, _LOOKED_AT) if line.strip()]
        self._text = chain(some, self._text)
        place = self.names.index(column)
        told = [_cells(line, self._form.delimiter)[place] for line in some]
        numbers = [number(cell, self._form.decimal) for cell in told]
        are_numbers = all(value is not None for value in numbers)
        times = np.array(numbers if are_numbers else told, dtype=float if are_numbers else object)
        table = Table(self.called, {column: times}, np.arange(2, len(times) + 2))
        clock = clock_of(table, column, description)
        return step_of(clock.times) if clock.in_seconds and len(times) > 1 else None


def text_of(path: Path, *, follow: bool) -> Iterator[str]:
    """The lines of a file; with ``follow``, also those that will be written, without end.

    Raises
    ------
    InvalidInputError
        If a file that does not grow line by line is to be followed.
    """
    if path.suffix.lower() in FRAME_SUFFIXES:
        if follow:
            raise InvalidInputError(f"--follow reads text that grows; {path} is none.")
        yield from lines_of_frame(path)
        return
    with path.open(encoding=encoding_of(path), newline="") as file:
        if not follow:
            yield from file
            return
        yield from followed(file)


def followed(file: TextIO, *, pause: float = _PAUSE) -> Iterator[str]:
    """Lines as soon as they are complete."""
    begun = ""
    while True:
        begun += file.readline()
        if begun.endswith("\n"):
            yield begun
            begun = ""
        else:
            time.sleep(pause)


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.split()
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
