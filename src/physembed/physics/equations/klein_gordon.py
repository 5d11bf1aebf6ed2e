"""The Klein-Gordon equation with a cubic force."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer
from physembed.physics.derivatives import derivative
from physembed.physics.field_equation import FieldEquation, integral, matrix
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import wave_speed


@dataclass(frozen=True)
class KleinGordon(FieldEquation):
    """∂²u/∂z² = c² ∂²u/∂t² - m² u - λ u³, as ∂u/∂z = v and ∂v/∂z = ...

    Coefficients: ``speed`` (c), ``mass`` (m) and ``cubic`` (λ). Waves have a cut-off m, below
    which nothing turns. It conserves the energy ∫ (v² + c² u'² + m² u² + λ u⁴/2) / 2.

    References
    ----------
    Dodd, Eilbeck, Gibbon and Morris, Solitons and Nonlinear Wave Equations (1982), chapter 8.

    Examples
    --------
    >>> import math
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.5)
    >>> still = torch.stack([torch.ones(64).double(), torch.zeros(64).double()])
    >>> medium = {"speed": 1.0, "mass": 2.0, "cubic": 0.0}
    >>> run = {"layer_length": math.pi / 2, "steps_per_layer": 50, "scheme": "etdrk4"}
    >>> out = pe.propagate(still, pe.KleinGordon(), medium, grid, **run)
    >>> round(float(out[0, 0]), 3)  # half a turn at the cut-off
    -1.0
    """

    components = ("u", "v")
    couples_linearly = True
    is_isotropic = True
    dealiasing = 1 / 2

    speed = wave_speed()
    mass = Coefficient("mass", unit="1/length", natural=per_layer, default=0.0, term="mass")
    cubic = Coefficient(
        "cubic force",
        unit="1/(intensity length²)",
        natural=lambda equation, scale: 1 / (scale.mean_intensity * scale.layer_length**2),
        default=0.0,
        term="nonlinearity",
    )

    example = Example(
        TimeGrid(256, 30 / 256),
        {"speed": 1.0, "mass": 1.0, "cubic": -1.0},
        length=2.0,
        steps=100,
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return matrix([[0.0, 1.0], [-((c.speed * omega) ** 2) - c.mass**2, 0.0]], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        axis = -len(grid.shape) - 1
        u = field.select(axis, 0)
        return torch.stack([torch.zeros_like(u), -c.cubic * u**3], dim=axis)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """For λ < 0 the pulse m √(2/|λ|) sech(m (t - w z) / √(c² - w²)), w = 0.3 c."""
        if float(c.cubic) >= 0:
            return None
        moving = 0.3 * c.speed
        steepness = c.mass / torch.sqrt(c.speed**2 - moving**2)
        argument = steepness * (grid.coordinates[0] - moving * z)
        u = c.mass * torch.sqrt(-2 / c.cubic) / torch.cosh(argument)
        return torch.stack([u, u * moving * steepness * torch.tanh(argument)])

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        u, v = field.unbind(dim=-len(grid.shape) - 1)
        strain = -(c.speed**2) * u * derivative(u, grid, 2)
        energy = v**2 + strain + c.mass**2 * u**2 + c.cubic / 2 * u**4
        return {"energy": integral(energy / 2, grid)}
