"""Pulses and waves under one effect at a time, and where a continuous wave becomes unstable."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import require_positive
from physembed.errors import InvalidInputError


def gaussian_pulse(
    t: Tensor,
    z: float = 0.0,
    *,
    beta2: float,
    duration: float = 1.0,
    chirp: float = 0.0,
) -> Tensor:
    """A Gaussian under ∂E/∂z = -i (β₂/2) ∂²E/∂t²: with q = 1 - i (1 + iC) β₂ z / T²,

    E = q^(-1/2) exp(-(1 + iC) t² / 2 T² q), which at z = 0 is exp(-(1 + iC) t² / 2T²).

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    z : float, default=0.0
        Distance.
    beta2 : float
        Group-velocity dispersion β₂.
    duration : float, default=1.0
        Half-width T at 1/e of the peak intensity; positive.
    chirp : float, default=0.0
        Linear chirp C.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If the duration is not positive.

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), eq. 3.2.7 and 3.2.16.
    """
    require_positive(duration=duration)
    t = t.to(torch.float64)
    slope = complex(1.0, chirp)
    # its argument stays within a half-plane: q is a straight line from 1 that misses the origin
    q = 1 - 1j * slope * beta2 * z / duration**2
    return torch.exp(-slope / (2 * duration**2 * q) * t**2) / q**0.5


@dataclass(frozen=True)
class GaussianMoments:
    """Mean, variance and third central moment of |E|², in powers of the time unit."""

    mean: float
    variance: float
    third: float


def dispersed_gaussian_moments(
    z: float, *, beta2: float, beta3: float, duration: float = 1.0
) -> GaussianMoments:
    """The exact moments of exp(-t²/2T²) after β₂ and β₃, where its shape is no longer Gaussian.

    In the Fourier domain time is i d/dω plus the delay a ω + b ω², with a = -β₂ z and b = β₃ z/2,
    and ω has the variance s = 1/2T²: mean b s, variance 1/4s + a² s + 2 b² s², third moment
    8 b³ s³ + 6 a² b s² - b/2.

    Parameters
    ----------
    z : float
        Distance.
    beta2, beta3 : float
        Dispersions of second and third order.
    duration : float, default=1.0
        Half-width T at 1/e of the peak intensity; positive.

    Returns
    -------
    GaussianMoments

    Raises
    ------
    InvalidInputError
        If the duration is not positive.

    References
    ----------
    Mean and variance: Agrawal (2019), section 3.3.2, eq. 3.3.11; the third moment by the same
    method, of Anderson and Lisak, Phys. Rev. A 35, 184 (1987).
    """
    require_positive(duration=duration)
    s = 1 / (2 * duration**2)
    a, b = -beta2 * z, beta3 * z / 2
    return GaussianMoments(
        mean=b * s,
        variance=1 / (4 * s) + a**2 * s + 2 * b**2 * s**2,
        third=8 * b**3 * s**3 + 6 * a**2 * b * s**2 - b / 2,
    )


def self_phase_modulation(field: Tensor, z: float, *, gamma: float, alpha: float = 0.0) -> Tensor:
    """Any field under ∂E/∂z = -(α/2) E + i γ |E|² E: E exp(-αz/2) exp(i γ |E|² z_eff).

    z_eff = (1 - exp(-α z)) / α is the effective length; a continuous wave is the simplest field.

    Parameters
    ----------
    field : Tensor of shape (..., n_points)
        The field at z = 0.
    z : float
        Distance.
    gamma : float
        Kerr nonlinearity γ.
    alpha : float, default=0.0
        Power attenuation α.

    Returns
    -------
    Tensor, complex128, of the shape of ``field``

    References
    ----------
    Agrawal (2019), eq. 4.1.4 to 4.1.7.
    """
    field = field.to(torch.complex128)
    effective = -math.expm1(-alpha * z) / alpha if alpha else z
    intensity = field.real**2 + field.imag**2
    decay = torch.full_like(intensity, math.exp(-alpha * z / 2))
    return field * torch.polar(decay, gamma * effective * intensity)


def modulation_instability_gain(
    omega: Tensor, *, beta2: float, gamma: float, intensity: float
) -> Tensor:
    """The gain per length at which noise at ±Ω on a continuous wave grows in intensity.

    g(Ω) = |β₂ Ω| sqrt(Ω_c² - Ω²) with Ω_c² = -4 γ I / β₂, and zero beyond Ω_c or where γ β₂ > 0.
    The amplitude grows by g/2.

    Parameters
    ----------
    omega : Tensor
        Angular frequencies Ω.
    beta2, gamma : float
        Dispersion, not zero, and Kerr nonlinearity.
    intensity : float
        Intensity I of the wave.

    Returns
    -------
    Tensor, float64, of the shape of ``omega``

    Raises
    ------
    InvalidInputError
        If β₂ is zero.

    References
    ----------
    Hasegawa and Brinkman, IEEE J. Quantum Electron. 16, 694 (1980); Agrawal (2019), eq. 5.1.8.
    """
    if beta2 == 0:
        raise InvalidInputError("beta2 must not be zero.")
    omega = omega.to(torch.float64)
    edge = -4 * gamma * intensity / beta2
    return (beta2 * omega).abs() * (edge - omega**2).clamp(min=0).sqrt()


def talbot_length(period: float, *, beta2: float) -> float:
    """P² / π|β₂|, after which any field of period P is itself again: β₂ (2πn/P)² z/2 = 2πn².

    References
    ----------
    Talbot, Phil. Mag. 9, 401 (1836); Jannson and Jannson, J. Opt. Soc. Am. 71, 1373 (1981).
    """
    require_positive(period=period)
    if beta2 == 0:
        raise InvalidInputError("beta2 must not be zero.")
    return period**2 / (math.pi * abs(beta2))
