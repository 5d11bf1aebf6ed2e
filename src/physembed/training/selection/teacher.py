"""The teacher: ridge regression on a large pool of features, its penalty chosen by left-out error.

Its scores are what a student with few features learns to reproduce. A rich pool fits any training
set exactly; what it says is decided by the penalty, and from few cases a left-out error cannot
tell penalties apart. So the choice has a prior.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]

RATIOS = 10.0 ** np.arange(-3.5, 1.5, 0.25)
"""Candidates of the penalty, in units of the mean squared length of a case."""
USUAL, FIRMNESS = -1.25, 3.0
"""The prior: log10 of the ratio that is expected before any case is seen, and how many cases' log
error a decade from it costs. It decides among few cases and is forgotten among many."""
LEAST_ENERGY = 1e-10
"""Of the largest principal component, below which one is rounding."""


@dataclass(frozen=True)
class Teacher:
    """What a fitted teacher knows.

    Parameters
    ----------
    weights : ndarray of shape (features, targets)
    bias : ndarray of shape (targets,)
    left_out : ndarray of shape (cases, targets)
        Each training case's scores by the teacher that is fitted without it, or without its group.
    ratio : float
        The penalty that was chosen, of :data:`RATIOS`.
    badness : float
        What it minimises.
    """

    weights: Numbers
    bias: Numbers
    left_out: Numbers
    ratio: float
    badness: float

    def scores(self, features: Numbers) -> Numbers:
        """Scores (cases, targets) of features (cases, features)."""
        return features @ self.weights + self.bias


class Ridges:
    r"""Ridges with an intercept on all features, one for each penalty.

    The penalty is :math:`\lambda = r \operatorname{tr}(K) / n` with the Gram matrix K of the n
    centred cases, and r minimises, over :data:`RATIOS`,

    .. math:: n \ln \left\langle e^2 \right\rangle + 3 (\log_{10} r + 1.25)^2

    with the left-out errors :math:`e`, which are exact: :math:`e_G = (1 - H)_{GG}^{-1} (y -
    \hat y)_G` for the cases G that are left out together, one or a group.

    Parameters
    ----------
    features : ndarray of shape (cases, features)
        Already scaled; the penalty counts all alike.
    targets : ndarray of shape (cases, targets)
        +-1 for each class, or real numbers.
    case_weights : ndarray of shape (cases,), optional
        How much the squared error of each case counts.
    groups : ndarray of shape (cases,), integer, optional
        Cases that are left out together.

    Raises
    ------
    InvalidInputError
        If there are fewer than two cases, or groups that leave nothing to learn from.

    References
    ----------
    Golub, Heath and Wahba, Technometrics 21, 215 (1979), for the left-out error of a ridge.
    """

    def __init__(
        self,
        features: Numbers,
        targets: Numbers,
        *,
        case_weights: Numbers | None = None,
        groups: NDArray[np.int64] | None = None,
    ) -> None:
        n_cases = len(features)
        if n_cases < 2:
            raise InvalidInputError(f"features must hold at least two cases, got {n_cases}.")
        if groups is not None and len(np.unique(groups)) < 2:
            raise InvalidInputError("groups must hold at least two different values, got one.")
        self._targets, self._groups = targets, groups
        root = np.ones(n_cases)
        if case_weights is not None:
            root = np.sqrt(case_weights / case_weights.mean())
        share = root**2 / n_cases
        self._root = root
        self._constant = root / np.linalg.norm(root)
        self._centre, self._offset = share @ features, share @ targets
        self._x = root[:, None] * (features - self._centre)
        self._y = root[:, None] * (targets - self._offset)
        self._components, self._energies = _components(self._x)
        # the same under every penalty
        self._main = _Part.of(self._components, self._y)

    def best(self) -> Teacher:
        """The ridge of the penalty that minimises the above."""
        components, energies = self._components, self._energies
        unit = energies.sum() / len(self._x)

        def errors_of(ratio: float) -> Numbers:
            shares = energies / (energies + ratio * unit) if unit > 0 else np.zeros_like(energies)
            return self._left_out([(self._main, shares)])

        badness, ratio, errors = self._least(errors_of)
        inverse = 1 / (energies + ratio * unit) if unit > 0 else np.zeros_like(energies)
        weights = self._x.T @ (components @ (inverse[:, None] * (components.T @ self._y)))
        left_out = self._targets - errors / self._root[:, None]
        return Teacher(weights, self._offset - self._centre @ weights, left_out, ratio, badness)

    def badness_with(self, features: Numbers, more: Numbers) -> float:
        r"""What would be minimal if some features counted more or less, without a new fit.

        The products of cases grow by :math:`U \operatorname{diag}(c) U^T`, with U these features,
        weighted and about their mean. With W = V'U in the components V of energies E, Woodbury's
        identity gives

        .. math:: H' = H + \lambda\, Q (c^{-1} + U^T Q)^{-1} Q^T, \quad
                  Q = V (E + \lambda)^{-1} W + (U - V W) / \lambda.

        Parameters
        ----------
        features : ndarray of shape (cases, changed)
            On the scale that they would have.
        more : ndarray of shape (changed,)
            c: one less the square of what their scale is now over what it would be; 1 of a feature
            that counts nothing yet. None is zero.
        """
        components, energies = self._components, self._energies
        share = self._root**2 / len(self._x)
        changed = self._root[:, None] * (features - share @ features)
        mixed = components.T @ changed
        # what features that counted nothing may have beside all components
        beside = changed - components @ mixed
        unit = (energies.sum() + more @ np.square(changed).sum(axis=0)) / len(self._x)
        if len(RATIOS) * len(more) ** 3 > len(changed) ** 3:
            # the products of all cases anew are less work than those of the features for each ratio
            gram = (components * energies) @ components.T + (changed * more) @ changed.T
            energies, components = _present(*np.linalg.eigh(gram))
            whole = _Part.of(components, self._y)
            return self._least(
                lambda ratio: self._left_out([(whole, energies / (energies + ratio * unit))])
            )[0]

        def errors_of(ratio: float) -> Numbers:
            penalty = ratio * unit
            solved = components @ (mixed / (energies + penalty)[:, None]) + beside / penalty
            values, vectors = np.linalg.eigh(np.diag(1 / more) + changed.T @ solved)
            update = _Part.of(solved @ vectors, self._y)
            of_main = self._main, energies / (energies + penalty)
            return self._left_out([of_main, (update, penalty / values)])

        return self._least(errors_of)[0]

    def _least(self, errors_of: Callable[[float], Numbers]) -> tuple[float, float, Numbers]:
        """The least badness, with the ratio and the left-out errors that it is of."""
        best: tuple[float, float, Numbers] | None = None
        for ratio in RATIOS:
            errors = errors_of(float(ratio))
            mean_square = max(float(np.square(errors).mean()), np.finfo(float).tiny)
            badness = len(errors) * np.log(mean_square)
            badness += FIRMNESS * (np.log10(ratio) - USUAL) ** 2
            if best is None or badness < best[0]:
                best = float(badness), float(ratio), errors
        assert best is not None
        return best

    def _left_out(self, parts: Sequence[tuple["_Part", Numbers]]) -> Numbers:
        """Left-out errors; H is constant constant', and components shares components' of parts."""
        residual = self._y.copy()
        for part, shares in parts:
            residual -= part.components @ (shares[:, None] * part.of_targets)
        constant, groups = self._constant, self._groups
        if groups is None:
            freedom = 1 - constant**2
            for part, shares in parts:
                freedom -= part.squares @ shares
            # a case that no other is like has all of its own say: never a division by nothing
            return residual / np.maximum(freedom, 1e-9)[:, None]
        errors = np.empty_like(residual)
        for group in np.unique(groups):
            cases = np.flatnonzero(groups == group)
            influence = np.outer(constant[cases], constant[cases])
            for part, shares in parts:
                of_cases = part.components[cases]
                influence += (of_cases * shares) @ of_cases.T
            errors[cases] = np.linalg.solve(np.eye(len(cases)) - influence, residual[cases])
        return errors


@dataclass(frozen=True)
class _Part:
    """Directions of a projection (cases, rank), their squares, and the targets along them."""

    components: Numbers
    squares: Numbers
    of_targets: Numbers

    @classmethod
    def of(cls, components: Numbers, targets: Numbers) -> "_Part":
        return cls(components, np.square(components), components.T @ targets)


def _components(x: Numbers) -> tuple[Numbers, Numbers]:
    """Left singular vectors (cases, rank) and squared singular values, by the smaller product."""
    wide = x.shape[1] >= x.shape[0]
    energies, vectors = _present(*np.linalg.eigh(x @ x.T if wide else x.T @ x))
    return (vectors, energies) if wide else (x @ vectors / np.sqrt(energies), energies)


def _present(energies: Numbers, vectors: Numbers) -> tuple[Numbers, Numbers]:
    """Those that are not rounding, of eigenvalues in ascending order."""
    present = energies > LEAST_ENERGY * max(energies[-1], 0.0)
    return energies[present], vectors[:, present]
