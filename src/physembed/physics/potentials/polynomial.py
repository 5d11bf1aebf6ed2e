"""A polynomial potential."""

import math
from dataclasses import dataclass

from torch import Tensor

from physembed._checks import check_integer
from physembed.physics.coefficient import Coefficient, CoefficientValues, NaturalScale
from physembed.physics.potentials.potential import Potential


def _phase_at_the_edge(power: int, scale: NaturalScale) -> float:
    """The coefficient with which x^power reaches π N / 4 at the window's edge, as the trap does."""
    n_points = scale.grid.window / scale.grid.spacing
    return math.pi * n_points / 4 / ((scale.grid.window / 2) ** power * scale.layer_length)


@dataclass(frozen=True)
class PolynomialPotential(Potential):
    """V(x) = a₁ x + a₂ x² + ... + a_K x^K, with coefficients ``a1`` ... ``aK``, zero by default.

    a₁ is a prism (a shift of the spectrum), a₂ a lens, a₃ and a₄ its aberrations.

    Parameters
    ----------
    degree : int, default=4
        K, from 1 to 8.

    Examples
    --------
    >>> import physembed as pe
    >>> list(pe.PolynomialPotential(degree=3).coefficients)
    ['a1', 'a2', 'a3']
    """

    degree: int = 4

    label = "polynomial"

    def __post_init__(self) -> None:
        check_integer("degree", self.degree, least=1, most=8)

    @property
    def is_linear(self) -> bool:
        return True

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return {f"a{k}": _term(k) for k in range(1, self.degree + 1)}

    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        total = t.new_zeros(())
        for k in range(self.degree, 0, -1):
            total = (total + getattr(c, f"a{k}")) * t
        return total


def _term(power: int) -> Coefficient:
    return Coefficient(
        f"potential of degree {power}",
        unit=f"1/(length position^{power})",
        natural=lambda potential, scale: _phase_at_the_edge(power, scale),
        default=0.0,
        term="potential",
    )
