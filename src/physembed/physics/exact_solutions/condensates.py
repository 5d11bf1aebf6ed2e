"""Wave packets of i ∂ψ/∂z = [ -(κ/2) ∂²/∂x² + s x² ] ψ, free (s = 0) and in the harmonic trap."""

import math

import torch
from torch import Tensor

from physembed._checks import require_positive


def trap_frequency(*, strength: float, kinetic: float) -> float:
    """Ω = sqrt(2 s κ), the angular frequency of the trap V = s x² (s = m Ω²/2, κ = 1/m, ħ = 1)."""
    require_positive(strength=strength, kinetic=kinetic)
    return math.sqrt(2 * strength * kinetic)


def trap_width(*, strength: float, kinetic: float) -> float:
    """a = sqrt(κ/Ω), the half-width at 1/e of the ground state's density."""
    return math.sqrt(kinetic / trap_frequency(strength=strength, kinetic=kinetic))


def trap_ground_state(x: Tensor, z: float = 0.0, *, strength: float, kinetic: float) -> Tensor:
    """ψ = exp(-x²/2a²) exp(-iΩz/2), of the energy Ω/2; not normalised.

    Parameters
    ----------
    x : Tensor of shape (n_points,)
        Positions.
    z : float, default=0.0
        The condensate's time.
    strength, kinetic : float
        s and κ; positive. Ω and a are :func:`trap_frequency` and :func:`trap_width`.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If a coefficient is not positive.

    References
    ----------
    Pitaevskii and Stringari, Bose-Einstein Condensation (2003).
    """
    return coherent_state(x, z, displacement=0.0, strength=strength, kinetic=kinetic)


def coherent_state(
    x: Tensor, z: float = 0.0, *, displacement: float, strength: float, kinetic: float
) -> Tensor:
    """The ground state let go at x₀: it swings without change of shape (Ehrenfest, Kohn).

    ψ = exp(-(x - X)²/2a² + i P (x - X/2) - iΩz/2), X = x₀ cos Ωz, P = -(x₀/a²) sin Ωz.

    Parameters
    ----------
    x : Tensor of shape (n_points,)
        Positions.
    z : float, default=0.0
        The condensate's time.
    displacement : float
        x₀.
    strength, kinetic : float
        s and κ; positive.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If a coefficient is not positive.

    References
    ----------
    Schrödinger, Naturwissenschaften 14, 664 (1926); Glauber, Phys. Rev. 131, 2766 (1963).
    """
    turn = trap_frequency(strength=strength, kinetic=kinetic) * z
    width = trap_width(strength=strength, kinetic=kinetic)
    x = x.to(torch.float64)
    mean = displacement * math.cos(turn)
    momentum = -displacement / width**2 * math.sin(turn)
    density = torch.exp(-((x - mean) ** 2) / (2 * width**2))
    return torch.polar(density, momentum * (x - mean / 2) - turn / 2)


def breathing_gaussian(
    x: Tensor, z: float = 0.0, *, width: float, strength: float, kinetic: float
) -> Tensor:
    """A Gaussian exp(-x²/2w²) that does not fit the trap: its width breathes at 2Ω.

    With ρ = a²/w² and c = cos Ωz + iρ sin Ωz: ψ = c^(-1/2) exp(-(x²/2a²) (ρ cos Ωz + i sin Ωz)/c),
    of width² w² cos² Ωz + (a⁴/w²) sin² Ωz.

    Parameters
    ----------
    x : Tensor of shape (n_points,)
        Positions.
    z : float, default=0.0
        The condensate's time.
    width : float
        w, the half-width at 1/e of the density at z = 0; positive.
    strength, kinetic : float
        s and κ; positive.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If an argument is not positive.

    References
    ----------
    Husimi, Prog. Theor. Phys. 9, 381 (1953); Mehler's kernel applied to a Gaussian.
    """
    require_positive(width=width)
    turn = trap_frequency(strength=strength, kinetic=kinetic) * z
    natural = trap_width(strength=strength, kinetic=kinetic)
    ratio = (natural / width) ** 2
    cosine, sine = math.cos(turn), math.sin(turn)
    exponent = complex(ratio * cosine, sine) / complex(cosine, ratio * sine) / (2 * natural**2)
    # c = exp(iΩz) times a factor whose argument stays within ±π/2, so that its root is smooth
    steady = (1 + ratio) / 2 + (1 - ratio) / 2 * complex(math.cos(2 * turn), -math.sin(2 * turn))
    half = complex(math.cos(turn / 2), -math.sin(turn / 2))
    return half / steady**0.5 * torch.exp(-exponent * x.to(torch.float64) ** 2)


def free_wave_packet(
    x: Tensor,
    z: float = 0.0,
    *,
    kinetic: float,
    width: float = 1.0,
    wavenumber: float = 0.0,
    centre: float = 0.0,
) -> Tensor:
    """A free Gaussian, exp(-u²/2w² + i k u) with u = x - x₀ at z = 0, which drifts and spreads.

    ψ = q^(-1/2) exp(-(u - κkz)²/2w²q + i k u - i κ k² z/2), q = 1 + iκz/w².

    Parameters
    ----------
    x : Tensor
        Positions, of any shape.
    z : float, default=0.0
        Time of flight.
    kinetic : float
        κ = ħ/m.
    width : float, default=1.0
        w, the half-width at 1/e of the density; positive.
    wavenumber : float, default=0.0
        k; the packet moves at the velocity κ k.
    centre : float, default=0.0
        x₀.

    Returns
    -------
    Tensor, complex128, of the shape of ``x``

    Raises
    ------
    InvalidInputError
        If the width is not positive.

    References
    ----------
    Cohen-Tannoudji, Diu and Laloë, Quantum Mechanics (1977), complement G_I.
    """
    require_positive(width=width)
    u = x.to(torch.float64) - centre
    q = 1 + 1j * kinetic * z / width**2
    envelope = torch.exp(-((u - kinetic * wavenumber * z) ** 2) / (2 * width**2 * q)) / q**0.5
    carrier = wavenumber * u - kinetic * wavenumber**2 * z / 2
    return envelope * torch.polar(torch.ones_like(carrier), carrier)


def plane_wave_packet(
    y: Tensor,
    x: Tensor,
    z: float = 0.0,
    *,
    kinetic: float,
    widths: tuple[float, float] = (1.0, 1.0),
    wavenumbers: tuple[float, float] = (0.0, 0.0),
    centres: tuple[float, float] = (0.0, 0.0),
) -> Tensor:
    """A free Gaussian in the plane: the product of :func:`free_wave_packet` along y and x.

    Parameters
    ----------
    y : Tensor of shape (n_y, 1)
        Positions along y, as :attr:`PlaneGrid.y <physembed.PlaneGrid.y>` gives them.
    x : Tensor of shape (n_x,)
        Positions along x.
    z : float, default=0.0
        Time of flight.
    kinetic : float
        κ = ħ/m.
    widths, wavenumbers, centres : tuple of two float
        Along y and along x.

    Returns
    -------
    Tensor of shape (n_y, n_x), complex128

    Raises
    ------
    InvalidInputError
        If a width is not positive.
    """
    along_y, along_x = (
        free_wave_packet(
            position,
            z,
            kinetic=kinetic,
            width=widths[axis],
            wavenumber=wavenumbers[axis],
            centre=centres[axis],
        )
        for axis, position in enumerate((y, x))
    )
    return along_y * along_x
