"""Cases in frames and series of pandas: what their indices say of cases and times is obeyed."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from physembed.data.cases import ACCEPTED, Cases, shown
from physembed.data.times import TimedCase, are_times, in_time_order
from physembed.errors import InvalidInputError, PhysembedWarning

_NAMES_OF_TIMES = ("time", "timepoint", "timepoints", "timestamp", "timestamps", "date", "datetime")
_NAMES_OF_CASES = ("case", "cases", "case_id", "id", "instance", "instances", "sample", "series_id")


def cases_in_pandas(X: Any, argument: str) -> Cases:
    """The cases of a DataFrame or a Series; as :func:`~physembed.data.containers.cases_in`."""
    if isinstance(X, pd.Series):
        return _in_a_pandas_series(X, argument)
    return _in_a_frame(X, argument)


def cases_in_a_list(X: Sequence[Any], argument: str) -> Cases:
    """The cases of a list that begins with a Series or a DataFrame, one in each."""
    kind = type(X[0])
    for index, case in enumerate(X):
        if not isinstance(case, kind):
            raise InvalidInputError(
                f"{argument}: case {index} is a {type(case).__name__}, case 0 a {kind.__name__}; "
                "one kind is accepted."
            )
    if kind is pd.DataFrame:
        return _in_a_list_of_frames(X, argument)
    return _in_timed([(case.index, case.to_numpy()[:, np.newaxis]) for case in X], None, argument)


def series_in_order(y: Any, argument: str) -> Any:
    """A single series of pandas in the order of its index, with NaN where a time is missing.

    Parameters
    ----------
    y : pandas.Series or pandas.DataFrame
        A Series, or a frame whose rows are timepoints.
    argument : str
        The name by which errors call it.

    Returns
    -------
    array of shape (timepoints,) or (timepoints, channels)

    Raises
    ------
    InvalidInputError
        As :func:`~physembed.data.times.in_time_order`.
    """
    if len(y) == 0:
        return y.to_numpy()
    values = y.to_numpy().reshape(len(y), -1)
    (series,), _ = in_time_order([TimedCase(y.index, values, "the series")], argument)
    return series.T[:, 0] if y.ndim == 1 else series.T


def index_after(index: Any, n: int) -> Any:
    """The index of ``n`` timepoints after those of an index, at its frequency.

    Parameters
    ----------
    index : pandas.Index
        Of dates, periods, durations or numbers; in whatever order.
    n : int

    Returns
    -------
    pandas.Index
        Counted on from the number of timepoints where an index tells no time, or has one alone.
    """
    ordered = index if index.is_monotonic_increasing else index.sort_values()
    if len(index) < 2 or not (are_times(index) or pd.api.types.is_numeric_dtype(index)):
        return pd.RangeIndex(len(index), len(index) + n)
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(ordered[-1] + 1, periods=n, freq=index.freq, name=index.name)
    if isinstance(index, pd.DatetimeIndex):
        frequency = index.freq or (pd.infer_freq(ordered) if len(index) > 2 else None)
        if frequency is not None:
            begun = pd.date_range(ordered[-1], periods=n + 1, freq=frequency, name=index.name)
            # a month's end may not be the frequency's own
            return begun[begun > ordered[-1]][:n]
    values = ordered.to_series().reset_index(drop=True)
    step = values.diff().median()
    after = [ordered[-1] + (k + 1) * step for k in range(n)]
    told = pd.Index(after, name=index.name)
    return told.astype(index.dtype) if index.dtype.kind in "iu" and step == int(step) else told


def _in_a_list_of_frames(X: Sequence[Any], argument: str) -> Cases:
    """Each frame a case, whose rows are its channels and whose columns its timepoints, as aeon."""
    for index, frame in enumerate(X):
        _check_columns(frame, f"{argument}: case {index}")
    taller = sum(len(frame) > frame.shape[1] for frame in X)
    if 2 * taller > len(X):
        warnings.warn(
            f"{argument}: case 0 is a frame of {len(X[0])} rows and {X[0].shape[1]} columns, and "
            f"is read as {len(X[0])} channels of {X[0].shape[1]} timepoints. If its rows are "
            "timepoints, give [frame.T for frame in X].",
            PhysembedWarning,
            stacklevel=2,
        )
    return Cases([frame.to_numpy() for frame in X])


def _in_timed(cases: Sequence[tuple[Any, Any]], names: Any, argument: str) -> Cases:
    """Cases of (times, values of shape (timepoints, channels))."""
    called = range(len(cases)) if names is None else names
    timed = in_time_order(
        [
            TimedCase(times, values, f"case {shown(name)}")
            for (times, values), name in zip(cases, called, strict=True)
        ],
        argument,
    )
    return Cases(timed.series, names, None, timed.sampling_interval)


def _in_a_frame(X: pd.DataFrame, argument: str) -> Cases:
    if X.index.nlevels > 1:
        return _in_two_levels(X, argument)
    if X.columns.nlevels > 1:
        raise InvalidInputError(
            f"{argument} has columns of {X.columns.nlevels} levels; with one case per row, columns "
            "are timepoints of one channel. Several channels are accepted in an index of case and "
            "time, as from X.stack()."
        )
    if len(X) and X.shape[1] and _is_series(X.iloc[0, 0]):
        return _in_cells(X, argument)
    _check_columns(X, argument)
    if X.shape[1] > 1 and _are_dates(X.columns):
        # every case has the columns' times, of which one that is missing is a gap in all
        of_columns = [TimedCase(X.columns, X.to_numpy().T, "its columns")]
        (series,), interval = in_time_order(of_columns, argument)
        return Cases(series, X.index, sampling_interval=interval)
    return Cases(X.to_numpy(), X.index, frame=X)


def _in_a_pandas_series(X: Any, argument: str) -> Cases:
    if X.index.nlevels > 1:
        return _in_two_levels(X.to_frame(), argument)
    if len(X) and _is_series(X.iloc[0]):
        return _in_cells(X.to_frame(), argument)
    raise InvalidInputError(
        f"{argument} is a Series of single values, so that it is one series or one value of each "
        f"case; {ACCEPTED} is accepted. A single series is X.to_frame().T."
    )


def _is_series(cell: Any) -> bool:
    return hasattr(cell, "__len__") and not isinstance(cell, str | bytes)


def _in_cells(X: pd.DataFrame, argument: str) -> Cases:
    """Nested: one case per row, one channel per column, a series in every cell."""
    cases = []
    for row, (name, cells) in enumerate(zip(X.index, X.to_numpy(), strict=True)):
        channels = [pd.Series(cell) if _is_series(cell) else None for cell in cells]
        if any(channel is None for channel in channels):
            raise InvalidInputError(
                f"{argument}: case {shown(name)} (row {row}) has a cell that is no series."
            )
        times = channels[0].index  # type: ignore[union-attr]
        if not all(channel.index.equals(times) for channel in channels):  # type: ignore[union-attr]
            raise InvalidInputError(
                f"{argument}: case {shown(name)} (row {row}) has channels of unequal lengths or "
                "times."
            )
        cases.append((times, np.stack([channel.to_numpy() for channel in channels], axis=1)))  # type: ignore[union-attr]
    return replace(_in_timed(cases, X.index, argument), frame=X)


def _in_two_levels(X: pd.DataFrame, argument: str) -> Cases:
    """Rows are timepoints; the first level of the index is the case, the second the time."""
    index: Any = X.index
    if index.nlevels > 2:
        raise InvalidInputError(
            f"{argument} has an index of {index.nlevels} levels "
            f"({', '.join(map(str, index.names))}); two are accepted, case and time. Join those "
            "that name a case; channels are columns, as from X.unstack(level)."
        )
    case_level, time_level = (index.get_level_values(level) for level in (0, 1))
    if _are_swapped([str(name).lower() for name in index.names], case_level, time_level):
        raise InvalidInputError(
            f"{argument} has the index levels {index.names[0]!r}, {index.names[1]!r}; the case "
            "comes first and the time second, as from X.swaplevel()."
        )
    if len(X) == 0:
        raise InvalidInputError(f"{argument} has no cases; at least one is needed.")
    if case_level.hasnans:
        raise InvalidInputError(f"{argument} has a row whose case is missing in the index.")
    groups = X.groupby(level=0, sort=True, observed=True)
    cases = [(rows.index.get_level_values(1), rows.to_numpy()) for _, rows in groups]
    names = groups.size().index
    listed = case_level.unique()
    return replace(_in_timed(cases, names, argument), frame=X, reordered=not listed.equals(names))


def _are_swapped(names: Sequence[str], case_level: Any, time_level: Any) -> bool:
    """Whether the names of two levels, or their kinds where names say nothing, are against us."""
    first, second = names
    says_right = first in _NAMES_OF_CASES or second in _NAMES_OF_TIMES
    says_wrong = first in _NAMES_OF_TIMES or second in _NAMES_OF_CASES
    if says_right or says_wrong:
        return says_wrong and not says_right
    return _are_dates(case_level) and not _are_dates(time_level)


def _are_dates(level: Any) -> bool:
    return getattr(level.dtype, "kind", "") in ("M", "m") or str(level.dtype).startswith("period")


def _check_columns(X: pd.DataFrame, argument: str) -> None:
    """Refuse columns of one name, and such as are times in another order than time's."""
    columns = X.columns
    if not columns.is_unique:
        twice = columns[columns.duplicated()][0]
        raise InvalidInputError(
            f"{argument} has two columns called {shown(twice)}; give each a name of its own."
        )
    if len(columns) < 2 or not are_times(columns) or columns.is_monotonic_increasing:
        return
    later = next(k for k in range(1, len(columns)) if not columns[k] >= columns[k - 1])
    raise InvalidInputError(
        f"{argument} has columns that look like times but do not ascend: {columns[later]} comes "
        f"after {columns[later - 1]}. Order them (X.sort_index(axis=1)), or name them by text if "
        "they are no times."
    )
