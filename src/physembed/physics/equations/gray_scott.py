"""The Gray-Scott equations of an autocatalytic reaction."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer, wave_rate
from physembed.physics.field_equation import FieldEquation, per_component
from physembed.physics.grid import Grid, TimeGrid
from physembed.physics.master_equation import Example
from physembed.physics.usual_coefficients import diffusivity


@dataclass(frozen=True)
class GrayScott(FieldEquation):
    """∂v/∂z = D ∂²v/∂t² + R (1 - p) v² - (F + k) v, ∂p/∂z = E ∂²p/∂t² + R (1 - p) v² - F p.

    v is the catalyst, p = 1 - u what is used up of its food u. Coefficients: ``diffusion`` (D),
    ``feed_diffusion`` (E), ``reaction`` (R), ``feed`` (F) and ``removal`` (k). (0, 0) is rest.

    References
    ----------
    Gray and Scott, Chem. Eng. Sci. 39, 1087 (1984); Pearson, Science 261, 189 (1993).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.5)
    >>> seed = 0.6 * torch.exp(-((grid.t / 3) ** 2))
    >>> medium = {"diffusion": 0.1, "feed_diffusion": 0.2, "feed": 0.04, "removal": 0.06}
    >>> run = {"layer_length": 50.0, "steps_per_layer": 60, "scheme": "etdrk4"}
    >>> out = pe.propagate(torch.stack([seed, seed]), pe.GrayScott(), medium, grid, **run)
    >>> bool(out[0].max() > 0.2), bool(out[0, 0] < 0.01)  # it lives where it was sown
    (True, True)
    """

    components = ("v", "p")
    is_isotropic = True
    dealiasing = 1 / 2

    diffusion = diffusivity("diffusion of the catalyst")
    feed_diffusion = diffusivity("diffusion of the food")
    reaction = Coefficient(
        "reaction",
        unit="1/(amplitude length)",
        natural=wave_rate(amplitudes=1),
        default=1.0,
        term="reaction",
    )
    feed = Coefficient("feed", unit="1/length", natural=per_layer, span=(0.0, 2.0))
    removal = Coefficient("removal", unit="1/length", natural=per_layer, span=(0.0, 2.0))

    example = Example(
        TimeGrid(64, 0.4),
        {"diffusion": 0.5, "feed_diffusion": 1.0, "reaction": 0.0, "feed": 0.3, "removal": 0.2},
        length=2.0,
    )

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        of_v = -(c.feed + c.removal) - c.diffusion * omega**2
        return per_component([of_v, -c.feed - c.feed_diffusion * omega**2], omega)

    def local_derivative(self, field: Tensor, grid: Grid, c: CoefficientValues) -> Tensor:
        axis = -len(grid.shape) - 1
        v, p = field.unbind(dim=axis)
        made = c.reaction * (1 - p) * v**2
        return torch.stack([made, made], dim=axis)

    def exact_solution(self, grid: Grid, z: float, c: CoefficientValues) -> Tensor | None:
        """Without reaction, waves that decay, each at the rate of its field."""
        if float(c.reaction):
            return None
        omega = torch.tensor([2 * math.pi / grid.window], dtype=torch.float64)
        return torch.exp(self.linear_symbol(omega, c) * z) * torch.cos(omega * grid.coordinates[0])
