"""Steady states of lasers (complex Ginzburg-Landau) and of driven cavities (Lugiato-Lefever)."""

import math

import numpy as np
import torch
from torch import Tensor

from physembed._checks import require_positive
from physembed.errors import InvalidInputError
from physembed.physics.pulses import sech


def laser_plane_wave(
    t: Tensor,
    z: float = 0.0,
    *,
    gain: float,
    loss: float,
    saturation: float = 0.0,
    beta2: float = 0.0,
    gamma: float = 0.0,
    filtering: float = 0.0,
    nonlinear_loss: float = 0.0,
    frequency: float = 0.0,
) -> Tensor:
    """The wave whose saturated gain pays for its losses, sqrt(I) exp(iΩt + i(γI + β₂Ω²/2) z).

    Its intensity I is the positive root of g / (1 + s I) = ℓ + 2 d Ω² + 2 δ I.

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    z : float, default=0.0
        Distance.
    gain, loss, saturation, beta2, gamma, filtering, nonlinear_loss : float
        g, ℓ, s, β₂, γ, d, δ of
        :class:`ComplexGinzburgLandau <physembed.ComplexGinzburgLandau>`.
    frequency : float, default=0.0
        Ω; a multiple of 2π over the window for a wave that is periodic there.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If the gain is not above the losses, or nothing saturates it.

    References
    ----------
    Aranson and Kramer, Rev. Mod. Phys. 74, 99 (2002).
    """
    losses = loss + 2 * filtering * frequency**2
    if not gain > losses:
        raise InvalidInputError(
            f"gain must be above the linear losses, {losses}, for a wave to stand; got {gain}."
        )
    if min(saturation, nonlinear_loss) < 0 or saturation + nonlinear_loss == 0:
        raise InvalidInputError(
            "saturation and nonlinear_loss must not be negative, and one of them positive, for the "
            f"gain to saturate; got {saturation} and {nonlinear_loss}."
        )
    # 2δs I² + (2δ + (ℓ + 2dΩ²) s) I - (g - ℓ - 2dΩ²) = 0, in the form without cancellation
    a, b, c = (
        2 * nonlinear_loss * saturation,
        2 * nonlinear_loss + losses * saturation,
        gain - losses,
    )
    intensity = 2 * c / (b + math.sqrt(b**2 + 4 * a * c))
    t = t.to(torch.float64)
    turn = frequency * t + (gamma * intensity + beta2 * frequency**2 / 2) * z
    return math.sqrt(intensity) * torch.polar(torch.ones_like(t), turn)


def chirped_sech(
    t: Tensor,
    z: float = 0.0,
    *,
    gain: float,
    loss: float,
    beta2: float,
    gamma: float,
    filtering: float,
    nonlinear_loss: float,
) -> Tensor:
    """The pulse A sech(t/T)^(1 + iC) exp(iqz) of the cubic equation (no saturation).

    With D = d - iβ₂/2 it needs D (1 + iC)(2 + iC) = (δ - iγ) (-A²T²) and
    iq = (g - ℓ)/2 + D (1 + iC)²/T², four real conditions for A, C, T and q. It is an exact, not
    always a stable solution: where g > ℓ, the background grows.

    Parameters
    ----------
    t : Tensor of shape (n_points,)
        Times.
    z : float, default=0.0
        Distance.
    gain, loss, beta2, gamma, filtering, nonlinear_loss : float
        g, ℓ, β₂, γ, d, δ of
        :class:`ComplexGinzburgLandau <physembed.ComplexGinzburgLandau>`, with ``saturation`` 0.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    InvalidInputError
        If there is no such pulse for these coefficients.

    References
    ----------
    Pereira and Stenflo, Phys. Fluids 20, 1733 (1977); Haus, IEEE J. Sel. Top. Quantum Electron.
    6, 1173 (2000).
    """
    dispersion = complex(filtering, -beta2 / 2)
    law = complex(-nonlinear_loss, gamma)
    excess = (gain - loss) / 2
    for chirp in _chirps(dispersion, law):
        power = complex(1, chirp)
        strength = dispersion * power * (1 + power) / law
        constant = dispersion * power**2
        if strength.real > 0 and excess * constant.real < 0:
            duration = math.sqrt(-constant.real / excess)
            amplitude = math.sqrt(strength.real) / duration
            u = t.to(torch.float64) / duration
            turn = constant.imag / duration**2 * z
            envelope = sech(u)
            return amplitude * torch.polar(envelope, chirp * torch.log(envelope) + turn)
    raise InvalidInputError(
        "no chirped sech exists for these coefficients: gain above loss needs a pulse that the "
        f"filter broadens, gain below loss one that it does not; got gain={gain}, loss={loss}, "
        f"beta2={beta2}, gamma={gamma}, filtering={filtering}, nonlinear_loss={nonlinear_loss}."
    )


def _chirps(dispersion: complex, law: complex) -> list[float]:
    """The two C for which D (1 + iC)(2 + iC) / (iγ - δ) is real."""
    # D conj(law) (2 - C² + 3iC) has no imaginary part
    product = dispersion * law.conjugate()
    r, p = product.imag, product.real
    if r == 0:
        return [0.0]
    root = math.sqrt(9 * p**2 + 8 * r**2)
    return [(3 * p - root) / (2 * r), (3 * p + root) / (2 * r)]


def cavity_steady_states(*, alpha: float, detuning: float, gamma: float, drive: float) -> Tensor:
    """The homogeneous fields F / [α/2 + i (Δ - γ I)] that a driven cavity can rest in.

    I solves F² = I [(α/2)² + (Δ - γ I)²]: one root, or three where the cavity is bistable.

    Parameters
    ----------
    alpha, detuning, gamma, drive : float
        α, Δ, γ and F of :class:`LugiatoLefever <physembed.LugiatoLefever>`; α and γ positive.

    Returns
    -------
    Tensor of shape (1,) or (3,), complex128
        In the order of rising intensity.

    Raises
    ------
    InvalidInputError
        If α or γ is not positive.

    References
    ----------
    Lugiato and Lefever, Phys. Rev. Lett. 58, 2209 (1987).
    """
    require_positive(alpha=alpha, gamma=gamma)
    cubic = [gamma**2, -2 * gamma * detuning, detuning**2 + alpha**2 / 4, -(drive**2)]
    roots = np.roots(cubic)
    # the eigenvalue solver leaves rounding in the imaginary part of a real root
    real = np.sort(roots.real[np.abs(roots.imag) <= 1e-9 * np.abs(roots).max()])
    intensity = torch.from_numpy(real.copy())
    return drive / torch.complex(
        torch.full_like(intensity, alpha / 2), detuning - gamma * intensity
    )
