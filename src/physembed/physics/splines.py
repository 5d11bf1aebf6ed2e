"""Periodic cubic B-splines."""

from collections.abc import Sequence

import torch
from torch import Tensor


def periodic_cubic_spline(position: Tensor, values: Sequence[Tensor]) -> Tensor:
    """Σ_k v_k B(K u - k), of period 1 in u.

    Parameters
    ----------
    position : Tensor
        u, any shape.
    values : sequence of Tensor
        The K control values, at least 4, each broadcastable to ``position``.

    Returns
    -------
    Tensor
        Twice continuously differentiable in u; within the range of the values.

    References
    ----------
    de Boor, A Practical Guide to Splines (1978), chapter X.
    """
    n_points = len(values)
    total = position.new_zeros(())
    for k, value in enumerate(values):
        offset = position * n_points - k
        periodic = offset - n_points * torch.round(offset / n_points)
        total = total + value * _cubic_b_spline(periodic)
    return total


def _cubic_b_spline(u: Tensor) -> Tensor:
    """The cardinal cubic B-spline: support [-2, 2], integral and sum over integers 1."""
    distance = u.abs()
    inner = 2 / 3 - distance**2 + distance**3 / 2
    outer = (2 - distance).clamp(min=0) ** 3 / 6
    return torch.where(distance < 1, inner, outer)
