"""A table that is longer than the memory, or still being written, as windows of its channels."""

import csv
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import numpy as np

from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
from physembed.data.formats.frame_files import lines_of_frame
from physembed.data.formats.text_table import EXCELS_MARK, TableOptions, encoding_of, number
from physembed.data.own.clock import Clock, check_ascending, clock_of, day_and_hour
from physembed.data.own.cut_lines import UnusedLines, Windows
from physembed.data.own.description import Description
from physembed.data.own.moments import LONGEST_GAP, step_of
from physembed.data.own.roles import TIMES
from physembed.data.own.table import Table, listed
from physembed.data.own.text_columns import form_of, names_of
from physembed.errors import DatasetError, InvalidInputError

_AT_ONCE = 20_000
_LOOKED_AT = 20
"""Lines by which the delimiter of a finished table is told; of one that grows, two."""
_MOST_OPEN = 1_000
"""Recordings in one table that may take turns."""
_PAUSE = 0.2
"""Seconds between two looks at a file that grows."""


@dataclass(frozen=True)
class Pace:
    """How the times of a table go on.

    Parameters
    ----------
    columns : tuple of str
        One, or that of days and that of times of day.
    step : float
        From one line to the next, usually.
    in_seconds : bool
    description : Description
        Of how times are written.
    """

    columns: tuple[str, ...]
    step: float
    in_seconds: bool
    description: Description


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
        marked = int(bool(first) and EXCELS_MARK.fullmatch(first[0]) is not None)
        first = [*first[marked:], *islice(text, marked)]
        begin = next((k for k, line in enumerate(first) if line.strip()), None)
        if begin is None:
            raise DatasetError(f"{called} has no lines.")
        header, *rest = first[begin:]
        looked_at = [line for line in (header, *rest) if line.strip()]
        self._form, self.remarks = form_of(
            called, lambda delimiter: [_cells(line, delimiter) for line in looked_at], options
        )
        names = _cells(header, self._form.delimiter)
        if all(number(name, self._form.decimal) is not None for name in names):
            raise DatasetError(
                f"{called} has no header, by which the channels would be found: name the columns "
                "in its first line."
            )
        self._header_line = begin + 1 + marked
        self.names = names_of(called, names, self._form)
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

    def windows(
        self,
        channels: Sequence[int],
        window: int,
        hop: int,
        *,
        case: str | None = None,
        pace: Pace | None = None,
    ) -> Iterator[Windows]:
        """Windows of so many timepoints, one every ``hop``, a few at a time.

        Parameters
        ----------
        channels : sequence of int
        window, hop : int
        case : str or None, default=None
            The column that tells recordings apart, which may take turns: no window is of two. Of
            more than 1,000 that are open at once, the one that was silent longest is closed.
        pace : Pace or None, default=None
            By which times no window spans a long gap.

        Raises
        ------
        DatasetError
            For a line of another width, a cell that is no number, or a time that is not later than
            the one before, with its place.
        """
        others = [k for k in range(len(self.names)) if k not in channels]
        apart = None if case is None else self.names.index(case)
        unused: dict[str, UnusedLines] = {}
        line, recording = self._header_line, ""
        while rows := list(islice(self._text, self._wanted(unused.get(recording), window, apart))):
            by_recording: dict[str, list[tuple[int, list[str]]]] = {}
            for text in rows:
                line += 1
                if text.strip():
                    row = self._row(text, line)
                    recording = "" if apart is None else row[apart].strip()
                    by_recording.setdefault(recording, []).append((line, row))
            for recording, cells in by_recording.items():
                # put last, as what was heard of last
                waiting = unused.pop(recording, None) or UnusedLines(len(channels), window, hop)
                ends = [] if pace is None else self._gaps(cells, waiting, pace)
                for first, end in zip([0, *ends], [*ends, len(cells)], strict=True):
                    if first in ends:
                        waiting.begin_anew()
                    part = cells[first:end]
                    done = waiting.cut(
                        np.array([[self._number(r[k], at, k) for at, r in part] for k in channels]),
                        [at for at, _ in part],
                        [[row[k].strip() for k in others] for _, row in part],
                        recording,
                    )
                    if done is not None:
                        yield done
                unused[recording] = waiting
            for silent in list(unused)[:-_MOST_OPEN]:
                del unused[silent]

    def _gaps(
        self, cells: list[tuple[int, list[str]]], waiting: UnusedLines, pace: Pace
    ) -> list[int]:
        """Which of these lines of a recording come after a long gap."""
        told = self._times(cells, pace.columns)
        before = [] if waiting.last_time is None else [waiting.last_time]
        waiting.last_time = told[-1]
        lines = [at for at, _ in cells]
        clock = self._clock([*before, *told], pace, [lines[0] - 1] * len(before) + lines)
        steps = np.diff(clock.times)
        # as a recording that is trained on is divided
        apart = np.flatnonzero(np.rint(steps / pace.step) > LONGEST_GAP)
        return [int(k) + 1 - len(before) for k in apart]

    def _times(self, cells: list[tuple[int, list[str]]], columns: Sequence[str]) -> list[str]:
        places = [self.names.index(column) for column in columns]
        return [" ".join(row[place].strip() for place in places) for _, row in cells]

    def _clock(self, told: Sequence[str], pace: Pace, lines: Sequence[int]) -> Clock:
        numbers = [number(cell, self._form.decimal) for cell in told]
        are_numbers = all(value is not None for value in numbers)
        times = np.array(numbers if are_numbers else told, dtype=float if are_numbers else object)
        called = " ".join(pace.columns)
        table = Table(self.called, {called: times}, np.array(lines, dtype=np.int64))
        clock = clock_of(table, called, pace.description)
        check_ascending(table, clock, called, or_else="say --time none to count lines")
        return clock

    def _wanted(self, unused: UnusedLines | None, window: int, apart: int | None) -> int:
        """Lines to read at once: of a table that grows, no more than the next window needs."""
        if not self.live:
            return _AT_ONCE
        if apart is not None:
            return 1
        return max(1, window if unused is None else unused.n_lacking)

    def _row(self, text: str, line: int) -> list[str]:
        row = _cells(text, self._form.delimiter)
        n_columns = len(self.names)
        # a delimiter at the end of every line makes a cell of nothing
        if len(row) < n_columns or any(cell.strip() for cell in row[n_columns:]):
            raise DatasetError(
                f"{self.called}, line {line} has {len(row)} cells, its header {n_columns}."
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

    def pace(
        self, column: str | None, description: Description, case: str | None = None
    ) -> Pace | None:
        """How times go on, as the first lines tell; they are not used up.

        Where no column is said, one that is called so. None where none tells, or the table is still
        being written.
        """
        both = day_and_hour(self.names) if column is None else None
        if column is None:
            column = next((name for name in self.names if TIMES.fullmatch(name)), None)
        if column is None or column not in self.names or self.live:
            return None
        some = list(islice(self._text, _LOOKED_AT))
        self._text = chain(some, self._text)
        begin = self._header_line + 1
        rows = [(n, self._row(text, n)) for n, text in enumerate(some, begin) if text.strip()]
        if case is not None:
            apart = self.names.index(case)
            rows = [(n, row) for n, row in rows if row[apart] == rows[0][1][apart]]
        if len(rows) < 2:
            return None
        columns = (column,) if both is None or ":" in self._times(rows, both[:1])[0] else both
        first = Pace(columns, 1.0, False, description)
        clock = self._clock(self._times(rows, columns), first, [n for n, _ in rows])
        return replace(first, step=step_of(clock.times), in_seconds=clock.in_seconds)


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
