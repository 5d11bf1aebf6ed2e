"""A delay line."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, one
from physembed.physics.elements.unit import ElementWithUnit, element_unit
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues


@dataclass(frozen=True)
class DelayLine(ElementWithUnit):
    """E(t) -> exp(i φ) E(t - τ), transfer exp(i φ - i ω τ).

    Coefficients: ``delay`` τ, in the grid's unit of time, and ``phase`` φ. A delay need not be a
    whole number of points; the field is periodic, so what leaves at one end comes in at the other.

    Parameters
    ----------
    unit : float, default=1.0
        The delay that a dimensionless 1 stands for.
    """

    delay = Coefficient("delay", unit="time", natural=element_unit)
    phase = Coefficient("phase of the path", unit="rad", natural=one, default=0.0)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = c.phase - axis * c.delay
        return torch.complex(torch.cos(phase), torch.sin(phase))
