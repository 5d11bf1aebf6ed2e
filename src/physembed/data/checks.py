"""What every collection of series and every set of labels must satisfy, before any work is done.

Only numpy is loaded; pandas and torch objects are recognised when the caller has loaded those.
"""

import math
import sys
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.irregular import on_one_grid
from physembed.errors import InvalidInputError

_ACCEPTED_COLLECTION = (
    "a (cases, timepoints) or (cases, channels, timepoints) array of real numbers, a list of "
    "such series of equal shape, or a DataFrame with one case per row"
)


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
        or (channels, timepoints) series per case, all of one shape; or a DataFrame whose rows
        are cases, or the timepoints of cases where it has a MultiIndex (case, timepoint) and a
        column per channel; or a torch tensor. Booleans and integers count as numbers.
    argument : str
        The name by which errors call it.
    missing, unequal : bool, default=False
        Whether missing values (NaN) and series of unequal lengths are accepted, and laid onto one
        grid by :func:`~physembed.data.irregular.on_one_grid`.
    n_timepoints : int, optional
        Timepoints of that grid where lengths may be unequal; the longest series' where it is None.

    Returns
    -------
    array of shape (cases, channels, timepoints), float64, C-contiguous

    Raises
    ------
    InvalidInputError
        For missing or infinite values, unequal lengths, text, complex numbers, object arrays,
        a wrong number of dimensions, no cases, no channels, or fewer than two timepoints.
    """
    X = _to_numpy(X)
    if isinstance(X, Sequence) and not isinstance(X, str | bytes):
        X = _cases(X, argument)
        if unequal and len({case.shape[-1] for case in X if case.ndim}) > 1:
            X = _with_channels(X, argument)
            if not missing:
                _refuse_missing(X, argument)
            return _finite(on_one_grid(X, n_timepoints, argument=argument), argument)
        array = _stack_cases(X, argument)
    elif isinstance(X, np.ndarray):
        array = X
    elif hasattr(X, "__array__"):
        return check_collection(
            np.asarray(X),
            argument=argument,
            missing=missing,
            unequal=unequal,
            n_timepoints=n_timepoints,
        )
    elif hasattr(X, "tocsr"):
        raise InvalidInputError(
            f"{argument} is a sparse {type(X).__name__}; {_ACCEPTED_COLLECTION} is accepted, "
            "as in X.toarray()."
        )
    else:
        raise InvalidInputError(
            f"{argument} is a {type(X).__name__}; {_ACCEPTED_COLLECTION} is accepted."
        )
    _check_numeric(array, argument)
    if array.ndim == 2:
        array = array[:, np.newaxis, :]
    if array.ndim != 3:
        raise InvalidInputError(
            f"{argument} has {array.ndim} dimensions (shape {array.shape}); "
            f"{_ACCEPTED_COLLECTION} is accepted. Reshape your data: a single series is "
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


def check_labels(y: Any, n_cases: int, *, argument: str = "y") -> NDArray[Any]:
    """Return class labels as a 1-D array, or say what is wrong with them.

    Parameters
    ----------
    y : array_like of shape (cases,)
        Class labels: text, whole numbers or booleans.
    n_cases : int
        How many cases they belong to.
    argument : str
        The name by which errors call it.

    Returns
    -------
    array of shape (cases,)

    Raises
    ------
    InvalidInputError
        For a wrong number of labels, a missing label, labels that are no classes, a single
        class, or at least as many classes as cases.
    """
    y = _one_dimensional(y, n_cases, argument, "labels", "class labels")
    for case, label in enumerate(y):
        _check_label(label, f"{argument}[{case}]")
    labels = _label_array(y, argument)
    n_classes = len(np.unique(labels))
    if n_classes == 1:
        raise InvalidInputError(
            f"{argument} has only 1 class, {labels[0].item()!r}; "
            "a classifier needs at least two classes."
        )
    if n_classes >= n_cases:
        raise InvalidInputError(
            f"{argument} has {n_classes} classes for {n_cases} cases; more cases than classes are "
            "needed, so that some class has two. Are these continuous values rather than classes?"
        )
    return labels


def check_targets(y: Any, n_cases: int, *, argument: str = "y") -> NDArray[np.float64]:
    """Return the real numbers of a regression as a 1-D array, or say what is wrong with them.

    Parameters
    ----------
    y : array_like of shape (cases,)
    n_cases : int
        How many cases they belong to.
    argument : str
        The name by which errors call them.

    Returns
    -------
    array of shape (cases,), float64

    Raises
    ------
    InvalidInputError
        For a wrong shape or number, missing or infinite values, what are no real numbers, or
        fewer than three of them.
    """
    targets = np.asarray(_one_dimensional(y, n_cases, argument, "targets", "real numbers"))
    try:
        found = targets.astype(np.float64)
    except (ValueError, TypeError):
        raise InvalidInputError(
            f"{argument} holds {targets.dtype} values; real numbers are accepted."
        ) from None
    bad = np.flatnonzero(~np.isfinite(found))
    if bad.size:
        raise InvalidInputError(
            f"{argument}[{bad[0]}] is {found[bad[0]]}: Input {argument} contains NaN, infinity or "
            "a value too large for dtype('float64'); finite numbers are accepted."
        )
    if len(found) < 3:
        raise InvalidInputError(
            f"{argument} has {len(found)} targets (n_samples = {len(found)}, 1 sample or 2 are too "
            "few); at least three are needed."
        )
    return found


def _one_dimensional(y: Any, n_cases: int, argument: str, kind: str, accepted: str) -> Any:
    """``y`` as a sequence of so many entries; a column becomes one, with scikit-learn's warning."""
    if y is None:
        raise InvalidInputError(
            f"{argument} is None; this estimator requires y to be passed, but the target y is "
            f"None: a 1-D array or list of {accepted} is accepted."
        )
    y = _to_numpy(y)
    if hasattr(y, "__array__"):
        y = np.asarray(y)
    if isinstance(y, str | bytes) or not isinstance(y, Sequence | np.ndarray):
        raise InvalidInputError(
            f"{argument} is a {type(y).__name__}; a 1-D array or list of {accepted} is accepted."
        )
    if isinstance(y, np.ndarray) and y.ndim == 2 and y.shape[1] == 1:
        from sklearn.exceptions import DataConversionWarning

        warnings.warn(
            f"A column-vector {argument} was passed when a 1d array was expected; it is read as "
            f"one of shape ({len(y)},), as from {argument}.ravel().",
            DataConversionWarning,
            stacklevel=3,
        )
        y = y[:, 0]
    if isinstance(y, np.ndarray) and y.ndim != 1:
        raise InvalidInputError(
            f"{argument} has shape {y.shape}; one of the {kind} per case is accepted, shape "
            f"({n_cases},)."
        )
    if len(y) != n_cases:
        raise InvalidInputError(f"{argument} has {len(y)} {kind} for {n_cases} cases.")
    return y


