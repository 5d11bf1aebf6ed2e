"""Several potentials at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, NaturalScale
from physembed.physics.grid import Grid
from physembed.physics.master_equation import CoefficientValues
from physembed.physics.potentials.potential import Potential


@dataclass(frozen=True)
class SumOfPotentials(Potential):
    """V(x) = V₁(x) + V₂(x) + ...

    A term's coefficients are called by its label, numbered where a label comes twice:
    ``trap_strength``, ``lattice1_strength``, ``lattice2_strength``.

    Parameters
    ----------
    terms : sequence of Potential
        At least one; the first one's cell is that of the sum.
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
