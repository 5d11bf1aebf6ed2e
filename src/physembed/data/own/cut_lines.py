"""Lines of a table as they come, cut into windows."""

from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.moments import InterpolatedInPieces

Row: TypeAlias = tuple[int, list[str]]
"""A line's number, and what it says in the columns that are no channels."""


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
    recording : str
        What the recording that they are of is called; "" where there is one.
    ends : bool
        Whether no further window is of the stretch between long gaps that they are of.
    """

    series: NDArray[np.float64]
    first: list[int]
    last: list[int]
    carried: list[list[str]]
    recording: str = ""
    ends: bool = False

    @classmethod
    def none(cls, recording: str) -> Self:
        """No further window of a recording's stretch."""
        return cls(np.empty((0, 0, 0)), [], [], [], recording, ends=True)


class UnusedLines:
    """The lines of a recording that no window has used up yet."""

    def __init__(
        self, n_channels: int, window: int, hop: int, *, interpolated: bool = False
    ) -> None:
        self.window, self.hop, self.interpolated = window, hop, interpolated
        self.values = np.empty((n_channels, 0))
        self.lines: list[int] = []
        self.carried: list[list[str]] = []
        self.skip = self.n_lines = 0
        self.last_time: str | None = None
        self._forget()

    def _forget(self) -> None:
        """Of a stretch: which lines the grid still asks for, and the time of the last, in steps."""
        self.rows: list[Row] = []
        self.pieces, self.time = InterpolatedInPieces(len(self.values)), 0.0
        self.has_windows = False

    def begin_anew(self) -> None:
        """After a gap, which no window spans."""
        self.values, self.lines, self.carried = self.values[:, :0], [], []
        self.skip = self.n_lines = 0
        self._forget()

    @property
    def n_lacking(self) -> int:
        """Lines until there is another window."""
        return self.skip + self.window - len(self.lines)

    def _laid(
        self, new: NDArray[np.float64], rows: list[Row], steps: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], list[Row]]:
        """Lines on an even grid; what lacks is NaN, and counts as the line before."""
        # nothing lacks before the first line of a stretch
        first = 1 if not self.rows else int(steps[0])
        places = np.cumsum([first, *steps[1:].astype(np.int64)]) - 1
        values = np.full((len(new), int(places[-1]) + 1), np.nan)
        values[:, places] = new
        before = np.searchsorted(places, np.arange(values.shape[1]), side="right")
        told = [*(self.rows or rows[:1]), *rows]
        self.rows = rows[-1:]
        return values, [told[k] for k in before]

    def _interpolated(
        self, new: NDArray[np.float64], rows: list[Row], steps: NDArray[np.float64], *, ends: bool
    ) -> tuple[NDArray[np.float64], list[Row]]:
        """Lines on the grid that begins with the first of a stretch; each as the nearest line."""
        times = np.cumsum(steps) + self.time
        if not self.rows:
            times -= times[0]
        told = self.rows + rows
        nearest, values, n_past = self.pieces.laid(times, new, ends=ends)
        self.rows, self.time = told[n_past:], float(times[-1]) if len(times) else self.time
        return values, [told[k] for k in nearest]

    def rest(self, recording: str) -> Windows | None:
        """The windows that are whole where a stretch ends, None where there is none."""
        if not self.interpolated or not self.rows:
            return None
        none = np.empty((len(self.values), 0))
        values, rows = self._interpolated(none, [], np.empty(0), ends=True)
        return self._cut(values, rows, recording)

    def cut(
        self,
        new: NDArray[np.float64],
        lines: list[int],
        carried: list[list[str]],
        recording: str,
        steps: NDArray[np.float64] | None = None,
    ) -> Windows | None:
        """The windows that are whole with these lines, None where there is none.

        Parameters
        ----------
        new : array of shape (channels, lines)
        lines : list of int
        carried : list of list of str
        recording : str
        steps : array of shape (lines,) or None
            Of the grid, from the line before to each; whole unless lines are interpolated. None
            sets line beside line.
        """
        self.n_lines += len(lines)
        rows = list(zip(lines, carried, strict=True))
        if steps is not None and self.interpolated:
            new, rows = self._interpolated(new, rows, steps, ends=False)
        elif steps is not None:
            new, rows = self._laid(new, rows, steps)
        return self._cut(new, rows, recording)

    def _cut(self, new: NDArray[np.float64], rows: list[Row], recording: str) -> Windows | None:
        self.values = np.concatenate([self.values, new], axis=1)[:, self.skip :]
        self.lines = (self.lines + [line for line, _ in rows])[self.skip :]
        self.carried = (self.carried + [cells for _, cells in rows])[self.skip :]
        self.skip = max(0, self.skip - new.shape[1])
        n = max(0, (self.values.shape[1] - self.window) // self.hop + 1)
        if n == 0:
            return None
        self.has_windows = True
        starts = self.hop * np.arange(n)
        ends = starts + self.window - 1
        done = Windows(
            np.stack([self.values[:, start : start + self.window] for start in starts]),
            [self.lines[k] for k in starts],
            [self.lines[k] for k in ends],
            [self.carried[k] for k in ends],
            recording,
        )
        used = n * self.hop
        # with gaps between windows, lines that are still to come belong to none
        self.skip = max(0, used - self.values.shape[1])
        self.values, self.lines = self.values[:, used:], self.lines[used:]
        self.carried = self.carried[used:]
        return done
