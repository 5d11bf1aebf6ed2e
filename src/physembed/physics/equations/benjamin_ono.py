"""The Benjamin-Ono equation of waves between deep layers."""

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
class BenjaminOno(FieldEquation):
    """∂u/∂z = -a u ∂u/∂t + b H ∂²u/∂t², H the Hilbert transform, of symbol -i sgn ω.

    Coefficients: ``a`` (steepening) and ``b`` (dispersion). L(ω) = i b ω |ω|: dispersion without
    a length of its own. It conserves mass and momentum.

    References
    ----------
    Benjamin, J. Fluid Mech. 29, 559 (1967); Thomée and Vasudeva Murthy, BIT 38, 597 (1998).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.25)
    >>> pulse = 1 / (1 + grid.t**2)
    >>> out = pe.propagate(
    ...     pulse,
    ...     pe.BenjaminOno(),
    ...     {"a": 1.0, "b": 0.5},
    ...     grid,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> bool(torch.isclose(out.sum(), pulse.sum()))  # its mass is conserved
    True
    """

    a = Coefficient(
        "steepening",
        unit="time/(amplitude length)",
        natural=wave_rate(derivatives=1, amplitudes=1),
        term="nonlinearity",
    )
    b = Coefficient(
        "dispersion", unit="time²/length", natural=wave_rate(derivatives=2), term="dispersion"
    )

    example = Example(TimeGrid(256, 30 / 256), {"a": 1.5, "b": 0.8}, length=1.5)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return 1j * c.b * omega * omega.abs()

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.a / 2 * derivative(field**2, grid)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The wave (2 b v δ²/a) / [1 - √(1 - δ²) cos(v δ (t - v b z))], with v δ = 2π/window."""
        speed = 0.8
        share = 2 * math.pi / (speed * grid.window)
        turn = torch.cos(speed * share * (grid.coordinates[0] - speed * c.b * z))
        return c.b / c.a * 2 * speed * share**2 / (1 - math.sqrt(1 - share**2) * turn)

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"mass": integral(field, grid), "momentum": integral(field**2, grid)}
