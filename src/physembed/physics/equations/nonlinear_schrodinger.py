"""The nonlinear Schrödinger equation of fibre optics."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import CoefficientValues
from physembed.physics.grid import Grid
from physembed.physics.master_equation import Coordinates, MasterEquation
from physembed.physics.usual_coefficients import (
    attenuation,
    fourth_order_dispersion,
    group_velocity_dispersion,
    kerr_nonlinearity,
    third_order_dispersion,
)


@dataclass(frozen=True)
class NonlinearSchrodinger(MasterEquation):
    """∂E/∂z = -(α/2) E - i (β₂/2) ∂²E/∂t² + (β₃/6) ∂³E/∂t³ + i (β₄/24) ∂⁴E/∂t⁴ + i γ |E|² E.

    Coefficients: ``alpha`` (power attenuation), ``beta2`` (group-velocity dispersion, negative is
    anomalous), ``gamma`` (Kerr nonlinearity), and where wanted ``beta3`` and ``beta4``.
    L(ω) = -α/2 + i β₂ ω²/2 - i β₃ ω³/6 + i β₄ ω⁴/24. Lossless, it conserves energy, momentum and
    the Hamiltonian; β₂ = -1, γ = 1 carries the soliton sech(t) exp(iz/2). In the plane β₂ ω²
    becomes diffraction, and β₃ must be zero.

    References
    ----------
    Agrawal, Nonlinear Fiber Optics (2019), eq. 2.3.46; MacPhee, Zhou and Jalali,
    arXiv 2407.14504 (2024).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.15)
    >>> soliton = (1 / torch.cosh(grid.t)).to(torch.complex128)
    >>> medium = {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0}
    >>> out = pe.propagate(
    ...     soliton,
    ...     pe.NonlinearSchrodinger(),
    ...     medium,
    ...     grid,
    ...     layer_length=2.0,
    ...     steps_per_layer=200,
    ...     scheme="strang",
    ... )
    >>> torch.allclose(out.abs(), soliton.abs(), atol=1e-4), round(float(out[128].angle()), 3)
    (True, 1.0)
    """

    local_phase_is_affine = True
    symbol_is_linear = True
    is_isotropic = True

    alpha = attenuation()
    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    beta3 = third_order_dispersion(default=0.0)
    beta4 = fourth_order_dispersion(default=0.0)

    @property
    def local_phase_is_linear(self) -> bool:
        return self.local_phase_is_affine

    def check(self, values: Mapping[str, Tensor], grid: Grid) -> None:
        super().check(values, grid)
        if len(grid.shape) > 1 and bool((values["beta3"] != 0).any()):
            raise InvalidInputError(
                f"beta3 must be zero in the plane, got {values['beta3'].tolist()}: "
                "an odd dispersion needs a direction."
            )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        dispersion = c.beta2 / 2 * omega**2 - c.beta3 / 6 * omega**3 + c.beta4 / 24 * omega**4
        return -c.alpha / 2 + 1j * dispersion

    def local_phase(self, intensity: Tensor, t: Coordinates, c: CoefficientValues) -> Tensor:
        return c.gamma * intensity
