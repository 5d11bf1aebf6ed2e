"""Thresholds as integers in one power of two, and what has none."""

import numpy as np

from physembed.errors import InvalidInputError

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
