"""Where a fit begins if nobody says."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import qmc

from physembed.explain.recovery.measured_channel import MeasuredChannel

FARTHEST = 10.0
"""Of the starts, in units of the change that turns the field by about a radian; of both signs."""

ROUNDS = (4, 12)
"""How many starts are refined at once, until what they lead to explains the pairs."""


def _exponent(n_unknown: int) -> int:
    return min(5 + n_unknown, 10)


def n_tried(n_unknown: int) -> int:
    """How many starts are looked at, of so many unknown coefficients."""
    return int(1 + 2 ** _exponent(n_unknown))


def starts_in_rounds(
    channel: MeasuredChannel, scale: NDArray[np.float64]
) -> Iterator[list[NDArray[np.float64]]]:
    """The best starts of a coarse search, refined on few cases and steps, the next best after them.

    Starts fill a box of both signs evenly (Sobol's sequence), closer where coefficients are small.
    """
    n = len(scale)
    even = 2 * qmc.Sobol(n, seed=0).random_base2(_exponent(n)) - 1
    tried = np.concatenate([np.zeros((1, n)), FARTHEST * np.sign(even) * np.abs(even) ** 1.5])

    def rest(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return channel.searched(values * scale)

    errors = np.array([float(np.sum(rest(start) ** 2)) for start in tried])
    order = np.argsort(errors)
    first = 0
    refined: list[tuple[float, NDArray[np.float64]]] = []
    given: list[NDArray[np.float64]] = []
    for number in ROUNDS:
        for k in order[first : first + number]:
            fit = least_squares(rest, tried[k], method="lm", diff_step=1e-6, max_nfev=10 * (n + 1))
            refined.append((float(fit.cost), fit.x))
        first += number
        refined.sort(key=lambda pair: pair[0])
        # where several basins explain the few cases about as well, all cases decide
        fresh: list[NDArray[np.float64]] = []
        for cost, x in refined:
            near = any(np.abs(x - other).max() < 1e-2 for other in given)
            if cost <= 1.5 * refined[0][0] and not near and len(fresh) < 3:
                fresh.append(x)
                given.append(x)
        yield fresh
