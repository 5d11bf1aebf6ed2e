"""From a pool of detectors to the few that are built: a lesson, and the student that takes it.

The lesson is what does not depend on how many detectors are asked for: scaled features of training
cases and pseudo-cases, and the teacher's scores of both. Students of every size take the same one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError
from physembed.training.selection.backward import choose_backward, choose_backward_by_products
from physembed.training.selection.forward import choose_forward, choose_forward_by_products
from physembed.training.selection.pseudo_cases import pseudo_cases
from physembed.training.selection.quantisation import (
    WEIGHT_BITS,
    QuantisedRows,
    quantised_readout,
)
from physembed.training.selection.readout_of_few import solve_readout
from physembed.training.selection.reliability import are_reliable, repeats_for, with_noise
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.teacher import Ridges

Numbers = NDArray[np.float64]

PSEUDO_CASES = 300
MOST_CASES = 700
"""Training cases that a student looks at beside the pseudo-cases; more choose no better."""
MOST_TRIED = 300
"""Training cases on which detectors are tried for noise."""
MOST_NUMBERS = 2**24
"""In the pseudo-cases together, and in the noisy ones: of very long series there are fewer."""
FEWEST_MADE = 16
"""Of them, however long."""
MARGIN = 3.0
"""In cases' log error, by which an unusual choice of gains has to be better."""
MOST_FORWARD = 64
"""Up to so many detectors are chosen forward; more are what is left by choosing backward."""

PENALTY_OF_MANY = 0.005
"""Of a choice by all cases, which are more than features: a tenth of what it is where the few of a
lesson choose. Left-out training cases told the two apart by a point, and less from more."""


@dataclass(frozen=True)
class Lesson:
    """What students learn from.

    Parameters
    ----------
    scaling : Scaling
        Of the pool's features.
    features : ndarray of shape (cases + pseudo-cases, features)
        Scaled.
    scores : ndarray of shape (cases + pseudo-cases, targets)
        The teacher's.
    case_weights : ndarray of shape (cases + pseudo-cases,) or None
    left_out : ndarray of shape (training cases, targets)
        What the teacher says of each training case when it was not taught it.
    ratio : float
        The teacher's penalty.
    """

    scaling: Scaling
    features: Numbers
    scores: Numbers
    case_weights: Numbers | None
    left_out: Numbers
    ratio: float

    @property
    def n_usable(self) -> int:
        """Number of features that are neither dark nor unreliable."""
        return int(self.scaling.bright.sum())


@dataclass(frozen=True)
class Student:
    """A few features and their readout.

    Parameters
    ----------
    places : ndarray of int64
        Which features of the pool, ascending.
    weights : ndarray of shape (targets, chosen)
        Of the features as they are detected.
    bias : ndarray of shape (targets,)
    rows : QuantisedRows or None
        The weights as integers, where they were rounded.
    """

    places: NDArray[np.int64]
    weights: Numbers
    bias: Numbers
    rows: QuantisedRows | None = None

    def scores(self, features: Numbers) -> Numbers:
        """Scores (cases, targets) of the whole pool's features (cases, features)."""
        return features[:, self.places] @ self.weights.T + self.bias


