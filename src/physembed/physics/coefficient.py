"""Coefficients of a medium and the natural units in which they are trained."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from physembed.physics.grid import TimeGrid


@dataclass(frozen=True)
class NaturalScale:
    """What a coefficient's natural unit may depend on.

    Parameters
    ----------
    grid : TimeGrid
        The grid of the field.
    layer_length : float
        Length of one layer, in units of the propagation coordinate.
    mean_intensity : float, default=1.0
        Mean of |E|^2 of the fields that enter the medium.
    """

    grid: TimeGrid
    layer_length: float = 1.0
    mean_intensity: float = 1.0


NaturalUnit = Callable[[Any, NaturalScale], float]


def per_layer(equation: Any, scale: NaturalScale) -> float:
    """One neper of power per layer: 1 / h."""
    return 1.0 / scale.layer_length


def far_field_dispersion(equation: Any, scale: NaturalScale) -> float:
    """The second-order dispersion that spreads the whole band over the window once: N dt^2 / 2πh.

    A frequency omega is delayed by beta2 omega h; the band is 2π/dt wide and the window N dt long.
    """
    grid = scale.grid
    return grid.n_points * grid.spacing**2 / (2 * math.pi * scale.layer_length)


def radian_at_mean_intensity(equation: Any, scale: NaturalScale) -> float:
    """The nonlinearity that turns the phase by one radian per layer at the mean intensity."""
    return 1.0 / (scale.mean_intensity * scale.layer_length)


class Coefficient:
    """A named number of a medium; assigned in the body of an equation or potential.

    Parameters
    ----------
    description : str
        The field's term for it, such as "group-velocity dispersion".
    unit : str
        Its unit in terms of time, length and intensity.
    natural : callable, default=per_layer
        ``natural(owner, scale)`` gives the value that a dimensionless 1 stands for, so that a
        learning rate means the same on every grid.
    default : float or None, default=None
        Value taken where none is given; None makes the coefficient required.
    """

    name: str

    def __init__(
        self,
        description: str,
        *,
        unit: str,
        natural: NaturalUnit = per_layer,
        default: float | None = None,
    ) -> None:
        self.description = description
        self.unit = unit
        self.natural = natural
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Coefficient({self.description!r}, unit={self.unit!r}, default={self.default})"


def declared_coefficients(owner: type) -> dict[str, Coefficient]:
    """The coefficients that a class and its bases declare, in the order of declaration."""
    found: dict[str, Coefficient] = {}
    for base in reversed(owner.__mro__):
        found.update({k: v for k, v in vars(base).items() if isinstance(v, Coefficient)})
    return found
