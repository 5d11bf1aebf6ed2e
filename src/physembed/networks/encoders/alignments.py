"""Where in its window a series lies."""

from collections.abc import Callable

import torch
from torch import Tensor


def left(field: Tensor, window: int) -> Tensor:
    """First point of the window that the series takes: 0 for every case."""
    return torch.zeros(field.shape[0], dtype=torch.long, device=field.device)


def centre(field: Tensor, window: int) -> Tensor:
    """The start at which the middle of the series lies at the middle of the window."""
    return torch.full_like(left(field, window), window // 2 - field.shape[-1] // 2)


def energy_centroid(field: Tensor, window: int) -> Tensor:
    """The start at which the centroid of the case's energy lies at the middle of the window.

    All channels of a case move together; a case without energy is centred.
    """
    n_points = field.shape[-1]
    energy = (field.abs() ** 2).sum(dim=1)
    total = energy.sum(dim=-1)
    points = torch.arange(n_points, dtype=energy.dtype, device=energy.device)
    middle = torch.full_like(total, n_points // 2)
    moment = (energy * points).sum(dim=-1)
    centroid = torch.where(total > 0, moment / torch.where(total > 0, total, 1.0), middle)
    return window // 2 - centroid.round().long()


ALIGNMENTS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "left": left,
    "centre": centre,
    "energy-centroid": energy_centroid,
}
"""Every alignment by its name; each gives the starts of (cases, channels, points) in a window."""
