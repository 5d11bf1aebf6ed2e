"""The derivative of a series."""

import torch
from torch import Tensor


def central_difference(x: Tensor) -> Tensor:
    """(x[t + 1] - x[t - 1]) / 2 along the last axis, one-sided at both ends; the same shape."""
    return torch.gradient(x, dim=-1)[0] if x.shape[-1] > 1 else torch.zeros_like(x)
