"""What slow meters say of series as they come, which a normalised field no longer knows."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

METERS = 4
"""Of a channel; models of before know the first three."""
FLAT = 1e-6
"""Of the usual deviation, below which one flat series is like another."""


def meters(series: Numbers, unit: Numbers) -> Numbers:
    """Of every channel arsinh of the mean, and ln of the deviation, of that from step to step and
    of the floor of noise, in units of the usual deviation, (cases, meters times channels)."""
    mean, *sizes = told_by_meters(series)
    logarithms = [np.log(size / unit + FLAT) for size in sizes]
    return np.concatenate([np.arcsinh(mean / unit), *logarithms], axis=1)


def told_by_meters(series: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Mean, deviation, that from step to step, and floor of noise of every channel, (cases,
    channels) each.

    The floor is the median second difference: a few large steps are the series' own, and leave it
    where it is, but a sensor's noise is there all the time.
    """
    # squares of very large and very small values are no numbers
    largest = np.abs(series).max(axis=2)
    scale = np.where(largest > 0, largest, 1.0)
    scaled = series / scale[..., None]
    steps = np.diff(scaled, axis=2) if series.shape[2] > 1 else np.zeros_like(scaled)
    turns = np.sqrt(np.square(steps).mean(axis=2) / 2)
    bends = np.diff(steps, axis=2) if series.shape[2] > 2 else np.zeros_like(scaled)
    floor = np.median(np.abs(bends), axis=2)
    return scale * scaled.mean(axis=2), scale * scaled.std(axis=2), scale * turns, scale * floor
