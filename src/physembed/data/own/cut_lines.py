"""Lines of a table as they come, cut into windows."""

from dataclasses import dataclass

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
    """

    series: NDArray[np.float64]
    first: list[int]
    last: list[int]
    carried: list[list[str]]
    recording: str = ""


class UnusedLines:
    """The lines of a recording that no window has used up yet."""

    def __init__(self, n_channels: int, window: int, hop: int) -> None:
        self.window, self.hop = window, hop
        self.values = np.empty((n_channels, 0))
        self.lines: list[int] = []
        self.carried: list[list[str]] = []
        self.skip = 0
        self.last_time: str | None = None

    def begin_anew(self) -> None:
        """After a gap, which no window spans."""
        self.values, self.lines, self.carried = self.values[:, :0], [], []
        self.skip = 0

    @property
    def n_lacking(self) -> int:
        """Lines until there is another window."""
        return self.skip + self.window - len(self.lines)

    def cut(
        self, new: NDArray[np.float64], lines: list[int], carried: list[list[str]], recording: str
    ) -> Windows | None:
        """The windows that are whole with these lines, None where there is none."""
        self.values = np.concatenate([self.values, new], axis=1)[:, self.skip :]
        self.lines = (self.lines + lines)[self.skip :]
        self.carried = (self.carried + carried)[self.skip :]
        self.skip = max(0, self.skip - new.shape[1])
        n = max(0, (self.values.shape[1] - self.window) // self.hop + 1)
        if n == 0:
            return None
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
