"""A fit to cases that are never in memory together: prepared by a sample, solved from moments.

What the physics takes from cases, thresholds, scales, which composition, which detectors, it takes
from a sample. The readout is of all cases: each piece of them is added to moments and forgotten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.fitting import as_designed, candidates_of, lesson_of
from physembed.training.memory_in_pieces import MOST_AT_ONCE
from physembed.training.method import WAYS, method_of
from physembed.training.readout.left_out_folds import ridge_of_folds
from physembed.training.readout.moments import Moments
from physembed.training.readout.ridge import calibrated_scale, detected_features
from physembed.training.recipe import Candidates, Fitted, Recipe
from physembed.training.selection.quantisation import BIAS_BITS, WEIGHT_BITS, quantised_readout
from physembed.training.selection.scaling import Scaling
from physembed.training.selection.settings import SelectionSettings
from physembed.training.selection.student import Lesson, choose_by_products
from physembed.training.selection.train import (
    one_column_per_class,
    packed_with,
    read_out,
    targets_of,
    teach,
)

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """The cases that the physics is prepared by.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float64
        Classes, each present; or what is regressed.
    folds : ndarray of shape (cases,), int64
        The fold that each is of among all cases.
    """

    x: Tensor
    y: Tensor
    folds: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network whose features are settled, and on which scale they are summed.

    Parameters
    ----------
    network : SeriesNetwork
        Its head is not solved.
    candidates : Candidates
        What was left of the recipe.
    n_outputs : int
    centre, unit : ndarray of shape (features,)
        What features are summed less and over: mean and deviation over the sample.
    weights, bias : ndarray of shape (features, targets) and (targets,)
        Of a readout that is there already, of features on that scale: that of a student, or zero.
    places : ndarray of int64 or None, default=None
        Where there is such a readout, which features of the pool it is of.
    n_pool : int, default=0
        Features of that pool.
    bias_bits : {16, 32}, default=16
        Of that readout's biases, where its weights were rounded.
    """

    network: SeriesNetwork
    candidates: Candidates
    n_outputs: int
    centre: Numbers
    unit: Numbers
    weights: Numbers
    bias: Numbers
    places: NDArray[np.int64] | None = None
    n_pool: int = 0
    bias_bits: int = BIAS_BITS

    @property
    def n_features(self) -> int:
        """Number of features that are summed."""
        return len(self.centre)

    def summed_by(self) -> Iterator[NDArray[Any]]:
        """All numbers on which sums depend: of two samples, which differ, two sums."""
        for name, tensor in self.network.state_dict().items():
            # the head is not solved, and nothing is summed by it
            if not name.startswith("head."):
                yield tensor.numpy(force=True)
        yield from (self.centre, self.unit, self.weights, self.bias)

    def moments(self, n_folds: int) -> Moments:
        """The moments of no cases."""
        return Moments.zero(n_folds, self.n_features, len(self.bias))

    def features(self, x: Tensor) -> Numbers:
        """Features (cases, features) of series, on the scale of the sums."""
        features = detected_features(self.network, x, batch_size=MOST_AT_ONCE)
        return (features - self.centre) / self.unit

    def add(
        self,
        moments: Moments,
        x: Tensor,
        y: Tensor,
        folds: NDArray[np.int64],
        class_weights: Tensor | None = None,
    ) -> None:
        """Add a block of cases to moments."""
        weights = None
        if class_weights is not None:
            weights = class_weights.double().numpy(force=True)[y.numpy(force=True)]
        moments.add(self.features(x), targets_of(y, self.n_outputs), folds, weights)


@dataclass(frozen=True, eq=False)
class PreparedPool(Prepared):
    """The whole pool of detectors, of which all cases are to choose.

    Parameters
    ----------
    scaling : Scaling
        Of its features: dark ones are left out, others have the deviation of their gain.
    """

    scaling: Scaling = field(kw_only=True)

    @classmethod
    def of(cls, pool: PhysicalEmbeddingNetwork, lesson: Lesson, candidates: Candidates) -> Self:
        """The pool as a lesson scales it."""
        n_features, n_targets = lesson.n_usable, lesson.scores.shape[1]
        zero, one = np.zeros(n_features), np.ones(n_features)
        weights, bias = np.zeros((n_features, n_targets)), np.zeros(n_targets)
        parts = (pool, candidates, pool.head.n_outputs, zero, one, weights, bias)
        return cls(*parts, scaling=lesson.scaling)

    def summed_by(self) -> Iterator[NDArray[Any]]:
        yield from super().summed_by()
        yield from (self.scaling.mean, self.scaling.factor, self.scaling.farthest)

    def features(self, x: Tensor) -> Numbers:
        """Scaled features (cases, bright features) of series."""
        scaled = self.scaling(detected_features(self.network, x, batch_size=MOST_AT_ONCE))
        return scaled if self.scaling.bright.all() else scaled[:, self.scaling.bright]

    def chosen(self, moments: Moments, n_detectors: int) -> NDArray[np.int64]:
        """Places in the pool of the detectors that all cases choose, ascending."""
        gram, cross = moments.about_the_mean()
        chosen = choose_by_products(gram, cross, n_detectors, int(moments.cases.sum()))
        places: NDArray[np.int64] = np.flatnonzero(self.scaling.bright)[chosen]
        return places


