"""The last step of a plan: from features to scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Readout:
    """scores = weights · features + bias; with ``signed`` one row gives the scores -s and s.

    Parameters
    ----------
    weights : ndarray of shape (rows, features), float64
    bias : ndarray of shape (rows,), float64
    signed : bool
    scales : ndarray of shape (features,), float64, or None, default=None
        What features are multiplied by first, where weights are integers.
    bits : int, default=32
        Of a weight: 4 and 8 for integers.
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    signed: bool
    scales: NDArray[np.float64] | None = None
    bits: int = 32

    @property
    def sums_to_zero(self) -> bool:
        """Whether every feature's weights sum to zero but for rounding, so that all scores
        together are a constant, and the last one follows from the others.

        A ridge of one row for each of three or more classes is such, whatever it was fitted to.
        """
        if self.scales is not None or self.signed or len(self.bias) < 3:
            return False
        largest = np.abs(self.weights).max(axis=0)
        return bool((np.abs(self.weights.sum(axis=0)) <= 2.0**-21 * largest).all())

    @property
    def n_rows(self) -> int:
        """Rows whose weights are stored."""
        return len(self.bias) - self.sums_to_zero

    @property
    def n_bytes(self) -> int:
        """Of weights, scales and constants as they are stored."""
        weights = -(-self.n_rows * self.weights.shape[1] * self.bits // 8)
        scales = 0 if self.scales is None else 4 * len(self.scales)
        if self.powers is not None:
            scales = 4 + -(-len(self.powers) // 2)
        return weights + scales + 4 * len(self.bias)

    @property
    def powers(self) -> NDArray[np.int64] | None:
        """Of two, from 0 to 15, by which the scales exceed the least; None where they are none."""
        if self.scales is None:
            return None
        powers = np.round(np.log2(self.scales / self.scales.min())).astype(np.int64)
        are_powers = (np.exp2(powers) * self.scales.min() == self.scales).all()
        return powers if are_powers and powers.max() < 16 else None

    @property
    def n_scores(self) -> int:
        """Two where it is signed, else the rows."""
        return 2 if self.signed else len(self.bias)
