"""The readout of a plan in integers, whatever is before it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.integers.scales import refused
from physembed.deploy.readout import Readout
from physembed.deploy.rounding import in_bits

WEIGHT_BITS = 16
SCALE_BITS = 15


@dataclass(frozen=True, eq=False, kw_only=True)
class WholeReadout:
    """Weights of what is counted, or of its arcsines.

    Parameters
    ----------
    weights : ndarray of shape (rows, counts), int64
    bias : ndarray of shape (rows,), int64
    unit : int
        Scores are whole numbers of 1 / unit.
    scales : ndarray of shape (counts,), int64, or None, default=None
        What a reading is multiplied by, in 2^-15, before weights of 8 bits; None: they have 16.
    signed : bool
        Whether one row gives the scores -s and s.
    arcsine : bool
        Whether weights stand before arcsines, in 2^-12, in place of counts.
    """

    weights: NDArray[np.int64]
    bias: NDArray[np.int64]
    unit: int
    scales: NDArray[np.int64] | None = None
    signed: bool
    arcsine: bool

    @property
    def n_scores(self) -> int:
        """Two where it is signed, else the rows."""
        return 2 if self.signed else len(self.bias)

    @property
    def readout_bytes(self) -> int:
        """Of weights, scales and constants as they are stored."""
        if self.scales is None:
            return 2 * self.weights.size + 4 * self.bias.size
        return self.weights.size + 2 * self.scales.size + 4 * self.bias.size

    def scores(self, readings: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of readings (cases, counts) in the order of the weights: (cases, scores)."""
        scaled = readings if self.scales is None else (readings * self.scales) >> SCALE_BITS
        rows = scaled @ self.weights.T + self.bias
        return np.concatenate([-rows, rows], axis=1) if self.signed else rows


@dataclass(frozen=True, eq=False)
class WholeWeights:
    """``weights``, ``bias``, ``unit`` and ``scales`` of a readout in integers."""

    weights: NDArray[np.int64]
    bias: NDArray[np.int64]
    unit: int
    scales: NDArray[np.int64] | None = None


def whole_weights(readout: Readout, bits: int, largest: int, one: int) -> WholeWeights:
    """A readout in one power of two, as large as 16 bits and all sums allow; or in 8 bits.

    Parameters
    ----------
    readout : Readout
        In single precision.
    bits : {8, 16}
        Of a weight. Of 8 every count has a scale of 15 bits.
    largest : int
        The largest of what weights stand before, below 2^16.
    one : int
        What stands there for 1.

    Raises
    ------
    InvalidInputError
        If weights are too large for any.
    """
    if bits == 8:
        return _of_8_bits(in_bits(readout, bits), largest, one)
    # the unit itself is a whole number of 32 bits
    for shift in range(31 - one.bit_length(), -1, -1):
        whole = np.rint(readout.weights * 2.0**shift).astype(np.int64)
        bias = np.rint(readout.bias * 2.0**shift * one).astype(np.int64)
        most = int((np.abs(whole).sum(axis=1) * largest + np.abs(bias)).max())
        if np.abs(whole).max(initial=0) < 2 ** (WEIGHT_BITS - 1) and most < 2**31:
            return WholeWeights(whole, bias, one * 2**shift)
    raise refused(f"weights of a readout up to {np.abs(readout.weights).max():.3g}")


def plain(readout: Readout) -> Readout:
    """The same with its scales in its weights."""
    if readout.scales is None:
        return readout
    return replace(readout, weights=readout.weights * readout.scales, scales=None, bits=32)


def of_columns(readout: Readout, columns: list[int]) -> Readout:
    """Some features of it, in their order."""
    return replace(readout, weights=readout.weights[:, columns])


def _of_8_bits(readout: Readout, largest: int, one: int) -> WholeWeights:
    weights, given = readout.weights.astype(np.int64), readout.scales
    assert given is not None
    for shift in range(31 - one.bit_length(), -1, -1):
        scales = np.rint(given * 2.0 ** (shift + SCALE_BITS)).astype(np.int64)
        bias = np.rint(readout.bias * 2.0**shift * one).astype(np.int64)
        # what is cut off goes down
        scaled = (scales * largest >> SCALE_BITS) + 1
        most = int((np.abs(weights) @ scaled + np.abs(bias)).max())
        if scales.max() < 2**SCALE_BITS and most < 2**31:
            return WholeWeights(weights, bias, one * 2**shift, scales)
    raise refused(f"scales of a readout up to {given.max():.3g}")
