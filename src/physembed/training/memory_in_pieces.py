"""How a fit in pieces divides its cases, and what memory it takes, told before it does."""

from physembed.training.readout.moments import n_bytes
from physembed.training.readout.ridge import NUMBERS_AT_ONCE

FOLDS = 5
"""Folds of the cases that are left out at a time, where no groups are given; each costs a Gram
matrix of memory."""
MOST_FOLDS = 10
"""Groups beyond so many share a fold, so that memory does not grow with them."""
MOST_AT_ONCE = 4096
"""Cases of a block, however short."""


def cases_at_once(n_numbers: int) -> int:
    """Cases of a block, for so many numbers of a case: of its series or its features."""
    return max(1, min(MOST_AT_ONCE, NUMBERS_AT_ONCE // n_numbers))


def n_folds_for(n_groups: int | None) -> int:
    """Into how many folds cases of so many groups are divided; None is no groups."""
    return FOLDS if n_groups is None else min(n_groups, MOST_FOLDS)


def memory_of_fit(
    sizes: tuple[int, int, int],
    *,
    n_features: int,
    n_pool: int | None = None,
    n_sample: int,
    n_folds: int = FOLDS,
    taught_by_all: bool = False,
) -> int:
    """Bytes that a fit in pieces takes at its largest, beyond what the process had before.

    Parameters
    ----------
    sizes : (int, int, int)
        Channels, timepoints and outputs.
    n_features : int
        Features that are summed.
    n_pool : int or None, default=None
        Features that detectors are chosen from; None where none are.
    n_sample : int
        Cases of the sample.
    n_folds : int, default=FOLDS
    taught_by_all : bool, default=False
        Whether all cases choose the detectors, and the pool's features are summed first.
    """
    n_channels, n_timepoints, n_outputs = sizes
    case = 8 * n_channels * n_timepoints
    n_targets = 1 if n_outputs == 2 else n_outputs
    sample = 2 * n_sample * case
    block = cases_at_once(max(n_features, n_channels * n_timepoints))
    # series as they are read and in float64; features in single, double and scaled
    piece = block * (2 * case + 28 * n_features)
    sums = n_bytes(n_folds, n_features, n_targets)
    summing = 2 * sums + piece
    # standardised, less a student's, and the matrices of an eigendecomposition
    solving = 3 * sums + 48 * n_features**2 + 20 * n_sample * n_features
    choosing = 0
    if n_pool is not None:
        smaller = min(n_sample, n_pool)
        choosing = 40 * n_sample * n_pool + 32 * smaller**2
        if taught_by_all:
            rows = cases_at_once(max(n_pool, n_channels * n_timepoints))
            sums, square = n_bytes(1, n_pool, n_targets), 8 * n_pool**2
            # what a block adds; products about the mean, a factor and its inverse
            adding = 2 * sums + square + rows * (2 * case + 36 * n_pool)
            choosing = max(choosing, 8 * n_sample * n_pool + max(adding, sums + 4 * square))
    return sample + max(summing, solving, choosing)