def check_can_be_fitted_in_pieces(recipe: Recipe) -> None:
    """Refuse a recipe whose training looks at the same cases again and again.

    Raises
    ------
    InvalidInputError
    """
    if recipe.settings is None or isinstance(recipe.settings, SelectionSettings):
        return
    raise InvalidInputError(
        f"{recipe.name!r} is not fitted in pieces, since {WAYS[method_of(recipe.settings)]}; "
        "'compact', 'homodyne', 'lattice' and all whose physics is designed are, and gradient "
        "training on many devices is Lightning's."
    )


def prepare(
    recipe: Recipe, sample: Sample, sum_all: Callable[[Prepared], Moments] | None = None
) -> Prepared:
    """Let a sample settle what is summed: the composition, thresholds, scales, detectors.

    Parameters
    ----------
    recipe : Recipe
        Of designed physics or of a choice of detectors.
    sample : Sample
    sum_all : callable, optional
        Gives the moments of all cases, in one fold: they choose the detectors then, and not the
        sample.

    Raises
    ------
    InvalidInputError
        If the recipe is of another way of training.
    """
    check_can_be_fitted_in_pieces(recipe)
    candidates = candidates_of(recipe, sample.x, sample.y)
    network: SeriesNetwork
    if isinstance(recipe.settings, SelectionSettings):
        told = lesson_of(recipe, recipe.settings, candidates, sample.x, sample.y)

        summed: list[tuple[PreparedPool, Moments]] = []

        def by_all(lesson: Lesson, n_detectors: int) -> NDArray[np.int64]:
            assert sum_all is not None
            if not summed:
                pool = PreparedPool.of(told["pool"], lesson, candidates)
                summed.append((pool, sum_all(pool)))
            ((pool, moments),) = summed
            return pool.chosen(moments, n_detectors)

        chosen_by = None if sum_all is None else by_all
        taught = teach(**told, chosen_by=chosen_by)
        network = taught.network.to(recipe.device).eval()
        weights, bias = taught.student.weights.T, taught.student.bias
        places, n_pool, rows = taught.student.places, taught.n_pool, taught.student.rows
    else:
        places, n_pool, rows = None, 0, None
        network = as_designed(
            candidates.makers[0], sample.x, seed=recipe.seed, device=recipe.device
        ).eval()
        n_targets = 1 if network.head.n_outputs == 2 else network.head.n_outputs
        weights, bias = np.zeros((network.head.linear.in_features, n_targets)), np.zeros(n_targets)
    features = detected_features(network, sample.x, batch_size=MOST_AT_ONCE)
    centre, deviation = features.mean(axis=0), features.std(axis=0)
    unit = np.where(deviation > 0, deviation, 1.0)
    return Prepared(
        network,
        candidates,
        network.head.n_outputs,
        centre,
        unit,
        weights * unit[:, None],
        bias + centre @ weights,
        places,
        n_pool,
        BIAS_BITS if rows is None else rows.bias_bits,
    )


def solve(recipe: Recipe, prepared: Prepared, moments: Moments, sample: Sample) -> Fitted:
    """The readout of all cases that were added to moments.

    It is the ridge of :func:`~physembed.training.readout.left_out_folds.ridge_of_folds`. Where
    detectors were chosen, that ridge is fitted to what their student leaves of the targets, and
    taken as far as the left-out error falls: few cases leave the student as it is, many forget it.

    Parameters
    ----------
    recipe : Recipe
    prepared : Prepared
    moments : Moments
        At least two folds with cases.
    sample : Sample
        On whose left-out scores the softmax is calibrated.
    """
    is_taught = prepared.places is not None
    left = moments.residual(prepared.weights, prepared.bias) if is_taught else moments
    ridge = ridge_of_folds(left, or_nothing=is_taught)
    weights, bias = prepared.weights.T + ridge.weights, prepared.bias + ridge.bias
    scale, features = 1.0, prepared.features(sample.x)
    if not sample.y.is_floating_point():
        left_out = ridge.left_out(features, sample.folds)
        left_out += features @ prepared.weights + prepared.bias
        scale = calibrated_scale(one_column_per_class(left_out), sample.y.numpy(force=True))
    settings, rows, centre = recipe.settings, None, prepared.centre
    scores, weights = features @ weights.T, weights / prepared.unit
    if isinstance(settings, SelectionSettings) and settings.weight_bits < max(WEIGHT_BITS):
        rows, bias = quantised_readout(weights, bias, centre, scores, settings.weight_bits)
        if settings.max_bytes is not None:
            # what the budget was counted with
            rows = replace(rows, bias_bits=prepared.bias_bits)
        weights = rows.values
    else:
        bias = bias - weights @ centre
    network, packed = prepared.network, None
    read_out(network, weights, bias, scale)
    if prepared.places is not None:
        assert isinstance(network, PhysicalEmbeddingNetwork)
        network, packed = packed_with(network, prepared.places, prepared.n_pool, rows, scale)
    return Fitted(network.cpu().eval(), [], name=prepared.candidates.name, packed=packed)
