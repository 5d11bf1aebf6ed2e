"""Elements whose user states the natural unit of their delay."""

from dataclasses import dataclass
from typing import Any

from physembed._checks import check_number
from physembed.physics.coefficient import NaturalScale
from physembed.physics.elements.element import Element


def element_unit(element: Any, scale: NaturalScale) -> float:
    """The element's own ``unit``, so that delays of any size are trained at one rate."""
    return float(element.unit)


@dataclass(frozen=True)
class ElementWithUnit(Element):
    """An element with delays, in a unit of its own.

    Parameters
    ----------
    unit : float, default=1.0
        The delay that a dimensionless 1 stands for, in the grid's unit of time.
    """

    unit: float = 1.0

    def __post_init__(self) -> None:
        check_number("unit", self.unit, above=0)
