"""The Cahn-Hilliard equation of phases that separate."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example


@dataclass(frozen=True)
class CahnHilliard(FieldEquation):
    """∂u/∂z = -∂²/∂t² [r (u - u³) + κ ∂²u/∂t²].

    Coefficients: ``rate`` (r) and ``stiffness`` (κ). L(ω) = r ω² - κ ω⁴. It conserves mass: what
    one phase gains the other loses. A wall tanh(t √(r/2κ)) stands still.

    References
    ----------
    Cahn and Hilliard, J. Chem. Phys. 28, 258 (1958).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.5)
    >>> mixed = 0.2 + 0.1 * torch.cos(8 * torch.pi * grid.t / grid.window)
    >>> out = pe.propagate(
    ...     mixed,
    ...     pe.CahnHilliard(),
    ...     {"rate": 1.0, "stiffness": 1.0},
    ...     grid,
    ...     layer_length=30.0,
    ...     steps_per_layer=200,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(out.mean()), 2), bool(out.max() > 0.9)  # as much in all, but in two phases
    (0.2, True)
    """

    is_isotropic = True
    dealiasing = 1 / 2

    rate = Coefficient(
        "rate of separation",
        unit="time²/length",
        natural=wave_rate(derivatives=2),
        span=(0.0, 2.0),
        term="reaction",
    )
    stiffness = Coefficient(
        "stiffness of a wall",
        unit="time⁴/length",
        natural=wave_rate(derivatives=4),
        span=(0.2, 2.0),
        term="dissipation",
    )

    example = Example(TimeGrid(256, 160 / 256), {"rate": 1.0, "stiffness": 8.0}, length=1.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return c.rate * omega**2 - c.stiffness * omega**4

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return c.rate * derivative(field**3, grid, 2)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """Two walls at rest, exact but for their overlap."""
        distance = grid.window / 4 - grid.coordinates[0].abs()
        return torch.tanh(distance * torch.sqrt(c.rate / (2 * c.stiffness)))

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"mass": integral(field, grid)}
