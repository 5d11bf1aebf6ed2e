"""The Mach-Zehnder interferometer."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient
from physembed.physics.elements.unit import ElementWithUnit, element_unit
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues


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
    """

    delay = Coefficient("half the difference of the paths", unit="time", natural=element_unit)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        return 2j * torch.sin(axis * c.delay)
