"""What every master equation has: a linear symbol and a local law."""

from abc import ABC, abstractmethod
from types import SimpleNamespace
from typing import ClassVar

import torch
from torch import Tensor

from physembed.physics.coefficient import Coefficient, NaturalScale, declared_coefficients

CoefficientValues = SimpleNamespace
"""The coefficients' values as attributes: real tensors that broadcast against the grid."""


class MasterEquation(ABC):
    """An evolution equation dE/dz = L(d/dt) E + i phi(|E|^2, t) E.

    A subclass assigns its :class:`Coefficient` objects, and gives the linear symbol and the local
    phase. Nothing else is needed to propagate it, to train it or to draw it. Convention: with the
    FFT of torch and numpy, d/dt becomes i omega, so an operator D(d/dt) has the symbol D(i omega).

    The two methods receive the coefficients as attributes of ``c``: real tensors whose last axis
    is 1, so that they broadcast against ``omega``, ``t`` and ``intensity`` of shape (..., points).
    """

    local_phase_is_affine: ClassVar[bool] = False
    """Whether the local phase is V(t) + gamma |E|^2, the one form that fused kernels know."""

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        """The coefficients by name, in the order of declaration."""
        return declared_coefficients(type(self))

    def natural_unit(self, name: str, scale: NaturalScale) -> float:
        """The value of coefficient ``name`` that a dimensionless 1 stands for."""
        return self.coefficients[name].natural(self, scale)

    @abstractmethod
    def linear_symbol(self, omega: Tensor, c: CoefficientValues) -> Tensor:
        """L(omega), in 1/length; real or complex, shape broadcast of omega and the coefficients."""

    def local_phase(self, intensity: Tensor, t: Tensor, c: CoefficientValues) -> Tensor:
        """phi(|E|^2, t), in radians per length; real, shape of ``intensity``. Zero by default."""
        return torch.zeros_like(intensity)
