"""What every external potential has."""

import math
from abc import ABC, abstractmethod
from typing import ClassVar

from torch import Tensor

from physembed.physics.coefficient import Coefficient, NaturalScale, declared_coefficients
from physembed.physics.grid import Grid
from physembed.physics.master_equation import CoefficientValues, Coordinates


def focal_strength(potential: "Potential", scale: NaturalScale) -> float:
    """The strength π / (P dt h) at which a cell of length P acts as a lens of the natural focus."""
    cell = potential.cell_length(scale.grid)
    return math.pi / (cell * scale.grid.spacing * scale.layer_length)


def window_length(potential: "Potential", scale: NaturalScale) -> float:
    """The length of the window."""
    return scale.grid.window


class Potential(ABC):
    """A real potential V(x) with coefficients of its own; potentials add with ``+``."""

    label: ClassVar[str] = "potential"
    """What its coefficients are called by in a sum, as in ``trap_strength``."""

    @property
    def is_linear(self) -> bool:
        """Whether V is a sum of coefficients times functions of x."""
        return False

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        """The coefficients by name, in the order of declaration."""
        return declared_coefficients(type(self))

    def natural_unit(self, name: str, scale: NaturalScale) -> float:
        """The value of coefficient ``name`` that a dimensionless 1 stands for."""
        return self.coefficients[name].natural(self, scale)

    def cell_length(self, grid: Grid) -> float:
        """Length over which V acts as one lens: the whole window unless the potential repeats."""
        return grid.window

    def check(self, grid: Grid) -> None:
        """Refuse a grid that the potential has no meaning for."""
        return

    @abstractmethod
    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        """V along one axis, at the positions ``t``, in radians per length."""

    def over(self, t: Coordinates, c: CoefficientValues) -> Tensor:
        """V on the grid: V(t), or V(y) + V(x) in the plane."""
        if isinstance(t, Tensor):
            return self(t, c)
        y, x = t
        return self(y, c) + self(x, c)

    def __add__(self, other: "Potential") -> "Potential":
        from physembed.physics.potentials.sum_of_potentials import SumOfPotentials

        if not isinstance(other, Potential):
            return NotImplemented
        terms = [
            term
            for potential in (self, other)
            for term in (
                potential.terms if isinstance(potential, SumOfPotentials) else (potential,)
            )
        ]
        return SumOfPotentials(tuple(terms))
