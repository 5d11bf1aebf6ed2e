"""The modified Korteweg-de Vries equation of few-cycle pulses and internal waves."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example


@dataclass(frozen=True)
class ModifiedKortewegDeVries(FieldEquation):
    """∂u/∂z = -a u² ∂u/∂t - b ∂³u/∂t³.

    Coefficients: ``a`` (steepening) and ``b`` (dispersion). L(ω) = i b ω³. It conserves mass and
    momentum; for a b > 0 it carries the soliton √(6 b/a) κ sech(κ (t - b κ² z)).

    References
    ----------
    Wadati, J. Phys. Soc. Jpn. 32, 1681 (1972).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.12)
    >>> soliton = 1 / torch.cosh(grid.t)
    >>> out = pe.propagate(
    ...     soliton,
    ...     pe.ModifiedKortewegDeVries(),
    ...     {"a": 6.0, "b": 1.0},
    ...     grid,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(out.max()), 2)  # a soliton keeps its height
    1.0
    """

    dealiasing = 1 / 2

    a = Coefficient(
        "steepening",
        unit="time/(intensity length)",
        natural=wave_rate(derivatives=1, amplitudes=2),
        term="nonlinearity",
    )
    b = Coefficient(
        "dispersion", unit="time³/length", natural=wave_rate(derivatives=3), term="dispersion"
    )

    example = Example(TimeGrid(256, 28 / 256), {"a": 6.0, "b": 1.0}, length=1.0, steps=400)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return 1j * c.b * omega**3

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.a / 3 * derivative(field**3, grid)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The soliton with κ = 1.3."""
        steepness = 1.3
        argument = steepness * (grid.coordinates[0] - c.b * steepness**2 * z)
        return torch.sqrt(6 * c.b / c.a) * steepness / torch.cosh(argument)

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"mass": integral(field, grid), "momentum": integral(field**2, grid)}
