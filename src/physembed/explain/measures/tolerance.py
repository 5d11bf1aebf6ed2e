"""How precise the hardware must be: accuracy under errors of the coefficients."""

from dataclasses import dataclass

import numpy as np

from physembed.charts.arrays import Numbers
from physembed.explain.measures.detected import Detected
from physembed.explain.measures.variation import Knob, knobs, value
from physembed.explain.subject import Subject

ERRORS = (0.003, 0.01, 0.03, 0.1, 0.3)
"""Relative standard deviations of the errors."""

DRAWS = 6
LOST = 0.01
"""Accuracy whose loss marks the tolerance."""


@dataclass(frozen=True)
class Tolerance:
    """Accuracy against the relative error of the coefficients.

    Parameters
    ----------
    errors : ndarray of shape (errors,)
    names : list of str
        What is in error: one coefficient in all layers and fibres, or all of them; none where all
        coefficients are zero.
    accuracy : ndarray of shape (names, errors, draws)
    undisturbed : float
    n_cases : int
    """

    errors: Numbers
    names: list[str]
    accuracy: Numbers
    undisturbed: float
    n_cases: int

    def tolerated(self, name: int) -> float:
        """The error at which the mean accuracy has fallen by :data:`LOST`, interpolated.

        At all larger errors it has, too: few cases make a curve that stumbles. Infinite where it
        never has, zero where every error is too much.
        """
        drop = self.undisturbed - self.accuracy[name].mean(axis=-1)
        within = np.flatnonzero(drop <= LOST)
        if not len(within):
            return 0.0
        k = int(within[-1]) + 1
        if k == len(drop):
            return np.inf
        share = (LOST - drop[k - 1]) / (drop[k] - drop[k - 1])
        low, high = np.log(self.errors[k - 1]), np.log(self.errors[k])
        return float(np.exp(low + share * (high - low)))

    def sentence(self) -> str:
        """Which coefficient must be kept most precisely, how precisely, and what it costs if not.

        Of two that tolerate the same, the one that costs more in the mean is the first.
        """
        rows = [k for k, name in enumerate(self.names) if name != "all"]
        lost = self.undisturbed - self.accuracy
        order = sorted(rows, key=lambda k: (self.tolerated(k), -float(lost[k].mean())))
        if not order:
            return ""
        first, limit = order[0], self.tolerated(order[0])
        if np.isinf(limit):
            return (
                "No coefficient needs to be kept precisely: errors of "
                f"{self.errors[-1]:.0%} of any of them cost less than {LOST:.0%} of the accuracy."
            )
        # where every error is too much, the smallest that was tried
        at = int(np.searchsorted(self.errors, limit)) if limit else 0
        mean, worst = float(lost[first, at].mean()), float(lost[first, at].max())
        within = f"to {limit:.1%}" if limit else f"better than to {self.errors[0]:.1%}"
        rest = [
            f"{self.names[k]} {self.tolerated(k):.1%}"
            for k in order[1:4]
            if np.isfinite(self.tolerated(k)) and self.tolerated(k)
        ]
        then = f" Then: {', '.join(rest)}." if rest else ""
        return (
            f"Most precisely must be kept {self.names[first]}: {within}. An error of "
            f"{self.errors[at]:.1%} costs {100 * mean:.1f} points of accuracy in the mean and "
            f"{100 * worst:.1f} in the worst of {self.accuracy.shape[-1]} draws.{then}"
        )


def tolerance(subject: Subject, *, seed: int = 0) -> Tolerance:
    """Disturb the coefficients of all layers, each by an error of its own, and test.

    Every coefficient c becomes c (1 + s n) with n of the standard normal distribution.
    """
    cases = subject.few_known
    decided = Detected(subject, subject.x_test[cases], subject.in_single_precision)
    y = subject.y_test[cases]
    disturbed = [knob for knob in knobs(subject) if value(subject, knob) != 0.0]
    names = list(dict.fromkeys(knob.name for knob in disturbed))
    sets: dict[str, list[Knob]] = {n: [k for k in disturbed if k.name == n] for n in names}
    if len(names) > 1:
        sets["all"] = disturbed
    # the same errors for every size and set, so that curves differ by what they are of
    normal = np.random.default_rng(seed).standard_normal((DRAWS, len(disturbed)))
    place = {knob: k for k, knob in enumerate(disturbed)}
    accuracy = np.zeros((len(sets), len(ERRORS), DRAWS))
    for row, members in enumerate(sets.values()):
        for column, size in enumerate(ERRORS):
            for draw in range(DRAWS):
                change = {
                    k: value(subject, k) * (1 + size * normal[draw, place[k]]) for k in members
                }
                right = decided.chosen(change) == y
                accuracy[row, column, draw] = float(right.double().mean())
    plain = float((decided.chosen() == y).double().mean())
    return Tolerance(np.array(ERRORS), list(sets), accuracy, plain, len(cases))
