"""Numbers in few bits: thresholds and spreads in a byte, means in half of one, and integers."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

STEPS_PER_OCTAVE = 8
"""Of spreads: each is within five per cent of what it was, and only makes comparators as much
wider, since thresholds are told in its units."""


class NumberCode(ABC):
    """A way to write numbers."""

    def length(self, count: int) -> int:
        """Bytes of so many numbers."""
        return count

    @abstractmethod
    def write(self, values: Numbers) -> bytes:
        """The bytes of values, which are in reach."""

    @abstractmethod
    def read(self, content: bytes, count: int) -> Numbers:
        """The values that bytes of so many stand for, as single precision holds them."""

    @abstractmethod
    def reaches(self, values: Numbers) -> bool:
        """Whether all of these values can be written."""

    def holds(self, values: Numbers) -> bool:
        """Whether these values are read as they are written."""
        if not self.reaches(values):
            return False
        return bool((self.read(self.write(values), len(values)) == values).all())


class Floats(NumberCode):
    """Single precision."""

    def length(self, count: int) -> int:
        return 4 * count

    def write(self, values: Numbers) -> bytes:
        return values.astype("<f4").tobytes()

    def read(self, content: bytes, count: int) -> Numbers:
        return np.frombuffer(content, "<f4", count).astype(np.float64)

    def reaches(self, values: Numbers) -> bool:
        return True


class _Integers(NumberCode):
    """A whole number of so many bits, and what it stands for."""

    bits = 8

    def length(self, count: int) -> int:
        return integer_bytes(count, self.bits)

    def write(self, values: Numbers) -> bytes:
        return write_integers(np.round(self._number_of(values)).astype(np.int64), self.bits)

    def read(self, content: bytes, count: int) -> Numbers:
        numbers = read_integers(content, count, self.bits).astype(np.float64)
        return self._value_of(numbers).astype(np.float32).astype(np.float64)

    def reaches(self, values: Numbers) -> bool:
        return bool((np.abs(self._number_of(values)) <= 2 ** (self.bits - 1) - 1).all())

    @abstractmethod
    def _number_of(self, values: Numbers) -> Numbers: ...

    @abstractmethod
    def _value_of(self, numbers: Numbers) -> Numbers: ...


class Levels(_Integers):
    """What is told in deviations of a record, in steps that grow with it: b sinh(a k).

    Parameters
    ----------
    bits : int
    finest : float
        The step at zero.
    ratio : float
        The share of a large value that its step is.
    """

    def __init__(self, bits: int, finest: float, ratio: float) -> None:
        self.bits = bits
        self._finest, self._ratio = finest, ratio

    def _number_of(self, values: Numbers) -> Numbers:
        return np.arcsinh(values * self._ratio / self._finest) / self._ratio

    def _value_of(self, numbers: Numbers) -> Numbers:
        return np.sinh(numbers * self._ratio) * self._finest / self._ratio


class Spreads(_Integers):
    """Deviations of records, in eighths of an octave: 2^(k/8)."""

    def _number_of(self, values: Numbers) -> Numbers:
        return STEPS_PER_OCTAVE * np.log2(values)

    def _value_of(self, numbers: Numbers) -> Numbers:
        return np.exp2(numbers / STEPS_PER_OCTAVE)


FLOATS, SPREADS = Floats(), Spreads()
THRESHOLDS = Levels(8, 0.0045, 0.045)
"""Up to fifteen deviations. A record that rests and bursts has its thresholds close to where it
rests."""
MEANS = Levels(4, 0.07, 0.7)
"""Up to six deviations. Peaks are told from a mean, and records compared by how far they are from
theirs: neither has to be the mean exactly."""


def write_integers(integers: NDArray[np.int64], bits: int) -> bytes:
    """Integers in bits of 4, 8 or 16 as two's complement has them, the first in the low half."""
    if bits > 4:
        return integers.astype(f"<i{bits // 8}").tobytes()
    halves = np.append(integers.ravel(), np.zeros(integers.size % 2, np.int64)) & 15
    return (halves[::2] | halves[1::2] << 4).astype(np.uint8).tobytes()


def read_integers(content: bytes, count: int, bits: int) -> NDArray[np.int64]:
    """What :func:`write_integers` wrote."""
    if bits > 4:
        return np.frombuffer(content, f"<i{bits // 8}", count).astype(np.int64)
    pairs = np.frombuffer(content, np.uint8).astype(np.int64)
    halves: NDArray[np.int64] = np.stack([pairs & 15, pairs >> 4], axis=1).ravel()[:count]
    return (halves + 8) % 16 - 8


def integer_bytes(count: int, bits: int) -> int:
    """Bytes of so many integers."""
    return -(-count * bits // 8)
