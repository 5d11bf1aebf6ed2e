"""How a transform on the chip is cut into passes, and the order in which its spectrum comes out."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Plan:
    """How a cascade of one length runs on a streaming multiprocessor.

    Parameters
    ----------
    radices : tuple of int
        Of the passes of a transform, two to four of them, each of 2 to 16.
    n_warps : int
        Of 32 threads each. A pass has N / radix lanes, which should be no fewer than threads.
    together : bool
        Whether the adjoint takes the field and its gradient through the same exchanges.
    """

    radices: tuple[int, ...]
    n_warps: int
    together: bool = True

    @property
    def n_points(self) -> int:
        """Length of the transform."""
        return math.prod(self.radices)

    @property
    def spans(self) -> tuple[int, ...]:
        """The points inside each digit."""
        return tuple(math.prod(self.radices[place:]) for place in range(1, len(self.radices) + 1))


PLANS = {
    plan.n_points: plan
    for plan in (
        Plan((4, 8, 8), 1),
        Plan((8, 8, 8), 2),
        Plan((8, 8, 4, 4), 4),
        Plan((8, 16, 16), 4),
        Plan((16, 16, 16), 8, together=False),
        Plan((16, 8, 8, 8), 16),
    )
}
"""By the number of points: the fastest of thirteen on an H200; of 8,192, one that spills less was
taken since."""


def frequencies(radices: tuple[int, ...]) -> NDArray[np.int64]:
    """The frequency, in the order of an FFT, at every place of a table in the order of digits.

    A spectrum comes out with the first pass's digit, the frequency's lowest, in the slowest place;
    the last pass reads its tables as (its digit, lanes).
    """
    # spectra stay in that order, and the tables are put into it once instead
    digits = np.unravel_index(np.arange(math.prod(radices)), radices)
    weights = np.cumprod((1, *radices[:-1]))
    of_places = sum(weight * digit for weight, digit in zip(weights, digits, strict=True))
    order: NDArray[np.int64] = np.asarray(of_places).reshape(-1, radices[-1]).T.ravel()
    return order


@cache
def roots_of_unity(n_points: int) -> NDArray[np.float64]:
    """The cosines and then the sines of -2π k / N."""
    angles = -2 * np.pi * np.arange(n_points) / n_points
    return np.concatenate([np.cos(angles), np.sin(angles)])
