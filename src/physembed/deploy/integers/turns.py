"""Sines of integers, and products with points of the unit circle: the bits of the C.

Twiddle factors are turned from one to the next in 30 bits, in which a product is one of halves of
15 bits, so that no processor needs one of 64.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Point = tuple[Whole, Whole]

SINE_15 = (1676, 9138, 25736, 25736)
"""sin πa = v (π + v (3.1416 + v (1.1155 + 0.2046 v))), v = a (1 - a), in 2^-13."""


def sine_15(turn: Whole) -> Whole:
    """sin of phases in 2^-32 turn, in 2^-15, to four of these."""
    half_turns = _half_turns(turn)
    a = np.abs(half_turns) >> 15
    v = (a * (2**16 - a)) >> 15
    series = np.zeros_like(v)
    for coefficient in SINE_15:
        series = coefficient + ((series * v) >> 17)
    return np.where(half_turns < 0, -1, 1) * ((series * v) >> 15)


def sine_22(turn: Whole) -> Whole:
    """sin of phases in 2^-32 turn, in 2^-22: of small ones there are more digits."""
    half_turns = _half_turns(turn)
    a = np.abs(half_turns) >> 15
    v = (a * (2**16 - a)) >> 14
    series = np.zeros_like(v)
    for coefficient in SINE_15:
        series = coefficient + ((series * (v >> 1)) >> 17)
    return np.where(half_turns < 0, -1, 1) * ((series * v) >> 9)


def _half_turns(turn: Whole) -> Whole:
    return ((turn + 2**31) % 2**32) - 2**31


def _to_15(value: Whole) -> Whole:
    return (value + 2**14) >> 15


def _halves(value: Whole | int) -> tuple[Whole, Whole]:
    """value = 2^15 high + low, the latter from -2^14 on."""
    high = _to_15(np.asarray(value, dtype=np.int64))
    return high, value - (high << 15)


def times_15(value: Whole, factor: Whole | int) -> Whole:
    """A value times what is in 2^-15."""
    return _to_15(value * factor)


def times_30(value: Whole, factor: Whole | int) -> Whole:
    """A value times what is in 2^-30; in halves, the product of both lower ones left out."""
    (high, low), (above, below) = _halves(value), _halves(factor)
    return high * above + _to_15(high * below + low * above)


def turn_15(point: Point, turn: Point, shift: Whole | int = 15) -> Point:
    """A point times one of the unit circle in 2^-15; over 2^shift in place of 2^15."""
    (re, im), (c, s), half = point, turn, 1 << np.asarray(shift - 1)
    return (re * c - im * s + half) >> shift, (re * s + im * c + half) >> shift


def turn_30(point: Point, turn: Point) -> Point:
    """A point times one of the unit circle in 2^-30, in halves."""
    ((x, x_low), (y, y_low)), ((c, c_low), (s, s_low)) = map(_halves, point), map(_halves, turn)
    return (
        x * c - y * s + _to_15(x * c_low + x_low * c - y * s_low - y_low * s),
        x * s + y * c + _to_15(x * s_low + x_low * s + y * c_low + y_low * c),
    )


def turn_of(length: int) -> tuple[int, int]:
    """Cosine and sine of one turn over a length, in 2^-30."""
    angle = 2 * math.pi / length
    return round(2**30 * math.cos(angle)), round(2**30 * math.sin(angle))


@cache
def turns_of(length: int, number: int) -> Point:
    """Cosines and sines of 0, 1, ... turns over a length, one after the other, in 2^-30."""
    at: Point = np.array(2**30), np.array(0)
    once: Point = np.array(turn_of(length)[0]), np.array(turn_of(length)[1])
    points = list(accumulate(range(number - 1), lambda p, _: turn_30(p, once), initial=at))
    return np.array([c for c, _ in points]), np.array([s for _, s in points])


def small_turn_of(length: int) -> tuple[int, int, int]:
    """Sine and versine of one turn over a length of four at least, in 2^-(15 + shift); shift.

    What is added to a point of the unit circle when it is turned is as small as the turn, so that
    15 bits of it, and of the point, are as true as 30 of the point.
    """
    sine, versine = math.sin(2 * math.pi / length), 1 - math.cos(2 * math.pi / length)
    bits = 15 - math.ceil(math.log2(max(sine, versine)))
    return round(sine * 2**bits), round(versine * 2**bits), bits - 15


@cache
def small_turns_of(length: int, number: int) -> Point:
    """As :func:`turns_of`, with steps of 15 bits: to a unit of 2^-15."""
    sine, versine, shift = small_turn_of(length)
    points = [(2**30, 0)]
    while len(points) < number:
        c, s = points[-1]
        x, y = (c + 2**14) >> 15, (s + 2**14) >> 15
        away = (x * versine + y * sine) >> shift, (x * sine - y * versine) >> shift
        points.append((c - away[0], s + away[1]))
    return np.array([c for c, _ in points]), np.array([s for _, s in points])


@dataclass(frozen=True)
class Arithmetic:
    """Of products with points of the unit circle and constants in 2^-bits.

    Parameters
    ----------
    bits : {15, 30}
    sign : {1, -1}
        1 on the way to the frequencies, where points are turned back.
    """

    bits: int
    sign: int

    def product(self, value: Whole, factor: Whole | int) -> Whole:
        """A value times what is in 2^-bits."""
        return times_15(value, factor) if self.bits == 15 else times_30(value, factor)

    def turned(self, point: Point, turn: Point) -> Point:
        """A point times one of the unit circle."""
        return turn_15(point, turn) if self.bits == 15 else turn_30(point, turn)

    def turns(self, length: int, number: int) -> Point:
        """exp(-+ 2πi j / length) for j from 0 on."""
        if self.bits == 30:
            c, s = turns_of(length, number)
        else:
            c, s = map(_to_15, small_turns_of(length, number))
        return c, -self.sign * s

    def constant(self, value: float) -> int:
        """As in C."""
        return round(value * 2**self.bits)


SHORT, LONG = Arithmetic(15, -1), Arithmetic(30, 1)
