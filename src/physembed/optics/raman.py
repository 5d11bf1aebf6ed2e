"""The delayed response of silica: three models of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from scipy.special import wofz
from torch import Tensor


@dataclass(frozen=True)
class Raman:
    """A response h(t) of unit area, zero before t = 0, by its Fourier transform.

    Parameters
    ----------
    name : str
    fraction : float
        f, the share of the delayed response in n₂.
    response : callable
        ∫ h(t) exp(-iωt) dt, complex, of ω in rad/s.
    fastest : float
        The highest frequency in Hz at which there is gain, which a grid must resolve.
    source : str
    """

    name: str
    fraction: float
    response: Callable[[Tensor], Tensor]
    fastest: float
    source: str


def _damped_sine(omega: Tensor, tau1: float, tau2: float) -> Tensor:
    a, b = 1 / tau1, 1 / tau2
    return (a**2 + b**2) / ((b + 1j * omega) ** 2 + a**2)


def blow_wood(omega: Tensor) -> Tensor:
    """h = (τ₁² + τ₂²)/(τ₁ τ₂²) exp(-t/τ₂) sin(t/τ₁), τ₁ = 12.2 fs, τ₂ = 32 fs."""
    return _damped_sine(omega, 12.2e-15, 32e-15)


def lin_agrawal(omega: Tensor) -> Tensor:
    """h = (1 - f_b) h_a + f_b (2τ_b - t)/τ_b² exp(-t/τ_b), h_a of Blow and Wood, τ_b = 96 fs."""
    tau, share = 96e-15, 0.21
    s = 1 / tau + 1j * omega
    boson = 2 / tau / s - 1 / (tau * s) ** 2
    return (1 - share) * blow_wood(omega) + share * boson


_WAVENUMBERS = (
    56.25, 100.0, 231.25, 362.5, 463.0, 497.0, 611.5, 691.67, 793.67, 835.5, 930.0, 1080.0, 1215.0
)  # fmt: skip
_AMPLITUDES = (1.0, 11.40, 36.67, 67.67, 74.0, 4.5, 6.8, 4.6, 4.2, 4.5, 2.7, 3.1, 3.0)
_GAUSSIAN = (
    52.10, 110.42, 175.00, 162.50, 135.33, 24.5, 41.5, 155.00, 59.5, 64.3, 150.0, 91.0, 160.0
)  # fmt: skip
_LORENTZIAN = (
    17.37, 38.81, 58.33, 54.17, 45.11, 8.17, 13.83, 51.67, 19.83, 21.43, 50.00, 30.33, 53.33
)  # fmt: skip


def hollenbeck_cantrell(omega: Tensor) -> Tensor:
    """h ∝ Σ A exp(-γt - Γ²t²/4) sin(ω_v t): thirteen vibrational modes, each broadened."""
    return _modes(omega) / _modes(torch.zeros(1, dtype=omega.dtype)).real


def _modes(omega: Tensor) -> Tensor:
    """∫₀^∞ exp(-Γ²t²/4 - pt) dt = √π/Γ w(ip/Γ) with Faddeeva's w, at p = γ + iω ∓ iω_v."""
    total = torch.zeros(omega.shape, dtype=torch.complex128)
    light = 2 * math.pi * 299792458e2  # rad/s of 1/cm
    rows = zip(_WAVENUMBERS, _AMPLITUDES, _GAUSSIAN, _LORENTZIAN, strict=True)
    for position, amplitude, gaussian, lorentzian in rows:
        width, damping = light * gaussian / 2, light * lorentzian / 2
        for sign in (1, -1):
            p = damping + 1j * (omega.double() - sign * light * position)
            part = math.sqrt(math.pi) / width * torch.from_numpy(wofz((1j * p / width).numpy()))
            total += amplitude * sign / 2j * part
    return total


RAMAN_MODELS: dict[str, Raman] = {
    model.name: model
    for model in (
        Raman(
            "blow-wood", 0.18, blow_wood, 20e12,
            "Blow and Wood, IEEE J. Quantum Electron. 25, 2665 (1989)",
        ),
        Raman(
            "lin-agrawal", 0.245, lin_agrawal, 20e12,
            "Lin and Agrawal, Opt. Lett. 31, 3086 (2006)",
        ),
        Raman(
            "hollenbeck-cantrell", 0.20, hollenbeck_cantrell, 40e12,
            "Hollenbeck and Cantrell, J. Opt. Soc. Am. B 19, 2886 (2002)",
        ),
    )
}  # fmt: skip
"""Every model of the Raman response of silica, by name."""
