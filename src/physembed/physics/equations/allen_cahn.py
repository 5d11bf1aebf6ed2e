"""The Allen-Cahn equation of two phases."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer
from physembed.physics.field_equation import FieldEquation
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import diffusivity


@dataclass(frozen=True)
class AllenCahn(FieldEquation):
    """∂u/∂z = D ∂²u/∂t² + r (u - u³).

    Coefficients: ``diffusion`` (D) and ``rate`` (r). L(ω) = r - D ω². Zero is unstable; 1 and -1
    are the phases, between which a wall tanh(t √(r/2D)) stands still.

    References
    ----------
    Allen and Cahn, Acta Metall. 27, 1085 (1979).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.5)
    >>> ripple = 0.1 * torch.cos(2 * torch.pi * grid.t / grid.window)
    >>> medium = {"diffusion": 1.0, "rate": 1.0}
    >>> out = pe.propagate(
    ...     ripple,
    ...     pe.AllenCahn(),
    ...     medium,
    ...     grid,
    ...     layer_length=8.0,
    ...     steps_per_layer=60,
    ...     scheme="etdrk4",
    ... )
    >>> round(float(out.max()), 2), round(float(out.min()), 2)  # the two phases
    (1.0, -1.0)
    """

    is_isotropic = True
    dealiasing = 1 / 2

    diffusion = diffusivity()
    rate = Coefficient(
        "rate of ordering", unit="1/length", natural=per_layer, span=(0.0, 2.0), term="reaction"
    )

    example = Example(TimeGrid(256, 120 / 256), {"diffusion": 8.0, "rate": 1.0}, length=2.0)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return c.rate - c.diffusion * omega**2

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        return -c.rate * field**3

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """Two walls at rest, exact but for their overlap."""
        distance = grid.window / 4 - grid.coordinates[0].abs()
        return torch.tanh(distance * torch.sqrt(c.rate / (2 * c.diffusion)))
