"""Weights in few bits: integers, a power of two for each feature, and one scale for all."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from physembed._checks import is_integer
from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]

WEIGHT_BITS = (4, 8, 32)
"""Bits of a weight that a readout can be stored in; 32 are the numbers as they are."""

EXPONENT_BITS = 4
BIAS_BITS, WIDE_BIAS_BITS = 16, 32
"""Of a bias where that is fine enough, and in single precision where it is not."""
BIAS_SHARE = 1 / 100
"""Of the scores' deviation, by which a bias of 16 bits may be wrong at most."""
STEPS_PER_OCTAVE = 1
"""Of the factor of a feature: its weights use all of their integers whatever its deviation is."""


@dataclass(frozen=True)
class QuantisedRows:
    """Rows of weights as integers.

    Parameters
    ----------
    integers : ndarray of shape (rows, features), int64
        From -(2^(bits-1) - 1) to 2^(bits-1) - 1; of rows that sum to zero, the first is what the
        others leave, and may be beyond.
    exponents : ndarray of shape (features,), int64
        From 0 to 15: of the power of two that is the feature's factor.
    scale : float
        What 1 stands for where the exponent is 0.
    bits : int
    bias_bits : {16, 32}, default=16
        Of each bias beside them, as :func:`bias_bits_for` gives them.
    """

    integers: NDArray[np.int64]
    exponents: NDArray[np.int64]
    scale: float
    bits: int
    bias_bits: int = BIAS_BITS

    @property
    def values(self) -> Numbers:
        """The weights that these stand for, (rows, features)."""
        return self.integers * (self.scale * np.exp2(self.exponents / STEPS_PER_OCTAVE))


def check_weight_bits(bits: object) -> None:
    """Refuse a number of bits that weights are not stored in.

    Raises
    ------
    InvalidInputError
    """
    if not is_integer(bits) or bits not in WEIGHT_BITS:
        listed = ", ".join(map(str, WEIGHT_BITS))
        raise InvalidInputError(f"weight_bits must be one of {listed}, got {bits!r}.")


def bias_bits_for(biases: Numbers, scores: Numbers) -> int:
    """Bits that biases need beside scores: 16, or 32 where those are too coarse.

    A bias takes away what weights make of the features' means, and so is large where a level far
    from zero is read. Sixteen bits tell it to half a step of up to 2^-14 of the largest.

    Parameters
    ----------
    biases : ndarray of shape (targets,)
    scores : ndarray of shape (cases, targets)
        To which they belong.
    """
    half_step = float(np.abs(biases).max()) / (2 ** (BIAS_BITS - 1) - 1)
    deviation = float(np.sqrt(scores.var(axis=0).mean()))
    return BIAS_BITS if half_step <= BIAS_SHARE * deviation else WIDE_BIAS_BITS


def quantised_readout(
    weights: Numbers, bias: Numbers, centre: Numbers, scores: Numbers, bits: int
) -> tuple[QuantisedRows, Numbers]:
    """Rounded weights, and the biases that go with them.

    Parameters
    ----------
    weights : ndarray of shape (targets, features)
    bias : ndarray of shape (targets,)
        Of features about their centre.
    centre : ndarray of shape (features,)
    scores : ndarray of shape (cases, targets)
        What the readout says, on whose deviation the bits of biases depend.
    bits : int
        4 or 8.

    Returns
    -------
    rows : QuantisedRows
    bias : ndarray of shape (targets,)
        Of the features as they are.
    """
    several = len(weights) > 1
    if several:
        # of several classes only the differences of scores count
        weights, bias = weights - weights.mean(axis=0), bias - bias.mean()
    rows = quantise(weights, bits, sum_to_zero=several)
    bias = bias - rows.values @ centre
    return replace(rows, bias_bits=bias_bits_for(bias, scores)), bias


def quantise(weights: Numbers, bits: int, *, sum_to_zero: bool = False) -> QuantisedRows:
    """The nearest integers, on the finest power of two for each feature that holds its largest.

    Parameters
    ----------
    weights : ndarray of shape (rows, features)
    bits : int
        4 or 8.
    sum_to_zero : bool, default=False
        Whether the rows of a feature are to sum to zero, as they do where only their differences
        count. Integers that sum to zero are a lattice, in which the nearest point is found by
        rounding, and then moving those that were rounded farthest the wrong way (Conway and Sloane,
        Fast quantizing and decoding algorithms for lattice quantizers, IEEE Trans. Inf. Theory 28,
        227, 1982, A_n).

    Raises
    ------
    InvalidInputError
    """
    check_weight_bits(bits)
    if bits == max(WEIGHT_BITS):
        raise InvalidInputError("weights of 32 bits are numbers as they are, not integers.")
    most = 2 ** (bits - 1) - 1
    if sum_to_zero:
        weights = weights - weights.mean(axis=0)
    largest = np.abs(weights).max(axis=0, initial=0.0)
    if not largest.any():
        still = np.zeros(weights.shape, np.int64)
        return QuantisedRows(still, np.zeros(weights.shape[1], np.int64), 1.0, bits)
    with np.errstate(divide="ignore"):
        octaves = STEPS_PER_OCTAVE * np.log2(largest / most)
    # a hair's breadth over a power of two is rounding
    octaves = np.ceil(octaves - 1e-9)
    top = octaves.max()
    exponents = np.maximum(octaves - top + 2**EXPONENT_BITS - 1, 0).astype(np.int64)
    scale = float(np.exp2((top - 2**EXPONENT_BITS + 1) / STEPS_PER_OCTAVE))
    exact = weights / (scale * np.exp2(exponents / STEPS_PER_OCTAVE))
    integers = np.clip(np.round(exact), -most, most).astype(np.int64)
    if sum_to_zero:
        integers = _summing_to_zero(integers, exact, most)
    return QuantisedRows(integers, exponents, scale, bits)


def _summing_to_zero(integers: NDArray[np.int64], exact: Numbers, most: int) -> NDArray[np.int64]:
    over = integers.sum(axis=0)
    up = np.sign(over)
    # how far each was rounded the way that is too far; what is at its end stays
    wrong = (integers - exact) * up
    movable = np.abs(integers - up) <= most
    rank = np.argsort(np.argsort(np.where(movable, -wrong, np.inf), axis=0), axis=0)
    moved = integers - up * (movable & (rank < np.abs(over)))
    moved[0] = -moved[1:].sum(axis=0)
    return moved
