"""A table that is longer than the memory, or still being written, as windows of its channels."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.formats.text_table import TableOptions, number
from physembed.data.own.clock import day_and_hour
from physembed.data.own.cut_lines import UnusedLines, Windows
from physembed.data.own.description import Description
from physembed.data.own.moments import LONGEST_GAP
from physembed.data.own.pace import Pace
from physembed.data.own.roles import TIMES
from physembed.data.own.table import listed
from physembed.data.own.text_columns import form_of, names_of
from physembed.data.own.text_lines import first_lines
from physembed.errors import DatasetError, InvalidInputError

_AT_ONCE = 20_000
_LOOKED_AT = 20
"""Lines by which the delimiter of a finished table is told; of one that grows, two."""
_TIMED = 200
"""Lines of one recording by which the step of a table is told."""
_MOST_OPEN = 1_000
"""Recordings in one table that may take turns."""


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
        n_above, (header, *rest) = first_lines(text, called, 2 if live else _LOOKED_AT)
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
        self._header_line = n_above + 1
        self.n_in_no_window = 0  # lines so far of stretches shorter than a window
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
            f"{n_channels} channel(s). Name them with --channels, in the order of training, or "
            "take away what stands above the header; there are "
            f"{listed([name for name in self.names if name not in others])}."
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

        None at all, with ``ends``, say that a stretch of a recording has ended: before a long gap,
        where it is closed, and where all lines are read.

        Parameters
        ----------
        channels : sequence of int
        window, hop : int
        case : str or None, default=None
            The column that tells recordings apart, which may take turns: no window is of two. Of
            more than 1,000 that are open at once, the one that was silent longest is closed.
        pace : Pace or None, default=None
            By which times lines are laid onto an even grid, where those that lack are missing
            values, and no window spans a long gap. None sets line beside line.

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
                waiting = unused.pop(recording, None) or UnusedLines(
                    len(channels), window, hop, interpolated=pace is not None and pace.irregular
                )
                steps = None if pace is None else self._steps(cells, waiting, pace)
                # as a recording that is trained on is divided
                gaps = (
                    [] if steps is None else np.flatnonzero(np.rint(steps) > LONGEST_GAP).tolist()
                )
                for first, end in pairwise([*([] if 0 in gaps else [0]), *gaps, len(cells)]):
                    if first in gaps:
                        yield from self._ended(waiting, recording)
                    part = cells[first:end]
                    done = waiting.cut(
                        np.array([[self._number(r[k], at, k) for at, r in part] for k in channels]),
                        [at for at, _ in part],
                        [[row[k].strip() for k in others] for _, row in part],
                        recording,
                        None if steps is None else steps[first:end],
                    )
                    if done is not None:
                        yield done
                unused[recording] = waiting
            for silent in list(unused)[:-_MOST_OPEN]:
                yield from self._ended(unused.pop(silent), silent)
        for recording, waiting in unused.items():
            yield from self._ended(waiting, recording)

    def _ended(self, waiting: UnusedLines, recording: str) -> Iterator[Windows]:
        """That no further window is of this stretch, where there was one."""
        if (rest := waiting.rest(recording)) is not None:
            yield rest
        if waiting.has_windows:
            yield Windows.none(recording)
        else:
            self.n_in_no_window += waiting.n_lines
        waiting.begin_anew()

    def _steps(
        self, cells: list[tuple[int, list[str]]], waiting: UnusedLines, pace: Pace
    ) -> NDArray[np.float64]:
        """From the line before to each of these of a recording; one to its first."""
        told = self._times(cells, pace.columns)
        before = [] if waiting.last_time is None else [waiting.last_time]
        waiting.last_time = told[-1]
        lines = [at for at, _ in cells]
        steps = pace.steps([*before, *told], [lines[0] - 1] * len(before) + lines)
        return steps if before else np.concatenate([[1], steps])

    def _times(self, cells: list[tuple[int, list[str]]], columns: Sequence[str]) -> list[str]:
        places = [self.names.index(column) for column in columns]
        return [" ".join(row[place].strip() for place in places) for _, row in cells]

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
                f"{self.called}, line {line} has {len(row)} cells, its header {n_columns}. Mend "
                "the line or take it away, or say --delimiter."
            )
        return row

    def _number(self, cell: str, line: int, column: int) -> float:
        value = number(cell, self._form.decimal)
        if value is None or np.isinf(value):
            raise DatasetError(
                f"{self.called}, line {line}, column {self.names[column]!r}: "
                f"{cell.strip()[:40]!r} is not a finite number. Leave the cell empty where there "
                "is no value."
            )
        return value

    def pace(
        self, column: str | None, description: Description, case: str | None = None
    ) -> Pace | None:
        """How times go on, as the first lines of one recording tell; they are not used up.

        Where no column is said, one that is called so. None where none tells, or the table is still
        being written.

        Raises
        ------
        DatasetError
            For times that are none, come twice or run backwards, with the line, and where
            recordings take turns in more lines than are read at once.
        """
        both = day_and_hour(self.names) if column is None else None
        if column is None:
            column = next((name for name in self.names if TIMES.fullmatch(name)), None)
        if column is None or column not in self.names or self.live:
            return None
        some: list[str] = []
        of_recordings: dict[str, list[tuple[int, list[str]]]] = {}
        apart = None if case is None else self.names.index(case)
        for line, text in enumerate(islice(self._text, _AT_ONCE), self._header_line + 1):
            some.append(text)
            if text.strip():
                row = self._row(text, line)
                of = of_recordings.setdefault("" if apart is None else row[apart].strip(), [])
                of.append((line, row))
                if len(of) == _TIMED:
                    break
        self._text = chain(some, self._text)
        rows = max(of_recordings.values(), key=len, default=[])
        if len(rows) < 2:
            if len(some) == _AT_ONCE:
                raise DatasetError(
                    f"{self.called}: no two of its first {_AT_ONCE:,} lines are of one recording, "
                    f"by column {case!r}, so that nobody knows how times go on; sort its lines by "
                    "recording, or say --time none to count lines."
                )
            return None
        columns = (column,) if both is None or ":" in self._times(rows, both[:1])[0] else both
        # a rate that is said scales the times of a whole table, not those of a few lines
        bare = replace(description, sampling_rate=None)
        unmeasured = Pace(self.called, columns, bare, self._form.decimal)
        return unmeasured.measured(self._times(rows, columns), [at for at, _ in rows])


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.split()
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])
