"""Tensors as plain arrays, and arrays short enough to be drawn."""

from typing import Any

import numpy as np

from physembed.charts.panels import Numbers

__all__ = ["Numbers", "numbers", "reduced"]


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
    kept = len(x) // together * together
    folded = values[..., :kept].reshape(*values.shape[:-1], -1, together)
    return x[:kept].reshape(-1, together).mean(axis=-1), folded.mean(axis=-1)
