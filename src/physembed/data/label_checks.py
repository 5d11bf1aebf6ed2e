"""What every set of labels or targets must satisfy, before any work is done."""

import sys
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases, is_missing, is_real_number, shown
from physembed.data.containers import to_numpy
from physembed.errors import InvalidInputError

_ALIKE = "biufU"
"""Kinds of arrays of which equal labels are equally right, so that one of each is looked at."""
LARGEST_TARGET = 1e150
"""Beyond it, the square of a target is no number of double precision."""


def check_labels(y: Any, n_cases: int, *, argument: str = "y") -> NDArray[Any]:
    """Return class labels that a classifier can be trained with, or say what is wrong with them.

    Parameters
    ----------
    y : array_like of shape (cases,)
        Class labels: text, whole numbers or booleans. Bytes, as scipy's reader of ARFF gives
        them, become text.
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
        For a wrong number of labels, a missing label, labels that are no classes, or a single
        class.
    """
    labels = labels_of(y, n_cases, argument=argument)
    n_classes = len(np.unique(labels))
    if n_classes == 1:
        raise InvalidInputError(
            f"{argument} has only 1 class, {shown(labels[0])}; "
            "a classifier needs at least two classes."
        )
    return labels


def labels_of(y: Any, n_cases: int, *, argument: str = "y") -> NDArray[Any]:
    """Return class labels as a 1-D array; those that are tested on may be of one class or case.

    Parameters and errors are those of :func:`check_labels`.
    """
    y = _one_dimensional(y, n_cases, argument, "labels", "class labels")
    if isinstance(y, np.ndarray) and y.dtype.kind in _ALIKE:
        # to look at each label of millions would cost a sixth of what is learnt of its series
        for case in np.sort(np.unique(y, return_index=True)[1]):
            _check_label(y[case], f"{argument}[{case}]")
        return y
    for case, label in enumerate(y):
        _check_label(label, f"{argument}[{case}]")
    return _label_array(y, argument)


def check_targets(y: Any, n_cases: int, *, argument: str = "y") -> NDArray[np.float64]:
    """Return targets that a regression can be trained with, or say what is wrong with them.

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
        For a wrong shape or number, missing or infinite values, what are no real numbers, numbers
        whose squares are none, or fewer than three of them.
    """
    targets = targets_of(y, n_cases, argument=argument)
    if len(targets) < 3:
        raise InvalidInputError(
            f"{argument} has {len(targets)} targets (n_samples = {len(targets)}, 1 sample or 2 are "
            "too few); at least three are needed."
        )
    return targets


def targets_of(y: Any, n_cases: int, *, argument: str = "y") -> NDArray[np.float64]:
    """Return the real numbers of a regression as a 1-D array, however few.

    Parameters and errors are those of :func:`check_targets`.
    """
    given = np.asarray(_one_dimensional(y, n_cases, argument, "targets", "real numbers"))
    if given.dtype.kind in "mM":
        raise InvalidInputError(
            f"{argument} holds dates or durations; real numbers are accepted, such as seconds."
        )
    try:
        targets = given.astype(np.float64)
    except (ValueError, TypeError):
        raise InvalidInputError(
            f"{argument} holds {given.dtype} values; real numbers are accepted."
        ) from None
    bad = np.flatnonzero(~np.isfinite(targets))
    if bad.size:
        raise InvalidInputError(
            f"{argument}[{bad[0]}] is {targets[bad[0]]}: Input {argument} contains NaN, infinity "
            "or a value too large for dtype('float64'); finite numbers are accepted."
        )
    huge = np.flatnonzero(np.abs(targets) > LARGEST_TARGET)
    if huge.size:
        raise InvalidInputError(
            f"{argument}[{huge[0]}] is {targets[huge[0]]:g}; numbers up to {LARGEST_TARGET:g} are "
            "accepted. Rescale them."
        )
    return targets


def by_case(y: Any, cases: Cases, *, argument: str = "y") -> Any:
    """Labels or targets in the order of the cases, where both are of pandas and have an index.

    Parameters
    ----------
    y : array_like
        A Series or DataFrame with the labels of the cases' own index is brought into its order;
        anything else stays as it is, one entry per case in order.
    cases : Cases
        As :func:`~physembed.data.containers.cases_in` gives them.
    argument : str
        The name by which errors call ``y``.

    Returns
    -------
    array_like

    Raises
    ------
    InvalidInputError
        If both have an index, and they are of different cases.
    """
    pandas = sys.modules.get("pandas")
    if y is None or pandas is None or cases.names is None:
        return y
    names = cases.names
    if not isinstance(y, pandas.Series | pandas.DataFrame):
        _warn_where_reordered(cases, argument)
        return y
    if y.index.nlevels > 1:
        raise InvalidInputError(
            f"{argument} has an index of {y.index.nlevels} levels; one label per case is accepted, "
            "as from y.groupby(level=0).first()."
        )
    if len(y) != len(names) or y.index.equals(names):
        return y
    unique = y.index.is_unique and names.is_unique
    places = y.index.get_indexer(names) if unique else np.array([-1])
    if (places >= 0).all():
        return y.iloc[places]
    if _is_default(y.index):
        _warn_where_reordered(cases, argument)
        return y
    if _is_default(names):
        return y
    raise InvalidInputError(
        f"{argument} has another index than the cases: it has no {shown(names[places.argmin()])}. "
        f"Give both the same index, or {argument}.to_numpy() to go by position."
    )


def _is_default(index: Any) -> bool:
    """Whether an index is pandas' own numbering, which nobody has given."""
    pandas = sys.modules["pandas"]
    return isinstance(index, pandas.RangeIndex) and index.start == 0 and index.step == 1


def _warn_where_reordered(cases: Cases, argument: str) -> None:
    if not cases.reordered:
        return
    from sklearn.exceptions import DataConversionWarning

    warnings.warn(
        f"X lists its cases in another order than sorted; {argument}, which has no index of cases, "
        "is taken for the labels of the sorted cases. Give it as a Series with the cases as index.",
        DataConversionWarning,
        stacklevel=2,
    )


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
        raise InvalidInputError(
            f"{place} is missing ({shown(label)}); every case needs a class label."
        )
    if isinstance(label, float | np.floating) and not float(label).is_integer():
        raise InvalidInputError(
            f"{place} is {shown(float(label))}, a continuous value; "
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
    if any(isinstance(label, bytes) for label in y):
        return np.array([_decoded(label, argument) for label in y])
    y = of_fixed_width(y)
    # objects become what their values are
    if isinstance(y, np.ndarray) and y.dtype.kind != "O":
        return y
    return np.array(list(y))


def _decoded(label: Any, argument: str) -> str:
    try:
        return label.decode() if isinstance(label, bytes) else str(label)
    except UnicodeDecodeError:
        raise InvalidInputError(
            f"{argument} has the label {shown(label)}, bytes that are no UTF-8 text."
        ) from None