def _to_numpy(data: Any) -> Any:
    """Turn tensors, pandas objects and masked arrays into numpy; leave the rest as it is."""
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(data, torch.Tensor):
        data = data.detach().cpu()
        return data.double().numpy() if data.is_floating_point() else data.resolve_conj().numpy()
    if pandas is not None and isinstance(data, pandas.DataFrame | pandas.Series | pandas.Index):
        if isinstance(data, pandas.DataFrame) and isinstance(data.index, pandas.MultiIndex):
            return [case.to_numpy().T for _, case in data.groupby(level=0, sort=False)]
        return data.to_numpy()
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        values = data.data.astype(object)
        values[data.mask] = None
        return values
    return data


def _cases(cases: Sequence[Any], argument: str) -> list[NDArray[Any]]:
    """Each case as an array of real numbers, of whatever shape."""
    if len(cases) == 0:
        raise InvalidInputError(f"{argument} has no cases; at least one is needed.")
    arrays = []
    for index, case in enumerate(cases):
        try:
            array = np.asarray(_to_numpy(case))
        except ValueError:
            raise InvalidInputError(
                f"{argument}: case {index} has channels of unequal lengths, or lists nested "
                "unevenly; one (timepoints,) or (channels, timepoints) series is accepted."
            ) from None
        _check_numeric(array[np.newaxis], argument, first_case=index)
        arrays.append(array)
    return arrays


