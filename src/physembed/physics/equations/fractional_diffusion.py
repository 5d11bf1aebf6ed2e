"""Fractional diffusion: what spreads by long jumps."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, one, per_layer
from physembed.physics.field_equation import FieldEquation, integral
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example


@dataclass(frozen=True)
class FractionalDiffusion(FieldEquation):
    """∂u/∂z = -D |T ∂/∂t|^μ u, of the symbol -D |T ω|^μ; T is 16/2π time units.

    Coefficients: ``diffusion`` (D) and ``order`` (μ): 2 is diffusion, 1 a Lorentzian that
    broadens, less than 1 still longer jumps. Linear: it is the control of what diffusion and a
    readout do alone. It conserves mass.

    References
    ----------
    Metzler and Klafter, Phys. Rep. 339, 1 (2000).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.5)
    >>> pulse = torch.exp(-(grid.t**2))
    >>> out = [
    ...     pe.propagate(pulse, pe.FractionalDiffusion(), {"diffusion": 0.5, "order": order}, grid)
    ...     for order in (2.0, 1.0)
    ... ]
    >>> bool(out[1][0] > out[0][0])  # longer jumps reach the window's edge
    True
    """

    is_isotropic = True
    dealiasing = 1.0

    diffusion = Coefficient(
        "fractional diffusion",
        unit="1/length",
        natural=per_layer,
        span=(0.0, 2.0),
        term="dispersion",
    )
    order = Coefficient("order", unit="1", natural=one, default=1.5, span=(0.5, 2.0))
    time_unit: float = 16 / (2 * math.pi)

    example = Example(TimeGrid(64, 0.3), {"diffusion": 0.8, "order": 1.3}, length=2.0, steps=8)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        turning = (self.time_unit * omega).abs()
        # the logarithm of zero has no gradient
        moving = torch.where(turning > 0, turning, 1.0)
        power = torch.exp(c.order * torch.log(moving))
        return -c.diffusion * torch.where(turning > 0, power, 0.0)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor:
        """Two waves that decay."""
        total = torch.zeros(grid.shape, dtype=torch.float64)
        for k in (1, 3):
            omega = torch.tensor(2 * math.pi * k / grid.window, dtype=torch.float64)
            decay = torch.exp(self.linear_symbol(omega, c) * z)
            total = total + decay * torch.cos(omega * grid.coordinates[0] + k)
        return total

    def invariants(self, field: Tensor, grid: Grid, c: CoefficientValues) -> dict[str, Tensor]:
        return {"mass": integral(field, grid)}
