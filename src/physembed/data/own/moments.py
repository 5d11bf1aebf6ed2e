"""A recording on an even grid of times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SAME = 0.05
"""Steps by which a time may be off its place: rounding, no more."""
_BRIDGED = 3
"""Steps over which an irregular recording is interpolated; what is farther apart is missing."""
LONGEST_GAP = 10
"""Steps without a row after which a recording has ended, and another one begins."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """A piece of a recording without a long gap, on an even grid.

    Parameters
    ----------
    rows : array of shape (timepoints,), int64
        Of each timepoint, the nearest row of the table.
    values : array of shape (channels, timepoints)
        NaN where nothing was taken.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gridded:
    """A recording on an even grid.

    Parameters
    ----------
    stretches : list of Stretch
    step : float
        In the unit of the times.
    note : str
        What was done to it, empty where nothing was.
    """

    stretches: list[Stretch]
    step: float
    note: str = ""


def gridded(times: NDArray[np.float64], values: NDArray[np.float64], *, split: bool) -> Gridded:
    """Lay rows onto an even grid.

    Where times are even but for rounding, rows stay as they are and what lacks is missing. Where
    they are not, every channel is interpolated linearly at steps of the median step, but not over
    more than three of them.

    Parameters
    ----------
    times : array of shape (rows,)
        Ascending.
    values : array of shape (rows, channels)
    split : bool
        Whether a gap of more than ten steps divides the recording.
    """
    n = len(times)
    if n < 2:
        return Gridded([Stretch(np.arange(n), values.T)], 1.0)
    steps, step = np.diff(times), step_of(times)
    if _are_even(times):
        return Gridded([Stretch(np.arange(n), values.T)], step)
    counts, even = steps_between(times, step), not are_irregular(times)
    ends = np.flatnonzero(counts > LONGEST_GAP) if split else np.empty(0, dtype=np.int64)
    pieces = np.split(np.arange(n), ends + 1)
    stretches = []
    for rows in pieces:
        if even:
            positions = np.concatenate([[0], np.cumsum(counts[rows[:-1]])])
            stretches.append(_with_gaps(rows, positions, values))
        else:
            stretches.append(_interpolated(rows, times, step, values))
    n_missing = sum(int((counts[rows[:-1]] - 1).sum()) for rows in pieces)
    gaps = f", with {n_missing:,} timepoints missing" if n_missing else ""
    several = f", in {len(pieces)} stretches between longer gaps" if len(pieces) > 1 else ""
    if even:
        return Gridded(stretches, step, f"evenly sampled{gaps}{several}")
    return Gridded(
        stretches,
        step,
        f"times are irregular (steps from {steps.min():.4g} to {steps.max():.4g}): interpolated "
        f"linearly every {step:.4g}, the median step{several}",
    )


def step_of(times: NDArray[np.float64]) -> float:
    """From one of two or more times to the next: the mean where they are even, else the median."""
    if _are_even(times):
        return float(times[-1] - times[0]) / (len(times) - 1)
    return float(np.median(np.diff(times)))


def steps_between(times: NDArray[np.float64], step: float) -> NDArray[np.int64]:
    """Steps of a grid from each time to the next, one at least: rows that lack count."""
    steps = np.diff(times)
    if len(steps) and _are_even(times) and np.rint(steps.mean() / step) <= 1:
        # rounded times of a step that is no multiple of their unit: no row lacks
        return np.ones(len(steps), dtype=np.int64)
    return np.maximum(1, np.rint(steps / step)).astype(np.int64)


def are_irregular(times: NDArray[np.float64]) -> bool:
    """Whether two or more times lie on no even grid, even with rows lacking."""
    if _are_even(times):
        return False
    steps = np.diff(times) / (step := step_of(times))
    off = np.abs(steps - np.maximum(1, np.rint(steps))).max()
    return bool(off > max(_SAME, 2 * _resolution(times) / step))


def _are_even(times: NDArray[np.float64]) -> bool:
    """Whether times are even but for rounding."""
    mean = float(times[-1] - times[0]) / (len(times) - 1)
    off = np.abs(times - times[0] - mean * np.arange(len(times))).max()
    return bool(off <= max(_SAME * mean, _resolution(times)) and off < mean)


