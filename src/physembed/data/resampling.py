"""Other divisions of a data set into training and test cases than its official one."""

import numpy as np
from numpy.typing import NDArray

from physembed.data.dataset import Dataset, cases_of, joined

RESAMPLED = "resampled"
"""The split's name: fold 0 is the official division, fold r a stratified one by the seed r."""


def resampled(dataset: Dataset, fold: int) -> Dataset:
    """Divide all cases anew, with as many training cases of each class as officially.

    Parameters
    ----------
    dataset : Dataset
        In its official division.
    fold : int
        0 leaves the cases where they are; else the seed of the division.

    Returns
    -------
    Dataset
    """
    X_train, X_test = dataset.X_train, dataset.X_test
    y_train, y_test = dataset.y_train, dataset.y_test
    if fold > 0:
        X, y = joined(X_train, X_test), np.concatenate([y_train, y_test])
        chosen = _chosen(y, y_train, fold)
        X_train, y_train = cases_of(X, chosen), y[chosen]
        X_test, y_test = cases_of(X, ~chosen), y[~chosen]
    return Dataset.from_arrays(
        name=dataset.name,
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=y_test,
        source=dataset.source,
        sampling_interval=dataset.sampling_interval,
        cut_or_padded_to=dataset.cut_or_padded_to,
        split=RESAMPLED,
        fold=fold,
    )


def _chosen(y: NDArray[np.str_], y_train: NDArray[np.str_], seed: int) -> NDArray[np.bool_]:
    """Which of all cases are for training."""
    random = np.random.default_rng(seed)
    chosen = np.zeros(len(y), dtype=np.bool_)
    for label, count in zip(*np.unique(y_train, return_counts=True), strict=True):
        of_class = np.flatnonzero(y == label)
        chosen[random.permutation(of_class)[:count]] = True
    return chosen
