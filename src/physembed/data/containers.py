"""Every container of series, read in one way: cases in order, their names, when they were sampled.

What is accepted, and how cases, channels and timepoints are found in it, is the table of
``docs/scikit-learn.md``. Only numpy is loaded; pandas and torch objects are recognised when the
caller has loaded those.
"""

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import ACCEPTED, Cases
from physembed.errors import InvalidInputError, PhysembedWarning


def cases_in(X: Any, argument: str = "X") -> Cases:
    """The cases of any container, in order.

    Parameters
    ----------
    X : array_like
        See :func:`~physembed.data.checks.check_collection`; :class:`Cases` stay as they are.
    argument : str
        The name by which errors call it.

    Returns
    -------
    Cases

    Raises
    ------
    InvalidInputError
        For a container that is none, and for an index or columns that do not say what is a case,
        a channel and a time.
    """
    if isinstance(X, Cases):
        return X
    if _is_of_pandas(X):
        from physembed.data.frames import cases_in_pandas

        return cases_in_pandas(X, argument)
    X = to_numpy(X)
    if isinstance(X, np.ndarray):
        return _in_an_array(X, argument)
    if isinstance(X, Sequence) and not isinstance(X, str | bytes):
        return _in_a_list(X, argument)
    if hasattr(X, "dims") and hasattr(X, "coords"):
        raise InvalidInputError(
            f"{argument} is a {type(X).__name__}, whose dimensions may be in any order; {ACCEPTED} "
            "is accepted, as in X.transpose('case', 'channel', 'time').to_numpy()."
        )
    if hasattr(X, "tocsr"):
        raise InvalidInputError(
            f"{argument} is a sparse {type(X).__name__}; {ACCEPTED} is accepted, as in X.toarray()."
        )
    if hasattr(X, "__array__"):
        return cases_in(np.asarray(X), argument)
    raise InvalidInputError(
        f"{argument} is a {type(X).__name__}; {ACCEPTED} is accepted.{_how_in_parts(X)}"
    )


def _how_in_parts(X: Any) -> str:
    """What to do with a source of parts where cases were to be given, in a sentence."""
    if isinstance(X, str | Path):
        return (
            " A folder of .npz or .parquet parts is given to fit and score alone, without labels, "
            "and is predicted by list(physembed.estimators.predict_parts(model, folder, out)), or "
            "by `physembed predict RUN FOLDER --out DIR` on the command line."
        )
    ray_data = sys.modules.get("ray.data")
    if ray_data is not None and isinstance(X, ray_data.Dataset):
        return (
            " A Ray Dataset is given to fit and score alone, without labels, and is predicted by "
            "physembed.estimators.predict_dataset(model, dataset)."
        )
    return ""


def are_fields(cases: Cases) -> bool:
    """Whether there are complex series among them, or objects that are complex numbers."""
    for given in cases.series if isinstance(cases.series, list) else [cases.series]:
        series = np.asarray(given)
        if np.iscomplexobj(series):
            return True
        objects = series.flat if series.dtype.kind == "O" else ()
        if any(isinstance(value, complex | np.complexfloating) for value in objects):
            return True
    return False


def to_numpy(data: Any) -> Any:
    """Turn tensors, pandas objects and masked arrays into numpy; leave the rest as it is.

    An index of pandas is left out: what it says of series is read by
    :func:`cases_in`.
    """
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(data, torch.Tensor):
        data = data.detach().cpu()
        return data.double().numpy() if data.is_floating_point() else data.resolve_conj().numpy()
    if pandas is not None and isinstance(data, pandas.DataFrame | pandas.Series | pandas.Index):
        return data.to_numpy()
    if isinstance(data, np.ma.MaskedArray) and np.ma.is_masked(data):
        if data.dtype.kind == "c":
            return np.where(data.mask, np.nan, data.data)
        values = data.data.astype(object)
        values[data.mask] = None
        return values
    return data


def _in_an_array(X: NDArray[Any], argument: str) -> Cases:
    if X.dtype.kind == "O" and X.ndim == 1:
        return _in_a_list(list(X), argument)
    if X.ndim == 3:
        _warn_of_swapped_axes(X.shape[1], X.shape[2], argument)
    return Cases(X)


def _in_a_list(X: Sequence[Any], argument: str) -> Cases:
    if len(X) == 0:
        raise InvalidInputError(f"{argument} has no cases; at least one is needed.")
    if _is_of_pandas(X[0]):
        from physembed.data.frames import cases_in_a_list

        return cases_in_a_list(X, argument)
    cases = [_as_array(case, index, argument) for index, case in enumerate(X)]
    if cases[0].ndim == 2:
        _warn_of_swapped_axes(cases[0].shape[0], cases[0].shape[1], argument)
    return Cases(cases)


def _is_of_pandas(X: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(X, pandas.DataFrame | pandas.Series)


def _as_array(case: Any, index: int, argument: str) -> NDArray[Any]:
    try:
        return np.asarray(to_numpy(case))
    except ValueError:
        raise InvalidInputError(
            f"{argument}: case {index} has channels of unequal lengths, or lists nested "
            "unevenly; one (timepoints,) or (channels, timepoints) series is accepted."
        ) from None


def _warn_of_swapped_axes(n_channels: int, n_timepoints: int, argument: str) -> None:
    """Say so where a (cases, timepoints, channels) array looks to have been given."""
    if 0 < n_timepoints <= 32 and n_channels >= 4 * n_timepoints:
        warnings.warn(
            f"{argument} is read as {n_channels} channels of {n_timepoints} timepoints: (cases, "
            f"channels, timepoints) is the order. If these are {n_channels} timepoints, give "
            "X.transpose(0, 2, 1).",
            PhysembedWarning,
            stacklevel=2,
        )
