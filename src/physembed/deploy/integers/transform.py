"""Fourier transforms of integers: to frequencies in 32 bits, to points in 16; the bits of the C.

The stages are those of the programs in single precision (``c/templates/transform.c``): decimation
in frequency on the way to the frequencies, which are left where the digits of their number, read
backwards, say; decimation in time on the way back.

A series is mostly slow, and what detectors look at is mostly fast: its spectrum falls by more than
16 bits from one end to the other. So the one transform to frequencies is of 32 bits. On the way
back a record has its own size: 16 bits are enough, with one exponent for all points, which counts
how far they were shifted before every stage so that nothing in it exceeds 16 bits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.transforms import stages

Whole = NDArray[np.int64]
Point = tuple[Whole, Whole]

SINE_15 = (1676, 9138, 25736, 25736)
"""sin πa = v (π + v (3.1416 + v (1.1155 + 0.2046 v))), v = a (1 - a), in 2^-13."""
SINE_30 = (6481318, 54919126, 299437870, 843314697, 843314855)
"""The same with a fifth term, in 2^-28."""


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


def sine_30(turn: Whole) -> Whole:
    """sin of phases in 2^-32 turn, in 2^-30, to 1e-8."""
    half_turns = _half_turns(turn)
    a = np.abs(half_turns)
    v = (a * (2**31 - a)) >> 31
    series = np.zeros_like(v)
    for coefficient in SINE_30:
        series = coefficient + ((series * v) >> 31)
    return np.where(half_turns < 0, -1, 1) * ((series * v) >> 29)


def _half_turns(turn: Whole) -> Whole:
    return ((turn + 2**31) % 2**32) - 2**31


@dataclass(frozen=True)
class Arithmetic:
    """Of products with sines and constants in 2^-bits, rounded."""

    bits: int
    sine: Callable[[Whole], Whole]

    def product(self, value: Whole, factor: Whole | int) -> Whole:
        """A value times what is in 2^-bits."""
        return (value * factor + (1 << (self.bits - 1))) >> self.bits

    def cosine(self, turn: Whole) -> Whole:
        """cos of phases in 2^-32 turn."""
        return self.sine(turn + 2**30)

    def turns(self, length: int, j: Whole, k: int) -> Whole:
        """j k / length of a turn, in 2^-32."""
        if self.bits == 15:
            return (round(2**32 / length) * j * k) % 2**32
        unit = 2**64 // length
        return np.array([(unit * int(n) * k % 2**64) >> 32 for n in j], dtype=np.int64)

    def constant(self, value: float) -> int:
        """As in C."""
        return round(value * 2**self.bits)


SHORT, LONG = Arithmetic(15, sine_15), Arithmetic(30, sine_30)

THIRD = 0.8660254037844386
"""sin 60°"""
FIFTH = (0.30901699437494745, 0.8090169943749475, 0.9510565162951535, 0.5877852522924731)
"""cos 72°, -cos 144°, sin 72°, sin 144°"""


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
        z = _stage(z, length, radix, 1, LONG)
    return z


def to_points(z: Whole) -> tuple[Whole, Whole]:
    """Frequencies to points, not divided by their number, in 16 bits; exponents (cases,)."""
    exponent = np.zeros(len(z), dtype=np.int64)
    for length, radix in reversed(stages(z.shape[1])):
        bits = bits_of(z)
        by = np.where(bits > 0, bits - room_of(radix), 0)
        z = _stage(down(z, by[:, None, None]), length, radix, -1, SHORT)
        exponent += by
    return z, exponent


def _stage(z: Whole, length: int, radix: int, sign: int, arithmetic: Arithmetic) -> Whole:
    step = length // radix
    # (cases, blocks, radix, step, 2): what is divided together lies along the third axis
    parts = z.reshape(len(z), -1, radix, step, 2)
    turns = [arithmetic.turns(length, np.arange(step), k) for k in range(radix)]
    points = [(parts[:, :, k, :, 0], parts[:, :, k, :, 1]) for k in range(radix)]
    if sign < 0:
        points = [_turned(p, turns[k], sign, arithmetic) for k, p in enumerate(points)]
    points = _divided(points, sign, arithmetic)
    if sign > 0:
        points = [_turned(p, turns[k], sign, arithmetic) for k, p in enumerate(points)]
    return np.stack([np.stack(p, axis=-1) for p in points], axis=2).reshape(z.shape)


def _turned(point: Point, turn: Whole, sign: int, arithmetic: Arithmetic) -> Point:
    """A point times exp(-i sign turn); the first of a block stays as it is."""
    re, im = point
    c, d = arithmetic.cosine(turn), -sign * arithmetic.sine(turn)
    times = arithmetic.product
    still = turn == 0
    return (
        np.where(still, re, times(re, c) - times(im, d)),
        np.where(still, im, times(im, c) + times(re, d)),
    )


def _divided(points: list[Point], sign: int, arithmetic: Arithmetic) -> list[Point]:
    """The transform of as many points as a radix has."""
    match len(points):
        case 2:
            (z0, z1), (a0, a1) = points
            return [(z0 + a0, z1 + a1), (z0 - a0, z1 - a1)]
        case 3:
            return _divided_by_3(points, sign, arithmetic)
        case 4:
            (z0, z1), (a0, a1), (b0, b1), (c0, c1) = points
            p0, p1, q0, q1 = z0 + b0, z1 + b1, z0 - b0, z1 - b1
            r0, r1, s0, s1 = a0 + c0, a1 + c1, sign * (a0 - c0), sign * (a1 - c1)
            return [(p0 + r0, p1 + r1), (q0 + s1, q1 - s0), (p0 - r0, p1 - r1), (q0 - s1, q1 + s0)]
        case 5:
            return _divided_by_5(points, sign, arithmetic)
    return _summed(points, sign, arithmetic)


def _divided_by_3(points: list[Point], sign: int, arithmetic: Arithmetic) -> list[Point]:
    (z0, z1), (a0, a1), (b0, b1) = points
    third = sign * arithmetic.constant(THIRD)
    p0, p1 = a0 + b0, a1 + b1
    q0, q1 = arithmetic.product(a0 - b0, third), arithmetic.product(a1 - b1, third)
    m0, m1 = z0 - ((p0 + 1) >> 1), z1 - ((p1 + 1) >> 1)
    return [(z0 + p0, z1 + p1), (m0 + q1, m1 - q0), (m0 - q1, m1 + q0)]


def _divided_by_5(points: list[Point], sign: int, arithmetic: Arithmetic) -> list[Point]:
    (z0, z1), (a0, a1), (b0, b1), (c0, c1), (d0, d1) = points
    times = arithmetic.product
    e, f = (arithmetic.constant(value) for value in FIFTH[:2])
    u, v = (sign * arithmetic.constant(value) for value in FIFTH[2:])
    p0, p1, q0, q1 = a0 + d0, a1 + d1, a0 - d0, a1 - d1
    r0, r1, s0, s1 = b0 + c0, b1 + c1, b0 - c0, b1 - c1
    x0, x1 = z0 + times(p0, e) - times(r0, f), z1 + times(p1, e) - times(r1, f)
    y0, y1 = z0 - times(p0, f) + times(r0, e), z1 - times(p1, f) + times(r1, e)
    f0, f1 = times(q0, u) + times(s0, v), times(q1, u) + times(s1, v)
    g0, g1 = times(q0, v) - times(s0, u), times(q1, v) - times(s1, u)
    return [
        (z0 + p0 + r0, z1 + p1 + r1),
        (x0 + f1, x1 - f0),
        (y0 + g1, y1 - g0),
        (y0 - g1, y1 + g0),
        (x0 - f1, x1 + f0),
    ]


def _summed(points: list[Point], sign: int, arithmetic: Arithmetic) -> list[Point]:
    """Any radix by its sums."""
    radix, times = len(points), arithmetic.product
    turns = np.array([(2**32 - 1) // radix * k for k in range(radix)], dtype=np.int64)
    c, d = arithmetic.cosine(turns), -sign * arithmetic.sine(turns)
    outputs = []
    for k in range(radix):
        places = [i * k % radix for i in range(radix)]
        pairs = list(zip(points, places, strict=True))
        re = sum(times(x, c[at]) - times(y, d[at]) for (x, y), at in pairs)
        im = sum(times(x, d[at]) + times(y, c[at]) for (x, y), at in pairs)
        outputs.append((np.asarray(re), np.asarray(im)))
    return outputs
