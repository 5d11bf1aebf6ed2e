"""Ridge regression from moments alone, its penalty chosen by the errors of folds left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from physembed.errors import InvalidInputError
from physembed.training.readout.left_out import PENALTIES
from physembed.training.readout.moments import Moments

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class RidgeOfFolds:
    """A ridge regression on features as they were added to moments.

    Parameters
    ----------
    weights : ndarray of shape (targets, features)
    bias : ndarray of shape (targets,)
    without : list of (ndarray, ndarray)
        Weights and biases of the same ridge fitted without each fold.
    penalty : float
        Of the least left-out error; infinite where no readout at all is the best one.
    error : float
        The mean squared left-out error at that penalty.
    """

    weights: Numbers
    bias: Numbers
    without: list[tuple[Numbers, Numbers]]
    penalty: float
    error: float

    def left_out(self, features: Numbers, folds: NDArray[np.int64]) -> Numbers:
        """Scores (cases, targets) of cases, each by the ridge fitted without its fold."""
        scores = np.empty((len(features), len(self.bias)))
        for fold, (weights, bias) in enumerate(self.without):
            of_fold = folds == fold
            scores[of_fold] = features[of_fold] @ weights.T + bias
        return scores


def ridge_of_folds(
    moments: Moments, *, or_nothing: bool = False, penalties: Numbers | None = None
) -> RidgeOfFolds:
    r"""Ridge on standardised features, with an intercept that is not penalised.

    For each fold b the ridge of the others is solved and judged by b's own moments,

    .. math:: \sum_{i \in b} (y_i - W^T x_i)^2 = \sum y_i^2 - 2 \operatorname{tr} W^T C_b +
              \operatorname{tr} W^T G_b W,

    all about the others' means, so that the errors are those that fitting without the fold would
    give; the candidates of the penalty cost one eigendecomposition for each fold. The fold is what
    :func:`~physembed.training.readout.left_out.leave_one_out` calls a group, and both agree.

    Parameters
    ----------
    moments : Moments
        At least two folds with cases.
    or_nothing : bool, default=False
        Whether weights of zero, an infinite penalty, are a candidate: for what a readout that is
        there already leaves of the targets.
    penalties : ndarray, optional
        Candidates, for features as they were added; of standardised ones where left out.

    Returns
    -------
    RidgeOfFolds

    Raises
    ------
    InvalidInputError
        If fewer than two folds have cases.

    References
    ----------
    Stone, J. R. Stat. Soc. B 36, 111 (1974), cross-validation.
    """
    present = [fold for fold in range(moments.n_folds) if moments.count[fold] > 0]
    if len(present) < 2:
        raise InvalidInputError(
            f"cases must be of at least two folds or groups, got {len(present)}."
        )
    if penalties is None:
        standard, mean, deviation = moments.standardised()
        candidates = PENALTIES.numpy()
    else:
        n_features = moments.x.shape[1]
        standard, mean, deviation = moments, np.zeros(n_features), np.ones(n_features)
        candidates = penalties
    whole = _Sums.of(standard, list(range(moments.n_folds)))
    if or_nothing:
        candidates = np.append(candidates, np.inf)
    errors = np.zeros(len(candidates))
    for fold in present:
        errors += _errors_without(whole, _Sums.of(standard, [fold]), candidates)
    best = int(errors.argmin())
    penalty = float(candidates[best])

    def folded(sums: _Sums) -> tuple[Numbers, Numbers]:
        weights = (sums.ridge(penalty) / deviation[:, None]).T
        bias = sums.y / sums.count - weights @ (mean + deviation_times(sums.x / sums.count))
        return weights, bias

    def deviation_times(values: Numbers) -> Numbers:
        return np.where(np.isfinite(deviation), deviation, 0.0) * values

    without = [
        folded(whole.less(_Sums.of(standard, [fold]))) if fold in present else folded(whole)
        for fold in range(moments.n_folds)
    ]
    weights, bias = folded(whole)
    n_numbers = whole.count * len(whole.y)
    return RidgeOfFolds(weights, bias, without, penalty, float(errors[best] / n_numbers))


@dataclass(frozen=True)
class _Sums:
    """The moments of some folds together."""

    count: float
    x: Numbers
    y: Numbers
    xx: Numbers
    xy: Numbers
    yy: Numbers

    @classmethod
    def of(cls, moments: Moments, folds: list[int]) -> "_Sums":
        summed = [
            getattr(moments, name)[folds].sum(axis=0)
            if len(folds) > 1
            else getattr(moments, name)[folds[0]]
            for name in ("count", "x", "y", "xx", "xy", "yy")
        ]
        return cls(float(summed[0]), *summed[1:])

    def less(self, other: "_Sums") -> "_Sums":
        """Of the cases that are not among the others."""
        return _Sums(
            self.count - other.count,
            self.x - other.x,
            self.y - other.y,
            self.xx - other.xx,
            self.xy - other.xy,
            self.yy - other.yy,
        )

    def about(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Gram matrix, cross products and squares of the targets about a point."""
        outer = np.outer(self.x, x)
        gram = self.xx - outer - outer.T + self.count * np.outer(x, x)
        cross = self.xy - np.outer(x, self.y) - np.outer(self.x, y) + self.count * np.outer(x, y)
        return gram, cross, self.yy - 2 * y * self.y + self.count * np.square(y)

    def ridge(self, penalty: float) -> Numbers:
        """Weights (features, targets) of the ridge of these cases."""
        if np.isinf(penalty):
            return np.zeros_like(self.xy)
        gram, cross, _ = self.about(self.x / self.count, self.y / self.count)
        gram[np.diag_indices_from(gram)] += penalty
        weights: Numbers = cho_solve(cho_factor(gram, lower=True, overwrite_a=True), cross)
        return weights


def _errors_without(whole: _Sums, fold: _Sums, penalties: Numbers) -> Numbers:
    """Sum of the squared errors on a fold of the ridge without it, for every penalty."""
    others = whole.less(fold)
    x, y = others.x / others.count, others.y / others.count
    gram, cross, _ = others.about(x, y)
    energies, vectors = np.linalg.eigh(gram)
    energies = energies.clip(min=0)
    amplitudes = vectors.T @ cross
    gram, cross, squares = fold.about(x, y)
    cross, gram = vectors.T @ cross, vectors.T @ gram @ vectors
    errors = np.empty(len(penalties))
    for place, penalty in enumerate(penalties):
        weights = amplitudes / (energies + penalty)[:, None]
        errors[place] = squares.sum() + ((gram @ weights - 2 * cross) * weights).sum()
    return errors
