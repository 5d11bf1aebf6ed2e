"""Weights in few bits: integers, and one scale for each row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed._checks import is_integer
from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]

WEIGHT_BITS = (4, 8, 32)
"""Bits of a weight that a readout can be stored in; 32 are the numbers as they are."""

SHARES = np.linspace(0.4, 1.0, 25)
"""Of the largest weight of a row, at which its scale may end: what is larger is cut off."""


@dataclass(frozen=True)
class QuantisedRows:
    """Rows of weights as integers.

    Parameters
    ----------
    integers : ndarray of shape (rows, features), int8
        From -(2^(bits-1) - 1) to 2^(bits-1) - 1.
    scales : ndarray of shape (rows,)
        What 1 stands for.
    """

    integers: NDArray[np.int8]
    scales: Numbers

    @property
    def values(self) -> Numbers:
        """The weights that these stand for, (rows, features)."""
        return self.integers * self.scales[:, None]


def check_weight_bits(bits: object) -> None:
    """Refuse a number of bits that weights are not stored in.

    Raises
    ------
    InvalidInputError
    """
    if not is_integer(bits) or bits not in WEIGHT_BITS:
        listed = ", ".join(map(str, WEIGHT_BITS))
        raise InvalidInputError(f"weight_bits must be one of {listed}, got {bits!r}.")


def quantise(weights: Numbers, bits: int) -> QuantisedRows:
    """The nearest rows of integers, each on the scale of its least squared error.

    Parameters
    ----------
    weights : ndarray of shape (rows, features)
        On features of comparable size: an error counts alike in each.
    bits : int
        4 or 8.

    Raises
    ------
    InvalidInputError
    """
    check_weight_bits(bits)
    if bits == max(WEIGHT_BITS):
        raise InvalidInputError("weights of 32 bits are numbers as they are, not integers.")
    most = 2 ** (bits - 1) - 1
    largest = np.abs(weights).max(axis=1, initial=0.0)
    candidates = SHARES[:, None] * np.where(largest > 0, largest, 1.0) / most
    errors = [
        np.square(_rounded(weights, scales, most) * scales[:, None] - weights).sum(axis=1)
        for scales in candidates
    ]
    best = np.argmin(errors, axis=0)
    scales = candidates[best, np.arange(len(weights))]
    return QuantisedRows(_rounded(weights, scales, most).astype(np.int8), scales)


def _rounded(weights: Numbers, scales: Numbers, most: int) -> Numbers:
    rounded: Numbers = np.clip(np.round(weights / scales[:, None]), -most, most)
    return rounded
