"""A file or folder as a data set: divided for an estimate, with a test set, or whole."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.dataset import Dataset
from physembed.data.own.description import BY_RULE, Description
from physembed.data.own.division import Division, divided
from physembed.data.own.labelled import Labelled
from physembed.data.own.names_of_training import NamesOfTraining
from physembed.data.own.reading import ACCEPTED, read_labelled
from physembed.data.own.spread_cases import n_looked_at, spread_evenly
from physembed.errors import DatasetError, InvalidInputError

WHOLE = "whole"
"""The split's name: every case is trained on, and looked at."""
TEST_SET = "test-set"
"""The split's name: trained on the one file or folder, tested on the other."""


def place_of(name: str | Path) -> Path | None:
    """The file or folder that a name stands for, if it looks like one or is one."""
    path = Path(name).expanduser()
    if path.suffix.lower() in ACCEPTED or len(path.parts) > 1 or str(name).endswith(("/", "\\")):
        return path
    return path if path.exists() else None


Stamp = tuple[int, ...]
"""By which a file, or what is in a folder, is known to be what it was."""


def _stamp(path: Path, description: Description) -> Stamp:
    if not path.exists():
        raise DatasetError(f"there is no file or folder {path}.")
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    if description.intervals is not None and Path(description.intervals).is_file():
        files.append(Path(description.intervals))
    states = [file.stat() for file in files]
    return tuple(number for state in states for number in (state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=2)
def _read(
    path: str, stamp: Stamp, description: Description, trained: NamesOfTraining | None
) -> Labelled:
    return read_labelled(Path(path), description, trained)


@lru_cache(maxsize=2)
def _divided(path: str, stamp: Stamp, description: Description) -> Division:
    return divided(_read(path, stamp, description, None), description)


def labelled(
    path: Path, description: Description = BY_RULE, trained: NamesOfTraining | None = None
) -> Labelled:
    """The cases of a file or folder, kept until others are asked for.

    Parameters
    ----------
    path : Path
    description : Description
    trained : NamesOfTraining or None
        By which columns are found, where a model has been trained on such cases.

    Raises
    ------
    DatasetError, InvalidInputError
    """
    return _read(str(path), _stamp(path, description), description, trained)


def test_set_of(cases: Labelled, description: Description) -> Labelled:
    """The test set that a description names, its columns found as those of the training cases.

    Raises
    ------
    DatasetError, InvalidInputError
        Also where it is not of their kind.
    """
    assert description.test is not None
    place = Path(description.test).expanduser()
    tested = labelled(place, description, NamesOfTraining.of(cases))
    _check_alike(cases, tested)
    return tested


def kept_of(path: Path, description: Description | None) -> dict[str, Any]:
    """What a model keeps of the file or folder that it is trained on, JSON-ready."""
    description = description or BY_RULE
    cases = labelled(path, description)
    return {
        "path": str(path.resolve()),
        "channels": list(cases.channels),
        "columns": list(cases.columns),
        "description": description.to_plain(),
    }


def division_of(path: Path, description: Description = BY_RULE) -> Division:
    """How the cases of a file or folder without a test set are divided."""
    return _divided(str(path), _stamp(path, description), description)


def n_folds_of(path: Path, description: Description | None) -> int:
    """The folds of all repeats; one where there is a test set."""
    description = description or BY_RULE
    if description.test is not None:
        return 1
    return len(division_of(path, description).tested)


def load_own(
    path: Path,
    description: Description | None = None,
    *,
    split: str = "official",
    fold: int = 0,
    trained: NamesOfTraining | None = None,
) -> Dataset:
    """A file or folder as a data set.

    Parameters
    ----------
    path : Path
    description : Description or None
    split : str
        "whole" trains on every case, and looks at some of many of these; else what the description
        asks for: its test set, or the folds.
    fold : int
        Over all repeats, from 0.
    trained : NamesOfTraining or None
        Of the whole: by which columns are found, where a model has been trained on such cases.

    Raises
    ------
    DatasetError, InvalidInputError
    """
    description = description or BY_RULE
    cases = labelled(path, description, trained)
    every = np.arange(len(cases))
    if split == WHOLE:
        # accuracy and robustness on what was trained on are known by some as well
        n_some = n_looked_at(cases, description.estimate_cases)
        some = spread_evenly(cases.labels, None, n_some)
        return _dataset(cases, cases, every, some, split=WHOLE)
    if description.test is not None:
        tested = test_set_of(cases, description)
        return _dataset(cases, tested, every, np.arange(len(tested)), split=TEST_SET)
    division = division_of(path, description)
    if fold >= len(division.tested):
        raise InvalidInputError(
            f"fold={fold!r} does not exist: {path} is divided into {len(division.tested)} folds."
        )
    train, test = division.trained[fold], division.tested[fold]
    return _dataset(cases, cases, train, test, split=division.name, fold=fold)


def _dataset(
    trained: Labelled,
    tested: Labelled,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    *,
    split: str,
    fold: int = 0,
) -> Dataset:
    return Dataset.from_arrays(
        name=trained.name,
        X_train=trained.collection(train),
        y_train=trained.labels[train],
        X_test=tested.collection(test),
        y_test=tested.labels[test],
        source=trained.source,
        groups_train=None if trained.groups is None else trained.groups[train],
        sampling_interval=trained.sampling_interval,
        split=split,
        fold=fold,
    )


def _check_alike(cases: Labelled, tested: Labelled) -> None:
    if len(cases.channels) != len(tested.channels):
        raise DatasetError(
            f"{tested.source} has {len(tested.channels)} channels, {cases.source} "
            f"{len(cases.channels)}."
        )
    NamesOfTraining.of(cases).check_order(tested)
    mine, theirs = tested.sampling_interval, cases.sampling_interval
    if mine is not None and theirs is not None and abs(mine - theirs) > 1e-3 * theirs:
        raise DatasetError(
            f"{tested.source} is sampled every {mine:.6g} s, {cases.source} every {theirs:.6g} s; "
            "resample one of them."
        )
    unknown = sorted(set(tested.classes) - set(cases.classes))
    if unknown:
        raise DatasetError(
            f"{tested.source} has the class {unknown[0]!r}, which {cases.source} lacks; it has "
            f"{', '.join(cases.classes[:8])}."
        )
