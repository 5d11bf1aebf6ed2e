"""What every external potential has."""

import math
from abc import ABC, abstractmethod

from torch import Tensor

from physembed.physics.coefficient import Coefficient, NaturalScale, declared_coefficients
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues


def focal_strength(potential: "Potential", scale: NaturalScale) -> float:
    """The strength π / (P dt h) at which a cell of length P acts as a lens of the natural focus."""
    cell = potential.cell_length(scale.grid)
    return math.pi / (cell * scale.grid.spacing * scale.layer_length)


class Potential(ABC):
    """A real potential V(x) with coefficients of its own."""

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        """The coefficients by name, in the order of declaration."""
        return declared_coefficients(type(self))

    def cell_length(self, grid: TimeGrid) -> float:
        """Length over which V acts as one lens: the whole window unless the potential repeats."""
        return grid.window

    @abstractmethod
    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        """V at the positions ``t``, in radians per length; broadcasts against ``t``."""
