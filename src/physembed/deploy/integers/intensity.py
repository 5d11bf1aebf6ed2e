"""A plan of intensities in 16-bit integers, carried out by numpy: the same bits as the program."""

import numpy as np
from numpy.typing import ArrayLike

from physembed.deploy.integers.intensity_plan import (
    FLOOR,
    READING_BITS,
    IntensityPath,
    IntensityPlan,
    PhasePiece,
    energy_bits,
)
from physembed.deploy.integers.interpreter import encode, samples_of
from physembed.deploy.integers.spectral import FILTERED_BITS, split
from physembed.deploy.integers.transform import bits_of, shifted, to_frequencies_15, to_points
from physembed.deploy.integers.turns import SHORT, Whole, sine_15, turn_15
from physembed.deploy.transforms import place

LOGARITHM = (-1442, 4794, -8717, 14475)
"""log2(1 + x) = x + x (1 - x) g(x), g's coefficients in 2^-15, to 6e-5."""
SILENT = 2**20
"""What stands for the mean where nothing is."""


def intensity_scores(plan: IntensityPlan, x: ArrayLike) -> Whole:
    """What a plan says of samples, (cases, scores), in units of 1 / ``plan.unit``.

    Parameters
    ----------
    plan : IntensityPlan
    x : array_like of shape (cases, 1, timepoints)
        Whole numbers of 16 bits.

    Raises
    ------
    InvalidInputError
    """
    samples = samples_of(x, 1, plan.n_timepoints)
    field, bits = _envelope(encode(samples[:, 0])[0])
    away = _centroid(field) if plan.aligned else np.zeros(len(field), dtype=np.int64)
    columns = [column for path in plan.paths for column in path.columns]
    readings = np.empty((len(samples), len(columns)), dtype=np.int64)
    readings[:, columns] = np.concatenate(
        [_path(path, field, bits, away) for path in plan.paths], axis=1
    )
    return plan.scores(readings)


def _envelope(x: Whole) -> tuple[Whole, Whole]:
    """The complex envelope (cases, points, 2), its spectrum not yet about zero; its bits."""
    # of the conjugate, the transform to the points makes the conjugate of the spectrum
    z = ((x.reshape(len(x), -1, 2) + 1) >> 1) * (1, -1)
    spectrum, bits = to_frequencies_15(z, bits_of(z))
    half = split(shifted(spectrum, bits - FILTERED_BITS), SHORT)
    bits = bits_of(half)
    # its mean is gone, and its last frequency is nobody's
    half[:, 0] = 0
    field, _ = to_points(half * (1, -1), bits)
    return field, bits_of(field)


def _energy(field: Whole) -> Whole:
    return np.square(field).sum(axis=2)


def _centroid(field: Whole) -> Whole:
    """By how many points the energy's centroid is behind the middle, (cases,)."""
    points = field.shape[1]
    energy = _energy(field)
    # the sum of all sums from the start on: from the end, every point as often as it is far
    total, moment = energy.sum(axis=1), energy.cumsum(axis=1).sum(axis=1)
    from_end = (2 * moment + total) // np.maximum(2 * total, 1)
    return np.where(total > 0, points - from_end - points // 2, 0)


def bits_of_sizes(values: Whole) -> Whole:
    """Of numbers from 0 to 2^52."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def _turns(pieces: tuple[PhasePiece, ...]) -> Whole:
    """The phases of a piece after the other, in 2^-32 turn."""
    turns = []
    for piece in pieces:
        n = np.arange(piece.points, dtype=np.uint64)
        rise = n * np.uint64(piece.slope) + n * (n - np.uint64(1)) // np.uint64(2) * np.uint64(
            piece.curvature
        )
        turns.append((np.uint64(piece.value) + rise) >> np.uint64(32))
    return np.concatenate(turns).astype(np.int64)


def _path(path: IntensityPath, field: Whole, bits: Whole, away: Whole) -> Whole:
    """The readings of a path, (cases, bands), in 2^-12."""
    points = field.shape[1]
    from_middle = np.arange(points) - points // 2
    order = np.array([place(int(k) % points, points) for k in from_middle], dtype=np.int64)
    z, cases = field, np.arange(len(field))[:, None]
    # the point in the middle of the window is the centroid
    at_points = (np.arange(points) + away[:, None]) % points
    for number, pieces in enumerate(path.phases):
        at_frequencies = number % 2 == 1
        where = order[None] if at_frequencies else at_points
        turn = _turns(pieces)
        c, s = sine_15((turn + 2**30) % 2**32), sine_15(turn)
        shift = (15 + np.maximum(bits - 14, 0))[:, None]
        given = z[cases, where] * (1, -1 if at_frequencies else 1)
        re, im = turn_15((given[..., 0], given[..., 1]), (c, s), shift)
        z = np.empty_like(z)
        # conjugate on the way to the frequencies
        z[cases, where] = np.stack([re, im if at_frequencies else -im], axis=2)
        bits = bits_of(z)
        if at_frequencies:
            z, _ = to_points(z)
            bits = bits_of(z)
        else:
            z, bits = to_frequencies_15(z, bits)
    return _bands(path, z[cases, at_points], bits)


def _bands(path: IntensityPath, field: Whole, bits: Whole) -> Whole:
    shift = (2 * bits + 1 - energy_bits(path))[:, None]
    energy = _energy(field)
    energy = np.where(shift > 0, energy >> np.maximum(shift, 0), energy << np.maximum(-shift, 0))
    means = np.stack([energy[:, a : a + n].sum(axis=1) // n for a, n in path.bands], axis=1)
    mean = means.sum(axis=1, keepdims=True) // len(path.bands)
    mean = np.where(mean > 0, mean, SILENT)
    return logarithm(means + mean // FLOOR) - logarithm(mean)


def logarithm(values: Whole) -> Whole:
    """log2 of numbers below 2^32, in 2^-12; of nothing as of one."""
    bits = np.maximum(bits_of_sizes(values), 1)
    x = ((values << (32 - bits)) - (1 << 31)) >> 16
    x = np.where(values > 0, x, 0)
    g = np.zeros_like(x)
    for coefficient in LOGARITHM:
        g = coefficient + ((g * x) >> 15)
    bent = (((x * (2**15 - x)) >> 15) * g) >> 15
    return ((bits - 1) << READING_BITS) + ((x + bent) >> (15 - READING_BITS))
