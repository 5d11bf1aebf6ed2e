"""Transforms and derivatives of real and complex fields on a periodic grid."""

import torch
from torch import Tensor

from physembed.physics.grid import Grid


def band(grid: Grid, *, is_real: bool) -> Tensor:
    """ω at which a field's transform is known: all, or of real fields the half band from zero up.

    Parameters
    ----------
    grid : TimeGrid or PlaneGrid
    is_real : bool

    Returns
    -------
    Tensor
        float64, of the grid's shape, with N // 2 + 1 points on the last axis of a half band.
    """
    if not is_real:
        return grid.omega
    # the band's edge is the negative frequency of a full band
    return grid.omega[..., : grid.shape[-1] // 2 + 1].abs()


def to_spectrum(field: Tensor, grid: Grid) -> Tensor:
    """F[field] over the grid's axes; of a real field its half band."""
    # torch 2.7 refuses what is expanded over an axis
    field = field.contiguous()
    axes = tuple(range(-len(grid.shape), 0))
    if field.is_complex():
        return torch.fft.fftn(field, dim=axes)
    return torch.fft.rfftn(field, dim=axes)


def to_field(spectrum: Tensor, grid: Grid, *, is_real: bool) -> Tensor:
    """What :func:`to_spectrum` transformed."""
    axes = tuple(range(-len(grid.shape), 0))
    if is_real:
        return torch.fft.irfftn(spectrum, s=grid.shape, dim=axes)
    return torch.fft.ifftn(spectrum, dim=axes)


def derivative(field: Tensor, grid: Grid, order: int = 1) -> Tensor:
    """∂ⁿ/∂tⁿ of a periodic field; in the plane, of even order, powers of the Laplacian.

    The band's edge, of which a grid cannot tell the sign, has no derivative of odd order.

    Parameters
    ----------
    field : Tensor of shape (..., *grid), real or complex
    grid : TimeGrid or PlaneGrid
    order : int, default=1

    Returns
    -------
    Tensor of the field's shape and dtype
    """
    is_real = not field.is_complex()
    omega = band(grid, is_real=is_real).to(field.device)
    symbol = (1j * omega) ** order
    if order % 2 and grid.shape[-1] % 2 == 0:
        edge = torch.arange(omega.shape[-1], device=omega.device) == grid.shape[-1] // 2
        symbol = torch.where(edge, 0.0, symbol)
    spectrum = to_spectrum(field, grid)
    return to_field(spectrum * symbol.to(spectrum.dtype), grid, is_real=is_real)
