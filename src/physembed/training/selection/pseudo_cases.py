"""Pseudo-cases: series as they might have come, for which a teacher can be asked.

A student that reproduces a teacher's scores needs no labels, so it can be shown more series than
there are. Those here are training cases bent in time, with a gain that drifts, mixed with others
and with noise.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

KNOTS = 5
"""Places at which time and gain are moved; straight lines are between."""
BENDING = 0.025
"""Standard deviation of the shift of a knot, in lengths of the series."""
GAIN_DRIFT = 0.1
"""Standard deviation of the gain at a knot."""
MIXED, LARGEST_SHARE, OF_THE_SAME = 0.5, 0.4, 0.7
"""Share of the pseudo-cases that are mixed, up to how much, and how often with their own class."""
ROUGHNESS = 0.3
"""Noise, in deviations of the first differences of the case."""


def pseudo_cases(
    x: Numbers,
    labels: NDArray[np.int64] | None,
    n_cases: int,
    generator: np.random.Generator,
) -> tuple[Numbers, NDArray[np.int64]]:
    """Make series that are like the training cases.

    A case, each channel with mean zero and deviation one, is read at times that are moved by
    N(0, 0.025 T) at five knots; multiplied by a gain 1 + N(0, 0.1) at five knots; in half of the
    cases mixed, (1 - u) x + u x_j with u from 0 to 0.4 and j of the same class seven times of ten;
    has noise of 0.3 deviations of its first differences; and gets the mean and the deviation back
    that each of its channels had.

    Parameters
    ----------
    x : ndarray of shape (cases, channels, timepoints)
    labels : ndarray of shape (cases,), int64, or None
        Classes 0, 1 ...; None where there are none, and all cases are mixed alike.
    n_cases : int
        How many to make.
    generator : numpy.random.Generator

    Returns
    -------
    series : ndarray of shape (n_cases, channels, timepoints)
    parents : ndarray of shape (n_cases,), int64
        Which case each is made of.
    """
    n_timepoints = x.shape[2]
    mean, deviation = x.mean(axis=2, keepdims=True), x.std(axis=2, keepdims=True)
    flat = deviation <= np.finfo(np.float32).eps * np.abs(x).max(axis=2, keepdims=True)
    normalised = np.where(flat, 0.0, (x - mean) / np.where(flat, 1.0, deviation))
    parents = generator.integers(len(x), size=n_cases)
    t = np.arange(n_timepoints, dtype=np.float64)
    knots = np.linspace(0, n_timepoints - 1, KNOTS)
    made = np.empty((n_cases, *x.shape[1:]))
    for number, parent in enumerate(parents):
        series = normalised[parent]
        times = np.interp(t, knots, knots + generator.normal(0, BENDING * n_timepoints, KNOTS))
        bent = np.stack([np.interp(times, t, channel) for channel in series])
        bent *= np.interp(t, knots, 1 + generator.normal(0, GAIN_DRIFT, KNOTS))
        if generator.random() < MIXED:
            other = normalised[_other(parent, labels, len(x), generator)]
            share = generator.uniform(0, LARGEST_SHARE)
            bent = (1 - share) * bent + share * other
        steps = np.diff(series, axis=1) if n_timepoints > 1 else series
        noise = ROUGHNESS * steps.std(axis=1, keepdims=True)
        made[number] = bent + noise * generator.standard_normal(bent.shape)
    made -= made.mean(axis=2, keepdims=True)
    size = made.std(axis=2, keepdims=True)
    made /= np.where(size > 0, size, 1.0)
    return made * deviation[parents] + mean[parents], parents


def _other(
    parent: int,
    labels: NDArray[np.int64] | None,
    n_cases: int,
    generator: np.random.Generator,
) -> int:
    """A case to mix with: mostly of the same class."""
    if labels is None or generator.random() >= OF_THE_SAME:
        return int(generator.integers(n_cases))
    return int(generator.choice(np.flatnonzero(labels == labels[parent])))
