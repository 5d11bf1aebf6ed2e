"""The complex Ginzburg-Landau equation of lasers."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.coefficient import (
    Coefficient,
    CoefficientValues,
    far_field_dispersion,
    per_layer,
    radian_at_mean_intensity,
)
from physembed.physics.grid import Grid
from physembed.physics.master_equation import MasterEquation
from physembed.physics.usual_coefficients import group_velocity_dispersion, kerr_nonlinearity


def _inverse_intensity(equation: object, scale: object) -> float:
    return 1.0 / scale.mean_intensity  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ComplexGinzburgLandau(MasterEquation):
    """∂E/∂z = ½ [g / (1 + s |E|²) - ℓ] E + (d - i β₂/2) ∂²E/∂t² + (i γ - δ) |E|² E.

    Coefficients: ``loss`` (ℓ), ``gain`` (g) with ``saturation`` (s, one over the saturation
    intensity), ``filtering`` (d, spectral), ``beta2``, ``gamma`` and ``nonlinear_loss`` (δ).
    L(ω) = -ℓ/2 + i β₂ ω²/2 - d ω². It conserves nothing; a plane wave of intensity I with
    g / (1 + s I) = ℓ + 2 δ I only turns its phase, by γ I.

    References
    ----------
    Aranson and Kramer, Rev. Mod. Phys. 74, 99 (2002); Haus, IEEE J. Sel. Top. Quantum Electron.
    6, 1173 (2000), eq. 5.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.5)
    >>> weak = torch.full((64,), 0.1, dtype=torch.complex128)
    >>> medium = {
    ...     "loss": 1.0,
    ...     "gain": 3.0,
    ...     "saturation": 1.0,
    ...     "filtering": 0.1,
    ...     "beta2": -1.0,
    ...     "gamma": 0.5,
    ...     "nonlinear_loss": 0.0,
    ... }
    >>> out = pe.propagate(
    ...     weak,
    ...     pe.ComplexGinzburgLandau(),
    ...     medium,
    ...     grid,
    ...     layer_length=10.0,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(out[0].abs() ** 2), 3)  # until gain / (1 + I) is the loss
    1.985
    """

    is_isotropic = True

    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    gain = Coefficient(
        "small-signal gain", unit="1/length", natural=per_layer, default=0.0, term="gain"
    )
    loss = Coefficient(
        "linear loss", unit="1/length", natural=per_layer, default=0.0, term="attenuation"
    )
    saturation = Coefficient(
        "inverse saturation intensity",
        unit="1/intensity",
        natural=_inverse_intensity,
        default=0.0,
    )
    filtering = Coefficient(
        "spectral filtering",
        unit="time²/length",
        natural=far_field_dispersion(2),
        default=0.0,
        term="filtering",
    )
    nonlinear_loss = Coefficient(
        "nonlinear loss",
        unit="1/(intensity length)",
        natural=radian_at_mean_intensity,
        default=0.0,
        term="nonlinear loss",
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -c.loss / 2 + (0.5j * c.beta2 - c.filtering) * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        intensity = field.real**2 + field.imag**2
        gain = c.gain / 2 / (1 + c.saturation * intensity)
        return (gain + (1j * c.gamma - c.nonlinear_loss) * intensity) * field
