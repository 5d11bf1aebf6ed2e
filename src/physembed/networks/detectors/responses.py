"""Responses of a detector's amplifier to an intensity."""

from collections.abc import Callable

import torch
from torch import Tensor

FLOOR = 1e-12
"""Added to the intensity under the root, whose slope at zero is infinite."""


def _log_contrast(binned: Tensor) -> Tensor:
    """log(I / mean + 0.01): the mean over the bins of a channel is the unit, 20 dB the floor."""
    mean = binned.mean(dim=-1, keepdim=True)
    return torch.log(binned / torch.where(mean > 0, mean, 1.0) + 0.01)


def square_root(binned: Tensor) -> Tensor:
    """The amplitude, with a finite slope where there is no light."""
    return (binned + FLOOR).sqrt()


def _linear(binned: Tensor) -> Tensor:
    return binned


RESPONSES: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": _linear,
    "sqrt": square_root,
    "log": _log_contrast,
}
"""Every response of the detector's amplifier by its name."""
