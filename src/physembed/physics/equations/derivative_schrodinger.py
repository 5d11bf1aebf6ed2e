"""The derivative nonlinear Schrödinger equation of Alfvén waves and short pulses."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import group_velocity_dispersion


@dataclass(frozen=True)
class DerivativeSchrodinger(FieldEquation):
    """∂E/∂z = -i (β₂/2) ∂²E/∂t² - s ∂/∂t(|E|² E).

    Coefficients: ``beta2`` and ``steepening`` (s). L(ω) = i β₂ ω²/2. It conserves the energy; a
    wave A exp(iωt) only turns, by β₂ ω²/2 - s ω A².

    References
    ----------
    Kaup and Newell, J. Math. Phys. 19, 798 (1978).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.2)
    >>> pulse = torch.exp(-(grid.t**2)).to(torch.complex128)
    >>> out = pe.propagate(
    ...     pulse,
    ...     pe.DerivativeSchrodinger(),
    ...     {"beta2": -0.5, "steepening": 0.5},
    ...     grid,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> bool((grid.t * out.abs() ** 2).sum() > 0)  # the strong parts come later
    True
    """

    components = ("E",)
    is_real = False
    dealiasing = 1 / 2

    beta2 = group_velocity_dispersion()
    steepening = Coefficient(
        "self-steepening",
        unit="time/(intensity length)",
        natural=wave_rate(derivatives=1, amplitudes=2),
        term="nonlinearity",
    )

    example = Example(TimeGrid(64, 0.3), {"beta2": -0.8, "steepening": 0.4}, length=2.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return 0.5j * c.beta2 * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.steepening * derivative((field.real**2 + field.imag**2) * field, grid)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The wave of the window's third harmonic and amplitude 0.8."""
        omega = 6 * math.pi / grid.window
        turn = c.beta2 * omega**2 / 2 - c.steepening * omega * 0.64
        phase = omega * grid.coordinates[0] + turn * z
        return torch.polar(0.8 * torch.ones_like(phase), phase)

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"energy": integral(field.real**2 + field.imag**2, grid)}
