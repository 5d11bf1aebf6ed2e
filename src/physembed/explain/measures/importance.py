"""What each coefficient does for the decision: taken away, and nudged."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from physembed.explain.arrays import Numbers, numbers
from physembed.explain.measures.variation import Knob, chosen, features, knobs, logits, value
from physembed.explain.subject import Subject
from physembed.training.convex_readout import ridge_with_left_out_scores

NUDGE = 1e-4
"""Step of central differences, in natural units; the network is in double precision."""


@dataclass(frozen=True)
class Importance:
    """What knobs do; arrays follow ``groups`` or ``knobs``.

    Parameters
    ----------
    groups : list of (str, list of Knob)
        What is taken away together: each knob alone, and each coefficient in all layers.
    accuracy : float
        Of the network as it is, on the cases looked at.
    without : ndarray of shape (groups,)
        Accuracy with the coefficients of a group at zero, the readout as it was.
    refitted : float and ndarray
        The same with a readout fitted anew, by ridge regression, to training cases.
    knobs : list of Knob
    slopes : Tensor of shape (cases, classes, knobs)
        Derivative of the logits with respect to each knob, in natural units.
    leverage : ndarray of shape (knobs,)
        Root mean square over cases of the derivative of the margin (the logit of the true class
        over the best other), in units of the margin's own spread.
    n_cases : int
    """

    groups: list[tuple[str, list[Knob]]]
    accuracy: float
    without: Numbers
    refitted_accuracy: float
    refitted: Numbers
    knobs: list[Knob]
    slopes: Tensor
    probabilities: Tensor
    leverage: Numbers
    n_cases: int


def importance(subject: Subject) -> Importance:
    """Measure on test cases what every coefficient does."""
    cases = subject.few_test[subject.y_test[subject.few_test] >= 0]
    x, y = subject.x_test[cases], subject.y_test[cases]
    found = knobs(subject)
    groups = _groups(found, subject)
    plain = logits(subject, x)
    without = [
        float((chosen(subject, x, dict.fromkeys(members, 0.0)) == y).double().mean())
        for _, members in groups
    ]
    refit = [_refitted(subject, dict.fromkeys(members, 0.0), x, y) for _, members in groups]
    slopes = torch.stack(
        [
            (
                logits(subject, x, {knob: value(subject, knob) + NUDGE})
                - logits(subject, x, {knob: value(subject, knob) - NUDGE})
            )
            / (2 * NUDGE)
            for knob in found
        ],
        dim=-1,
    ) if found else torch.zeros(*plain.shape, 0)  # fmt: skip
    own = torch.nn.functional.one_hot(y, plain.shape[1]).bool()
    rival = plain.masked_fill(own, -torch.inf).argmax(dim=1)
    rows = torch.arange(len(y))
    margin = plain[rows, y] - plain[rows, rival]
    slope = slopes[rows, y] - slopes[rows, rival]
    return Importance(
        groups,
        float((plain.argmax(1) == y).double().mean()),
        np.array(without),
        _refitted(subject, {}, x, y),
        np.array(refit),
        found,
        slopes,
        plain.softmax(dim=1),
        numbers(slope.square().mean(dim=0).sqrt() / margin.std()),
        len(cases),
    )


def _groups(found: list[Knob], subject: Subject) -> list[tuple[str, list[Knob]]]:
    several = len(subject.fibres) > 1
    groups: list[tuple[str, list[Knob]]] = []
    names = dict.fromkeys((knob.fibre, knob.name) for knob in found)
    for fibre, name in names:
        members = [k for k in found if (k.fibre, k.name) == (fibre, name)]
        where = f"fibre {fibre + 1}, " if several else ""
        if len(members) > 1:
            groups.append((f"{where}{name} of all layers", members))
        groups += [(f"{where}{name} of layer {k.layer + 1}", [k]) for k in members]
    return groups


def _refitted(subject: Subject, change: dict[Knob, float], x: Tensor, y: Tensor) -> float:
    """Accuracy with a ridge readout fitted to training cases as the medium now is."""
    train = subject.few_train
    labels = subject.y_train[train].numpy()
    seen, unseen = features(subject, subject.x_train[train], change), features(subject, x, change)
    mean, deviation = seen.mean(dim=0), seen.std(dim=0)
    deviation = torch.where(deviation > 0, deviation, 1.0)
    standard = numbers((seen - mean) / deviation)
    ridge, _ = ridge_with_left_out_scores(standard, labels)
    scores = numbers((unseen - mean) / deviation) @ np.atleast_2d(ridge.coef_).T + ridge.intercept_
    present = np.unique(labels)
    taken = present[(scores[:, 0] > 0).astype(int)] if scores.shape[1] == 1 else present[
        scores.argmax(axis=1)
    ]  # fmt: skip
    return float((taken == y.numpy()).mean())
