"""The viscous Burgers equation of shocks."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example


@dataclass(frozen=True)
class Burgers(FieldEquation):
    """∂u/∂z = -a u ∂u/∂t + ν ∂²u/∂t².

    Coefficients: ``a`` (steepening) and ``viscosity`` (ν). L(ω) = -ν ω². It conserves mass;
    Cole and Hopf's u = -(2ν/a) φ'/φ turns it into the heat equation of φ.

    References
    ----------
    Burgers, Adv. Appl. Mech. 1, 171 (1948); Hopf, Commun. Pure Appl. Math. 3, 201 (1950).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.05)
    >>> wave = torch.sin(2 * torch.pi * grid.t / grid.window)
    >>> out = pe.propagate(
    ...     wave,
    ...     pe.Burgers(),
    ...     {"a": 1.0, "viscosity": 0.05},
    ...     grid,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> bool(out.diff().abs().max() > 2 * wave.diff().abs().max())  # it steepens
    True
    """

    a = Coefficient(
        "steepening",
        unit="time/(amplitude length)",
        natural=wave_rate(derivatives=1, amplitudes=1),
        term="nonlinearity",
    )
    viscosity = Coefficient(
        "viscosity",
        unit="time²/length",
        natural=wave_rate(derivatives=2),
        span=(0.0, 2.0),
        term="dissipation",
    )

    example = Example(TimeGrid(64, 2 * math.pi / 64), {"a": 1.0, "viscosity": 0.3}, length=1.5)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -c.viscosity * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.a / 2 * derivative(field**2, grid)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """Cole and Hopf's of φ = 1 + 0.8 cos(kt) exp(-ν k² z), k the window's first wave number."""
        k, t = 2 * math.pi / grid.window, grid.coordinates[0]
        decay = 0.8 * torch.exp(-c.viscosity * k**2 * z)
        potential = 1 + decay * torch.cos(k * t)
        return 2 * c.viscosity / c.a * k * decay * torch.sin(k * t) / potential

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"mass": integral(field, grid)}
