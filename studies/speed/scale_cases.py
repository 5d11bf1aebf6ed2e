"""Many series made of few, for the measurement of what a million cost."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data import load_dataset

DATASET = "MedicalImages"
"""Whose training series are the parents of all others: 99 timepoints, 10 classes."""
POINTS = 100
TESTED = 10_000
AT_ONCE = 10_000
KNOTS, BENDING, NOISE = 6, 0.02, 0.15


def make_cases(
    n_cases: int, seed: int, parents: NDArray[np.float64], labels: NDArray[Any]
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Series made of others: drawn, resampled to 100 points, warped, with noise.

    A parent is read at times that are moved by N(0, 0.02 T) at six knots, multiplied by
    1 + N(0, 0.1), and gets white noise of 0.15 of its deviation.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(parents), size=n_cases)
    n_points = parents.shape[1]
    knots = np.linspace(0, POINTS - 1, KNOTS)
    shifts = rng.normal(0, BENDING * n_points, (n_cases, KNOTS))
    weights = np.stack([np.interp(np.arange(POINTS), knots, row) for row in np.eye(KNOTS)])
    times = np.linspace(0, n_points - 1, POINTS) + shifts @ weights
    times = times.clip(0, n_points - 1.001)
    left = times.astype(np.int64)
    share = times - left
    rows = chosen[:, None]
    series = (1 - share) * parents[rows, left] + share * parents[rows, left + 1]
    size = series.std(axis=1, keepdims=True)
    series = series * (1 + rng.normal(0, 0.1, (n_cases, 1)))
    series += NOISE * size * rng.standard_normal(series.shape)
    return series.astype(np.float32), labels[chosen]


def write_cases(folder: Path, n_cases: int, data_dir: Path | None = None) -> None:
    """So many cases on the disk as X.npy and y.npy, and others to be tested on."""
    data = load_dataset(DATASET, data_dir)
    parents = np.asarray(data.X_train, dtype=np.float64)[:, 0]
    labels = np.asarray(data.y_train)
    X = np.empty((n_cases, POINTS), dtype=np.float32)
    y = np.empty(n_cases, dtype=labels.dtype)
    for number, first in enumerate(range(0, n_cases, AT_ONCE)):
        part = slice(first, min(first + AT_ONCE, n_cases))
        X[part], y[part] = make_cases(len(y[part]), number, parents, labels)
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)
    series, labels = make_cases(TESTED, 10**6, parents, labels)
    np.savez(folder / "test.npz", X=series, y=labels)
