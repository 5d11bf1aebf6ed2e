"""A plan of whole numbers, carried out by numpy: the same bits as the program of C."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physembed.deploy.integers.scales import RIGHT_ANGLE
from physembed.deploy.integers.whole_plan import (
    SERIES_BITS,
    WholeFilter,
    WholePlan,
)
from physembed.errors import InvalidInputError

Whole = NDArray[np.int64]
SAMPLE, NUMBER = np.iinfo(np.int16), np.iinfo(np.int32)


def whole_scores(plan: WholePlan, x: ArrayLike) -> Whole:
    """What a plan says of samples, (cases, scores), in units of 1 / ``plan.unit``.

    Parameters
    ----------
    plan : WholePlan
    x : array_like of shape (cases, channels, timepoints)
        Whole numbers of 16 bits.

    Raises
    ------
    InvalidInputError
    """
    samples = samples_of(x, plan.n_channels, plan.n_timepoints)
    encoded = [encode(samples[:, channel]) for channel in range(plan.n_channels)]
    counts = [_counts(f, *encoded[f.channel]) for f in plan.filters]
    counted = np.concatenate(counts, axis=1)
    readings = arcsines(counted, plan.n_timepoints) if plan.arcsine else counted
    return plan.scores(readings)


def samples_of(x: ArrayLike, n_channels: int, n_timepoints: int) -> Whole:
    """Samples of 16 bits, (cases, channels, timepoints).

    Raises
    ------
    InvalidInputError
    """
    series = np.asarray(x)
    shape = (n_channels, n_timepoints)
    if series.ndim != 3 or series.shape[1:] != shape:
        raise InvalidInputError(
            f"x must have shape (cases, {shape[0]}, {shape[1]}), got {series.shape}."
        )
    samples = series.astype(np.int64)
    if not ((samples == series) & (samples >= SAMPLE.min) & (samples <= SAMPLE.max)).all():
        raise InvalidInputError(f"x must be whole, from {SAMPLE.min} to {SAMPLE.max}.")
    return samples


def encode(samples: Whole) -> tuple[Whole, Whole]:
    """A channel at its mean, (cases, timepoints), and the roots of its sums of squares, (cases,).

    The first sample goes first, then all are brought to 14 bits by a power of two, then the mean
    goes. A constant channel has the root that a deviation of one would have.
    """
    n = samples.shape[1]
    away = samples - samples[:, :1]
    bits = _bit_length(np.bitwise_or.reduce(np.abs(away), axis=1))[:, None]
    scaled = ((away << SERIES_BITS) + ((1 << bits) >> 1)) >> bits
    mean = ((scaled.sum(axis=1, keepdims=True) >> length_bits(n)) * reciprocal(n) + 2**14) >> 15
    centred = scaled - mean
    square = np.square(centred).sum(axis=1)
    root = roots_of(square)
    return centred, np.where(root > 0, root, math.isqrt(n))


def length_bits(n: int) -> int:
    """The least power of two that is no less than n."""
    return (n - 1).bit_length()


def reciprocal(n: int) -> int:
    """2^15 times that power over n, by which a sum is divided."""
    return round(2.0 ** (15 + length_bits(n)) / n)


def roots_of(values: Whole) -> Whole:
    """The largest whole numbers whose squares are no larger; of numbers below 2^52."""
    roots = np.floor(np.sqrt(values.astype(np.float64))).astype(np.int64)
    return roots - (roots * roots > values)


FAINTEST = 107374
"""1e-4 in 2^-30, as far as an arcsine stays away from both ends."""
SERIES = (3355, 1778, 5525)
"""In 2^-15: arcsin(√v) = √v (1 + 0.1686 v + 0.0543 v² + 0.1024 v³), to 5e-5 up to v = 1/2."""


def share_of_one(n: int) -> int:
    """What a count adds to the share of n points, in 2^-32."""
    return round((1 - 2e-4) * 2**32 / n)


def arcsines(counts: Whole, n: int) -> Whole:
    """arcsin √p of shares, in 2^-12; from the nearer end."""
    return arcsine_of(FAINTEST + ((counts * share_of_one(n)) >> 2))


def arcsine_of(share: Whole) -> Whole:
    """arcsin √p of shares in 2^-30, no fainter than 1e-4, in 2^-12; from the nearer end."""
    near = np.minimum(share, 2**30 - share)
    v, series = near >> 15, np.zeros_like(near)
    for coefficient in SERIES:
        series = coefficient + ((series * v) >> 15)
    angle = (roots_of(near) * (2**15 + ((series * v) >> 15)) + 2**17) >> 18
    return np.where(share > 2**29, RIGHT_ANGLE - angle, angle)


def _threshold(level: int, root: Whole, shift: int) -> Whole:
    """level · D / 2^shift, the least shift -1, at the end of 32 bits where it is beyond them."""
    high, down = (level * root) >> 7, shift - 7
    if down >= 0:
        return high >> down
    most = NUMBER.max >> -down
    return np.clip(high, -most, most) << -down


def _bit_length(values: Whole) -> Whole:
    return np.array([int(value).bit_length() for value in values], dtype=np.int64)


def _counts(f: WholeFilter, x: Whole, root: Whole) -> Whole:
    """What is counted behind a filter, (cases, comparators)."""
    n, m = x.shape[1], f.half
    continued = np.pad(x, ((0, 0), (m, m)), mode="edge")
    # w_j stands before x(t - j)
    y = sum(w * continued[:, 2 * m - j : 2 * m - j + n] for j, w in enumerate(f.taps))
    counts = []
    for comparator in f.comparators:
        above = y > _threshold(comparator.level, root, f.shift)[:, None]
        changes = above[:, 1:] != above[:, :-1]
        counts.append((changes if comparator.crossings else above).sum(axis=1))
    return np.stack(counts, axis=1).astype(np.int64)
