"""A plan of spectra in 16-bit integers, carried out by numpy: the same bits as the program of C."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from physembed.deploy.integers.interpreter import (
    arcsine_of,
    encode,
    length_bits,
    reciprocal,
    samples_of,
)
from physembed.deploy.integers.spectral_plan import SoftComparator, SpectralFilter, SpectralPlan
from physembed.deploy.integers.transform import down, to_frequencies, to_points
from physembed.deploy.integers.turns import (
    LONG,
    SHORT,
    Arithmetic,
    Whole,
    sine_15,
    sine_22,
    times_15,
)
from physembed.deploy.transforms import place

FILTERED_BITS = 13
"""Of what is filtered, so that even and odd points are made of it in 16."""
LEAST_EXPONENT = -64
"""Of a record in which nothing is."""
ALL_BUT_FAINT = 16381
"""(1 - 2e-4) / 2 in 2^-15."""
TANH_SEGMENTS, TANH_BITS = 64, 9
TANH = np.rint(2**15 * np.tanh(np.arange(TANH_SEGMENTS + 1) / 8)).astype(np.int64)
"""tanh u from 0 to 8, in 2^-15, between which it is a straight line."""


def spectral_scores(plan: SpectralPlan, x: ArrayLike) -> Whole:
    """What a plan says of samples, (cases, scores), in units of 1 / ``plan.unit``.

    Parameters
    ----------
    plan : SpectralPlan
    x : array_like of shape (cases, channels, timepoints)
        Whole numbers of 16 bits.

    Raises
    ------
    InvalidInputError
    """
    samples = samples_of(x, plan.n_channels, plan.n_timepoints)
    spectra: dict[int, tuple[Spectrum, Whole]] = {}
    readings = []
    for f in plan.filters:
        if f.channel not in spectra:
            spectra[f.channel] = _spectrum(samples[:, f.channel], plan.window)
        spectrum, root = spectra[f.channel]
        record, exponent = _record(f, spectrum, plan.n_timepoints)
        readings += [_read(c, record, exponent, root, plan) for c in f.comparators]
    columns = [c.column for f in plan.filters for c in f.comparators]
    in_order = np.empty((len(samples), len(columns)), dtype=np.int64)
    in_order[:, columns] = np.stack(readings, axis=1)
    return plan.scores(in_order)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Half of a real field's: mantissas (cases, points, 2) of 16 bits, exponents (cases, points).

    The first point holds the frequencies 0 and m, which are real. What stands for 1 is 2^shift.
    """

    mantissas: Whole
    exponents: Whole
    shift: int


def head_room(points: int) -> int:
    """By how much samples of 16 bits are shifted up, so that no sum of so many exceeds 30."""
    return 13 - points.bit_length()


def _spectrum(samples: Whole, window: int) -> tuple[Spectrum, Whole]:
    """Half of the spectrum of a channel, and the roots D."""
    x, root = encode(samples)
    points, m = x.shape[1], window // 2
    after = points + (window - points) // 2
    ends = (x[:, -1:].repeat(after - points, axis=1), x[:, :1].repeat(window - after, axis=1))
    laid = np.concatenate([x, *ends], axis=1) << head_room(m)
    half = split(to_frequencies(laid.reshape(len(x), -1, 2)), LONG)
    sizes = np.bitwise_or(*np.moveaxis(half ^ (half >> 63), 2, 0))
    exponents = np.maximum(_bit_length(sizes) - 15, 0)
    mantissas = np.minimum(down(half, exponents[..., None]), 2**15 - 1)
    return Spectrum(mantissas, exponents, head_room(m)), root


