"""The Korteweg-de Vries equation of shallow water."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, wave_rate
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example


@dataclass(frozen=True)
class KortewegDeVries(FieldEquation):
    """∂u/∂z = -a u ∂u/∂t - b ∂³u/∂t³.

    Coefficients: ``a`` (steepening) and ``b`` (dispersion). L(ω) = i b ω³. It conserves mass,
    momentum and the Hamiltonian ∫ (b u'² / 2 - a u³ / 6); two solitons pass through each other.

    References
    ----------
    Korteweg and de Vries, Phil. Mag. 39, 422 (1895); Hirota, Phys. Rev. Lett. 27, 1192 (1971).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.15)
    >>> soliton = 2 / torch.cosh(grid.t) ** 2
    >>> out = pe.propagate(
    ...     soliton,
    ...     pe.KortewegDeVries(),
    ...     {"a": 6.0, "b": 1.0},
    ...     grid,
    ...     steps_per_layer=200,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(grid.t[out.argmax()]), 1), round(float(out.max()), 2)  # it runs at 4, unchanged
    (4.0, 2.0)
    """

    a = Coefficient(
        "steepening",
        unit="time/(amplitude length)",
        natural=wave_rate(derivatives=1, amplitudes=1),
        term="nonlinearity",
    )
    b = Coefficient(
        "dispersion", unit="time³/length", natural=wave_rate(derivatives=3), term="dispersion"
    )

    example = Example(TimeGrid(256, 66 / 256), {"a": 6.0, "b": 1.0}, length=4.0, steps=250)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return 1j * c.b * omega**3

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.a / 2 * derivative(field**2, grid)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """Two solitons, (12 b/a) ∂² log F, the faster one behind at z = 0."""
        t, slow, fast = grid.coordinates[0], 0.7, 1.0
        first = torch.exp(slow * (t - 3) - c.b * slow**3 * z)
        second = torch.exp(fast * (t + 4) - c.b * fast**3 * z)
        both = ((fast - slow) / (fast + slow)) ** 2 * first * second
        f = 1 + first + second + both
        df = slow * first + fast * second + (slow + fast) * both
        ddf = slow**2 * first + fast**2 * second + (slow + fast) ** 2 * both
        return 12 * c.b / c.a * (ddf / f - (df / f) ** 2)

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        slope = derivative(field, grid)
        return {
            "mass": integral(field, grid),
            "momentum": integral(field**2, grid),
            "Hamiltonian": integral(c.b / 2 * slope**2 - c.a / 6 * field**3, grid),
        }
