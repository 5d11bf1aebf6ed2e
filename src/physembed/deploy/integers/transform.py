"""Fourier transforms of integers: to frequencies in 32 bits, to points in 16; the bits of the C.

The stages are those of the programs in single precision (``c/templates/transform.c``): decimation
in frequency on the way to the frequencies, which are left where the digits of their number, read
backwards, say; decimation in time on the way back.

A series is mostly slow, and what detectors look at is mostly fast: its spectrum falls by more than
16 bits from one end to the other. So the one transform to frequencies is of 32 bits. On the way
back a record has its own size: 16 bits are enough, with one exponent for all points, which counts
how far they were shifted before every stage so that nothing in it exceeds 16 bits.
"""

import numpy as np

from physembed.deploy.integers.turns import LONG, SHORT, Arithmetic, Point, Whole, turn_15, turn_30
from physembed.deploy.transforms import stages

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


def to_frequencies_15(z: Whole, bits: Whole) -> tuple[Whole, Whole]:
    """Conjugate points to conjugate frequencies in the order of their digits, in 16 bits.

    ``bits`` are those of the points, (cases,), and what is returned with the frequencies are bits
    that these do not exceed. By how far everything was shifted down is forgotten.
    """
    for length, radix in stages(z.shape[1]):
        z = shifted(z, bits - room_of(radix))
        points = _divided(_parts(z, length, radix), SHORT)
        # turned, a part may have a bit more
        bits = bits_of(_joined(points, z)) + (length > radix)
        powers = _powers(length, radix, SHORT)
        z = _joined([turn_15(*both) for both in zip(points, powers, strict=True)], z)
    return z, bits


def to_points(z: Whole, bits: Whole | None = None) -> tuple[Whole, Whole]:
    """Frequencies to points, not divided by their number, in 16 bits; exponents (cases,).

    ``bits`` are those of the frequencies, where they are known.
    """
    exponent = np.zeros(len(z), dtype=np.int64)
    for length, radix in reversed(stages(z.shape[1])):
        by = (bits_of(z) if bits is None else bits) - room_of(radix)
        shift, bits = 15 + by[:, None, None], None
        powers = _powers(length, radix, SHORT)
        points = [
            turn_15(part, power, shift)
            for part, power in zip(_parts(z, length, radix), powers, strict=True)
        ]
        z = _joined(_divided(points, SHORT), z)
        exponent += by
    return z, exponent


def shifted(z: Whole, by: Whole) -> Whole:
    """Points shifted down by so many bits, (cases,), rounded."""
    shift = 15 + by[:, None, None]
    return ((z << 15) + (1 << (shift - 1))) >> shift


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
