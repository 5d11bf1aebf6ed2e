"""The sine-Gordon equation of Josephson lines and chains of pendulums."""

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
class SineGordon(FieldEquation):
    """∂²u/∂z² = c² ∂²u/∂t² - m² sin u, as ∂u/∂z = v and ∂v/∂z = ...

    Coefficients: ``speed`` (c) and ``mass`` (m). Small waves are Klein and Gordon's, large ones
    kinks and breathers. It conserves the energy ∫ [v² + c² u'² + 2 m² (1 - cos u)] / 2.

    References
    ----------
    Ablowitz, Kaup, Newell and Segur, Phys. Rev. Lett. 30, 1262 (1973).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.5)
    >>> hanging = torch.stack([torch.full((64,), 0.1).double(), torch.zeros(64).double()])
    >>> out = pe.propagate(
    ...     hanging,
    ...     pe.SineGordon(),
    ...     {"speed": 1.0, "mass": 1.0},
    ...     grid,
    ...     layer_length=2 * torch.pi,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(out[0, 0]), 3)  # a row of pendula: small swings take 2π
    0.1
    """

    components = ("u", "v")
    couples_linearly = True
    is_isotropic = True

    speed = wave_speed()
    mass = Coefficient("mass", unit="1/length", natural=per_layer, term="nonlinearity")

    example = Example(TimeGrid(192, 52 / 192), {"speed": 1.0, "mass": 1.0}, length=3.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return matrix([[0.0, 1.0], [-((c.speed * omega) ** 2) - c.mass**2, 0.0]], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        axis = -len(grid.shape) - 1
        u = field.select(axis, 0)
        return torch.stack([torch.zeros_like(u), c.mass**2 * (u - torch.sin(u))], dim=axis)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """The breather u = 4 arctan[√(1/w² - 1) sin(w m z) / cosh(√(1 - w²) m t/c)], w = 0.6."""
        turn = 0.6 * c.mass * z
        envelope = 4 / 3 / torch.cosh(0.8 * c.mass / c.speed * grid.coordinates[0])
        tangent = envelope * torch.sin(turn)
        rate = 0.6 * c.mass * envelope * torch.cos(turn)
        return torch.stack([4 * torch.atan(tangent), 4 * rate / (1 + tangent**2)])

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        u, v = field.unbind(dim=-len(grid.shape) - 1)
        strain = -(c.speed**2) * u * derivative(u, grid, 2)
        energy = v**2 + strain + 2 * c.mass**2 * (1 - torch.cos(u))
        return {"energy": integral(energy / 2, grid)}
