"""Slow meters, which say of a series as it comes what a normalised field no longer knows."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

METERS = 4
"""Of a channel; models of before know the first three."""
FLAT = 1e-6
"""Of the usual deviation, below which one flat series is like another."""


def meters(series: Numbers, unit: Numbers, zero: Numbers) -> Numbers:
    """Of every channel arsinh of the mean, and ln of the deviation, of that from step to step and
    of the floor of noise, in units of the usual deviation, (cases, meters times channels).

    Of a channel far from zero, where a logarithm would say next to nothing, the distance from what
    is usual in place of the arsinh."""
    mean, *sizes = told_by_meters(series)
    level = np.where(zero != 0, (mean - zero) / unit, np.arcsinh(mean / unit))
    return np.concatenate([level, *(np.log(s / unit + FLAT) for s in sizes)], axis=1)


def told_by_meters(series: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Mean, deviation, that from step to step, and floor of noise, (cases, channels) each."""
    # squares of very large and very small values are no numbers
    largest = np.abs(series).max(axis=2)
    scale = np.where(largest > 0, largest, 1.0)
    scaled = series / scale[..., None]
    steps = np.diff(scaled, axis=2) if series.shape[2] > 1 else np.zeros_like(scaled)
    # a few large steps are the series' own, but a sensor's noise is there all the time
    bends = np.diff(steps, axis=2) if series.shape[2] > 2 else np.zeros_like(scaled)
    turns, floor = np.sqrt(np.square(steps).mean(axis=2) / 2), np.median(np.abs(bends), axis=2)
    return scale * scaled.mean(axis=2), scale * scaled.std(axis=2), scale * turns, scale * floor
