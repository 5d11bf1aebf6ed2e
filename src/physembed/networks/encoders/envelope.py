"""The complex envelope: the same information in half the samples."""

import torch
from torch import Tensor


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
