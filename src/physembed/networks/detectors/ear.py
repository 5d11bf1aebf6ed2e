"""Bands as wide as the ear's, and the contrast of what is seen in them."""

import math

import torch
from torch import Tensor

COUPLINGS = ("direct", "alternating")

FLOOR = 1e-3
"""Of the mean intensity: what is 30 dB below it is not told from nothing."""


def band_numbers(share: Tensor, bands: int, corner: float, lowest: float) -> Tensor:
    """In which band each share of a cell lies; negative below the first one."""
    above = torch.log((share + corner) / (lowest + corner))
    whole = math.log((1 + corner) / (lowest + corner))
    return (bands * above / whole).floor().clamp(max=bands - 1).long()


def contrast_of_cells(means: Tensor, coupling: str) -> Tensor:
    """log(I / mean + 0.001) of intensities (..., cells, bands), (..., cells × bands)."""
    mean = means.mean(dim=(-2, -1), keepdim=True)
    seen = torch.log(means / torch.where(mean > 0, mean, 1.0) + FLOOR)
    if coupling == "alternating":
        seen = seen - seen.mean(dim=-2, keepdim=True)
    return seen.flatten(-2)
