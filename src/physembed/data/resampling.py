"""Other divisions of a data set into training and test cases than its official one."""

import numpy as np

from physembed.data.dataset import Dataset, cases_of, joined

RESAMPLED = "resampled"
"""The split's name: fold 0 is the official division, fold r a stratified one by the seed r."""


def resampled(dataset: Dataset, fold: int) -> Dataset:
    """Divide all cases anew, with as many training cases of each class as officially.

    The divisions are aeon's, so that fold r is the one on which others have published.

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
    # only here: aeon is loaded with it
    from aeon.benchmarking.resampling import stratified_resample_data_indices

    X_train, X_test = dataset.X_train, dataset.X_test
    y_train, y_test = dataset.y_train, dataset.y_test
    if fold > 0:
        X, y = joined(X_train, X_test), np.concatenate([y_train, y_test])
        chosen, others = stratified_resample_data_indices(y_train, y_test, random_state=fold)
        X_train, y_train = cases_of(X, chosen), y[chosen]
        X_test, y_test = cases_of(X, others), y[others]
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
