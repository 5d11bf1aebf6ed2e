"""A phase shifter."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, one
from physembed.physics.elements.element import Element
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues


@dataclass(frozen=True)
class PhaseShifter(Element):
    """E(t) -> exp(-i φ) E(t), transfer exp(-i φ).

    An intensity does not see it; a homodyne detector behind it measures the quadrature
    Re(exp(-i φ) E), as if its local oscillator had the phase φ. Coefficient: ``phase`` φ.
    """

    phase = Coefficient("phase", unit="rad", natural=one)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = c.phase.expand(axis.shape)
        return torch.complex(torch.cos(phase), -torch.sin(phase))