def _with_channels(arrays: list[NDArray[Any]], argument: str) -> list[NDArray[np.float64]]:
    """Cases of unequal lengths, each (channels, timepoints) and long enough."""
    found = [np.atleast_2d(array).astype(np.float64) for array in arrays]
    for index, case in enumerate(found):
        if case.ndim != 2 or len(case) != len(found[0]):
            _refuse_unequal(argument, index, case.shape, (*found[0].shape[:-1], case.shape[-1]))
        if case.shape[-1] < 2:
            raise InvalidInputError(
                f"{argument}: case {index} has {case.shape[-1]} timepoints; at least two are "
                "needed."
            )
    return found


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


def _check_numeric(array: NDArray[Any], argument: str, first_case: int = 0) -> None:
    """Refuse every dtype but real numbers; ``first_case`` is the number of the first row."""
    if array.dtype.kind in "biuf":
        return
    if array.dtype.kind == "c":
        raise InvalidInputError(
            f"{argument} has complex numbers ({array.dtype}). Complex data not supported: "
            "real series are accepted, such as the amplitude."
        )
    if array.dtype.kind == "O" and array.ndim == 1:
        _refuse_array_of_objects(array, argument)
    for position, value in np.ndenumerate(array):
        if _is_real_number(value) and not isinstance(value, str):
            continue
        place = _place(position, first_case)
        if _is_missing(value):
            raise InvalidInputError(f"{argument} has a missing value ({value}) at {place}.")
        raise InvalidInputError(
            f"{argument} has {_plain(value)!r} ({type(_plain(value)).__name__}) at {place}; "
            "real numbers are accepted."
        )
    if array.dtype.kind != "O":
        raise InvalidInputError(
            f"{argument} has dtype {array.dtype}; real numbers are accepted, as in X.astype(float)."
        )


def _refuse_array_of_objects(array: NDArray[Any], argument: str) -> None:
    lengths = [np.shape(case)[-1] if np.ndim(case) else 0 for case in array]
    for case, length in enumerate(lengths):
        if 0 < length != lengths[0] > 0:
            _refuse_unequal(argument, case, (length,), (lengths[0],))
    if all(lengths):
        raise InvalidInputError(
            f"{argument} is an array of objects; a numeric array is accepted, as in np.stack(X)."
        )


def _plain(value: Any) -> Any:
    """Return a numpy scalar as Python shows it."""
    return value.item() if isinstance(value, np.generic) else value


def _is_real_number(value: Any) -> bool:
    return isinstance(value, int | float | np.bool_ | np.integer | np.floating)


def _is_missing(value: Any) -> bool:
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    pandas = sys.modules.get("pandas")
    return pandas is not None and (value is pandas.NA or value is pandas.NaT)


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
    raise InvalidInputError(
        f"{argument} has {what} at {_place(position, 0)}; {n_bad} of {len(array)} cases have "
        "missing or infinite values. Fill or remove them first: finite numbers are accepted."
    )


def _place(position: Sequence[Any], first_case: int) -> str:
    case, *rest = (int(index) for index in position)
    names: Iterator[str] = iter(("channel", "timepoint") if len(rest) == 2 else ("timepoint",))
    return ", ".join(
        [f"case {case + first_case}", *(f"{n} {i}" for n, i in zip(names, rest, strict=False))]
    )


def _check_label(label: Any, place: str) -> None:
    if _is_missing(label) or (isinstance(label, str) and not label.strip()):
        raise InvalidInputError(f"{place} is missing ({label!r}); every case needs a class label.")
    if isinstance(label, float | np.floating) and not float(label).is_integer():
        raise InvalidInputError(
            f"{place} is {float(label)!r}, a continuous value; "
            "class labels are text, whole numbers or booleans."
        )
    if not (isinstance(label, str | bytes) or _is_real_number(label)):
        raise InvalidInputError(
            f"{place} is a {type(label).__name__}; "
            "class labels are text, whole numbers or booleans."
        )


def _label_array(y: Sequence[Any] | NDArray[Any], argument: str) -> NDArray[Any]:
    kinds = {isinstance(label, str | bytes) for label in y}
    if len(kinds) > 1:
        raise InvalidInputError(f"{argument} mixes text and numbers; use one kind of class label.")
    if isinstance(y, np.ndarray) and y.dtype.kind != "O":
        return y
    return np.array(list(y))
