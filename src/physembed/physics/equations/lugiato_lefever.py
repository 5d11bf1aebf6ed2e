"""The Lugiato-Lefever equation of a driven, detuned cavity."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.coefficient import (
    Coefficient,
    CoefficientValues,
    mean_amplitude_per_layer,
    per_layer,
)
from physembed.physics.grid import Grid
from physembed.physics.master_equation import MasterEquation
from physembed.physics.usual_coefficients import group_velocity_dispersion, kerr_nonlinearity


@dataclass(frozen=True)
class LugiatoLefever(MasterEquation):
    """∂E/∂z = -(α/2 + i Δ) E - i (β₂/2) ∂²E/∂t² + i γ |E|² E + F.

    z counts round trips. Coefficients: ``alpha`` (loss per round trip), ``detuning`` (Δ),
    ``beta2``, ``gamma`` and ``drive`` (F, real: it sets the reference phase).
    L(ω) = -α/2 - iΔ + i β₂ ω²/2. Its homogeneous steady states have the intensities I with
    F² = I [(α/2)² + (Δ - γ I)²].

    References
    ----------
    Lugiato and Lefever, Phys. Rev. Lett. 58, 2209 (1987); Coen et al., Opt. Lett. 38, 37 (2013),
    eq. 1.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> empty = torch.zeros(64, dtype=torch.complex128)
    >>> medium = {"alpha": 2.0, "detuning": 0.5, "beta2": -1.0, "gamma": 1.0, "drive": 0.8}
    >>> out = pe.propagate(
    ...     empty,
    ...     pe.LugiatoLefever(),
    ...     medium,
    ...     pe.TimeGrid(64, 0.5),
    ...     layer_length=15.0,
    ...     steps_per_layer=100,
    ...     scheme="etdrk4",
    ... )
    >>> intensity = float(out[0].abs() ** 2)
    >>> round(intensity * (1 + (0.5 - intensity) ** 2), 3)  # the drive's own intensity, 0.8 squared
    0.64
    """

    is_isotropic = True

    alpha = Coefficient("loss", unit="1/length", natural=per_layer, term="attenuation")
    detuning = Coefficient("detuning", unit="1/length", natural=per_layer, term="detuning")
    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    drive = Coefficient(
        "drive", unit="amplitude/length", natural=mean_amplitude_per_layer, term="drive"
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -c.alpha / 2 - 1j * c.detuning + 0.5j * c.beta2 * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        intensity = field.real**2 + field.imag**2
        return 1j * c.gamma * intensity * field + c.drive
