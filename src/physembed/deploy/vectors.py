"""Cases that go with an exported program, and what it must say of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.plan import Plan

ABSOLUTE = RELATIVE = 1e-3
"""Scores agree to 1e-3 + 1e-3 |score|."""

MADE_UP = 256
"""Series that are made up where none are given."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """Test vectors.

    Parameters
    ----------
    cases : ndarray of shape (cases, channels, timepoints), float32
    expected : ndarray of shape (cases, scores)
        Of the interpreter: in double precision, or whole.
    classes : ndarray of shape (cases,), int
    """

    cases: NDArray[np.float32]
    expected: NDArray[Any]
    classes: NDArray[np.int64]


def choose_vectors(series: NDArray[np.float32], expected: NDArray[Any], number: int) -> Vectors:
    """The cases nearest to a decision's boundary, and others evenly over the rest.

    Parameters
    ----------
    series : ndarray of shape (cases, channels, timepoints)
    expected : ndarray of shape (cases, scores)
        What the interpreter says of them.
    number : int
    """
    nearest = np.argsort(margins(expected), kind="stable")
    half = (number + 1) // 2
    rest = nearest[half:]
    others = rest[np.linspace(0, len(rest) - 1, min(number - half, len(rest))).astype(int)]
    chosen = np.concatenate([nearest[:half], others])[:number]
    return Vectors(series[chosen], expected[chosen], expected[chosen].argmax(axis=1))


def margins(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """By how much the largest score of a case is above the next one; of one score its size."""
    if scores.shape[1] == 1:
        return np.abs(scores[:, 0]).astype(np.float64)
    ordered = np.sort(scores.astype(np.float64), axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def made_up_series(plan: Plan) -> NDArray[np.float32]:
    """Walks of whole numbers with offsets, the same on every machine."""
    random = np.random.Generator(np.random.PCG64(1))
    steps = random.integers(-64, 65, size=(MADE_UP, plan.n_channels, plan.n_timepoints))
    offsets = random.integers(-4096, 4097, size=(MADE_UP, plan.n_channels, 1))
    return ((np.cumsum(steps, axis=2) + offsets) / 64).astype(np.float32)
