"""The readout of chosen features: a ridge on a teacher's scores."""

import numpy as np
from numpy.typing import NDArray

from physembed.training.selection.weighting import weighted_centred

Numbers = NDArray[np.float64]

PENALTY = 0.01
"""In units of the mean squared length of a case: scores have no noise to be protected from."""


def solve_readout(
    features: Numbers, scores: Numbers, case_weights: Numbers | None = None
) -> tuple[Numbers, Numbers]:
    r"""Weights W and biases b that reproduce scores from features, :math:`X W + b`.

    Parameters
    ----------
    features : ndarray of shape (cases, features)
    scores : ndarray of shape (cases, targets)
    case_weights : ndarray of shape (cases,), optional
        How much each case counts.

    Returns
    -------
    weights : ndarray of shape (features, targets)
    bias : ndarray of shape (targets,)
    """
    x, y = weighted_centred(features, case_weights), weighted_centred(scores, case_weights)
    n_cases, n_features = x.shape
    shift = PENALTY * np.square(x).sum() / n_cases
    # all features dark: the mean score is all there is to say
    shift = shift if shift > 0 else 1.0
    if n_features > n_cases:
        weights = x.T @ np.linalg.solve(x @ x.T + shift * np.eye(n_cases), y)
    else:
        weights = np.linalg.solve(x.T @ x + shift * np.eye(n_features), x.T @ y)
    share = np.full(n_cases, 1 / n_cases) if case_weights is None else _shares(case_weights)
    return weights, share @ scores - (share @ features) @ weights


def _shares(case_weights: Numbers) -> Numbers:
    shares: Numbers = case_weights / case_weights.sum()
    return shares
