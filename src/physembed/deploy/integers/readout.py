"""The readout of a plan in integers, whatever is before it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, kw_only=True)
class WholeReadout:
    """Weights of what is counted, or of its arcsines.

    Parameters
    ----------
    weights : ndarray of shape (rows, counts), int64
    bias : ndarray of shape (rows,), int64
    signed : bool
        Whether one row gives the scores -s and s.
    arcsine : bool
        Whether weights stand before arcsines, in 2^-12, in place of counts.
    unit : int
        Scores are whole numbers of 1 / unit.
    """

    weights: NDArray[np.int64]
    bias: NDArray[np.int64]
    signed: bool
    arcsine: bool
    unit: int

    @property
    def n_scores(self) -> int:
        """Two where it is signed, else the rows."""
        return 2 if self.signed else len(self.bias)

    @property
    def readout_bytes(self) -> int:
        """Of weights and constants as they are stored."""
        return 2 * self.weights.size + 4 * self.bias.size

    def scores(self, readings: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of readings (cases, counts) in the order of the weights: (cases, scores)."""
        rows = readings @ self.weights.T + self.bias
        return np.concatenate([-rows, rows], axis=1) if self.signed else rows
