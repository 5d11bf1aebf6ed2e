"""Where a fit begins if nobody says."""

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from physembed.explain.recovery.measured_channel import CASES_OF_THE_SEARCH, MeasuredChannel

STARTS = (0.0, 0.5, -0.5, 2.0, -2.0)
"""Starts of every coefficient, in units of the change that turns the field by about a radian."""

STEPS_OF_THE_SEARCH, BEST_STARTS = 12, 3


def promising_starts(
    channel: MeasuredChannel, scale: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """The best starts of a coarse search, refined on few cases and steps until one stands out."""
    cases = slice(0, CASES_OF_THE_SEARCH)
    tried = [np.array(start) for start in itertools.product(STARTS, repeat=len(scale))]

    def error(values: NDArray[np.float64]) -> float:
        residual = channel.residual(values * scale, STEPS_OF_THE_SEARCH, cases)
        return float(residual @ residual)

    errors = np.array([error(start) for start in tried])
    best = [
        tried[k] for k in np.argsort(np.where(np.isfinite(errors), errors, np.inf))[:BEST_STARTS]
    ]
    refined = []
    for start in best:
        fit = least_squares(
            lambda values: channel.residual(values * scale, STEPS_OF_THE_SEARCH, cases),
            start,
            method="lm",
            max_nfev=200,
        )
        refined.append((fit.cost, fit.x))
    refined.sort(key=lambda pair: pair[0])
    least = refined[0][0]
    # where several basins explain the few cases about as well, all cases decide
    distinct: list[NDArray[np.float64]] = []
    for cost, x in refined:
        if cost < 1.5 * least and all(np.abs(x - other).max() > 1e-2 for other in distinct):
            distinct.append(x)
    return distinct
