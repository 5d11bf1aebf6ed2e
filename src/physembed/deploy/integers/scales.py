"""Thresholds and weights as integers, each in one power of two."""

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError

LEVEL_BITS = WEIGHT_BITS = 16
ANGLE_BITS, RIGHT_ANGLE = 12, 6434
"""Arcsines are in 2^-12; the largest is π / 2."""


def refused(what: str) -> InvalidInputError:
    return InvalidInputError(
        f"number='int16' takes the presets 'tiny-integer' (whole filters and counters) and 'tiny' "
        "(dispersion, one interferometer, one quadrature, soft comparators) and their like, and "
        f"this model has {what}; use number='float32'."
    )


def whole_levels(
    thresholds: list[float], n_timepoints: int, largest: float
) -> tuple[list[int], int]:
    """Thresholds, none above the largest, in units of D; the largest one has 16 bits."""
    exact = np.clip(thresholds, -largest, largest) / n_timepoints**0.5
    shift = 30
    while shift and np.abs(np.rint(exact * 2.0**shift)).max() >= 2 ** (LEVEL_BITS - 1):
        shift -= 1
    most = 2 ** (LEVEL_BITS - 1) - 1
    return np.clip(np.rint(exact * 2.0**shift), -most, most).astype(int).tolist(), shift


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
