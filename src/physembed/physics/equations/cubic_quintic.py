"""The nonlinear Schrödinger equation whose nonlinearity saturates or grows."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues
from physembed.physics.field_equation import integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Coordinates, Example, MasterEquation
from physembed.physics.usual_coefficients import (
    attenuation,
    group_velocity_dispersion,
    kerr_nonlinearity,
)


@dataclass(frozen=True)
class CubicQuintic(MasterEquation):
    """∂E/∂z = -(α/2) E - i (β₂/2) ∂²E/∂t² + i γ |E|² E + i δ |E|⁴ E.

    Coefficients: ``alpha``, ``beta2``, ``gamma`` and ``quintic`` (δ). L(ω) = -α/2 + i β₂ ω²/2.
    Lossless, it conserves the energy; for δ < 0 its solitons flatten where they are strong.

    References
    ----------
    Pushkarov, Pushkarov and Tomov, Opt. Quantum Electron. 11, 471 (1979).

    Examples
    --------
    >>> import math
    >>> import torch
    >>> import physembed as pe
    >>> flat = torch.ones(64, dtype=torch.complex128)
    >>> medium = {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0, "quintic": -0.25}
    >>> out = pe.propagate(flat, pe.CubicQuintic(), medium, pe.TimeGrid(64), check_sampling=False)
    >>> round(float(out[0].angle()), 3)  # gamma + quintic, at intensity one
    0.75
    """

    local_phase_degree = 2
    symbol_is_linear = True
    is_isotropic = True

    alpha = attenuation()
    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    quintic = Coefficient(
        "quintic nonlinearity",
        unit="1/(intensity² length)",
        natural=lambda equation, scale: 1 / (scale.mean_intensity**2 * scale.layer_length),
        term="saturation",
    )

    example = Example(
        TimeGrid(192, 40 / 192), {"beta2": -1.0, "gamma": 1.0, "quintic": -0.2}, length=2.0
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -c.alpha / 2 + 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity: Tensor, t: Coordinates, c: CoefficientValues) -> Tensor:
        return (c.gamma + c.quintic * intensity) * intensity

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """|E|² = (4q/γ) / [1 + √(1 + 16 q δ/3γ²) cosh(2 √(2q/|β₂|) t)], turned by q z; q = 0.5."""
        q = 0.5
        width = 2 * torch.sqrt(2 * q / -c.beta2) * grid.coordinates[0]
        flatness = torch.sqrt(1 + 16 * q * c.quintic / (3 * c.gamma**2))
        amplitude = torch.sqrt(4 * q / c.gamma / (1 + flatness * torch.cosh(width)))
        return amplitude * complex(math.cos(q * z), math.sin(q * z))

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {} if float(c.alpha) else {"energy": integral(field.abs() ** 2, grid)}
