"""Labelled cases divided for an estimate: repeated, stratified folds of what belongs together."""

import warnings as python_warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.description import Description
from physembed.data.own.labelled import Labelled
from physembed.data.own.spread_cases import (
    more_of_rare_classes,
    n_looked_at,
    spread_evenly,
)
from physembed.data.own.table import listed
from physembed.errors import DatasetError

_TRIES = 20
"""Divisions that are tried for one in which every class is trained on."""
_REPEATS = ((200, 4), (1000, 2))
"""Cases up to which a division is repeated so often."""


@dataclass(frozen=True, eq=False)
class Division:
    """Which cases are left out together, in which fold.

    Parameters
    ----------
    tested : list of array of int64
        The cases tested on, fold by fold, repeat by repeat.
    trained : list of array of int64
        Those trained on then: all others but windows that overlap with those tested on.
    n_folds : int
        Of one repeat.
    by : str
        What is left out together, in words.
    n_cases : int
        That one repeat tests on.
    n_all : int
        That there are.
    n_rare : int
        Cases of rare classes beside those, which one repeat trains on alone.
    together : str
        How many are looked at of what belongs together, in words; empty where it is all.
    warnings : tuple of str
    """

    tested: list[NDArray[np.int64]]
    trained: list[NDArray[np.int64]]
    n_folds: int
    by: str
    n_cases: int
    n_all: int
    n_rare: int = 0
    together: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of the split, in records and folders."""
        return f"{self.n_folds}-fold"


def divided(cases: Labelled, description: Description) -> Division:
    """Divide cases so that nothing that belongs together is on both sides.

    Where there are many, each repeat divides some of them, spread evenly, and tests on these; of
    rare classes more are trained on, so that none is unknown.

    Parameters
    ----------
    cases : Labelled
    description : Description
        The number of folds, of repeats and of cases.

    Raises
    ------
    DatasetError
        If a class has too few cases, groups or stretches to be trained on and tested on.
    """
    labels = cases.labels
    names, counts = np.unique(labels, return_counts=True)
    if counts.min() < 2:
        rare = str(names[counts.argmin()])
        raise DatasetError(
            f"class {rare!r} of {cases.source} has a single case, which cannot be trained on and "
            "tested on; add cases of it, leave it out, or give a test set with --test."
        )
    groups, by, warnings = _belonging(cases, description.folds)
    n_folds = description.folds
    members = groups if groups is not None else np.arange(len(labels))
    fewest = min(len(set(members[labels == name].tolist())) for name in names)
    if fewest < n_folds:
        n_folds = max(2, fewest)
    repeats = description.repeats or next((r for n, r in _REPEATS if len(labels) <= n), 1)
    n_taken = n_looked_at(cases, description.estimate_cases)
    tested, trained = [], []
    n_cases = n_rare = 0
    together = ""
    for repeat in range(repeats):
        some = spread_evenly(labels, groups, n_taken, repeat=repeat)
        further = more_of_rare_classes(labels, groups, some)
        n_cases, n_rare = len(some), len(further)
        divided_here = np.union1d(some, further)
        # as many of each class in every repeat
        n_folds = min(n_folds, _most_folds(labels[divided_here]))
        if groups is not None:
            together = _looked_at(cases, groups, some)
        for train, left_out in _folds(cases, divided_here, groups, n_folds, repeat):
            test = np.intersect1d(left_out, some)
            if len(test):
                trained.append(train)
                tested.append(test)
    pairs = zip(trained, tested, strict=True)
    lacking = [label for train, test in pairs for label in _lacks(labels, train, test)]
    if any(len(set(labels[train].tolist())) < 2 for train in trained):
        raise DatasetError(
            f"{cases.source} is too short for an estimate by {n_folds} folds: where some of it is "
            f"left out, and what overlaps with that, no case of class {lacking[0]!r} is left to "
            "train on. Say a larger --hop (that of --window does not overlap) or fewer --folds, "
            "record more of the class, or give a test set with --test."
        )
    if lacking:
        warnings.append(
            f"in some folds no case of class {lacking[0]!r} is left to train on, so that the "
            "estimate is too low; fewer --folds, or more groups, help"
        )
    return Division(
        tested, trained, n_folds, by, n_cases, len(labels), n_rare, together, tuple(warnings)
    )


def _most_folds(labels: NDArray[np.str_]) -> int:
    """That scikit-learn divides so many cases into: as many as there are of the commonest class."""
    return max(2, int(np.unique(labels, return_counts=True)[1].max()))


def _looked_at(cases: Labelled, groups: NDArray[np.int64], some: NDArray[np.int64]) -> str:
    """How many of all groups, in words; empty where it is every one."""
    n_looked_at, n_all = len(np.unique(groups[some])), len(np.unique(groups))
    if n_looked_at == n_all:
        return ""
    names = "groups" if cases.groups is not None else "recordings"
    if cases.groups is None and groups is not cases.recordings:
        names = "blocks"
    return f"{n_looked_at:,} of the {n_all:,} {names}"


def _belonging(cases: Labelled, n_folds: int) -> tuple[NDArray[np.int64] | None, str, list[str]]:
    """The group of every case, None where each stands for itself; in words; and warnings."""
    labels = cases.labels
    if cases.groups is not None:
        names, numbers = np.unique(cases.groups, return_inverse=True)
        for label in cases.classes:
            there = np.unique(cases.groups[labels == label])
            if len(there) < 2:
                raise DatasetError(
                    f"class {label!r} of {cases.source} is in the group {str(there[0])!r} alone, "
                    "so that it is never trained on and tested on. Record it in another group, or "
                    "leave --group out, for an estimate that is too good for new groups."
                )
        return numbers, f"groups ({len(names)}: {listed(names.tolist())})", _of_groups(cases)
    if cases.recordings is None:
        return None, "single cases", []
    n_recordings = [len(np.unique(cases.recordings[labels == label])) for label in cases.classes]
    if min(n_recordings) >= 2:
        return cases.recordings, "whole recordings", []
    return (
        _blocks(cases, n_folds),
        "consecutive blocks of a recording, without the windows that overlap two",
        [
            "some class comes from one recording alone: the estimate says how well other stretches "
            "of the same recording are known, not how well a new recording is",
            *_follows_time(cases),
        ],
    )


def _of_groups(cases: Labelled) -> list[str]:
    """Whether the group alone tells the class."""
    assert cases.groups is not None
    pure = all(
        len(set(cases.labels[cases.groups == group].tolist())) == 1
        for group in np.unique(cases.groups)
    )
    n_groups = len(np.unique(cases.groups))
    if pure and n_groups < 3 * len(cases.classes):
        return [
            f"every one of the {n_groups} groups has one class: what tells groups apart may be "
            "taken for what tells classes apart"
        ]
    return []


def _follows_time(cases: Labelled) -> list[str]:
    """Whether each class is one stretch of time, so that any drift tells it."""
    assert cases.recordings is not None
    if len(np.unique(cases.recordings)) > 1:
        return []
    runs = 1 + int((cases.labels[1:] != cases.labels[:-1]).sum())
    if runs > len(cases.classes):
        return []
    return [
        "labels follow time: each class is one stretch of the recording, so that a drift (of "
        "temperature, or of the sensor) tells it as well; record the classes in turn"
    ]


def _blocks(cases: Labelled, n_folds: int) -> NDArray[np.int64]:
    """Consecutive windows of one label, so many blocks of them that each class has enough."""
    assert cases.recordings is not None
    new = np.ones(len(cases), dtype=bool)
    new[1:] = (cases.labels[1:] != cases.labels[:-1]) | (
        cases.recordings[1:] != cases.recordings[:-1]
    )
    runs = np.cumsum(new) - 1
    blocks = np.empty(len(cases), dtype=np.int64)
    n_before = 0
    for label in cases.classes:
        of_class = np.unique(runs[cases.labels == label])
        pieces = max(1, -(-n_folds // len(of_class)))
        for run in of_class:
            members = np.flatnonzero(runs == run)
            for part in np.array_split(members, min(pieces, len(members))):
                blocks[part] = n_before
                n_before += 1
    return blocks


def _folds(
    cases: Labelled,
    some: NDArray[np.int64],
    groups: NDArray[np.int64] | None,
    n_folds: int,
    repeat: int,
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Of some cases those trained on and tested on, of every fold of a repeat."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    labels = cases.labels
    if groups is None:
        plain = StratifiedKFold(n_folds, shuffle=True, random_state=repeat)
        with _of_few_in_a_class():
            return [(some[train], some[test]) for train, test in plain.split(some, labels[some])]
    best: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    fewest = len(labels) + 1
    for attempt in range(_TRIES):
        seed = repeat * _TRIES + attempt
        grouped = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
        with _of_few_in_a_class():
            folds = [
                (_apart(cases, some[train], some[test]), some[test])
                for train, test in grouped.split(some, labels[some], groups[some])
                if len(test)
            ]
        n_lacking = sum(len(_lacks(labels, *fold)) for fold in folds)
        if n_lacking < fewest:
            best, fewest = folds, n_lacking
        if n_lacking == 0:
            break
    return best


@contextmanager
def _of_few_in_a_class() -> Iterator[None]:
    """Without scikit-learn's warning of a rare class: ours says where one is not trained on."""
    with python_warnings.catch_warnings():
        python_warnings.filterwarnings("ignore", message="The least populated class")
        yield


def _lacks(
    labels: NDArray[np.str_], train: NDArray[np.int64], test: NDArray[np.int64]
) -> list[str]:
    """The classes that are tested on and not trained on."""
    return sorted(set(labels[test].tolist()) - set(labels[train].tolist()))


def _apart(cases: Labelled, train: NDArray[np.int64], test: NDArray[np.int64]) -> NDArray[np.int64]:
    """Training cases but for windows that share timepoints with one that is tested on."""
    if cases.spans is None or cases.recordings is None:
        return train
    shares = np.zeros(len(train), dtype=bool)
    for recording in np.unique(cases.recordings[test]):
        tested = cases.spans[test[cases.recordings[test] == recording]]
        starts, ends = np.sort(tested[:, 0]), np.sort(tested[:, 1])
        here = cases.recordings[train] == recording
        spans = cases.spans[train]
        # windows tested on that begin before one of these ends, less those that end before it
        begun = np.searchsorted(starts, spans[:, 1], side="left")
        ended = np.searchsorted(ends, spans[:, 0], side="right")
        shares |= here & (begun > ended)
    return train[~shares]