def _bit_length(values: Whole) -> Whole:
    """Of numbers from 0 to 2^52."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def _pairs(m: int) -> tuple[Whole, Whole]:
    """The places of k from 1 to m / 2, and those of m - k."""
    up = np.array([place(k, m) for k in range(1, m // 2 + 1)], dtype=np.int64)
    back = np.array([place(m - k, m) for k in range(1, m // 2 + 1)], dtype=np.int64)
    return up, back


def split(z: Whole, arithmetic: Arithmetic) -> Whole:
    """Half of the spectrum of a real field, of that of its even and odd points; or the reverse."""
    m = z.shape[1]
    up, back = _pairs(m)
    c, s = (part[1:] for part in arithmetic.turns(2 * m, len(up) + 1))
    a0, a1, b0, b1 = z[:, up, 0], z[:, up, 1], z[:, back, 0], z[:, back, 1]
    even0, even1 = a0 + b0, a1 - b1
    # -s and -c on the way to the frequencies, -s and c on the way back
    w0, w1 = arithmetic.turned((a0 - b0, a1 + b1), (arithmetic.sign * s, -arithmetic.sign * c))
    half = np.empty_like(z)
    ends = np.stack([z[:, 0, 0] + z[:, 0, 1], z[:, 0, 0] - z[:, 0, 1]], axis=1)
    half[:, 0] = ends if arithmetic.sign > 0 else (ends + 1) >> 1
    # the middle one is its own partner: of it, what is written last stays
    half[:, up] = np.stack([even0 + w0 + 1, even1 + w1 + 1], axis=2) >> 1
    half[:, back] = np.stack([even0 - w0 + 1, w1 - even1 + 1], axis=2) >> 1
    return half


def _cosine(f: SpectralFilter, k: Whole) -> Whole:
    """What a fibre and an oscillator make of frequencies, in 2^-15."""
    high, low = divmod(f.cosine[1], 2**16)
    square = k * k
    turn = f.cosine[0] + high * square + (((square >> 10) * low) >> 6)
    return sine_15((turn + 2**30) % 2**32)


def _size(f: SpectralFilter, k: Whole) -> tuple[Whole, Whole]:
    """The real size of the factor at frequencies: mantissas in 2^-15, and exponents."""
    size = _cosine(f, k)
    if not f.interference:
        return size, np.zeros_like(size)
    s = sine_22((f.delay * k) % 2**32 >> (f.interference - 1))
    # of what is small no digit may be lost, for what it stands before is large
    by = np.maximum(7 - 2 * ((22 - np.minimum(_bit_length(np.abs(s)), 21)) // 2), -15)
    mantissa = np.sign(s) * (((np.abs(s) << (7 - by)) + 64) >> 7)
    part = times_15(mantissa, mantissa) if f.interference == 2 else mantissa
    return times_15(size, part), f.interference * (by - 7)


def _record(f: SpectralFilter, spectrum: Spectrum, n_points: int) -> tuple[Whole, Whole]:
    """What a filter gives at the first points, and its exponents."""
    given = spectrum.mantissas
    m = given.shape[1]
    places = np.array([place(k, m) for k in range(m)], dtype=np.int64)
    # the first point holds the frequencies 0 and m
    factors, powers = np.empty((2, m, 2), dtype=np.int64)
    factors[places], powers[places] = (part[:, None] for part in _size(f, np.arange(m)))
    factors[0, 1], powers[0, 1] = f.nyquist, 0
    powers = powers + spectrum.exponents[..., None]
    # an exponent that no product exceeds; both parts of a point have one
    other = given.copy()
    other[:, 1:] = given[:, 1:, ::-1]
    sizes = ((given ^ (given >> 63)) | (other ^ (other >> 63))) - ((given | other) >> 63)
    bits = _bit_length(sizes * np.abs(factors))
    top = np.where(bits > 0, bits + powers, LEAST_EXPONENT).max(axis=(1, 2)) - FILTERED_BITS
    # what is not nothing goes up by 12 at most
    z = down(given * factors, np.clip(top[:, None, None] - powers, -15, 31))
    if f.interference == 1:
        # times i, but what is real stays
        z[:, 1:] = np.stack([-z[:, 1:, 1], z[:, 1:, 0]], axis=2)
    points, by = to_points(split(z, SHORT))
    exponent = by + top - 15 - spectrum.shift + f.interference
    return points.reshape(len(points), -1)[:, :n_points], exponent


def _read(
    c: SoftComparator, record: Whole, exponent: Whole, root: Whole, plan: SpectralPlan
) -> Whole:
    """The reading of a comparator, (cases,), in 2^-12."""
    n = plan.n_timepoints
    bits = np.array([int(value).bit_length() - 16 for value in root], dtype=np.int64)
    sixteen = np.where(bits > 0, root >> np.maximum(bits, 0), root << np.maximum(-bits, 0))
    gain = (c.mantissa * (2**31 // sixteen)) >> 16
    # neither product nor level exceeds 2^30; a unit of a record whose shift were negative is four
    # widths or more, in which the level is told, too
    shift = 3 - c.exponent - exponent + bits
    level = c.level >> np.clip(-shift, 0, 31)
    scaled = (record * gain[:, None]) >> np.clip(shift, 0, 31)[:, None]
    # comparators say the same of all that is beyond eight widths
    excess = np.clip(scaled - level[:, None], -(2**15) + 1, 2**15 - 1)
    size = np.abs(excess)
    if c.is_ramp:
        response = np.minimum(size, 2**12) << 3
    else:
        at, rest = size >> TANH_BITS, size & (2**TANH_BITS - 1)
        response = TANH[at] + (((TANH[at + 1] - TANH[at]) * rest) >> TANH_BITS)
    total = np.where(excess < 0, -response, response).sum(axis=1)
    mean = ((total >> length_bits(n)) * reciprocal(n) + 2**14) >> 15
    if plan.arcsine:
        return arcsine_of(2**29 + mean * ALL_BUT_FAINT)
    return (2**15 + mean + 8) >> 4
