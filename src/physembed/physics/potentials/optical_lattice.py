"""The optical lattice: a row of traps, in optics a lenslet array."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues
from physembed.physics.potentials.potential import Potential, focal_strength


@dataclass(frozen=True)
class OpticalLattice(Potential):
    """V(x) = s u², with u = x - P round(x / P) the distance to the nearest site.

    Parabolic cells of length P, one site at x = 0. In natural units, strength 1 followed by
    kinetic 1 shows in every cell the spectrum of what entered there: a short-time Fourier
    transform made by two phase masks.

    Parameters
    ----------
    period : float
        Cell length P, in the grid's unit of time; positive.
    """

    period: float

    strength = Coefficient("lattice strength", unit="1/(length position²)", natural=focal_strength)

    def __post_init__(self) -> None:
        number = isinstance(self.period, (int, float)) and not isinstance(self.period, bool)
        if not (number and math.isfinite(self.period) and self.period > 0):
            raise InvalidInputError(
                f"period must be a positive, finite number, got {self.period!r}."
            )

    def cell_length(self, grid: TimeGrid) -> float:
        return float(self.period)

    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        distance = t - self.period * torch.round(t / self.period)
        return c.strength * distance**2
