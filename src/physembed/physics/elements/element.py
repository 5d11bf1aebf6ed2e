"""What every linear element has."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from physembed.physics.coefficient import CoefficientValues, HasCoefficients, NaturalScale
from physembed.physics.grid import TimeGrid
from physembed.physics.on_device import coordinates_on, omega_on


class Element(HasCoefficients, ABC):
    """A linear element without length, which multiplies the field in one domain.

    A subclass assigns its :class:`Coefficient` objects, says in which ``domain`` it acts, and
    gives the :meth:`factor` there: a transfer H(ω), E -> F⁻¹ H F E, or a modulation M(t),
    E -> M E. With the FFT of torch and numpy a delay of τ has the transfer exp(-i ω τ).

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import torch
    >>> import physembed as pe
    >>> @dataclass(frozen=True)
    ... class LowPass(pe.Element):
    ...     corner = pe.Coefficient("corner frequency", unit="1/time")
    ...
    ...     def factor(self, axis, grid, c):
    ...         return 1 / (1 + 1j * axis / c.corner)
    >>> grid = pe.TimeGrid(8)
    >>> out = LowPass()(torch.ones(8, dtype=torch.complex128), grid, {"corner": torch.tensor(1.0)})
    >>> round(float(out[0].abs()), 3)  # what does not change passes
    1.0
    """

    domain: ClassVar[str] = "frequency"
    """"frequency" or "time"."""

    def axis(self, grid: TimeGrid, device: torch.device | None = None) -> Tensor:
        """ω in FFT order, or t: where :meth:`factor` is evaluated; on the CPU or a device."""
        return coordinates_on(grid, device)[0] if self.domain == "time" else omega_on(grid, device)

    @abstractmethod
    def factor(self, axis: Tensor, grid: TimeGrid, c: CoefficientValues) -> Tensor:
        """H(ω) or M(t) on the axis, complex or real, float64 precision; shape of ``axis``.

        The coefficients are attributes of ``c``: real tensors of shape (1,).
        """

    def __call__(self, field: Tensor, grid: TimeGrid, values: Mapping[str, Tensor]) -> Tensor:
        """Send a field through.

        Parameters
        ----------
        field : Tensor of shape (..., points), complex
        grid : TimeGrid
        values : mapping of str to Tensor
            Every coefficient, in the grid's units, as a scalar or of shape (1,).
        """
        c = CoefficientValues(**{k: v.reshape(1) for k, v in values.items()})
        factor = self.factor(self.axis(grid, field.device), grid, c).to(field.dtype)
        if self.domain == "time":
            return field * factor
        return torch.fft.ifft(torch.fft.fft(field) * factor)


def half_band(element: Any, scale: NaturalScale) -> float:
    """π / dt: the tilt that moves the spectrum by half the band, and its image by half a cell."""
    return math.pi / scale.grid.spacing
