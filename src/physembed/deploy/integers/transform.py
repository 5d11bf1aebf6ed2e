"""Fourier transforms of integers: to frequencies in 32 bits, to points in 16; the bits of the C.

The stages are those of the programs in single precision (``c/templates/transform.c``): decimation
in frequency on the way to the frequencies, which are left where the digits of their number, read
backwards, say; decimation in time on the way back.

A series is mostly slow, and what detectors look at is mostly fast: its spectrum falls by more than
16 bits from one end to the other. So the one transform to frequencies is of 32 bits. On the way
back a record has its own size: 16 bits are enough, with one exponent for all points, which counts
how far they were shifted before every stage so that nothing in it exceeds 16 bits.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.transforms import stages

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
        c, s = turns_of(length, number)
        if self.bits == 15:
            c, s = _to_15(c), _to_15(s)
        return c, -self.sign * s

    def constant(self, value: float) -> int:
        """As in C."""
        return round(value * 2**self.bits)


SHORT, LONG = Arithmetic(15, -1), Arithmetic(30, 1)

THIRD = 0.8660254037844386
"""sin 60°"""
FIFTH = (0.5590169943749475, 0.9510565162951535, 0.36327126400268045, 1.5388417685876268)
"""(cos 72° - cos 144°) / 2, sin 72°, and that less and plus sin 144° (Winograd 1978)."""


def room_of(radix: int) -> int:
    """Bits that a point may have before a stage of 16 bits, its sign apart.

    Of so many points with parts up to 2^room the sum is at most radix · √2 · 2^room, from the
    radix's own bits down; up to a radix of 127 no rounding of sines and products makes 2^15 of it.
    """
    return 15 - int(radix * 1.41421).bit_length()


def bits_of(z: Whole) -> Whole:
    """Bits of the largest magnitude of every case, (cases, ...); of -n, those of n - 1."""
    flat = z.reshape(len(z), -1)
    every = np.bitwise_or.reduce(flat ^ (flat >> 63), axis=1)
    return np.array([int(value).bit_length() for value in every], dtype=np.int64)


def down(value: Whole, shift: Whole) -> Whole:
    """value / 2^shift, rounded; upwards where the shift is negative."""
    half = np.where(shift > 0, 1 << np.maximum(shift - 1, 0), 0)
    return np.where(
        shift > 0, (value + half) >> np.maximum(shift, 0), value << np.maximum(-shift, 0)
    )


def to_frequencies(z: Whole) -> Whole:
    """Points (cases, points, 2) to frequencies in the order of their digits, in 32 bits."""
    for length, radix in stages(z.shape[1]):
        points, powers = _divided(_parts(z, length, radix), LONG), _powers(length, radix, LONG)
        turned = [turn_30(*both) for both in zip(points, powers, strict=True)]
        z = _joined([_but_first(*both) for both in zip(points, turned, strict=True)], z)
    return z


def to_points(z: Whole) -> tuple[Whole, Whole]:
    """Frequencies to points, not divided by their number, in 16 bits; exponents (cases,)."""
    exponent = np.zeros(len(z), dtype=np.int64)
    for length, radix in reversed(stages(z.shape[1])):
        by = bits_of(z) - room_of(radix)
        shift = 15 + by[:, None, None]
        powers = _powers(length, radix, SHORT)
        points = [
            turn_15(part, power, shift)
            for part, power in zip(_parts(z, length, radix), powers, strict=True)
        ]
        z = _joined(_divided(points, SHORT), z)
        exponent += by
    return z, exponent


def _parts(z: Whole, length: int, radix: int) -> list[Point]:
    """What is divided together, (cases, blocks, step) each."""
    parts = z.reshape(len(z), -1, radix, length // radix, 2)
    return [(parts[:, :, k, :, 0], parts[:, :, k, :, 1]) for k in range(radix)]


def _joined(points: list[Point], z: Whole) -> Whole:
    return np.stack([np.stack(p, axis=-1) for p in points], axis=2).reshape(z.shape)


def _powers(length: int, radix: int, arithmetic: Arithmetic) -> list[Point]:
    """exp(-+ 2πi j k / length) for k below the radix, (step,) each; of the first power."""
    step = length // radix
    first = arithmetic.turns(length, step)
    one: Point = np.full(step, 1 << arithmetic.bits), np.zeros(step, dtype=np.int64)
    powers = [one, first]
    while len(powers) < radix:
        powers.append(arithmetic.turned(powers[-1], first))
    return [_but_first(one, power) for power in powers[:radix]]


def _but_first(first: Point, others: Point) -> Point:
    """The first of every block of ``first``, and the others of ``others``."""
    (a0, a1), (b0, b1) = first, others
    return (
        np.concatenate([a0[..., :1], b0[..., 1:]], axis=-1),
        np.concatenate([a1[..., :1], b1[..., 1:]], axis=-1),
    )


def _divided(points: list[Point], arithmetic: Arithmetic) -> list[Point]:
    """The transform of as many points as a radix has."""
    sign = arithmetic.sign
    match len(points):
        case 2:
            (z0, z1), (a0, a1) = points
            return [(z0 + a0, z1 + a1), (z0 - a0, z1 - a1)]
        case 3:
            return _divided_by_3(points, arithmetic)
        case 4:
            (z0, z1), (a0, a1), (b0, b1), (c0, c1) = points
            p0, p1, q0, q1 = z0 + b0, z1 + b1, z0 - b0, z1 - b1
            r0, r1, s0, s1 = a0 + c0, a1 + c1, sign * (a0 - c0), sign * (a1 - c1)
            return [(p0 + r0, p1 + r1), (q0 + s1, q1 - s0), (p0 - r0, p1 - r1), (q0 - s1, q1 + s0)]
        case 5:
            return _divided_by_5(points, arithmetic)
    return _summed(points, arithmetic)


def _divided_by_3(points: list[Point], arithmetic: Arithmetic) -> list[Point]:
    (z0, z1), (a0, a1), (b0, b1) = points
    third = arithmetic.sign * arithmetic.constant(THIRD)
    p0, p1 = a0 + b0, a1 + b1
    q0, q1 = arithmetic.product(a0 - b0, third), arithmetic.product(a1 - b1, third)
    m0, m1 = z0 - ((p0 + 1) >> 1), z1 - ((p1 + 1) >> 1)
    return [(z0 + p0, z1 + p1), (m0 + q1, m1 - q0), (m0 - q1, m1 + q0)]


def _divided_by_5(points: list[Point], arithmetic: Arithmetic) -> list[Point]:
    times = arithmetic.product
    halfway, sine, less, more = (arithmetic.constant(value) for value in FIFTH)
    sine, less, more = (arithmetic.sign * value for value in (sine, less, more))
    parts = []
    for z, a, b, c, d in zip(*points, strict=True):
        p, q, r, s = a + d, a - d, b + c, b - c
        middle, away, both = z - ((p + r + 2) >> 2), times(p - r, halfway), times(q + s, sine)
        odd = both - times(s, less), times(q, more) - both
        parts.append((z + p + r, middle + away, middle - away, *odd))
    (z0, x0, y0, f0, g0), (z1, x1, y1, f1, g1) = parts
    return [
        (z0, z1),
        (x0 + f1, x1 - f0),
        (y0 + g1, y1 - g0),
        (y0 - g1, y1 + g0),
        (x0 - f1, x1 + f0),
    ]


def _summed(points: list[Point], arithmetic: Arithmetic) -> list[Point]:
    """Any radix by its sums."""
    radix = len(points)
    c, s = arithmetic.turns(radix, radix)
    outputs = []
    for k in range(radix):
        turned = [
            arithmetic.turned(point, (c[i * k % radix], s[i * k % radix]))
            for i, point in enumerate(points)
        ]
        outputs.append(
            (np.sum([re for re, _ in turned], axis=0), np.sum([im for _, im in turned], axis=0))
        )
    return outputs
