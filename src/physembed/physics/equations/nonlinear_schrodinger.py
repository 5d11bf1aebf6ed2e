"""The nonlinear Schrödinger equation of fibre optics."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.coefficient import (
    Coefficient,
    far_field_dispersion,
    per_layer,
    radian_at_mean_intensity,
)
from physembed.physics.master_equation import CoefficientValues, MasterEquation


@dataclass(frozen=True)
class NonlinearSchrodinger(MasterEquation):
    """∂E/∂z = -(α/2) E - i (β₂/2) ∂²E/∂t² + i γ |E|² E.

    Coefficients: ``alpha`` (power attenuation), ``beta2`` (group-velocity dispersion, negative is
    anomalous) and ``gamma`` (Kerr nonlinearity). L(ω) = -α/2 + i β₂ ω²/2. Lossless, it conserves
    energy, momentum and the Hamiltonian; β₂ = -1, γ = 1 carries the soliton sech(t) exp(iz/2).

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), eq. 2.3.46 with its sign of i; MacPhee, Zhou and
    Jalali, arXiv 2407.14504 (2024).
    """

    local_phase_is_affine = True

    alpha = Coefficient("attenuation", unit="1/length", natural=per_layer, default=0.0)
    beta2 = Coefficient(
        "group-velocity dispersion", unit="time²/length", natural=far_field_dispersion
    )
    gamma = Coefficient(
        "Kerr nonlinearity", unit="1/(intensity length)", natural=radian_at_mean_intensity
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -c.alpha / 2 + 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity: Tensor, t: Tensor, c: CoefficientValues) -> Tensor:
        return c.gamma * intensity
