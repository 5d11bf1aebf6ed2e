"""What is done to a series before it is laid into a window as a field."""

from collections.abc import Callable

import torch
from torch import Tensor


def z_score(x: Tensor) -> Tensor:
    """(x - mean) / standard deviation along time; a constant series becomes zero."""
    x = _of_moderate_size(x)
    centred = x - x.mean(dim=-1, keepdim=True)
    return _divide(centred, centred.square().mean(dim=-1, keepdim=True).sqrt(), x)


def peak(x: Tensor) -> Tensor:
    """x / max |x| along time; a zero series stays zero."""
    largest = x.abs().amax(dim=-1, keepdim=True)
    return _divide(x, largest, x)


def _of_moderate_size(x: Tensor) -> Tensor:
    """x by a power of two, which rounds nothing, where squares or sums would leave the dtype.

    A range of exponents [-e, e) is divided into four: what lies in its outer quarters is brought
    by 2^(3 e / 4) into the inner ones, in which a square is a number.
    """
    if x.dtype not in _EXTREMES:
        return x
    limit, factor = _EXTREMES[x.dtype]
    largest = x.detach().abs().amax(dim=-1, keepdim=True)
    scale = torch.where(largest > limit, largest.new_full((), 1 / factor), 1.0)
    tiny = (largest < 1 / limit) & (largest > 0)
    return x * torch.where(tiny, largest.new_full((), factor), scale)


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
    "peak": peak,
    "none": unchanged,
}
"""Every normalisation by its name; each maps (cases, channels, timepoints) to the same shape."""


def central_difference(x: Tensor) -> Tensor:
    """(x[t + 1] - x[t - 1]) / 2 along the last axis, one-sided at both ends; the same shape."""
    return torch.gradient(x, dim=-1)[0] if x.shape[-1] > 1 else torch.zeros_like(x)


def complex_envelope(x: Tensor) -> Tensor:
    """One-sided spectrum with its carrier moved to zero frequency.

    The spectrum of a real series is symmetric, so the upper half suffices: n real points become
    ceil(n / 2) complex ones, twice as far apart. Only the Nyquist bin of an even n is dropped.

    Parameters
    ----------
    x : Tensor of shape (..., timepoints), real

    Returns
    -------
    Tensor of shape (..., ceil(timepoints / 2)), complex
        Its mean |E|^2 is that of x where x has no mean and no Nyquist component.
    """
    n_points = x.shape[-1]
    half = (n_points + 1) // 2
    upper = torch.fft.rfft(x)[..., :half]
    carrier = half // 2
    # 2 sqrt(1/2) for the folded half, half / n for the shorter inverse transform
    scale = 2**0.5 * half / n_points
    return torch.fft.ifft(torch.roll(upper, -carrier, dims=-1)) * scale
