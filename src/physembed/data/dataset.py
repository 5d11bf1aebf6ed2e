"""A data set in memory: its cases, their class labels, and where they come from."""

import hashlib
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from physembed.data.checks import check_collection
from physembed.data.preparation import Preparation
from physembed.errors import InvalidInputError

#: (cases, channels, timepoints), or one (channels, timepoints) array per case where lengths differ.
SeriesCollection: TypeAlias = NDArray[np.float64] | list[NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A labelled data set, already divided into training and test cases.

    Parameters
    ----------
    name : str
        The name it was loaded by.
    X_train, X_test : array of shape (cases, channels, timepoints), float64
        The series; a list of (channels, timepoints) arrays where lengths differ.
    y_train, y_test : array of str, shape (cases,)
        The class label of each case.
    source : str
        Where it was read from, for people.
    digest : str
        SHA-256 over all series and labels (see `dataset_digest`), in hexadecimal digits.
    sampling_interval : float or None
        Seconds between two timepoints; None where the source does not say.
    split : str
        How training and test cases were divided.
    fold : int
        Which part of that division is the test set, from 0.
    cut_or_padded_to : int or None
        Timepoints to which recordings were cut, or padded with zeros at their end.
    groups_train : array of str, shape (training cases,), or None
        What each training case belongs to, such as a machine, where that was said; no part of the
        digest.

    Examples
    --------
    >>> import physembed as pe
    >>> data = pe.load_dataset("GunPoint")
    >>> data.X_train.shape, data.y_train[:2].tolist(), data.sampling_interval
    ((50, 1, 150), ['2', '2'], None)
    """

    name: str
    X_train: SeriesCollection
    y_train: NDArray[np.str_]
    X_test: SeriesCollection
    y_test: NDArray[np.str_]
    source: str
    digest: str
    sampling_interval: float | None = None
    split: str = "official"
    fold: int = 0
    cut_or_padded_to: int | None = None
    groups_train: NDArray[np.str_] | None = None

    @classmethod
    def from_arrays(
        cls,
        *,
        name: str,
        X_train: SeriesCollection,
        y_train: NDArray[np.str_],
        X_test: SeriesCollection,
        y_test: NDArray[np.str_],
        source: str,
        **details: Any,
    ) -> Self:
        """Build a data set and compute its digest; ``details`` are the remaining fields."""
        digest = dataset_digest(X_train, y_train, X_test, y_test)
        return cls(
            name=name,
            X_train=X_train,
            y_train=y_train,
            X_test=X_test,
            y_test=y_test,
            source=source,
            digest=digest,
            **details,
        )

    @property
    def preparation(self) -> Preparation:
        """What a model has to know of how its series were made from recordings."""
        return Preparation(self.sampling_interval, self.cut_or_padded_to)

    @property
    def classes(self) -> list[str]:
        """Every class label that occurs, sorted."""
        return sorted({str(label) for label in np.concatenate([self.y_train, self.y_test])})

    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The training and the test series as the estimators see them.

        Missing values are filled and unequal lengths laid onto the timepoints of the longest
        training series; see :func:`~physembed.data.irregular.on_one_grid`.

        Returns
        -------
        train, test : array of shape (cases, channels, timepoints), float64

        Raises
        ------
        InvalidInputError
            If the series are none of that; it names the case.
        """
        unequal = isinstance(self.X_train, list)
        train = check_collection(
            self.X_train, argument="the training series", missing=True, unequal=unequal
        )
        test = check_collection(
            self.X_test,
            argument="the test series",
            missing=True,
            unequal=unequal,
            n_timepoints=train.shape[-1],
        )
        if test.shape[1:] != train.shape[1:]:
            raise InvalidInputError(
                f"the test series have {test.shape[1]} channel(s) and {test.shape[2]} timepoints, "
                f"the training series {train.shape[1]} and {train.shape[2]}."
            )
        return train, test


def cases_of(X: SeriesCollection, which: NDArray[Any]) -> SeriesCollection:
    """Some cases of a collection, by index or by mask."""
    if isinstance(X, list):
        return [X[case] for case in np.arange(len(X))[which]]
    return X[which]


def joined(X: SeriesCollection, Z: SeriesCollection) -> SeriesCollection:
    """The cases of two collections, one after the other."""
    if isinstance(X, list) or isinstance(Z, list):
        return [*X, *Z]
    return np.concatenate([X, Z])


def dataset_digest(
    X_train: SeriesCollection,
    y_train: NDArray[np.str_],
    X_test: SeriesCollection,
    y_test: NDArray[np.str_],
) -> str:
    """SHA-256 over the shapes, values and labels of a data set.

    Equal digests mean the same cases in the same order, whatever file they were read from.

    Parameters
    ----------
    X_train, y_train, X_test, y_test
        As in `Dataset`.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    sha = hashlib.sha256()
    for X, y in ((X_train, y_train), (X_test, y_test)):
        sha.update(f"{len(X)} cases;".encode())
        for series in X:
            sha.update(f"{series.shape};".encode())
            sha.update(np.ascontiguousarray(series, dtype="<f8").data)
        for label in y:
            sha.update(f"{len(str(label))}:{label};".encode())
    return sha.hexdigest()
