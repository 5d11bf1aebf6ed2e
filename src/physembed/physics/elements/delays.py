"""Delays and phases, and the interferometers that paths of different length make."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from physembed._checks import check_number
from physembed.physics.coefficient import Coefficient, CoefficientValues, NaturalScale, one
from physembed.physics.elements.element import Element
from physembed.physics.grid import TimeGrid


def _element_unit(element: Any, scale: NaturalScale) -> float:
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


@dataclass(frozen=True)
class DelayLine(ElementWithUnit):
    """E(t) -> exp(i φ) E(t - τ), transfer exp(i φ - i ω τ).

    Coefficients: ``delay`` τ, in the grid's unit of time, and ``phase`` φ. A delay need not be a
    whole number of points; the field is periodic, so what leaves at one end comes in at the other.

    Parameters
    ----------
    unit : float, default=1.0
        The delay that a dimensionless 1 stands for.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(8)
    >>> pulse = torch.tensor([0, 0, 0, 1, 2, 1, 0, 0], dtype=torch.complex128)
    >>> out = pe.DelayLine()(pulse, grid, {"delay": torch.tensor(2.0), "phase": torch.tensor(0.0)})
    >>> out.abs().round().tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0]
    """

    delay = Coefficient("delay", unit="time", natural=_element_unit)
    phase = Coefficient("phase of the path", unit="rad", natural=one, default=0.0)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = c.phase - axis * c.delay
        return torch.complex(torch.cos(phase), torch.sin(phase))


@dataclass(frozen=True)
class PhaseShifter(Element):
    """E(t) -> exp(-i φ) E(t), transfer exp(-i φ).

    An intensity does not see it; a homodyne detector behind it measures the quadrature
    Re(exp(-i φ) E), as if its local oscillator had the phase φ. Coefficient: ``phase`` φ.

    Examples
    --------
    >>> import math
    >>> import torch
    >>> import physembed as pe
    >>> field = torch.ones(4, dtype=torch.complex128)
    >>> out = pe.PhaseShifter()(field, pe.TimeGrid(4), {"phase": torch.tensor(math.pi / 2)})
    >>> round(float(out[0].imag), 3)
    -1.0
    """

    phase = Coefficient("phase", unit="rad", natural=one)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = c.phase.expand(axis.shape)
        return torch.complex(torch.cos(phase), -torch.sin(phase))


@dataclass(frozen=True)
class MachZehnder(ElementWithUnit):
    """E(t) -> E(t + τ) - E(t - τ), transfer 2i sin(ω τ).

    Two paths that differ by 2τ, seen at the dark port: constants cancel, and for short delays
    what comes out is the derivative 2τ dE/dt. Not divided by the splitters' factor of two, which
    no detector that is standardised sees. Coefficient: ``delay`` τ.

    Parameters
    ----------
    unit : float, default=1.0
        The delay that a dimensionless 1 stands for.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(8)
    >>> pulse = torch.tensor([0, 0, 0, 1, 2, 1, 0, 0], dtype=torch.complex128)
    >>> out = pe.MachZehnder()(pulse, grid, {"delay": torch.tensor(1.0)})
    >>> out.real.round().tolist()
    [0.0, 0.0, 1.0, 2.0, 0.0, -2.0, -1.0, 0.0]
    """

    delay = Coefficient("half the difference of the paths", unit="time", natural=_element_unit)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        return 2j * torch.sin(axis * c.delay)


@dataclass(frozen=True)
class ThreePathInterferometer(ElementWithUnit):
    """E(t) -> 2 E(t) - E(t + τ) - E(t - τ), transfer 2 - 2 cos(ω τ).

    Constants and slopes cancel; for short delays what comes out is -τ² d²E/dt². Coefficient:
    ``delay`` τ.

    Parameters
    ----------
    unit : float, default=1.0
        The delay that a dimensionless 1 stands for.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(8)
    >>> pulse = torch.tensor([0, 0, 0, 1, 2, 1, 0, 0], dtype=torch.complex128)
    >>> out = pe.ThreePathInterferometer()(pulse, grid, {"delay": torch.tensor(1.0)})
    >>> out.real.round().tolist()
    [0.0, 0.0, -1.0, 0.0, 2.0, 0.0, -1.0, 0.0]
    """

    delay = Coefficient("difference of neighbouring paths", unit="time", natural=_element_unit)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        return 2 - 2 * torch.cos(axis * c.delay)
