"""What every external potential has, and several of them at once."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import (
    Coefficient,
    CoefficientValues,
    HasCoefficients,
    NaturalScale,
)
from physembed.physics.grid import Grid
from physembed.physics.master_equation import Coordinates


def focal_strength(potential: "Potential", scale: NaturalScale) -> float:
    """The strength π / (P dt h) at which a cell of length P acts as a lens of the natural focus."""
    cell = potential.cell_length(scale.grid)
    return math.pi / (cell * scale.grid.spacing * scale.layer_length)


def window_length(potential: "Potential", scale: NaturalScale) -> float:
    """The length of the window."""
    return scale.grid.window


class Potential(HasCoefficients, ABC):
    """A real potential V(x) with coefficients of its own; potentials add with ``+``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import torch
    >>> import physembed as pe
    >>> @dataclass(frozen=True)
    ... class DoubleWell(pe.Potential):
    ...     depth = pe.Coefficient("depth", unit="1/length")
    ...
    ...     def __call__(self, t, c):
    ...         return c.depth * (t**2 - 4) ** 2
    >>> list(pe.GrossPitaevskii(DoubleWell()).coefficients)
    ['kinetic', 'g', 'depth']
    """

    label: ClassVar[str] = "potential"
    """What its coefficients are called by in a sum, as in ``trap_strength``."""

    @property
    def is_linear(self) -> bool:
        """Whether V is a sum of coefficients times functions of x."""
        return False

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


@dataclass(frozen=True)
class SumOfPotentials(Potential):
    """V(x) = V₁(x) + V₂(x) + ...

    A term's coefficients are called by its label, numbered where a label comes twice:
    ``trap_strength``, ``lattice1_strength``, ``lattice2_strength``.

    Parameters
    ----------
    terms : sequence of Potential
        At least one; the first one's cell is that of the sum.

    Examples
    --------
    >>> import physembed as pe
    >>> total = pe.HarmonicTrap() + pe.OpticalLattice(period=16.0)
    >>> list(total.coefficients)
    ['trap_strength', 'trap_centre', 'lattice_strength', 'lattice_phase']
    """

    terms: Sequence[Potential]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(self.terms))
        if not self.terms or not all(isinstance(term, Potential) for term in self.terms):
            raise InvalidInputError(f"terms must be potentials, got {self.terms!r}.")

    def labels(self) -> list[str]:
        """The label of each term, numbered where it comes more than once."""
        plain = [term.label for term in self.terms]
        return [
            label if plain.count(label) == 1 else f"{label}{plain[: k + 1].count(label)}"
            for k, label in enumerate(plain)
        ]

    def _names(self) -> dict[str, tuple[Potential, str]]:
        return {
            f"{label}_{name}": (term, name)
            for label, term in zip(self.labels(), self.terms, strict=True)
            for name in term.coefficients
        }

    @property
    def is_linear(self) -> bool:
        return all(term.is_linear for term in self.terms)

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return {full: term.coefficients[name] for full, (term, name) in self._names().items()}

    def natural_unit(self, name: str, scale: NaturalScale) -> float:
        term, inner = self._names()[name]
        return term.natural_unit(inner, scale)

    def cell_length(self, grid: Grid) -> float:
        return self.terms[0].cell_length(grid)

    def check(self, grid: Grid) -> None:
        for term in self.terms:
            term.check(grid)

    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        total = t.new_zeros(())
        for label, term in zip(self.labels(), self.terms, strict=True):
            inner = {name: getattr(c, f"{label}_{name}") for name in term.coefficients}
            total = total + term(t, CoefficientValues(**inner))
        return total
