"""Values as plain arrays, short enough to be drawn."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]


def numbers(values: Any) -> Numbers:
    """Values as an array of float64, wherever they were."""
    if hasattr(values, "detach"):
        # a tensor, known without loading torch into the processes that only draw
        values = values.detach().cpu().numpy()
    return np.asarray(values, dtype=np.float64)


def reduced(x: Any, values: Any, most: int) -> tuple[Numbers, Numbers]:
    """Means over neighbouring columns, so that no more than ``most`` are left.

    Parameters
    ----------
    x : array of shape (n,)
    values : array of shape (..., n)
    most : int

    Returns
    -------
    x, values : ndarray
    """
    x, values = numbers(x), numbers(values)
    together = -(-len(x) // most)
    whole = len(x) // together * together
    folded = values[..., :whole].reshape(*values.shape[:-1], -1, together)
    return x[:whole].reshape(-1, together).mean(axis=-1), folded.mean(axis=-1)


def decibels(power: Any, *, floor: float = -80.0, axis: int | None = None) -> Numbers:
    """10 log₁₀ of a power over its largest value, in all or along an axis, cut at ``floor``."""
    power = numbers(power)
    largest = power.max(axis=axis, keepdims=True).clip(np.finfo(np.float64).tiny)
    return 10 * np.log10((power / largest).clip(10 ** (floor / 10)))


def bars_within(y: Numbers, spread: Numbers | None, most: float | None) -> Numbers | None:
    """Lengths of error bars downwards and upwards, shape (2, points); none ends beyond ``most``."""
    if spread is None:
        return None
    room = np.inf if most is None else np.maximum(most - y, 0.0)
    return np.stack([spread, np.minimum(spread, room)])
