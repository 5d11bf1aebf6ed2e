"""Thresholds and weights as integers, each in one power of two."""

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError

WEIGHT_BITS = 16
MOST_OF_LEVELS, LEAST_SHIFT = 2**15 - 1, -1
ANGLE_BITS, RIGHT_ANGLE = 12, 6434
"""Arcsines are in 2^-12; the largest is π / 2."""


def refused(what: str) -> InvalidInputError:
    return InvalidInputError(
        "number='int16' takes the presets 'tiny-integer' (whole filters and counters), 'tiny' "
        "(dispersion, one interferometer, one quadrature, soft comparators) and 'auditory' (the "
        "envelope of one channel, lenses, dispersion, bands) and their like, and this model has "
        f"{what}; use number='float32'."
    )


def whole_levels(
    thresholds: list[float], n_timepoints: int, largest: float
) -> tuple[list[int], int]:
    """Thresholds of a z-scored series in units of D, each level / 2^shift, and that shift.

    Parameters
    ----------
    thresholds : list of float
    n_timepoints : int
    largest : float
        What nothing exceeds that is compared with them, in units of D and at most 2^16: a
        threshold beyond it says as much as it itself, and costs the others no digits.
    """
    exact = np.clip(np.array(thresholds) / n_timepoints**0.5, -largest, largest)
    shift = 30
    # 2^16 takes a bit more than a level has
    while shift > LEAST_SHIFT and np.abs(np.rint(exact * 2.0**shift)).max() > MOST_OF_LEVELS:
        shift -= 1
    levels = np.rint(exact * 2.0**shift)
    return np.clip(levels, -MOST_OF_LEVELS, MOST_OF_LEVELS).astype(int).tolist(), shift


def whole_weights(
    weights: NDArray[np.float64], bias: NDArray[np.float64], largest: int, one: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Weights and constants in one power of two, as large as 16 bits and all sums allow.

    ``largest`` is the largest of what they stand before, ``one`` is what stands there for 1.
    """
    # the unit itself is a whole number of 32 bits
    shift = 31 - one.bit_length()
    while shift >= 0:
        whole = np.rint(weights * 2.0**shift).astype(np.int64)
        constants = np.rint(bias * 2.0**shift * one).astype(np.int64)
        most = int((np.abs(whole).sum(axis=1) * largest + np.abs(constants)).max())
        if np.abs(whole).max(initial=0) < 2 ** (WEIGHT_BITS - 1) and most < 2**31:
            return whole, constants, one * 2**shift
        shift -= 1
    raise refused(f"weights of a readout up to {np.abs(weights).max():.3g}")
