"""Sets of the UCR and UEA archives: a folder with <Name>_TRAIN.ts and <Name>_TEST.ts.

The archive's other formats, .tsv and .arff, are read where there is no .ts.

Dau et al. (2019), "The UCR time series archive"; Bagnall et al. (2018), "The UEA multivariate
time series classification archive, 2018".
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from physembed.data.catalogue import CATALOGUE
from physembed.data.dataset import Dataset, SeriesCollection
from physembed.data.formats.series_files import read_in_pieces
from physembed.data.location import ucr_part
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
    train, test = (_read_part(folder, name, part) for part in ("TRAIN", "TEST"))
    _check_parts_agree(name, folder, train, test)
    dataset = Dataset.from_arrays(
        name=name,
        X_train=train.series,
        y_train=train.labels,
        X_test=test.series,
        y_test=test.labels,
        source=source,
    )
    _check_known_shape(dataset, folder)
    return dataset


class _Part(NamedTuple):
    series: SeriesCollection
    labels: NDArray[np.str_]


def _read_part(folder: Path, name: str, part: str) -> _Part:
    path = ucr_part(folder, name, part)
    if path is None:
        raise DatasetError(
            f"data set {name!r} is incomplete: {folder / f'{name}_{part}.ts'} is missing."
        )
    pieces = list(read_in_pieces(path))
    if any(piece.labels is None or piece.labels.dtype.kind != "U" for piece in pieces):
        raise DatasetError(f"{path} has no class labels (@classLabel false, or targets).")
    series: list[NDArray[np.float64]] = []
    for piece in pieces:
        series.extend(np.atleast_2d(case) for case in piece.series)
    equal = len({case.shape for case in series}) == 1
    return _Part(
        np.stack(series) if equal else series,
        np.concatenate([piece.labels for piece in pieces if piece.labels is not None]),
    )


def _check_parts_agree(name: str, folder: Path, train: _Part, test: _Part) -> None:
    channels = [part.series[0].shape[0] for part in (train, test)]
    if channels[0] != channels[1]:
        raise DatasetError(
            f"data set {name!r} in {folder} contradicts itself: {channels[0]} channels "
            f"in its TRAIN file, {channels[1]} in its TEST file."
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
        f"{actual} {what} (expected {expected})"
        for what, (actual, expected) in comparisons.items()
        if actual != expected
    ]
    if wrong:
        raise DatasetError(f"{folder} is not the data set {dataset.name!r}: {', '.join(wrong)}.")
