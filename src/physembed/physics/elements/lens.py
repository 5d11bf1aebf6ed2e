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

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(64, spacing=0.5)
    >>> pulse = torch.exp(-(grid.t**2)).to(torch.complex128)
    >>> bent = pe.Prism()(pulse, grid, {"tilt": grid.omega[3]})
    >>> int(torch.fft.fft(bent).abs().argmax())  # the spectrum's peak was at 0
    3
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

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> grid = pe.TimeGrid(256, spacing=0.1)
    >>> pulse = torch.exp(-(grid.t**2) / 8).to(torch.complex128)
    >>> values = {
    ...     "strength": torch.tensor(0.5),
    ...     "centre": torch.tensor(0.0),
    ...     "tilt": torch.tensor(0.0),
    ... }
    >>> seen = pe.Lens()(pulse, grid, values)
    >>> focus = pe.propagate(
    ...     seen, pe.NonlinearSchrodinger(), {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0}, grid
    ... )
    >>> bool(focus.abs().max() > 1.9)  # narrower and higher, in the focus
    True
    """

    domain: ClassVar[str] = "time"

    strength = Coefficient("curvature", unit="1/time²", natural=_focal_curvature)
    centre = Coefficient("centre", unit="time", natural=_window, default=0.0)
    tilt = Coefficient("tilt", unit="1/time", natural=half_band, default=0.0)

    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        phase = c.tilt * axis - c.strength * (axis - c.centre) ** 2
        return torch.complex(torch.cos(phase), torch.sin(phase))
