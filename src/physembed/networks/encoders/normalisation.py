"""Bringing every case and channel to a common scale."""

from collections.abc import Callable

import torch
from torch import Tensor


def z_score(x: Tensor) -> Tensor:
    """(x - mean) / standard deviation along time; a constant series becomes zero."""
    centred = x - x.mean(dim=-1, keepdim=True)
    return _divide(centred, centred.square().mean(dim=-1, keepdim=True).sqrt(), x)


def peak(x: Tensor) -> Tensor:
    """x / max |x| along time; a zero series stays zero."""
    largest = x.abs().amax(dim=-1, keepdim=True)
    return _divide(x, largest, x)


def _divide(numerator: Tensor, scale: Tensor, original: Tensor) -> Tensor:
    """Divide, except where the scale is nothing but the rounding of the series itself."""
    rounding = torch.finfo(original.dtype).eps * original.abs().amax(dim=-1, keepdim=True)
    constant = scale <= rounding
    return torch.where(constant, 0.0, numerator / torch.where(constant, 1.0, scale))


def unchanged(x: Tensor) -> Tensor:
    """x itself."""
    return x


NORMALISATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "z-score": z_score,
    "peak": peak,
    "none": unchanged,
}
"""Every normalisation by its name; each maps (cases, channels, timepoints) to the same shape."""
