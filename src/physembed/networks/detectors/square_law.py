"""Intensity and amplitude of a field, and the response of the amplifier behind a square-law diode.

On a GPU every operation is a launch, and the slope of a real part a field of zeros: there both have
an adjoint of their own.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients import is_transformed

FLOOR = 1e-12
"""Added to the intensity under the root, whose slope at zero is infinite."""


def intensity(field: Tensor) -> Tensor:
    """|E|^2."""
    if _is_launched(field):
        squared: Tensor = _Intensity.apply(field)  # type: ignore[no-untyped-call]
        return squared
    return field.real**2 + field.imag**2


def amplitude(field: Tensor) -> Tensor:
    """|E|, with a finite slope where there is no light."""
    if _is_launched(field):
        root: Tensor = _Amplitude.apply(field)  # type: ignore[no-untyped-call]
        return root
    return square_root(intensity(field))


def square_root(binned: Tensor) -> Tensor:
    """The amplitude of an intensity, with a finite slope where there is no light."""
    return (binned + FLOOR).sqrt()


def _is_launched(field: Tensor) -> bool:
    return field.device.type == "cuda" and not is_transformed()


class _Intensity(torch.autograd.Function):
    """|E|² with the slope 2 E, in few operations."""

    @staticmethod
    def forward(ctx: Any, field: Tensor) -> Tensor:
        ctx.save_for_backward(field)
        return torch.view_as_real(field).square().sum(dim=-1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (field,) = ctx.saved_tensors
        slope: Tensor = 2 * grad * field
        return slope


class _Amplitude(torch.autograd.Function):
    """√(|E|² + ε) with the slope of E over it, in few operations."""

    @staticmethod
    def forward(ctx: Any, field: Tensor) -> Tensor:
        # a number on the CPU is passed along with the launch
        root = torch.hypot(field.abs(), torch.tensor(FLOOR**0.5))
        ctx.save_for_backward(field, root)
        return root

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        field, root = ctx.saved_tensors
        slope: Tensor = (grad / root) * field
        return slope


def _log_contrast(binned: Tensor) -> Tensor:
    """log(I / mean + 0.01): the mean over the bins of a channel is the unit, 20 dB the floor."""
    mean = binned.mean(dim=-1, keepdim=True)
    return torch.log(binned / torch.where(mean > 0, mean, 1.0) + 0.01)


def _linear(binned: Tensor) -> Tensor:
    return binned


RESPONSES: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": _linear,
    "sqrt": square_root,
    "log": _log_contrast,
}
"""Every response of the detector's amplifier by its name."""
