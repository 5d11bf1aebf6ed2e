"""Solitons of ∂E/∂z = -i (β₂/2) ∂²E/∂t² + i γ |E|² E, without loss."""

import math

import torch
from torch import Tensor

from physembed._checks import check_integer, require_negative, require_positive
from physembed.physics.pulses import sech


def fundamental_soliton(
    t: Tensor,
    z: float = 0.0,
    *,
    beta2: float = -1.0,
    gamma: float = 1.0,
    duration: float = 1.0,
    frequency: float = 0.0,
    centre: float = 0.0,
) -> Tensor:
    """The bright soliton, E = sqrt(|β₂|/γ)/T sech(u/T) exp(i |β₂| z / 2T² + i Ω t + i β₂ Ω² z / 2).

    u = t - t₀ + β₂ Ω z: a carrier exp(i Ω t) moves by -β₂ Ω per length, because d/dt → i ω.

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    z : float, default=0.0
        Distance.
    beta2 : float, default=-1.0
        Group-velocity dispersion β₂; negative (anomalous).
    gamma : float, default=1.0
        Kerr nonlinearity γ; positive.
    duration : float, default=1.0
        T, in the unit of ``t``.
    frequency : float, default=0.0
        Offset Ω of the carrier.
    centre : float, default=0.0
        Position t₀ at z = 0.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If β₂ is not negative, or γ or the duration not positive.

    References
    ----------
    Zakharov and Shabat, Sov. Phys. JETP 34, 62 (1972); Agrawal, Nonlinear Fiber Optics (2019),
    eq. 5.2.16.
    """
    require_negative(beta2=beta2)
    require_positive(gamma=gamma, duration=duration)
    t = t.to(torch.float64)
    envelope = sech((t - centre + beta2 * frequency * z) / duration)
    turn = -beta2 * z / (2 * duration**2) + beta2 * frequency**2 * z / 2
    amplitude = math.sqrt(-beta2 / gamma) / duration
    return amplitude * torch.polar(envelope, frequency * t + turn)


def n_soliton_input(
    t: Tensor,
    order: int,
    *,
    beta2: float = -1.0,
    gamma: float = 1.0,
    duration: float = 1.0,
) -> Tensor:
    """The pulse N sqrt(|β₂|/γ)/T sech(t/T), which breathes with the soliton period.

    It is itself again after :func:`soliton_period`, turned by exp(iπ/4) whatever N: its N
    eigenvalues turn by (2k - 1)² π/4, and every odd square is 1 modulo 8.

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    order : int
        N, at least 1.
    beta2, gamma, duration : float
        As for :func:`fundamental_soliton`.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If an argument is not as described.

    References
    ----------
    Satsuma and Yajima, Prog. Theor. Phys. Suppl. 55, 284 (1974).
    """
    check_integer("order", order, least=1)
    return order * fundamental_soliton(t, beta2=beta2, gamma=gamma, duration=duration)


def soliton_period(*, beta2: float = -1.0, duration: float = 1.0) -> float:
    """z₀ = π T² / 2 |β₂| (Agrawal, section 5.2.3)."""
    require_negative(beta2=beta2)
    require_positive(duration=duration)
    return math.pi / 2 * duration**2 / -beta2


def two_soliton(
    t: Tensor,
    z: float = 0.0,
    *,
    beta2: float = -1.0,
    gamma: float = 1.0,
    duration: float = 1.0,
) -> Tensor:
    """The pulse of order two at any distance, with τ = t/T and ξ = |β₂| z / T².

    E = sqrt(|β₂|/γ)/T 4 [cosh 3τ + 3 exp(4iξ) cosh τ] exp(iξ/2) / [cosh 4τ + 4 cosh 2τ + 3 cos 4ξ].

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    z : float, default=0.0
        Distance.
    beta2, gamma, duration : float
        As for :func:`fundamental_soliton`.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If β₂ is not negative, or γ or the duration not positive.

    References
    ----------
    Satsuma and Yajima, Prog. Theor. Phys. Suppl. 55, 284 (1974); Agrawal (2019), section 5.2.3.
    """
    require_negative(beta2=beta2)
    require_positive(gamma=gamma, duration=duration)
    tau = t.to(torch.float64).abs() / duration
    xi = -beta2 * z / duration**2
    # divided by exp(4τ)/2 above and below the line, so that nothing overflows far from the pulse
    outer = torch.exp(-tau) + torch.exp(-7 * tau)
    inner = torch.exp(-3 * tau) + torch.exp(-5 * tau)
    below = 1 + torch.exp(-8 * tau) + 4 * (torch.exp(-2 * tau) + torch.exp(-6 * tau))
    below = below + 6 * math.cos(4 * xi) * torch.exp(-4 * tau)
    amplitude = math.sqrt(-beta2 / gamma) / duration
    shape = torch.complex(outer + 3 * math.cos(4 * xi) * inner, 3 * math.sin(4 * xi) * inner)
    return 4 * amplitude * shape / below * _turn(xi / 2)


def dark_soliton_pair(
    t: Tensor,
    z: float = 0.0,
    *,
    beta2: float = 1.0,
    gamma: float = 1.0,
    amplitude: float = 1.0,
    separation: float,
) -> Tensor:
    """Two resting dark solitons of opposite sign, A tanh(k(t + s/2)) tanh(k(t - s/2)) exp(iγA²z).

    k = A sqrt(γ/β₂). One kink alone has no place on a periodic window; two are each exact but for
    their overlap, exp(-2ks).

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times; the window should reach far beyond the kinks at ±s/2.
    z : float, default=0.0
        Distance.
    beta2 : float, default=1.0
        Group-velocity dispersion; positive (normal).
    gamma : float, default=1.0
        Kerr nonlinearity; positive.
    amplitude : float, default=1.0
        Amplitude A of the background.
    separation : float
        Distance s of the two kinks.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If an argument is not positive.

    References
    ----------
    Zakharov and Shabat, Sov. Phys. JETP 37, 823 (1973); Agrawal (2019), section 5.3.
    """
    require_positive(beta2=beta2, gamma=gamma, amplitude=amplitude, separation=separation)
    t = t.to(torch.float64)
    steepness = amplitude * math.sqrt(gamma / beta2)
    kinks = torch.tanh(steepness * (t + separation / 2)) * torch.tanh(
        steepness * (t - separation / 2)
    )
    return amplitude * kinks * _turn(gamma * amplitude**2 * z)


def manakov_soliton(
    t: Tensor,
    z: float = 0.0,
    *,
    angle: float,
    phase: float = 0.0,
    beta2: float = -1.0,
    gamma: float = 1.0,
    duration: float = 1.0,
    frequency: float = 0.0,
) -> Tensor:
    """The vector soliton (cos θ, exp(iφ) sin θ) times the fundamental one, for ``cross`` = 1.

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    z : float, default=0.0
        Distance.
    angle, phase : float
        θ and φ of the polarisation, in radians.
    beta2, gamma, duration, frequency : float
        As for :func:`fundamental_soliton`.

    Returns
    -------
    Tensor of shape (2, n_points), complex128
        The two channels.

    Raises
    ------
    InvalidInputError
        If β₂ is not negative, or γ or the duration not positive.

    References
    ----------
    Manakov, Sov. Phys. JETP 38, 248 (1974).
    """
    scalar = fundamental_soliton(
        t, z, beta2=beta2, gamma=gamma, duration=duration, frequency=frequency
    )
    return torch.stack([math.cos(angle) * scalar, math.sin(angle) * scalar * _turn(phase)])


def _turn(angle: float) -> complex:
    return complex(math.cos(angle), math.sin(angle))
