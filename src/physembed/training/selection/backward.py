"""Choosing backward: from all detectors, the least missed ones go first."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, lapack
from scipy.linalg.blas import dtrmm

from physembed._checks import check_integer
from physembed.training.selection.weighting import weighted_centred

Numbers = NDArray[np.float64]

DROPPED = 0.15
"""Share of the features that go in a step, before the rest is looked at anew."""
PENALTY = 0.05
"""In units of the mean squared length of a case. Not chosen by left-out error, which is
optimistic for features that the same cases have chosen."""


def choose_backward(
    features: Numbers, scores: Numbers, n_chosen: int, case_weights: Numbers | None = None
) -> NDArray[np.int64]:
    r"""Drop, again and again, the features whose loss costs a ridge on a teacher's scores least.

    With the ridge's weights :math:`w_{jc}` the squared error, penalty included, grows by

    .. math:: \sum_c w_{jc}^2 \, / \, [(X^T X + \lambda)^{-1}]_{jj}

    where feature j is left out and the others fitted anew (the "optimal brain surgeon"); of more
    features than cases, :math:`[(X^T X + \lambda)^{-1}]_{jj} = (1 - x_j^T (X X^T + \lambda)^{-1}
    x_j) / \lambda`. Good for many: it sees what they can do together.

    Parameters
    ----------
    features : ndarray of shape (cases, features)
        Already scaled; a feature that does not change goes first.
    scores : ndarray of shape (cases, targets)
    n_chosen : int
    case_weights : ndarray of shape (cases,), optional
        How much each case counts.

    Returns
    -------
    ndarray of int64
        Ascending; fewer where fewer change at all.

    Raises
    ------
    InvalidInputError
        If ``n_chosen`` is not from 1 to the number of features.

    References
    ----------
    Hassibi and Stork, Second order derivatives for network pruning, NeurIPS 5 (1992).
    """
    check_integer("n_chosen", n_chosen, least=1, most=features.shape[1])
    x, y = weighted_centred(features, case_weights), weighted_centred(scores, case_weights)
    present = np.flatnonzero(np.square(x).sum(axis=0) > 0)
    # a feature's cases beside each other: features go, and linear algebra need not turn the rest
    x = np.asfortranarray(x[:, present])
    gram = _smaller_product(x)
    while x.shape[1] > max(len(x), n_chosen):
        stay, gone = _divided(cost_of_leaving_out(x, y, PENALTY, gram), n_chosen)
        # what the few took part in is taken away: a new product would cost as much as the rest
        lost = x.T[gone]
        gram = gram - lost.T @ lost
        present, x = present[stay], x.T[stay].T
        if x.shape[1] <= len(x):
            gram = _smaller_product(x)
    if len(present) <= n_chosen:
        return present
    return present[choose_backward_by_products(gram, x.T @ y, n_chosen, len(x))]


def choose_backward_by_products(
    gram: Numbers,
    cross: Numbers,
    n_chosen: int,
    n_cases: int,
    *,
    penalty: float = PENALTY,
) -> NDArray[np.int64]:
    """The same choice by products of features, of cases that need not be in memory together.

    Parameters
    ----------
    gram : ndarray of shape (features, features)
        X^T X of features about their mean.
    cross : ndarray of shape (features, targets)
        X^T Y.
    n_chosen, n_cases : int
    penalty : float, default=PENALTY
        In units of the mean squared length of a case.
    """
    check_integer("n_chosen", n_chosen, least=1, most=len(gram))
    present = np.flatnonzero(np.diagonal(gram) > 0)
    if len(present) < len(gram):
        gram, cross = gram[np.ix_(present, present)], cross[present]
    while len(present) > n_chosen:
        cost = _cost_by_products(gram, cross, penalty * np.trace(gram) / n_cases)
        stay, _ = _divided(cost, n_chosen)
        present, gram, cross = present[stay], gram[np.ix_(stay, stay)], cross[stay]
    return present


def _divided(cost: Numbers, n_chosen: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which features stay, ascending, and which go in this step."""
    n_left = max(n_chosen, int(len(cost) * (1 - DROPPED)))
    order = np.argsort(-cost, kind="stable")
    return np.sort(order[:n_left]), order[n_left:]


def _smaller_product(x: Numbers) -> Numbers:
    """X X^T of more features than cases, X^T X of fewer."""
    product: Numbers = x @ x.T if x.shape[1] > len(x) else x.T @ x
    return product


def cost_of_leaving_out(
    x: Numbers, y: Numbers, penalty: float, gram: Numbers | None = None
) -> Numbers:
    """By how much the penalised squared error grows without each feature, (features,).

    Parameters
    ----------
    x : ndarray of shape (cases, features)
    y : ndarray of shape (cases, targets)
    penalty : float
        In units of the mean squared length of a case.
    gram : ndarray, optional
        X X^T of more features than cases, X^T X of fewer, where it is known.
    """
    n_cases, n_features = x.shape
    gram = _smaller_product(x) if gram is None else gram
    shift = penalty * np.trace(gram) / n_cases
    if n_features <= n_cases:
        return _cost_by_products(gram, x.T @ y, shift)
    inverse = _inverse(_factor(gram, shift))
    # a product is twice as fast as solving for so many columns
    half = dtrmm(1.0, inverse, x, lower=1)
    weights = half.T @ (inverse @ y)
    # 1 - x' (K + shift)^-1 x is at least shift / (shift + |x|²)
    freedom = 1 - _squares(half)
    return shift * np.square(weights).sum(axis=1) / freedom


def _cost_by_products(gram: Numbers, cross: Numbers, shift: float) -> Numbers:
    lower = _factor(gram, shift)
    weights = cho_solve((lower, True), cross)
    return np.square(weights).sum(axis=1) / _squares(_inverse(lower))


def _factor(gram: Numbers, shift: float) -> Numbers:
    """The lower triangle L of L L^T = gram + shift, with nothing above it."""
    # symmetric: turned, it lies as LAPACK wants it
    loaded = gram.copy().T
    loaded[np.diag_indices_from(loaded)] += shift
    return np.asarray(cholesky(loaded, lower=True, overwrite_a=True))


def _inverse(lower: Numbers) -> Numbers:
    """Of a lower triangle with nothing above it, in its place."""
    inverse, _ = lapack.dtrtri(lower, lower=1, overwrite_c=1)
    return np.asarray(inverse)


def _squares(x: Numbers) -> Numbers:
    """The squared length of each column."""
    return np.asarray(np.einsum("nf,nf->f", x, x))
