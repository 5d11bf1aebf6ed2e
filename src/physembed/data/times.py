"""Series whose timepoints say when they are: brought into order, with gaps where none was taken.

The one rule of all containers and files that tell times. A case is sorted by its times; they lie
on a grid of one step, and where the grid has a time that the case has not, its value is missing.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from physembed.data.cases import shown
from physembed.errors import InvalidInputError

_OFF_THE_GRID = 0.05
"""Steps by which a time may be away from its place on the grid: rounding, no more."""
_MOST_GAPS = 10
"""Times of the grid for each value that is there; beyond, a case is no series."""
_OF_FIXED_LENGTH = (pd.offsets.Tick, pd.offsets.Day, pd.offsets.Week)


class TimedCase(NamedTuple):
    """One case as a container gives it.

    Parameters
    ----------
    times : pandas.Index
        When each timepoint was.
    values : array of shape (timepoints, channels)
    name : str
        How a message calls the case.
    """

    times: pd.Index
    values: NDArray[Any]
    name: str


class Timed(NamedTuple):
    """Cases in order.

    Parameters
    ----------
    series : list of array of shape (channels, timepoints)
        NaN (None among objects) in gaps.
    sampling_interval : float or None
        Seconds between two timepoints, where the times are dates or durations.
    """

    series: list[NDArray[Any]]
    sampling_interval: float | None


def in_time_order(cases: Sequence[TimedCase], argument: str) -> Timed:
    """Sort every case by its times and lay it onto the grid that all of them share.

    Where one case spans the times of all others, time is common to all: a case that begins later
    has missing values before. Where no two cases overlap, as with pieces of a recording, each
    begins at its own first time.

    Parameters
    ----------
    cases : sequence of TimedCase
    argument : str
        The name by which errors call the container.

    Returns
    -------
    Timed

    Raises
    ------
    InvalidInputError
        For times that are no numbers, dates or durations, that are missing or double, that lie on
        no grid, and for cases of which it cannot be told whether their times are common.
    """
    ordered = _by_wall_clock([_sorted(case, argument) for case in cases])
    first = ordered[0].times
    if all(case.times.equals(first) for case in ordered) and _counts(first):
        return Timed([case.values.T for case in ordered], None)
    positions, interval = _on_a_grid(ordered, argument)
    positions = _from_their_starts(ordered, positions, argument)
    return Timed(
        [_with_gaps(case, place) for case, place in zip(ordered, positions, strict=True)], interval
    )


def are_times(index: pd.Index) -> bool:
    """Whether the labels of an index can be times: numbers, dates, durations or periods."""
    return bool(
        isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex | pd.PeriodIndex)
        or (pd.api.types.is_numeric_dtype(index.dtype) and index.dtype != bool)
    )


def _counts(times: pd.Index) -> bool:
    """Whether times are 0, 1, 2, ..."""
    return isinstance(times, pd.RangeIndex) and times.start == 0 and times.step == 1


def _sorted(case: TimedCase, argument: str) -> TimedCase:
    times = case.times
    if times.dtype == object:
        times = times.infer_objects()
    if not are_times(times):
        raise InvalidInputError(
            f"{argument}: {case.name} has {shown(times[0])} among its times; numbers, dates or "
            "durations are accepted, by which timepoints are ordered."
        )
    if times.hasnans:
        raise InvalidInputError(f"{argument}: {case.name} has a missing time.")
    if not times.is_unique:
        twice = times[times.duplicated()][0]
        raise InvalidInputError(
            f"{argument}: {case.name} has more than one value at the time {twice}."
        )
    if times.is_monotonic_increasing:
        return case._replace(times=times)
    order = np.argsort(times)
    return case._replace(times=times[order], values=case.values[order])


def _by_wall_clock(cases: Sequence[TimedCase]) -> list[TimedCase]:
    """Days of a zone, all at one hour, without their zone: some have 23 or 25 hours, and are days
    all the same."""
    if not all(getattr(case.times, "tz", None) is not None for case in cases):
        return list(cases)
    local = [case.times.tz_localize(None) for case in cases]
    if len({hour for times in local for hour in (times - times.normalize()).unique()}) > 1:
        return list(cases)
    return [case._replace(times=times) for case, times in zip(cases, local, strict=True)]


def _on_a_grid(
    cases: Sequence[TimedCase], argument: str
) -> tuple[list[NDArray[np.int64]], float | None]:
    """The place of every time on a grid common to all cases, and the grid's step in seconds."""
    kinds = {_kind(case.times) for case in cases}
    if len(kinds) > 1:
        raise InvalidInputError(
            f"{argument} has times of several kinds ({', '.join(sorted(kinds))}); one is accepted."
        )
    longest = max(cases, key=lambda case: len(case.times))
    by_calendar = _calendar_frequency(longest.times)
    if by_calendar is not None:
        return _on_a_calendar(cases, by_calendar, argument), None
    seconds = [_as_numbers(case.times, cases[0].times[0]) for case in cases]
    steps = np.concatenate([np.diff(times) for times in seconds])
    step = float(steps.min()) if steps.size else 1.0
    if (steps < step * (1 + 2 * _OFF_THE_GRID)).sum() * 2 < steps.size:
        raise InvalidInputError(
            f"{argument} is not evenly sampled: its shortest step is {step:g}, the usual one "
            f"{np.median(steps):g}. Resample it first, as with pandas' resample."
        )
    origin = min(times[0] for times in seconds)
    # every case from its own first time: rounding would add up over a distance of many steps
    positions = []
    for case, times in zip(cases, seconds, strict=True):
        exact = (times - times[0]) / step
        places = np.rint(exact)
        off = int(np.argmax(np.abs(exact - places)))
        if abs(exact[off] - places[off]) > _OFF_THE_GRID:
            raise InvalidInputError(
                f"{argument}: {case.name} is not evenly sampled: the time {case.times[off]} lies "
                f"between two steps of {step:g}. Resample it first, as with pandas' resample."
            )
        if places[-1] + 1 > _MOST_GAPS * len(places):
            raise InvalidInputError(
                f"{argument}: {case.name} is not evenly sampled: of the {places[-1] + 1:,.0f} "
                f"steps of {step:g} between its first and its last time it has {len(places):,}."
            )
        positions.append(places + (times[0] - origin) / step)
    of_time = isinstance(cases[0].times, pd.DatetimeIndex | pd.TimedeltaIndex)
    return positions, step if of_time and steps.size else None


