"""The FitzHugh-Nagumo equations of nerves."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, one, per_layer
from physembed.physics.field_equation import FieldEquation, per_component
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import diffusivity


@dataclass(frozen=True)
class FitzHughNagumo(FieldEquation):
    """∂u/∂z = D ∂²u/∂t² + r u (1 - u) (u - a) - v, ∂v/∂z = ε u - g v.

    Coefficients: ``diffusion`` (D), ``excitability`` (r), ``threshold`` (a), ``recovery`` (ε) and
    ``forgetting`` (g). Rest (0, 0) is stable for a > 0; what exceeds a fires, runs, and recovers
    by the slow v: a medium that remembers.

    References
    ----------
    FitzHugh, Biophys. J. 1, 445 (1961); Nagumo, Arimoto and Yoshizawa, Proc. IRE 50, 2061 (1962).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=1.0)
    >>> medium = {"diffusion": 1.0, "excitability": 1.0, "recovery": 0.01, "forgetting": 0.0}
    >>> run = {"layer_length": 20.0, "steps_per_layer": 60, "scheme": "etdrk4"}
    >>> kick = torch.exp(-((grid.t / 4) ** 2))
    >>> rest = torch.zeros_like(kick)
    >>> highest = []
    >>> for strength in (0.15, 0.8):
    ...     field = torch.stack([strength * kick, rest])
    ...     out = pe.propagate(field, pe.FitzHughNagumo(), medium, grid, **run)
    ...     highest.append(round(float(out[0].max()), 1))
    >>> highest  # what does not exceed the threshold dies
    [0.0, 0.6]
    """

    components = ("u", "v")
    is_isotropic = True
    dealiasing = 1 / 2

    diffusion = diffusivity()
    excitability = Coefficient(
        "excitability", unit="1/length", natural=per_layer, span=(0.0, 2.0), term="reaction"
    )
    threshold = Coefficient("threshold", unit="1", natural=one, default=0.2, span=(0.0, 1.0))
    recovery = Coefficient(
        "recovery", unit="1/length", natural=per_layer, span=(0.0, 2.0), term="recovery"
    )
    forgetting = Coefficient("forgetting", unit="1/length", natural=per_layer, default=0.1)

    example = Example(
        TimeGrid(256, 120 / 256),
        {"diffusion": 2.0, "excitability": 1.0, "recovery": 0.0},
        length=3.0,
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        of_u = -c.excitability * c.threshold - c.diffusion * omega**2
        return per_component([of_u, -c.forgetting], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        axis = -len(grid.shape) - 1
        u, v = field.unbind(dim=axis)
        fires = c.excitability * u**2 * (1 + c.threshold - u)
        return torch.stack([fires - v, c.recovery * u], dim=axis)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """Without recovery, Nagumo's fronts, which part at √(r D/2) (1 - 2a); v stays zero."""
        if float(c.recovery):
            return None
        speed = torch.sqrt(c.excitability * c.diffusion / 2) * (1 - 2 * c.threshold)
        behind = grid.window / 4 - grid.coordinates[0].abs() + speed * z
        u = torch.sigmoid(behind * torch.sqrt(c.excitability / (2 * c.diffusion)))
        return torch.stack([u, torch.zeros_like(u)])
