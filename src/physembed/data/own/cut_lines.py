"""Lines of a table as they come, cut into windows."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


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

    def __init__(self, n_channels: int, window: int, hop: int) -> None:
        self.window, self.hop = window, hop
        self.values = np.empty((n_channels, 0))
        self.lines: list[int] = []
        self.carried: list[list[str]] = []
        self.skip = self.n_lines = 0
        self.last_time: str | None = None
        self.last_row: tuple[int, list[str]] | None = None
        self.has_windows = False

    def begin_anew(self) -> None:
        """After a gap, which no window spans."""
        self.values, self.lines, self.carried = self.values[:, :0], [], []
        self.skip = self.n_lines = 0
        self.last_row, self.has_windows = None, False

    @property
    def n_lacking(self) -> int:
        """Lines until there is another window."""
        return self.skip + self.window - len(self.lines)

    def _laid(
        self,
        new: NDArray[np.float64],
        lines: list[int],
        carried: list[list[str]],
        steps: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], list[int], list[list[str]]]:
        """Lines on an even grid; what lacks is NaN, and counts as the line before."""
        rows = list(zip(lines, carried, strict=True))
        # nothing lacks before the first line of a stretch
        places = np.cumsum([1 if self.last_row is None else steps[0], *steps[1:]]) - 1
        values = np.full((len(new), int(places[-1]) + 1), np.nan)
        values[:, places] = new
        before = np.searchsorted(places, np.arange(values.shape[1]), side="right")
        told = [self.last_row or rows[0], *rows]
        self.last_row = rows[-1]
        return values, [told[k][0] for k in before], [told[k][1] for k in before]

    def cut(
        self,
        new: NDArray[np.float64],
        lines: list[int],
        carried: list[list[str]],
        recording: str,
        steps: NDArray[np.int64] | None = None,
    ) -> Windows | None:
        """The windows that are whole with these lines, None where there is none.

        Parameters
        ----------
        new : array of shape (channels, lines)
        lines : list of int
        carried : list of list of str
        recording : str
        steps : array of shape (lines,), int64, or None
            Of the grid, from the line before to each. None sets line beside line.
        """
        self.n_lines += len(lines)
        if steps is not None:
            new, lines, carried = self._laid(new, lines, carried, steps)
        self.values = np.concatenate([self.values, new], axis=1)[:, self.skip :]
        self.lines = (self.lines + lines)[self.skip :]
        self.carried = (self.carried + carried)[self.skip :]
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
