"""Numbers that never change, copied to a device once.

A copy to a GPU waits for the host, and cannot be recorded in a CUDA graph. What is given is shared:
nobody writes to it. No device is the CPU, whatever torch's default one.
"""

from functools import lru_cache

import torch
from torch import Tensor

from physembed.physics.grid import Grid


@lru_cache(maxsize=512)
def numbers_on(
    numbers: tuple[float, ...], dtype: torch.dtype, device: torch.device | None
) -> Tensor:
    """The numbers, shape (numbers,)."""
    with torch.inference_mode(False):
        return torch.tensor(numbers, dtype=dtype, device=device or "cpu")


@lru_cache(maxsize=64)
def omega_on(grid: Grid, device: torch.device | None) -> Tensor:
    """The grid's angular frequencies, in FFT order."""
    with torch.inference_mode(False):
        return grid.omega.to(device)


@lru_cache(maxsize=64)
def coordinates_on(grid: Grid, device: torch.device | None) -> tuple[Tensor, ...]:
    """The grid's coordinates along each of its axes."""
    with torch.inference_mode(False):
        return tuple(x.to(device) for x in grid.coordinates)