def _resolution(times: NDArray[np.float64]) -> float:
    """The unit to which times were rounded, a power of ten; 0 where they were not."""
    sample = times[:1000] - times[0]
    for digits in range(-3, 9):
        scaled = sample * 10.0**digits
        if np.abs(scaled - np.rint(scaled)).max() < 1e-6 * max(1.0, np.abs(scaled).max() * 1e-6):
            return float(10.0**-digits)
    return 0.0


def _with_gaps(
    rows: NDArray[np.int64], positions: NDArray[np.int64], values: NDArray[np.float64]
) -> Stretch:
    n = int(positions[-1]) + 1
    laid = np.full((values.shape[1], n), np.nan)
    laid[:, positions] = values[rows].T
    nearest = rows[np.searchsorted(positions, np.arange(n), side="right") - 1]
    return Stretch(nearest, laid)


def _interpolated(
    rows: NDArray[np.int64],
    times: NDArray[np.float64],
    step: float,
    values: NDArray[np.float64],
) -> Stretch:
    sampled = times[rows]
    n_points = int(np.floor((sampled[-1] - sampled[0]) / step + _SAME)) + 1
    grid = sampled[0] + step * np.arange(n_points)
    laid = np.stack([_between(grid, sampled, column, step) for column in values[rows].T])
    return Stretch(rows[_nearest(grid, sampled)], laid)


class InterpolatedInPieces:
    """Rows of a stretch as they come, interpolated as :func:`gridded` does with all at once.

    Times are in steps since the first row, so that the grid is 0, 1, 2, ...
    """

    def __init__(self, n_channels: int) -> None:
        self._times, self._values = np.empty(0), np.empty((n_channels, 0))
        self._n_laid, self._all_there = 0, True

    def laid(
        self, times: NDArray[np.float64], values: NDArray[np.float64], *, ends: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], int]:
        """What no later row changes, or with ``ends`` all.

        Parameters
        ----------
        times : array of shape (rows,)
        values : array of shape (channels, rows)
        ends : bool

        Returns
        -------
        array of shape (timepoints,), int64
            Of each timepoint the nearest row, among those that still counted and the new ones.
        array of shape (channels, timepoints)
        int
            How many of these rows count no more.
        """
        times = np.concatenate([self._times, times])
        values = np.concatenate([self._values, values], axis=1)
        # a line from before a timepoint to more than so many steps later would not be drawn
        until = times[-1] + (_SAME if ends else -_BRIDGED)
        grid = np.arange(self._n_laid, max(self._n_laid, int(np.floor(until)) + 1)).astype(float)
        laid = np.stack([_between(grid, times, channel, 1.0) for channel in values])
        for channel, told in zip(laid, values, strict=True):
            known = times[~np.isnan(told)]
            if known.size and not self._all_there:
                channel[grid < known[0]] = np.nan
            if known.size and not ends:
                channel[grid > known[-1]] = np.nan
        nearest = _nearest(grid, times)
        self._n_laid += len(grid)
        n_past = max(0, int(np.searchsorted(times, self._n_laid - _BRIDGED)) - 1)
        self._times, self._values = times[n_past:], values[:, n_past:]
        self._all_there = self._all_there and n_past == 0
        return nearest, laid, n_past


def _nearest(grid: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.int64]:
    after = np.clip(np.searchsorted(times, grid), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    is_before = np.abs(times[before] - grid) < np.abs(times[after] - grid)
    return np.where(is_before, before, after)


def _between(
    grid: NDArray[np.float64],
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    step: float,
) -> NDArray[np.float64]:
    there = ~np.isnan(values)
    if not there.any():
        return np.full(len(grid), np.nan)
    known = times[there]
    laid = np.interp(grid, known, values[there])
    after = np.clip(np.searchsorted(known, grid), 1, max(1, len(known) - 1))
    if len(known) > 1:
        laid[(known[after] - known[after - 1]) > _BRIDGED * step] = np.nan
    return laid
