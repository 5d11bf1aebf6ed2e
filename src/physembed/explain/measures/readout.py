"""What the readout listens to: its weights, by fibre, arm, record and quantity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.charts.arrays import Numbers, numbers
from physembed.explain.measures.arms import kind_in_words
from physembed.explain.measures.detected import Detected, rivals
from physembed.explain.measures.refitted import Refitted
from physembed.explain.subject import Subject
from physembed.networks import SignedHead, ZeroSumHead
from physembed.networks.detectors.detector import Reading


@dataclass(frozen=True)
class Feature:
    """What one feature of a network is of.

    Parameters
    ----------
    fibre : int
    place : str
        Where in the fibre, such as "arm 2".
    reading : Reading
    """

    fibre: int
    place: str
    reading: Reading


@dataclass(frozen=True)
class Grouping:
    """The features in groups, and what each group does for the decision.

    Parameters
    ----------
    title : str
    names : list of str
    push : ndarray of shape (groups,)
        Mean part of the margin that comes from a group; see :class:`ReadoutUse`.
    without : ndarray of shape (groups,)
        Accuracy with the features of a group held at their mean, the readout as it was.
    refitted : ndarray of shape (groups,)
        The same with a readout fitted anew to the other features.
    alone : ndarray of shape (groups,)
        Accuracy of a readout fitted to the features of the group alone.
    """

    title: str
    names: list[str]
    push: Numbers
    without: Numbers
    refitted: Numbers
    alone: Numbers


@dataclass(frozen=True)
class ReadoutUse:
    """How the margin of a decision comes about.

    The readout is linear, so the margin between the true class y and its rival r is a sum over
    features, Σ_f (W_yf - W_rf)(φ_f - <φ_f>), and a constant; means are over training cases.

    Parameters
    ----------
    features : list of Feature
    push : ndarray of shape (features,)
        Mean over test cases of each feature's term: what pushes towards the true class.
    class_push : ndarray of shape (classes, features)
        The same over the test cases of each class, against the mean of all other classes; not a
        number where there are no such cases.
    groupings : list of Grouping
    accuracy, refitted_accuracy : float
        With all features.
    n_cases : int
    """

    features: list[Feature]
    push: Numbers
    class_push: Numbers
    groupings: list[Grouping]
    accuracy: float
    refitted_accuracy: float
    n_cases: int

    def table(
        self, row: Callable[[Feature], str], column: Callable[[Feature], str]
    ) -> tuple[list[str], list[str], Numbers]:
        """Pushes summed over a cross table: names of the rows, of the columns, and the sums."""
        rows, row_of = _numbered([row(f) for f in self.features])
        columns, column_of = _numbered([column(f) for f in self.features])
        sums = np.zeros((len(rows), len(columns)))
        np.add.at(sums, (row_of, column_of), self.push)
        return rows, columns, sums


def all_features(subject: Subject) -> list[Feature]:
    """What every feature is of, in the order of the readout's weights."""
    network = subject.network
    features = []
    for fibre, described in enumerate(network.fibres):
        kinds = {
            f"arm {k}": " and ".join(kind_in_words(element) for element in arm.children())
            for k, arm in enumerate(subject.paths[fibre].arms, start=1)
        }
        for place, reading in described.readings(network.n_timepoints, network.n_channels):
            kind = kinds.get(place)
            features.append(Feature(fibre, f"{place}, {kind}" if kind else place, reading))
    return features


KINDS: dict[str, Callable[[Feature], str]] = {
    "fibre": lambda f: f"fibre {f.fibre + 1}",
    "arm": lambda f: f.place,
    "record": lambda f: f.reading.record,
    "quantity": lambda f: f.reading.quantity,
}
"""By what features are put into groups."""


def readout_use(subject: Subject) -> ReadoutUse:
    """Measure on test cases what the readout makes of which features."""
    cases = subject.few_known
    y = subject.y_test[cases]
    described = all_features(subject)
    detected = Detected(subject, subject.x_test[cases])
    centre = Detected(subject, subject.x_train[subject.few_train]).features().mean(dim=0)
    deviation = detected.features() - centre
    weights, plain = class_weights(subject), detected.logits()
    push = numbers(((weights[y] - weights[rivals(plain, y)]) * deviation).mean(dim=0))
    against = weights - (weights.sum(dim=0) - weights) / max(len(weights) - 1, 1)
    class_push = numbers(
        torch.stack([(against[k] * deviation[y == k]).mean(dim=0) for k in range(len(weights))])
    )
    refitted = Refitted(subject, cases)

    def without(member: NDArray[np.bool_]) -> float:
        silent = torch.from_numpy(member)
        logits = plain - deviation[:, silent] @ weights[:, silent].T
        return float((logits.argmax(dim=1) == y).double().mean())

    groupings = []
    for title, kind in KINDS.items():
        names, group_of = _numbered([kind(f) for f in described])
        if len(names) < 2:
            continue
        members = [group_of == k for k in range(len(names))]
        groupings.append(
            Grouping(
                title,
                names,
                np.array([push[m].sum() for m in members]),
                np.array([without(m) for m in members]),
                np.array([refitted.with_features(~m) for m in members]),
                np.array([refitted.with_features(m) for m in members]),
            )
        )
    return ReadoutUse(
        described,
        push,
        class_push,
        groupings,
        float((plain.argmax(dim=1) == y).double().mean()),
        refitted.with_change({}),
        len(cases),
    )


def class_weights(subject: Subject) -> Tensor:
    """W of the logits, shape (classes, features), float64."""
    head = subject.network.head
    weights = head.linear.weight.detach()
    if isinstance(head, SignedHead):
        return torch.cat([-weights, weights])
    # the first class has what the others leave
    if isinstance(head, ZeroSumHead):
        return torch.cat([-weights.sum(dim=0, keepdim=True), weights])
    return weights


def _numbered(names: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct names in the order of their first use, and the place of each."""
    distinct = list(dict.fromkeys(names))
    place = {name: k for k, name in enumerate(distinct)}
    return distinct, np.array([place[name] for name in names])
