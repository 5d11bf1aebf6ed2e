"""Choosing backward: from all detectors, the least missed ones go first."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from physembed.training.selection.weighting import check_number, weighted_centred

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
    check_number(n_chosen, features.shape[1])
    x, y = weighted_centred(features, case_weights), weighted_centred(scores, case_weights)
    present = np.flatnonzero(np.square(x).sum(axis=0) > 0)
    x = x[:, present]
    gram = _smaller_product(x)
    while len(present) > n_chosen:
        n_left = max(n_chosen, int(len(present) * (1 - DROPPED)))
        cost = cost_of_leaving_out(x, y, PENALTY, gram)
        order = np.argsort(-cost, kind="stable")
        stay, gone = np.sort(order[:n_left]), order[n_left:]
        wide = x.shape[1] > len(x)
        if wide:
            # what the few took part in is taken away: a new product would cost as much as the rest
            gram = gram - x[:, gone] @ x[:, gone].T
        present, x = present[stay], x[:, stay]
        if wide and x.shape[1] <= len(x):
            gram = _smaller_product(x)
        elif not wide:
            gram = gram[np.ix_(stay, stay)]
    return present


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
    if n_features > n_cases:
        lower = np.linalg.cholesky(gram + shift * np.eye(n_cases))
        half = solve_triangular(lower, x, lower=True)
        weights = half.T @ solve_triangular(lower, y, lower=True)
        # 1 - x' (K + shift)^-1 x is at least shift / (shift + |x|²)
        freedom = 1 - np.square(half).sum(axis=0)
        return shift * np.square(weights).sum(axis=1) / freedom
    factor = cho_factor(gram + shift * np.eye(n_features), lower=True)
    weights = cho_solve(factor, x.T @ y)
    half = solve_triangular(factor[0], np.eye(n_features), lower=True)
    return np.square(weights).sum(axis=1) / np.square(half).sum(axis=0)
