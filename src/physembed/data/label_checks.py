"""What every set of labels or targets must satisfy, before any work is done."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.values import is_missing, is_real_number, to_numpy
from physembed.errors import InvalidInputError


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
    y = to_numpy(y)
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


def _check_label(label: Any, place: str) -> None:
    if is_missing(label) or (isinstance(label, str) and not label.strip()):
        raise InvalidInputError(f"{place} is missing ({label!r}); every case needs a class label.")
    if isinstance(label, float | np.floating) and not float(label).is_integer():
        raise InvalidInputError(
            f"{place} is {float(label)!r}, a continuous value; "
            "class labels are text, whole numbers or booleans."
        )
    if not (isinstance(label, str | bytes) or is_real_number(label)):
        raise InvalidInputError(
            f"{place} is a {type(label).__name__}; "
            "class labels are text, whole numbers or booleans."
        )


def of_fixed_width(y: Any) -> Any:
    """numpy's strings of variable width (StringDType), which scikit-learn refuses, as of fixed."""
    is_new = isinstance(y, np.ndarray) and y.dtype.kind == "T"
    return np.array(y.tolist()) if is_new else y


def _label_array(y: Sequence[Any] | NDArray[Any], argument: str) -> NDArray[Any]:
    kinds = {isinstance(label, str | bytes) for label in y}
    if len(kinds) > 1:
        raise InvalidInputError(f"{argument} mixes text and numbers; use one kind of class label.")
    y = of_fixed_width(y)
    # objects become what their values are
    if isinstance(y, np.ndarray) and y.dtype.kind != "O":
        return y
    return np.array(list(y))
