"""Parts of a data set's official division: cases to choose settings by, and a small version."""

import numpy as np
from numpy.typing import NDArray

from physembed.data.dataset import Dataset, cases_of
from physembed.errors import DatasetError

VALIDATION = "validation"
"""The split's name: training cases alone, some to train on and others to choose settings by."""
SMALL = "small"
"""The split's name: some training and some test cases, for a first look."""
SIZES = {VALIDATION: (600, 300), SMALL: (100, 100)}
"""Most cases to train on and to test on."""


def part_of(dataset: Dataset, split: str) -> Dataset:
    """A division of some cases, drawn once for all, stratified by class where that can be.

    Parameters
    ----------
    dataset : Dataset
        In its official division.
    split : {"validation", "small"}
        For "validation" no official test case is looked at: what is tested on are training cases,
        at most half as many as are trained on.

    Returns
    -------
    Dataset

    Raises
    ------
    DatasetError
        If there are too few training cases to divide.
    """
    X_train, y_train = dataset.X_train, dataset.y_train
    X_test, y_test = dataset.X_test, dataset.y_test
    n_train, n_test = SIZES[split]
    if split == VALIDATION:
        n_test = min(n_test, len(y_train) // 3)
        if n_test < 1:
            raise DatasetError(f"{dataset.name} has too few training cases to hold some out.")
        held_out = _some(y_train, n_test)
        fitted = np.setdiff1d(np.arange(len(y_train)), held_out)
        X_test, y_test = cases_of(X_train, held_out), y_train[held_out]
        X_train, y_train = cases_of(X_train, fitted), y_train[fitted]
    else:
        chosen = _some(y_test, n_test)
        X_test, y_test = cases_of(X_test, chosen), y_test[chosen]
    trained_on = _some(y_train, n_train)
    return Dataset.from_arrays(
        name=dataset.name,
        X_train=cases_of(X_train, trained_on),
        y_train=y_train[trained_on],
        X_test=X_test,
        y_test=y_test,
        source=dataset.source,
        sampling_interval=dataset.sampling_interval,
        cut_or_padded_to=dataset.cut_or_padded_to,
        split=split,
    )


def _some(y: NDArray[np.str_], most: int) -> NDArray[np.int64]:
    """Indices of at most ``most`` cases, in order: of every class the same share, by chance."""
    from sklearn.model_selection import train_test_split

    everything = np.arange(len(y))
    if len(y) <= most:
        return everything
    _, counts = np.unique(y, return_counts=True)
    divisible = counts.min() >= 2 and len(counts) <= min(most, len(y) - most)
    some, _ = train_test_split(
        everything, train_size=most, stratify=y if divisible else None, random_state=0
    )
    return np.sort(some)
