"""The scale of every case and channel before it is a field: by its deviation, power or peak."""

from collections.abc import Callable

import torch
from torch import Tensor

from physembed.physics.transforms import REAL_OF


def z_score(x: Tensor) -> Tensor:
    """(x - mean) / standard deviation along time; a constant series becomes zero."""
    x = _of_moderate_size(x)
    centred = x - x.mean(dim=-1, keepdim=True)
    # a mean of equal values may be rounded to another one
    constant = (x == x[..., :1]).all(dim=-1, keepdim=True)
    return _divide(centred, _root_mean_square(centred).masked_fill(constant, 0.0), x)


def power(x: Tensor) -> Tensor:
    """x / sqrt(mean |x|^2) along time: a mean intensity of one; a zero series stays zero."""
    x = _of_moderate_size(x)
    return _divide(x, _root_mean_square(x), x)


def _root_mean_square(x: Tensor) -> Tensor:
    intensity = x.real.square() + x.imag.square() if x.is_complex() else x.square()
    return intensity.mean(dim=-1, keepdim=True).sqrt()


def peak(x: Tensor) -> Tensor:
    """x / max |x| along time; a zero series stays zero."""
    largest = x.abs().amax(dim=-1, keepdim=True)
    return _divide(x, largest, x)


def _of_moderate_size(x: Tensor) -> Tensor:
    """x by a power of two, which rounds nothing, where squares or sums would leave the dtype.

    A range of exponents [-e, e) is divided into four: what lies in its outer quarters is brought
    by 2^(3 e / 4) into the inner ones, in which a square is a number.
    """
    dtype = REAL_OF[x.dtype] if x.is_complex() else x.dtype
    if dtype not in _EXTREMES:
        return x
    return x * moderate_factor(x.detach().abs().amax(dim=-1, keepdim=True))


def moderate_factor(largest: Tensor) -> Tensor:
    """The power of two that brings series of these largest values to a moderate size."""
    if largest.dtype not in _EXTREMES:
        return torch.ones_like(largest)
    limit, factor = _EXTREMES[largest.dtype]
    scale = torch.where(largest > limit, largest.new_full((), 1 / factor), 1.0)
    tiny = (largest < 1 / limit) & (largest > 0)
    return torch.where(tiny, largest.new_full((), factor), scale)


_EXTREMES = {
    torch.float32: (2.0**32, 2.0**96),
    torch.float64: (2.0**256, 2.0**768),
}
"""Of a dtype, the largest value that is squared as it is, and what brings larger ones below it."""


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
    "power": power,
    "peak": peak,
    "none": unchanged,
}
"""Every normalisation by its name; each maps (cases, channels, timepoints) to the same shape."""
