"""A lens without length, and the prism, which is the tilt of one."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues, NaturalScale
from physembed.physics.elements.element import Element, half_band
from physembed.physics.grid import TimeGrid


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


def _focal_curvature(element: Any, scale: NaturalScale) -> float:
    """π / (N dt²): the lens whose focus lies at the natural dispersion."""
    return math.pi / (scale.grid.window * scale.grid.spacing)


def _window(element: Any, scale: NaturalScale) -> float:
    return scale.grid.window


@dataclass(frozen=True)
class Lens(Element):
    """E(t) -> exp(-i s (t - t₀)² + i θ t) E(t), a thin lens with its centre and its tilt.

    The trap of a Gross-Pitaevskii layer as a single element. Coefficients: ``strength`` s,
    ``centre`` t₀ (the middle of the window is 0) and ``tilt`` θ. In natural units strength 1
    followed by dispersion of -1 (``kinetic`` 1) is the discrete Fourier transform up to phases.
    """

    domain: ClassVar[str] = "time"

    strength = Coefficient("curvature", unit="1/time²", natural=_focal_curvature)
    centre = Coefficient("centre", unit="time", natural=_window, default=0.0)
    tilt = Coefficient("tilt", unit="1/time", natural=half_band, default=0.0)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = c.tilt * axis - c.strength * (axis - c.centre) ** 2
        return torch.complex(torch.cos(phase), torch.sin(phase))
