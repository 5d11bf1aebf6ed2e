"""The optical lattice: a row of traps, in optics a lenslet array."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_choice, check_number
from physembed.physics.coefficient import Coefficient, CoefficientValues, one
from physembed.physics.grid import Grid
from physembed.physics.potentials.potential import Potential, focal_strength

CELLS = ("parabolic", "sin2")


@dataclass(frozen=True)
class OpticalLattice(Potential):
    """V(x) = s u², with u the distance to the nearest site, or V(x) = s (P/π)² sin²(π x / P).

    Cells of length P, one site at x = P φ / 2π with the coefficient ``phase`` φ; both shapes have
    the curvature s at a site. In natural units, ``strength`` 1 followed by kinetic 1 shows in
    every parabolic cell the spectrum of what entered there: a short-time Fourier transform made
    by two phase masks.

    Parameters
    ----------
    period : float
        Cell length P, in the grid's unit of time; positive.
    cells : {"parabolic", "sin2"}, default="parabolic"
        Lenslets, or the standing wave of two laser beams.

    Examples
    --------
    >>> import physembed as pe
    >>> lattice = pe.GrossPitaevskii(pe.OpticalLattice(period=16.0))
    >>> list(lattice.coefficients)
    ['kinetic', 'g', 'strength', 'phase']
    """

    period: float
    cells: str = "parabolic"

    label = "lattice"

    strength = Coefficient(
        "lattice strength", unit="1/(length position²)", natural=focal_strength, term="potential"
    )
    phase = Coefficient(
        "lattice phase", unit="rad", natural=one, default=0.0, span=(-math.pi, math.pi)
    )

    def __post_init__(self) -> None:
        check_number("period", self.period, above=0)
        check_choice("cells", self.cells, CELLS)

    def cell_length(self, grid: Grid) -> float:
        return float(self.period)

    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        # periods from a site
        distance = t / self.period - c.phase / (2 * math.pi)
        if self.cells == "sin2":
            return c.strength * (self.period / math.pi) ** 2 * torch.sin(math.pi * distance) ** 2
        return c.strength * (self.period * (distance - torch.round(distance))) ** 2
