"""A prism: the tilt of a lens."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient
from physembed.physics.elements.element import Element, half_band
from physembed.physics.grid import TimeGrid
from physembed.physics.master_equation import CoefficientValues


@dataclass(frozen=True)
class Prism(Element):
    """E(t) -> exp(i θ t) E(t): the whole spectrum is moved by θ.

    Before dispersion b in all, the field is also delayed, by b θ: with a lens in front of its
    far field, the prism moves the image across the detector. Coefficient: ``tilt`` θ.
    """

    domain: ClassVar[str] = "time"

    tilt = Coefficient("tilt, a shift of the spectrum", unit="1/time", natural=half_band)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = axis * c.tilt
        return torch.complex(torch.cos(phase), torch.sin(phase))
