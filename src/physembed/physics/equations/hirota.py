"""Hirota's equation: third-order dispersion and the steepening that keeps solitons whole."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import (
    group_velocity_dispersion,
    kerr_nonlinearity,
    third_order_dispersion,
)


@dataclass(frozen=True)
class Hirota(FieldEquation):
    """∂E/∂z = -i (β₂/2) ∂²E/∂t² + (β₃/6) ∂³E/∂t³ + i γ |E|² E - σ |E|² ∂E/∂t.

    Coefficients: ``beta2``, ``beta3``, ``gamma`` and ``steepening`` (σ). It conserves the energy;
    where σ = β₃ γ / β₂ it is integrable, and solitons keep their shape at any β₃.

    References
    ----------
    Hirota, J. Math. Phys. 14, 805 (1973).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.15)
    >>> pulse = (1 / torch.cosh(grid.t)).to(torch.complex128)
    >>> medium = {"beta2": -1.0, "beta3": 0.3, "gamma": 1.0, "steepening": -0.3}
    >>> out = pe.propagate(pulse, pe.Hirota(), medium, grid, steps_per_layer=60, scheme="etdrk4")
    >>> round(float(out.abs().max()), 3)  # it keeps its shape and height
    0.999
    """

    components = ("E",)
    is_real = False
    dealiasing = 1 / 2

    beta2 = group_velocity_dispersion()
    beta3 = third_order_dispersion()
    gamma = kerr_nonlinearity()
    steepening = Coefficient(
        "steepening",
        unit="time/(intensity length)",
        natural=wave_rate(derivatives=1, amplitudes=2),
        term="steepening",
    )

    example = Example(
        TimeGrid(256, 40 / 256),
        {"beta2": -1.0, "beta3": 0.3, "gamma": 1.0, "steepening": -0.3},
        length=2.0,
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return 1j * (c.beta2 / 2 * omega**2 - c.beta3 / 6 * omega**3)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        intensity = field.real**2 + field.imag**2
        return intensity * (1j * c.gamma * field - c.steepening * derivative(field, grid))

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """Where it is integrable, √(-β₂/γ) sech(t + β₃ z / 6) exp(-i β₂ z / 2)."""
        if not math.isclose(float(c.steepening), float(c.beta3 * c.gamma / c.beta2)):
            return None
        envelope = torch.sqrt(-c.beta2 / c.gamma) / torch.cosh(
            grid.coordinates[0] + c.beta3 * z / 6
        )
        return torch.polar(envelope, (-c.beta2 * z / 2).expand(grid.shape))

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"energy": integral(field.real**2 + field.imag**2, grid)}
