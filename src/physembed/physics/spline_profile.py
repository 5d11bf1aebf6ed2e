"""A profile over the window or the plane, of few control values: periodic cubic splines."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from physembed._checks import is_integer
from physembed.errors import InvalidInputError
from physembed.physics.coefficient import Coefficient, CoefficientValues, one
from physembed.physics.field_equation import FieldEquation
from physembed.physics.grid import Grid
from physembed.physics.splines import periodic_cubic_basis

LEAST_CONTROLS = 4
"""Control points along an axis: a cubic B-spline spans four, and with fewer meets itself."""


@dataclass(frozen=True)
class SplineProfile:
    """s(t) = Σ_k s_k B(K t/T - k), in the plane Σ_jk s_jk B(J y/Y - j) B(K x/X - k).

    T is the window, Y and X are the plane's height and width.

    Parameters
    ----------
    controls : tuple of int
        How many along the last axes of a grid, each at least 4; none for no profile. One number
        on a plane is a profile along x, the same at every y.

    Raises
    ------
    InvalidInputError
    """

    controls: tuple[int, ...]

    @classmethod
    def of_argument(cls, argument: str, given: object) -> "SplineProfile":
        """Of 0, one number of controls, or the two of a plane along y and along x."""
        counts = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        is_none = is_integer(given) and given == 0
        if not is_none and not (
            len(counts) in (1, 2)
            and all(is_integer(count) and count >= LEAST_CONTROLS for count in counts)
        ):
            raise InvalidInputError(
                f"{argument} must be 0 or at least {LEAST_CONTROLS}, or in the plane two numbers "
                f"of at least {LEAST_CONTROLS}, along y and along x; got {given!r}."
            )
        return cls(() if is_none else counts)

    @property
    def names(self) -> list[str]:
        """``s1``, ``s2``, ...; in the plane ``s1_1``, ``s1_2``, ..., by row (y) and column (x)."""
        places = product(*(range(1, count + 1) for count in self.controls))
        return ["s" + "_".join(map(str, place)) for place in places] if self.controls else []

    def coefficients(self, description: str) -> dict[str, Coefficient]:
        """One for every control value, zero unless it is given."""
        return {
            name: Coefficient(f"{description} at control point {name[1:]}", unit="1", natural=one,
                              default=0.0)
            for name in self.names
        }  # fmt: skip

    def check(self, argument: str, grid: Grid) -> None:
        """Refuse a profile of the plane on a line."""
        if len(self.controls) > len(grid.shape):
            raise InvalidInputError(
                f"{argument} must be one number on a line, got {self.controls}, which is of a "
                "plane; take a PlaneGrid."
            )

    def over(self, grid: Grid, c: CoefficientValues, like: Tensor) -> Tensor:
        """s at the points of a grid, of a shape that broadcasts against ``like`` (..., *grid)."""
        axes = list(zip(grid.shape, grid.coordinates, strict=True))[-len(self.controls) :]
        values = torch.stack([getattr(c, name).reshape(()) for name in self.names])
        values = values.reshape(self.controls).to(like)
        for k, (n_points, places) in enumerate(axes):
            share = places.flatten().to(like) / (n_points * grid.spacing) + 0.5
            basis = torch.stack(periodic_cubic_basis(share, self.controls[k]), dim=-1)
            values = torch.tensordot(values, basis, dims=([0], [1]))
        return values


@dataclass(frozen=True)
class ProfiledEquation(FieldEquation):
    """An equation that may have a profile, whose control values are coefficients of it.

    Parameters
    ----------
    n_profile : int or (int, int), default=0
        Control points of the profile; in the plane along y and along x, or along x alone.
    """

    n_profile: int | tuple[int, int] = 0

    def __post_init__(self) -> None:
        # as an int or a tuple, whatever a file or a caller wrote
        controls = self.profile.controls
        object.__setattr__(self, "n_profile", controls if len(controls) > 1 else sum(controls))

    @property
    def profile(self) -> SplineProfile:
        """s, of ``n_profile`` control points."""
        return SplineProfile.of_argument("n_profile", self.n_profile)

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        return super().coefficients | self.profile.coefficients("change of c²")

    def check(self, values: Mapping[str, Tensor], grid: Grid) -> None:
        super().check(values, grid)
        self.profile.check("n_profile", grid)
