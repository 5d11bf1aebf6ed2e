"""What every collection of series must satisfy, before any work is done.

What a container says of cases, channels and times is read by :mod:`physembed.data.containers`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import (
    ACCEPTED,
    as_float,
    is_missing,
    is_real_number,
    place_of,
    plain,
    shown,
)
from physembed.data.containers import cases_in
from physembed.data.irregular import on_one_grid
from physembed.data.quadratures import AS_TWO_CHANNELS
from physembed.errors import InvalidInputError


def check_collection(
    X: Any,
    *,
    argument: str = "X",
    missing: bool = False,
    unequal: bool = False,
    n_timepoints: int | None = None,
) -> NDArray[np.float64]:
    """Return a collection of series as one array, or say what is wrong with it.

    Parameters
    ----------
    X : array_like
        (cases, timepoints) or (cases, channels, timepoints); or a list with one (timepoints,)
        or (channels, timepoints) series per case; or a DataFrame whose rows are cases, or the
        timepoints of cases where it has an index of case and time and a column per channel; or
        :class:`~physembed.data.cases.Cases`; or a torch tensor; or an array of objects that
        are series. Booleans and integers count as numbers. ``docs/scikit-learn.md`` says for each
        how cases, channels and time are found.
    argument : str
        The name by which errors call it.
    missing, unequal : bool, default=False
        Whether missing values (NaN, None, pandas' NA, what is masked) and series of unequal
        lengths are accepted, and laid onto one grid by
        :func:`~physembed.data.irregular.on_one_grid`.
    n_timepoints : int, optional
        Timepoints of that grid where lengths may be unequal; the longest series' where it is None.

    Returns
    -------
    array of shape (cases, channels, timepoints), float64, C-contiguous

    Raises
    ------
    InvalidInputError
        For missing or infinite values, unequal lengths, text, complex numbers, a wrong number of
        dimensions, no cases, no channels, or fewer than two timepoints.
    """
    series = cases_in(X, argument).series
    if isinstance(series, list):
        cases = _real_cases(series, argument, missing=missing)
        if unequal and len({case.shape[-1] for case in cases if case.ndim}) > 1:
            cases = _with_channels(cases, argument)
            if not missing:
                _refuse_missing(cases, argument)
            return _finite(on_one_grid(cases, n_timepoints, argument=argument), argument)
        array = _stack_cases(cases, argument)
    else:
        array = series
    array = _numbers(array, argument, missing=missing)
    if array.ndim == 2:
        array = array[:, np.newaxis, :]
    if array.ndim != 3:
        raise InvalidInputError(
            f"{argument} has {array.ndim} dimensions (shape {array.shape}); "
            f"{ACCEPTED} is accepted. Reshape your data: a single series is "
            "X[np.newaxis]."
        )
    _check_sizes(array, argument)
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(array, dtype=np.float64)
    wanted = n_timepoints if unequal else None
    of_other_length = wanted is not None and array.shape[-1] != wanted
    if of_other_length or (missing and np.isnan(array).any()):
        if not missing:
            _refuse_missing(list(array), argument)
        array = on_one_grid(list(array), wanted, argument=argument)
    return _finite(array, argument)


def _real_cases(
    cases: Sequence[NDArray[Any]], argument: str, *, missing: bool
) -> list[NDArray[Any]]:
    """Each case as an array of real numbers, of whatever shape."""
    arrays = []
    for index, case in enumerate(cases):
        (array,) = _numbers(case[np.newaxis], argument, missing=missing, first_case=index)
        arrays.append(np.asarray(array))
    return arrays


def _with_channels(arrays: list[NDArray[Any]], argument: str) -> list[NDArray[np.float64]]:
    """Cases of unequal lengths, each (channels, timepoints) and long enough."""
    cases = [np.atleast_2d(array).astype(np.float64) for array in arrays]
    for index, case in enumerate(cases):
        if case.ndim != 2 or len(case) != len(cases[0]):
            _refuse_unequal(argument, index, case.shape, (*cases[0].shape[:-1], case.shape[-1]))
        if case.shape[-1] < 2:
            raise InvalidInputError(
                f"{argument}: case {index} has {case.shape[-1]} timepoints; at least two are "
                "needed."
            )
    return cases


def _stack_cases(arrays: list[NDArray[Any]], argument: str) -> NDArray[Any]:
    first = arrays[0]
    for index, array in enumerate(arrays):
        if array.ndim != first.ndim:
            raise InvalidInputError(
                f"{argument}: case {index} has {array.ndim} dimensions, case 0 has {first.ndim}; "
                "all cases need the same shape."
            )
        if array.shape != first.shape:
            _refuse_unequal(argument, index, array.shape, first.shape)
    return np.stack(arrays)


def _refuse_unequal(
    argument: str, case: int, shape: tuple[int, ...], first: tuple[int, ...]
) -> None:
    axis = "timepoints" if shape[-1] != first[-1] else "channels"
    here, there = (shape[-1], first[-1]) if axis == "timepoints" else (shape[0], first[0])
    raise InvalidInputError(
        f"{argument}: case {case} has {here} {axis}, case 0 has {there}; series of unequal "
        "lengths are not accepted. Cut, pad or resample them to one length first."
    )


def _numbers(
    array: NDArray[Any], argument: str, *, missing: bool, first_case: int = 0
) -> NDArray[Any]:
    """Real numbers, and NaN for what is missing where that is accepted; else it is refused.

    ``first_case`` is the number of the first row.
    """
    if array.dtype.kind in "biuf":
        return array
    if array.dtype.kind == "c":
        raise InvalidInputError(
            f"{argument} has complex numbers ({array.dtype}). Complex data not supported here: "
            f"give real series, such as abs(X), or {AS_TWO_CHANNELS}. Fields themselves are taken "
            "by fit and predict of estimators, of arrays."
        )
    numbers = np.full(array.shape, np.nan)
    for position, value in np.ndenumerate(array):
        if is_real_number(value):
            numbers[position] = as_float(value)
            continue
        if missing and is_missing(value) and array.dtype.kind == "O":
            continue
        place = place_of(position, first_case)
        if is_missing(value):
            raise InvalidInputError(f"{argument} has a missing value ({value}) at {place}.")
        raise InvalidInputError(
            f"{argument} has {shown(value)} ({type(plain(value)).__name__}) at {place}; "
            "real numbers are accepted."
        )
    if array.dtype.kind != "O":
        raise InvalidInputError(
            f"{argument} has dtype {array.dtype}; real numbers are accepted, as in X.astype(float)."
        )
    return numbers


def _check_sizes(array: NDArray[Any], argument: str) -> None:
    n_cases, n_channels, n_timepoints = array.shape
    if n_cases == 0:
        raise InvalidInputError(f"{argument} has no cases (shape {array.shape}).")
    if n_channels == 0:
        raise InvalidInputError(f"{argument} has no channels (shape {array.shape}).")
    if n_timepoints < 2:
        raise InvalidInputError(
            f"{argument} has series of {n_timepoints} timepoint{'s' * (n_timepoints != 1)}: "
            f"{n_timepoints} feature(s) (shape=({n_cases}, {n_timepoints})) while a minimum of 2 "
            "is required."
        )


def _refuse_missing(cases: Sequence[NDArray[np.float64]], argument: str) -> None:
    for index, case in enumerate(cases):
        if np.isnan(case).any():
            raise InvalidInputError(
                f"{argument} has a missing value (NaN) in case {index}. Fill or remove it first: "
                "finite numbers are accepted."
            )


def _finite(array: NDArray[np.float64], argument: str) -> NDArray[np.float64]:
    """The array, if all of its numbers are finite."""
    bad = ~np.isfinite(array)
    if not bad.any():
        return array
    position = np.unravel_index(int(bad.argmax()), array.shape)
    what = "a missing value (NaN)" if np.isnan(array[position]) else "an infinite value"
    n_bad = int(bad.any(axis=(1, 2)).sum())
    kinds = "missing or infinite" if np.isnan(array).any() else "infinite"
    raise InvalidInputError(
        f"{argument} has {what} at {place_of(position, 0)}; {n_bad} of {len(array)} cases have "
        f"{kinds} values. Replace or remove them first: finite numbers are accepted."
    )
