"""The Gross-Pitaevskii equation of a Bose-Einstein condensate."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics.coefficient import (
    Coefficient,
    CoefficientValues,
    NaturalScale,
    radian_at_mean_intensity,
)
from physembed.physics.grid import Grid
from physembed.physics.master_equation import Coordinates, MasterEquation
from physembed.physics.potentials.harmonic_trap import HarmonicTrap
from physembed.physics.potentials.potential import Potential


def _focal_kinetic(equation: "GrossPitaevskii", scale: NaturalScale) -> float:
    """The hbar/m at which one layer brings a cell of the potential, of natural strength, to focus.

    For a trap as long as the window this is the far-field dispersion N dt^2 / 2πh.
    """
    cell = equation.potential.cell_length(scale.grid)
    return cell * scale.grid.spacing / (2 * math.pi * scale.layer_length)


@dataclass(frozen=True)
class GrossPitaevskii(MasterEquation):
    """i ∂ψ/∂z = [ -(κ/2) ∂²/∂x² + V(x) + g |ψ|² ] ψ, with κ = ħ/m and ħ = 1.

    The evolution coordinate z is the condensate's time, and the grid's ``t`` its position x; on a
    :class:`PlaneGrid` the derivative is the Laplacian and V(y) + V(x) the potential.
    Coefficients: ``kinetic`` (κ), ``g`` (interaction; positive is repulsive) and those of the
    potential, such as ``strength``. L(ω) = -i κ ω²/2 and the local phase is -(V + g |ψ|²), so
    that ``kinetic`` κ, ``g`` 0 and V = 0 is the nonlinear Schrödinger equation with β₂ = -κ.

    Parameters
    ----------
    potential : Potential, default=HarmonicTrap()
        The external potential V(x).

    References
    ----------
    Pitaevskii and Stringari, Bose-Einstein Condensation (2003), eq. 5.2; MacPhee, Zhou and
    Jalali, arXiv 2407.14504 (2024).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(128, spacing=0.1)
    >>> atoms = torch.exp(-((grid.t - 1) ** 2) / 2).to(torch.complex128)
    >>> medium = {"kinetic": 1.0, "g": 0.0, "strength": 0.5}
    >>> out = pe.propagate(
    ...     atoms,
    ...     pe.GrossPitaevskii(pe.HarmonicTrap()),
    ...     medium,
    ...     grid,
    ...     layer_length=torch.pi,
    ...     steps_per_layer=200,
    ...     scheme="strang",
    ... )
    >>> round(float((grid.t * out.abs() ** 2).sum() / (out.abs() ** 2).sum()), 3)  # half a period
    -1.0
    """

    potential: Potential = field(default_factory=HarmonicTrap)

    local_phase_is_affine = True
    symbol_is_linear = True
    is_isotropic = True

    kinetic = Coefficient(
        "ħ/m", unit="position²/time", natural=_focal_kinetic, span=(-4.0, 4.0), term="dispersion"
    )
    g = Coefficient(
        "interaction strength",
        unit="1/(density time)",
        natural=radian_at_mean_intensity,
        term="nonlinearity",
    )

    def __post_init__(self) -> None:
        if not isinstance(self.potential, Potential):
            raise InvalidInputError(
                f"potential must be a Potential such as HarmonicTrap(), got {self.potential!r}."
            )

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return super().coefficients | self.potential.coefficients

    @property
    def local_phase_is_linear(self) -> bool:
        return self.potential.is_linear

    def natural_unit(self, name: str, scale: NaturalScale) -> float:
        if name in self.potential.coefficients:
            return self.potential.natural_unit(name, scale)
        return super().natural_unit(name, scale)

    def check(self, values: Mapping[str, Tensor], grid: Grid) -> None:
        super().check(values, grid)
        self.potential.check(grid)

    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        return -0.5j * c.kinetic * omega**2

    def local_phase(self, intensity: Tensor, t: Coordinates, c: CoefficientValues) -> Tensor:
        return -(self.potential.over(t, c) + c.g * intensity)