def prepare_lesson(
    features_of: Callable[[Numbers], Numbers],
    gains: Numbers,
    x: Numbers,
    targets: Numbers,
    *,
    labels: NDArray[np.int64] | None,
    seed: int,
    robustness: float = 0.0,
    case_weights: Numbers | None = None,
    groups: NDArray[np.int64] | None = None,
    score_by: Callable[[Numbers], Numbers] | None = None,
    beside: bool = False,
) -> Lesson:
    """Try the detectors, fit the teacher, and let it score cases and pseudo-cases.

    Parameters
    ----------
    features_of : callable
        The pool's features (cases, features) of series (cases, channels, timepoints).
    gains : ndarray of shape (features,) or (choices, features)
        How much each feature's deviation counts. Of several choices the first is the usual one;
        another is taken where the teacher's badness is lower by more than :data:`MARGIN`.
    x : ndarray of shape (cases, channels, timepoints)
    targets : ndarray of shape (cases, targets)
        What the teacher is fitted to: +-1 for each class, or real numbers.
    labels : ndarray of shape (cases,), int64, or None
        Classes, of which pseudo-cases are mixed with their own; None for real targets.
    seed : int
        Of pseudo-cases, of noise, and of the cases that are taken where there are many.
    robustness : float, default=0.0
        Level of noise, in deviations of a series, at which a detector has to be reliable; 0 asks
        for nothing.
    case_weights : ndarray of shape (cases,), optional
        How much each training case counts.
    groups : ndarray of shape (cases,), integer, optional
        Cases that are left out together.
    score_by : callable, optional
        Another teacher: scores (cases, targets) of series, in place of the ridge's.
    beside : bool, default=False
        Whether its scores are averaged with the ridge's instead.

    Returns
    -------
    Lesson

    Raises
    ------
    InvalidInputError
        If no feature is usable.
    """
    # each draws from a stream of its own: pseudo-cases do not depend on the demand for robustness
    for_noise, for_cases, for_pseudo = np.random.default_rng(seed).spawn(3)
    features = features_of(x)
    at_most = max(FEWEST_MADE, MOST_NUMBERS // x[0].size)
    usable = None
    if robustness > 0:
        tried = _some(len(x), min(MOST_TRIED, at_most), for_noise)
        repeated = np.tile(x[tried], (repeats_for(len(tried), at_most), 1, 1))
        noisy = features_of(with_noise(repeated, robustness, for_noise))
        usable = are_reliable(features[tried], noisy)
    scalings = [Scaling.of(features, choice, usable) for choice in np.atleast_2d(gains)]
    scaling = scalings[0]
    if not scaling.bright.any():
        raise InvalidInputError(
            "X leads to no feature that differs between its cases"
            + (f" and bears noise of {robustness:g} deviations" if robustness > 0 else "")
            + "; are all series the same?"
        )
    ridges = Ridges(scaling(features), targets, case_weights=case_weights, groups=groups)
    teacher = ridges.best()
    for other in scalings[1:]:
        louder = np.flatnonzero(other.factor != scaling.factor)
        if not louder.size:
            # what it would count more is dark
            continue
        counted = other.some(louder)
        more = 1 - np.square(scaling.factor[louder] / counted.factor)
        if ridges.badness_with(counted(features[:, louder]), more) < teacher.badness - MARGIN:
            del ridges
            scaling = other
            ridges = Ridges(scaling(features), targets, case_weights=case_weights, groups=groups)
            teacher = ridges.best()
    del ridges
    scaled = scaling(features)
    taught = _some(len(x), MOST_CASES, for_cases)
    made, parents = pseudo_cases(x, labels, min(PSEUDO_CASES, at_most), for_pseudo)
    shown = np.vstack([scaled[taught], scaling(features_of(made))])
    if score_by is None:
        scores = teacher.scores(shown)
    else:
        scores = np.vstack([score_by(x[taught]), score_by(made)])
        if beside:
            scores = (scores + teacher.scores(shown)) / 2
    weights = None
    if case_weights is not None:
        weights = np.concatenate([case_weights[taught], case_weights[parents]])
    return Lesson(scaling, shown, scores, weights, teacher.left_out, teacher.ratio)


def choose(
    lesson: Lesson, n_detectors: int, *, among: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Choose detectors that together reproduce the lesson's scores.

    Parameters
    ----------
    lesson : Lesson
    n_detectors : int
        How many at most; there are fewer where fewer are usable.
    among : ndarray of int64, optional
        Places to choose from, such as a larger choice; all that are usable where left out.

    Returns
    -------
    ndarray of int64
        Places in the pool, ascending.
    """
    usable = np.flatnonzero(lesson.scaling.bright) if among is None else among
    wanted = min(n_detectors, len(usable))
    chooser = choose_forward if wanted <= MOST_FORWARD else choose_backward
    chosen = chooser(lesson.features[:, usable], lesson.scores, wanted, lesson.case_weights)
    # scores that are the same for all leave nothing to reproduce: one detector, of no weight
    places: NDArray[np.int64] = usable[np.sort(chosen)] if len(chosen) else usable[:1]
    return places


def choose_by_products(
    gram: Numbers, cross: Numbers, n_detectors: int, n_cases: int
) -> NDArray[np.int64]:
    """Choose features that together tell the targets of all cases, by their products.

    Of so many cases no teacher has to say what they mean: their labels do.

    Parameters
    ----------
    gram : ndarray of shape (features, features)
        X^T X of scaled features about their mean, of cases that need not be in memory together.
    cross : ndarray of shape (features, targets)
        X^T Y.
    n_detectors : int
        How many at most.
    n_cases : int

    Returns
    -------
    ndarray of int64
        Places among these features, ascending.
    """
    wanted = min(n_detectors, len(gram))
    if wanted <= MOST_FORWARD:
        chosen = choose_forward_by_products(gram, cross, wanted)
    else:
        chosen = choose_backward_by_products(gram, cross, wanted, n_cases, penalty=PENALTY_OF_MANY)
    # where nothing tells anything: one detector, of no weight
    return np.sort(chosen) if len(chosen) else np.zeros(1, dtype=np.int64)


def learn(
    lesson: Lesson, places: NDArray[np.int64], *, weight_bits: int = max(WEIGHT_BITS)
) -> Student:
    """Solve the readout of chosen detectors.

    Parameters
    ----------
    lesson : Lesson
    places : ndarray of int64
        As :func:`choose` gives them.
    weight_bits : {4, 8, 32}, default=32

    Returns
    -------
    Student
    """
    features = lesson.features[:, places]
    weights, bias = solve_readout(features, lesson.scores, lesson.case_weights)
    folded, mean = (weights * lesson.scaling.factor[places][:, None]).T, lesson.scaling.mean[places]
    if weight_bits == max(WEIGHT_BITS):
        return Student(places, folded, bias - folded @ mean)
    rows, bias = quantised_readout(folded, bias, mean, features @ weights, weight_bits)
    return Student(places, rows.values, bias, rows)


def _some(n_cases: int, most: int, generator: np.random.Generator) -> NDArray[np.int64]:
    if n_cases <= most:
        return np.arange(n_cases)
    return np.sort(generator.choice(n_cases, most, replace=False))
