"""An interferometer of three paths."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient
from physembed.physics.elements.unit import ElementWithUnit, element_unit
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues


@dataclass(frozen=True)
class ThreePathInterferometer(ElementWithUnit):
    """E(t) -> 2 E(t) - E(t + τ) - E(t - τ), transfer 2 - 2 cos(ω τ).

    Constants and slopes cancel; for short delays what comes out is -τ² d²E/dt². Coefficient:
    ``delay`` τ.

    Parameters
    ----------
    unit : float, default=1.0
        The delay that a dimensionless 1 stands for.
    """

    delay = Coefficient("difference of neighbouring paths", unit="time", natural=element_unit)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        return 2 - 2 * torch.cos(axis * c.delay)
