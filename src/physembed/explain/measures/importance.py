"""What each coefficient does for the decision: taken away, and nudged."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from physembed.charts.arrays import Numbers, numbers
from physembed.explain.measures.detected import Detected, rivals
from physembed.explain.measures.refitted import Refitted
from physembed.explain.measures.variation import Knob, knobs, value
from physembed.explain.subject import Subject

MOST_ALONE = 30
"""Knobs; of more, each is taken away alone, and none together with its like."""

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
    values : ndarray of shape (knobs,)
        What they stand at, in natural units.
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
    values: Numbers
    slopes: Tensor
    probabilities: Tensor
    leverage: Numbers
    n_cases: int
    n_sloped: int


def importance(subject: Subject) -> Importance:
    """Measure on test cases what every coefficient does."""
    cases = subject.few_known
    x, y = subject.x_test[cases], subject.y_test[cases]
    all_knobs = knobs(subject)
    groups = _groups(all_knobs, subject)
    decided = Detected(subject, x, subject.in_single_precision)
    accuracy = float((decided.chosen() == y).double().mean())
    without = [
        float((decided.chosen(dict.fromkeys(members, 0.0)) == y).double().mean())
        for _, members in groups
    ]
    refitted = Refitted(subject, cases)
    refit = [refitted.with_change(dict.fromkeys(members, 0.0)) for _, members in groups]
    sloped = subject.few_sloped
    y = subject.y_test[sloped]
    soft = Detected(subject, subject.x_test[sloped], subject.soft)
    plain = soft.logits()
    slopes = torch.stack(
        [
            (
                soft.logits({knob: value(subject, knob) + NUDGE})
                - soft.logits({knob: value(subject, knob) - NUDGE})
            )
            / (2 * NUDGE)
            for knob in all_knobs
        ],
        dim=-1,
    ) if all_knobs else torch.zeros(*plain.shape, 0)  # fmt: skip
    rows, rival = torch.arange(len(y)), rivals(plain, y)
    margin = plain[rows, y] - plain[rows, rival]
    slope = slopes[rows, y] - slopes[rows, rival]
    return Importance(
        groups,
        accuracy,
        np.array(without),
        refitted.with_change({}),
        np.array(refit),
        all_knobs,
        np.array([value(subject, knob) for knob in all_knobs]),
        slopes,
        plain.softmax(dim=1),
        numbers(slope.square().mean(dim=0).sqrt() / margin.std()),
        len(cases),
        len(sloped),
    )


def _groups(all_knobs: list[Knob], subject: Subject) -> list[tuple[str, list[Knob]]]:
    several = len(subject.fibres) > 1
    groups: list[tuple[str, list[Knob]]] = []
    names = dict.fromkeys((knob.fibre, bool(knob.element), knob.name) for knob in all_knobs)
    for fibre, of_element, name in names:
        members = [
            k for k in all_knobs if (k.fibre, bool(k.element), k.name) == (fibre, of_element, name)
        ]
        where = f"fibre {fibre + 1}, " if several else ""
        if len(members) > 1 and len(all_knobs) <= MOST_ALONE:
            groups.append(
                (f"{where}{name} of all {'elements' if of_element else 'layers'}", members)
            )
        groups += [(f"{where}{name} of {k.place}", [k]) for k in members]
    return groups