def _from_their_starts(
    cases: Sequence[TimedCase], positions: list[Any], argument: str
) -> list[NDArray[np.int64]]:
    """Places counted from the first time of all cases, or from each case's own."""
    first = min(places[0] for places in positions)
    last = max(places[-1] for places in positions)
    spanned = any(
        places[0] - first < _OFF_THE_GRID and last - places[-1] < _OFF_THE_GRID
        for places in positions
    )
    if spanned:
        for case, places in zip(cases, positions, strict=True):
            if abs(places[0] - np.rint(places[0])) > _OFF_THE_GRID:
                raise InvalidInputError(
                    f"{argument}: {case.name} begins at {case.times[0]}, between two timepoints "
                    "of others. Resample it first, or count the timepoints of each case from 0."
                )
        return [np.rint(places - first).astype(np.int64) for places in positions]
    by_start = sorted(range(len(cases)), key=lambda case: positions[case][0])
    for earlier, later in pairwise(by_start):
        if positions[later][0] <= positions[earlier][-1]:
            raise InvalidInputError(
                f"{argument}: {cases[earlier].name} and {cases[later].name} overlap in time, and "
                "no case spans all others, so that it cannot be told whether their times are "
                "common. Count the timepoints of each case from 0, as groupby(level=0).cumcount() "
                "does."
            )
    return [np.rint(places - places[0]).astype(np.int64) for places in positions]


def _with_gaps(case: TimedCase, positions: NDArray[np.int64]) -> NDArray[Any]:
    """Values at their places, (channels, timepoints)."""
    n_timepoints = int(positions[-1]) + 1
    if n_timepoints == len(positions):
        return case.values.T
    of_objects = case.values.dtype.kind not in "biuf"
    series = np.full(
        (case.values.shape[1], n_timepoints),
        None if of_objects else np.nan,
        dtype=object if of_objects else np.float64,
    )
    series[:, positions] = case.values.T
    return series


def _kind(times: pd.Index) -> str:
    kinds = {
        pd.DatetimeIndex: "dates",
        pd.TimedeltaIndex: "durations",
        pd.PeriodIndex: "periods",
    }
    return next((name for kind, name in kinds.items() if isinstance(times, kind)), "numbers")


def _as_numbers(times: pd.Index, origin: Any) -> NDArray[np.float64]:
    """Times as numbers, in seconds where they are dates or durations."""
    if isinstance(times, pd.DatetimeIndex):
        try:
            return np.asarray((times - origin).total_seconds())
        except TypeError:
            raise InvalidInputError("times with a time zone and without cannot be mixed.") from None
    if isinstance(times, pd.TimedeltaIndex):
        return np.asarray(times.total_seconds())
    if isinstance(times, pd.PeriodIndex):
        return times.asi8.astype(np.float64)
    return times.to_numpy(dtype=np.float64)


def _calendar_frequency(times: pd.Index) -> str | None:
    """The frequency of dates whose steps are no fixed duration, such as the first of each month."""
    if not isinstance(times, pd.DatetimeIndex) or len(times) < 3:
        return None
    frequency = pd.infer_freq(times)
    if frequency is None:
        return None
    offset = pd.tseries.frequencies.to_offset(frequency)
    return None if isinstance(offset, _OF_FIXED_LENGTH) else frequency


def _on_a_calendar(
    cases: Sequence[TimedCase], frequency: str, argument: str
) -> list[NDArray[np.int64]]:
    first = min(case.times[0] for case in cases)
    last = max(case.times[-1] for case in cases)
    grid = pd.date_range(first, last, freq=frequency)
    positions = [grid.get_indexer(case.times) for case in cases]
    for case, places in zip(cases, positions, strict=True):
        if (places < 0).any():
            raise InvalidInputError(
                f"{argument}: {case.name} has the time {case.times[int(np.argmin(places))]}, which "
                f"is not on the calendar of the others (pandas' frequency {frequency!r})."
            )
    return positions
