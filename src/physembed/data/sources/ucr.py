"""Sets of the UCR and UEA archives: a folder with <Name>_TRAIN.ts and <Name>_TEST.ts.

Dau et al. (2019), "The UCR time series archive"; Bagnall et al. (2018), "The UEA multivariate
time series classification archive, 2018".
"""

from pathlib import Path

import numpy as np

from physembed.data.catalogue import CATALOGUE
from physembed.data.dataset import Dataset
from physembed.data.sources.ts_file import TsFile, read_ts_file
from physembed.errors import DatasetError


def load(name: str, folder: Path, *, source: str) -> Dataset:
    """Read the official split of a UCR set and check that it is what it claims to be.

    Parameters
    ----------
    name : str
        The set's name, which its two files begin with.
    folder : pathlib.Path
        The folder that holds them.
    source : str
        What to record as the origin.

    Returns
    -------
    Dataset

    Raises
    ------
    DatasetError
        If a file is absent or damaged, the two parts contradict each other, or a set of the
        catalogue does not have its known shape.
    """
    parts = {}
    for part in ("TRAIN", "TEST"):
        path = folder / f"{name}_{part}.ts"
        if not path.is_file():
            raise DatasetError(f"data set {name!r} is incomplete: {path} is missing.")
        parts[part] = read_ts_file(path)
        if parts[part].y is None:
            raise DatasetError(f"{path} has no class labels (@classLabel false).")
    train, test = parts["TRAIN"], parts["TEST"]
    assert train.y is not None and test.y is not None
    _check_parts_agree(name, folder, train, test)
    dataset = Dataset.from_arrays(
        name=name,
        X_train=train.X,
        y_train=train.y,
        X_test=test.X,
        y_test=test.y,
        source=source,
    )
    _check_known_shape(dataset, folder)
    return dataset


def _check_parts_agree(name: str, folder: Path, train: TsFile, test: TsFile) -> None:
    if train.X[0].shape[0] != test.X[0].shape[0]:
        raise DatasetError(
            f"data set {name!r} in {folder} contradicts itself: {train.X[0].shape[0]} channels "
            f"in its TRAIN file, {test.X[0].shape[0]} in its TEST file."
        )


def _check_known_shape(dataset: Dataset, folder: Path) -> None:
    entry = CATALOGUE.get(dataset.name)
    if entry is None:
        return
    found_points = {series.shape[1] for X in (dataset.X_train, dataset.X_test) for series in X}
    comparisons = {
        "training cases": (len(dataset.X_train), entry.n_train),
        "test cases": (len(dataset.X_test), entry.n_test),
        "channels": (dataset.X_train[0].shape[0], entry.n_channels),
        "classes": (np.unique(dataset.y_train).size, entry.n_classes),
    }
    if entry.n_timepoints is not None:
        comparisons["timepoints"] = (max(found_points), entry.n_timepoints)
    wrong = [
        f"{found} {what} (expected {expected})"
        for what, (found, expected) in comparisons.items()
        if found != expected
    ]
    if wrong:
        raise DatasetError(f"{folder} is not the data set {dataset.name!r}: {', '.join(wrong)}.")
