"""A smooth potential of free form."""

import math
from dataclasses import dataclass

from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, CoefficientValues, per_layer
from physembed.physics.grid import Grid
from physembed.physics.potentials.potential import Potential
from physembed.physics.splines import periodic_cubic_spline


@dataclass(frozen=True)
class FreeFormPotential(Potential):
    """V(x) = Σ_k v_k B(x / d - k), a periodic cubic B-spline through K control values.

    Coefficients ``v1`` ... ``vK``, zero by default, in radians per length; d is the distance of
    the control points, which are spread evenly over the window. V is twice continuously
    differentiable, also across the window's edge, and lies within the range of the v_k.

    Parameters
    ----------
    n_points : int
        Number of control points K, at least 4.
    length : float
        Length of the window that they are spread over; must be that of the grid.

    References
    ----------
    de Boor, A Practical Guide to Splines (1978), chapter X.

    Examples
    --------
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.5)
    >>> potential = pe.FreeFormPotential(n_points=5, length=grid.window)
    >>> list(pe.GrossPitaevskii(potential).coefficients)
    ['kinetic', 'g', 'v1', 'v2', 'v3', 'v4', 'v5']
    """

    n_points: int
    length: float

    label = "free_form"

    def __post_init__(self) -> None:
        check_integer("n_points", self.n_points, least=4)
        check_number("length", self.length, above=0)

    def check(self, grid: Grid) -> None:
        if len(set(grid.shape)) > 1:
            raise InvalidInputError(
                f"a free-form potential needs a square plane, got {grid.shape} points: it is "
                "periodic over one length."
            )
        if not math.isclose(self.length, grid.window):
            raise InvalidInputError(
                f"length must be the window of the grid, {grid.window}, got {self.length}."
            )

    @property
    def is_linear(self) -> bool:
        return True

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return {
            f"v{k}": Coefficient(
                f"control value {k}",
                unit="1/length",
                natural=per_layer,
                default=0.0,
                span=(-math.pi, math.pi),
                free_form=True,
                term="potential",
            )
            for k in range(1, self.n_points + 1)
        }

    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        values = [getattr(c, f"v{k}") for k in range(1, self.n_points + 1)]
        return periodic_cubic_spline(t / self.length + 0.5, values)
