"""Choosing forward: detectors one by one, each the one that explains most of what is left."""

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_integer
from physembed.training.selection.weighting import weighted_centred

Numbers = NDArray[np.float64]

SHRINKAGE = 0.02
"""Of the median squared length of the features: what a feature adds to the chosen ones must be
more than this to count fully."""


def choose_forward(
    features: Numbers, scores: Numbers, n_chosen: int, case_weights: Numbers | None = None
) -> NDArray[np.int64]:
    r"""Orthogonal least squares on a teacher's scores.

    Each step takes the feature of the largest

    .. math:: \frac{\sum_c (x_j \cdot R_c)^2}{|x_j|^2 + 0.02 \operatorname{median} |x|^2},

    with :math:`x_j` the centred features made orthogonal to the chosen ones and :math:`R_c` what
    these leave of the scores of class c. Good for few: it asks what each adds to the others.

    Parameters
    ----------
    features : ndarray of shape (cases, features)
        Already scaled; a feature that does not change is not chosen.
    scores : ndarray of shape (cases, targets)
    n_chosen : int
    case_weights : ndarray of shape (cases,), optional
        How much each case counts.

    Returns
    -------
    ndarray of int64
        In the order of choice; fewer where nothing that is left adds anything.

    Raises
    ------
    InvalidInputError
        If ``n_chosen`` is not from 1 to the number of features.

    References
    ----------
    Chen, Billings and Luo, Int. J. Control 50, 1873 (1989).
    """
    check_integer("n_chosen", n_chosen, least=1, most=features.shape[1])
    x, residual = weighted_centred(features, case_weights), weighted_centred(scores, case_weights)
    lengths = np.square(x).sum(axis=0)
    bright = lengths > 0
    floor = SHRINKAGE * float(np.median(lengths[bright])) if bright.any() else 1.0
    least_left = 1e-9 * lengths
    directions = np.empty((0, len(x)))
    chosen: list[int] = []
    while len(chosen) < n_chosen:
        # the residual is orthogonal to the chosen ones already: the features need not be made so
        adds = bright & (lengths > least_left)
        best, gain = _best(x.T @ residual, lengths, adds, chosen, floor)
        if gain <= 0:
            break
        chosen.append(best)
        # twice, since once leaves rounding along the chosen ones
        direction = x[:, best]
        for _ in range(2):
            direction = direction - (directions @ direction) @ directions
        direction /= np.linalg.norm(direction)
        directions = np.vstack([directions, direction])
        lengths = lengths - np.square(direction @ x)
        residual = residual - np.outer(direction, direction @ residual)
    return np.array(chosen, dtype=np.int64)


def choose_forward_by_products(gram: Numbers, cross: Numbers, n_chosen: int) -> NDArray[np.int64]:
    """The same choice by products of features, of cases that need not be in memory together.

    Parameters
    ----------
    gram : ndarray of shape (features, features)
        X^T X of features about their mean.
    cross : ndarray of shape (features, targets)
        X^T Y.
    n_chosen : int
    """
    check_integer("n_chosen", n_chosen, least=1, most=len(gram))
    lengths, left = np.diagonal(gram).copy(), cross
    bright = lengths > 0
    floor = SHRINKAGE * float(np.median(lengths[bright])) if bright.any() else 1.0
    least_left = 1e-9 * lengths
    # of each direction so far, its product with every feature
    rows = np.empty((0, len(gram)))
    chosen: list[int] = []
    while len(chosen) < n_chosen:
        best, gain = _best(left, lengths, bright & (lengths > least_left), chosen, floor)
        if gain <= 0:
            break
        chosen.append(best)
        row = gram[best] - rows[:, best] @ rows
        length = np.sqrt(row[best])
        row = row / length
        rows = np.vstack([rows, row])
        lengths = lengths - np.square(row)
        left = left - np.outer(row, left[best] / length)
    return np.array(chosen, dtype=np.int64)


def _best(
    products: Numbers, lengths: Numbers, adds: NDArray[np.bool_], chosen: list[int], floor: float
) -> tuple[int, float]:
    """The feature that explains most of what is left, of those that add something; and its gain."""
    adds[chosen] = False
    gain = np.square(products).sum(axis=1) / (np.where(adds, lengths, 1.0) + floor)
    gain[~adds] = -1.0
    best = int(gain.argmax())
    return best, float(gain[best])
