"""What the lossless equations conserve, of a field on its periodic grid.

Integrals are sums over the points times the grid's cell, and derivatives are taken in the Fourier
domain, both exact for a field that the grid resolves.
"""

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.grid import Grid, PlaneGrid, TimeGrid


def energy(field: Tensor, grid: Grid) -> Tensor:
    """∫ |E|² dt: a pulse's energy, a condensate's number of particles.

    Conserved by every equation whose symbol is imaginary and whose local law is a phase; under an
    attenuation α it falls as exp(-α z).

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex
        On a :class:`PlaneGrid` (..., n_y, n_x).
    grid : TimeGrid or PlaneGrid
        The grid of the last axis, or the last two.

    Returns
    -------
    Tensor of shape (...), real
        In units of intensity times time; one value per case and channel.
    """
    return _integral(_intensity(field), grid)


def momentum(field: Tensor, grid: TimeGrid) -> Tensor:
    """∫ Im(E* ∂E/∂t) dt = Σ ω |Ê|²: the mean frequency times the energy.

    Conserved by the nonlinear Schrödinger equation with any dispersion, and in a condensate
    without potential. The Raman effect changes it.

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex
    grid : TimeGrid

    Returns
    -------
    Tensor of shape (...), real

    Raises
    ------
    InvalidInputError
        If the grid is not a TimeGrid: in the plane, momentum is a vector.

    References
    ----------
    Sulem and Sulem, The Nonlinear Schrödinger Equation (1999), chapter 2.
    """
    if not isinstance(grid, TimeGrid):
        raise InvalidInputError(f"grid must be a TimeGrid for a momentum, got {grid!r}.")
    return _spectral_mean(field, grid.omega, grid)


def nonlinear_schrodinger_hamiltonian(
    field: Tensor,
    grid: Grid,
    *,
    beta2: float,
    gamma: float,
    beta3: float = 0.0,
    beta4: float = 0.0,
) -> Tensor:
    """H = Σ (β₂ω²/2 - β₃ω³/6 + β₄ω⁴/24) |Ê|² + (γ/2) ∫ |E|⁴ dt.

    The first sum is ∫ (β₂/2) |∂E/∂t|² dt for β₂ alone. The equation is ∂E/∂z = i δH/δE*.

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex
        On a :class:`PlaneGrid` (..., n_y, n_x), for which β₃ must be zero.
    grid : TimeGrid or PlaneGrid
    beta2, gamma, beta3, beta4 : float
        The coefficients of :class:`NonlinearSchrodinger <physembed.NonlinearSchrodinger>`.

    Returns
    -------
    Tensor of shape (...), real

    Raises
    ------
    InvalidInputError
        If β₃ is not zero in the plane.

    References
    ----------
    Sulem and Sulem, The Nonlinear Schrödinger Equation (1999), chapter 2.
    """
    if isinstance(grid, PlaneGrid) and beta3 != 0:
        raise InvalidInputError(f"beta3 must be zero in the plane, got {beta3!r}.")
    omega = grid.omega
    symbol = beta2 / 2 * omega**2 - beta3 / 6 * omega**3 + beta4 / 24 * omega**4
    kerr = gamma / 2 * _integral(_intensity(field) ** 2, grid)
    return _spectral_mean(field, symbol, grid) + kerr


def gross_pitaevskii_hamiltonian(
    field: Tensor,
    grid: Grid,
    *,
    kinetic: float,
    g: float,
    potential: Tensor | float = 0.0,
) -> Tensor:
    """H = ∫ [ (κ/2) |∇ψ|² + V |ψ|² + (g/2) |ψ|⁴ ] dx, the condensate's energy.

    The equation is i ∂ψ/∂z = δH/δψ*.

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex
        On a :class:`PlaneGrid` (..., n_y, n_x).
    grid : TimeGrid or PlaneGrid
    kinetic, g : float
        κ and g of :class:`GrossPitaevskii <physembed.GrossPitaevskii>`.
    potential : Tensor of the grid's shape, or float, default=0.0
        V at the points.

    Returns
    -------
    Tensor of shape (...), real

    References
    ----------
    Pitaevskii and Stringari, Bose-Einstein Condensation (2003), chapter 5.
    """
    density = _intensity(field)
    local = potential * density + g / 2 * density**2
    return _spectral_mean(field, kinetic / 2 * grid.omega**2, grid) + _integral(local, grid)


def photon_number(field: Tensor, grid: TimeGrid, *, shock_time: float) -> Tensor:
    """Σ |Ê|² / (1 - τₛ ω), up to the factor 1/ħω₀ the number of photons.

    The light of the Fourier component ω has the frequency ω₀ - ω = ω₀ (1 - τₛ ω), because the
    carrier of the optical convention is exp(-iω₀t). The generalised equation conserves it with
    self-steepening and the Raman effect alike, where it does not conserve the energy.

    Parameters
    ----------
    field : Tensor of shape (..., n_points), complex
    grid : TimeGrid
    shock_time : float
        τₛ, about 1/ω₀; zero gives the energy.

    Returns
    -------
    Tensor of shape (...), real

    Raises
    ------
    InvalidInputError
        If τₛ is so long that the band holds a frequency of zero or less, 1 - τₛ ω ≤ 0.

    References
    ----------
    Blow and Wood, IEEE J. Quantum Electron. 25, 2665 (1989).
    """
    relative = 1 - shock_time * grid.omega
    if not bool((relative > 0).all()):
        limit = 1 / float(grid.omega.abs().max())
        raise InvalidInputError(
            f"shock_time must be shorter than {limit:.4g} on this grid, so that every frequency "
            f"is positive; got {shock_time!r}."
        )
    return _spectral_mean(field, 1 / relative, grid)


def _intensity(field: Tensor) -> Tensor:
    return field.real**2 + field.imag**2


def _axes(grid: Grid) -> tuple[int, ...]:
    return tuple(range(-len(grid.shape), 0))


def _integral(values: Tensor, grid: Grid) -> Tensor:
    return values.sum(dim=_axes(grid)) * grid.spacing ** len(grid.shape)


def _spectral_mean(field: Tensor, symbol: Tensor, grid: Grid) -> Tensor:
    """Σ symbol |Ê|², normalised (Parseval) so that the symbol 1 gives the energy."""
    spectrum = torch.fft.fftn(field, dim=_axes(grid), norm="ortho")
    return _integral(symbol.to(spectrum.real) * _intensity(spectrum), grid)
