"""What seeds a supercontinuum: the photon of every mode that nobody sent."""

import math

import torch
from torch import Tensor

from physembed._checks import check_integer, require_positive
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT, in_si
from physembed.physics import TimeGrid


def quantum_noise(
    grid: TimeGrid, wavelength: float | str, shape: tuple[int, ...], seed: int
) -> Tensor:
    """One photon per mode of the window, each with a random phase: what seeds a supercontinuum.

    Parameters
    ----------
    grid : TimeGrid
        In seconds.
    wavelength : float or str
        Of the carrier; components of no positive frequency have none.
    shape : tuple of int
        Of the batch.
    seed : int

    Returns
    -------
    Tensor of shape (*shape, n_points), complex128
        In √W; added to a pulse.

    References
    ----------
    Dudley, Genty and Coen, Rev. Mod. Phys. 78, 1135 (2006), section IV.

    Examples
    --------
    >>> import physembed as pe
    >>> import physembed.optics as optics
    >>> grid = pe.TimeGrid(256, spacing=4e-15)
    >>> noise = optics.quantum_noise(grid, "835 nm", shape=(20,), seed=0)
    >>> noise.shape  # to be added to a pulse, twenty times
    torch.Size([20, 256])
    """
    check_integer("seed", seed)
    lam = in_si("wavelength", wavelength, "m")
    require_positive(wavelength=lam)
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / lam
    photon = REDUCED_PLANCK * (omega0 - grid.omega).clamp(min=0)
    generator = torch.Generator().manual_seed(seed)
    turns = torch.rand((*shape, grid.n_points), generator=generator, dtype=torch.float64)
    lines = torch.polar((photon / grid.window).sqrt().expand_as(turns), 2 * math.pi * turns)
    return torch.fft.ifft(lines) * grid.n_points
