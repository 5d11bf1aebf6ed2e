"""The Fisher-KPP equation of what spreads and multiplies."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer
from physembed.physics.field_equation import FieldEquation
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import diffusivity


@dataclass(frozen=True)
class FisherKPP(FieldEquation):
    """∂u/∂z = D ∂²u/∂t² + r u (1 - u).

    Coefficients: ``diffusion`` (D) and ``growth`` (r). L(ω) = r - D ω². Zero is unstable and one
    is stable; a front of one into zero runs at 2 √(r D) or faster.

    References
    ----------
    Fisher, Ann. Eugen. 7, 355 (1937); Ablowitz and Zeppetella, Bull. Math. Biol. 41, 835 (1979).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.5)
    >>> seed = torch.exp(-(grid.t**2))
    >>> wide = [
    ...     int(
    ...         (
    ...             pe.propagate(
    ...                 seed,
    ...                 pe.FisherKPP(),
    ...                 {"diffusion": 1.0, "growth": 1.0},
    ...                 grid,
    ...                 layer_length=z,
    ...                 steps_per_layer=60,
    ...                 scheme="etdrk4",
    ...             )
    ...             > 0.5
    ...         ).sum()
    ...     )
    ...     for z in (10.0, 15.0)
    ... ]
    >>> 0.5 * (wide[1] - wide[0]) / 2 / 5  # the front's speed, which approaches 2
    1.8
    """

    is_isotropic = True

    diffusion = diffusivity()
    growth = Coefficient(
        "growth", unit="1/length", natural=per_layer, span=(0.0, 2.0), term="reaction"
    )

    example = Example(TimeGrid(256, 160 / 256), {"diffusion": 1.0, "growth": 1.0}, length=3.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return c.growth - c.diffusion * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.growth * field**2

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """Two fronts [1 + exp(√(r/6D) (|t| - t₀) - 5 r z/6)]⁻² that part, at 5 √(r D/6)."""
        distance = grid.coordinates[0].abs() - grid.window / 4
        argument = torch.sqrt(c.growth / (6 * c.diffusion)) * distance - 5 / 6 * c.growth * z
        return torch.sigmoid(-argument) ** 2
