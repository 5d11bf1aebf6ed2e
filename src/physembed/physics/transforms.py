"""Fourier transforms along the last axis, or the last two, by the quicker of two libraries.

PyTorch plans every transform on the CPU anew, which takes longer than a short transform itself;
SciPy's pocketfft keeps its plans. They agree to rounding. Where a gradient is asked for, of
either mode, on a GPU, or while PyTorch traces or transforms a function, it is PyTorch's.
"""

import numpy as np
import torch
import torch.autograd.forward_ad as forward_mode
from scipy import fft as pocketfft
from torch import Tensor

LARGEST = 2**16
"""Points in all up to which planning counts: beyond, both libraries take as long."""

COMPLEX_OF = {
    torch.float16: torch.complex32,
    torch.float32: torch.complex64,
    torch.float64: torch.complex128,
}
"""The complex dtype whose parts are of a real one; torch.compile does not know torch's own name."""
REAL_OF = {complex_: real for real, complex_ in COMPLEX_OF.items()}
"""The dtype of the parts of a complex one."""


def transform(field: Tensor, n_axes: int = 1) -> Tensor:
    """F[E] = Σ E exp(-iωt) over the last ``n_axes`` axes of a complex field."""
    axes = _axes(n_axes)
    if not _is_short(field):
        return torch.fft.fftn(field, dim=axes)
    return torch.from_numpy(pocketfft.fftn(field.detach().resolve_conj().numpy(), axes=axes))


def inverse_transform(spectrum: Tensor, n_axes: int = 1) -> Tensor:
    """The field whose :func:`transform` it is."""
    axes = _axes(n_axes)
    if not _is_short(spectrum):
        return torch.fft.ifftn(spectrum, dim=axes)
    return torch.from_numpy(pocketfft.ifftn(spectrum.detach().resolve_conj().numpy(), axes=axes))


def convolve(values: Tensor, response: Tensor) -> Tensor:
    """A real response function ∗ real values, periodic.

    Parameters
    ----------
    values : real Tensor of shape (..., n_points)
    response : complex Tensor of shape (n_points // 2 + 1,)
        The Fourier transform of the response at the frequencies 0, 1, ... of the window.
    """
    n_points = values.shape[-1]
    if not _is_short(values) or response.requires_grad or is_dual(response):
        return torch.fft.irfft(torch.fft.rfft(values) * response, n_points)
    # of what has become infinite torch makes no number in silence
    with np.errstate(over="ignore", invalid="ignore"):
        spectrum = pocketfft.rfft(values.detach().numpy()) * response.resolve_conj().numpy()
        return torch.from_numpy(pocketfft.irfft(spectrum, n_points))


def _axes(n_axes: int) -> tuple[int, ...]:
    return tuple(range(-n_axes, 0))


def _is_short(values: Tensor) -> bool:
    """Whether SciPy may take it, and is quicker."""
    return (
        values.device.type == "cpu"
        and values.numel() <= LARGEST
        and not (torch.is_grad_enabled() and values.requires_grad)
        and not torch.compiler.is_compiling()
        and not torch._C._are_functorch_transforms_active()
        and not is_dual(values)
    )


def is_dual(*tensors: Tensor) -> bool:
    """Whether one carries a tangent of forward mode, which SciPy would leave behind."""
    if torch.compiler.is_compiling():
        return False
    return any(forward_mode.unpack_dual(tensor).tangent is not None for tensor in tensors)


def is_transformed() -> bool:
    """Whether torch.compile, torch.export or torch.func is at work."""
    return torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active()
