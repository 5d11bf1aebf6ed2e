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
    total = position.new_zeros(())
    for value, spline in zip(values, periodic_cubic_basis(position, len(values)), strict=True):
        total = total + value * spline
    return total


def periodic_cubic_basis(position: Tensor, n_points: int) -> list[Tensor]:
    """B(K u - k) for k = 0, ..., K - 1, each of the shape of u; K is ``n_points``, at least 4."""
    splines = []
    for k in range(n_points):
        offset = position * n_points - k
        splines.append(_cubic_b_spline(offset - n_points * torch.round(offset / n_points)))
    return splines


def _cubic_b_spline(u: Tensor) -> Tensor:
    """The cardinal cubic B-spline: support [-2, 2], integral and sum over integers 1."""
    distance = u.abs()
    inner = 2 / 3 - distance**2 + distance**3 / 2
    outer = (2 - distance).clamp(min=0) ** 3 / 6
    return torch.where(distance < 1, inner, outer)
