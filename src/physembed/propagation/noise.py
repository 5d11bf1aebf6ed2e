"""Amplified spontaneous emission: white Gaussian noise that a layer adds."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.physics import Grid


@dataclass(frozen=True)
class Noise:
    """Circular complex white noise, added to the field after every layer.

    Parameters
    ----------
    power_density : float
        Noise energy per mode of the window and layer: the mean of |n|^2 at a point is
        ``power_density`` / spacing (per axis), so that it does not depend on the window.
    seed : int, default=0
        The same seed gives the same noise for the same shape, on any device.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> dark = torch.zeros(64, dtype=torch.complex128)
    >>> out = pe.propagate(
    ...     dark,
    ...     pe.NonlinearSchrodinger(),
    ...     {"alpha": 0.0, "beta2": 0.0, "gamma": 0.0},
    ...     pe.TimeGrid(64),
    ...     noise=pe.Noise(power_density=1e-3, seed=1),
    ...     check_sampling=False,
    ... )
    >>> bool(out.abs().max() > 0)
    True
    """

    power_density: float
    seed: int = 0

    def __post_init__(self) -> None:
        check_number("power_density", self.power_density, least=0)
        check_integer("seed", self.seed)

    def generator(self) -> torch.Generator:
        """A fresh generator at the seed: every propagation sees the same noise."""
        return torch.Generator().manual_seed(self.seed)

    def sample(self, field: Tensor, grid: Grid, generator: torch.Generator) -> Tensor:
        """The noise of one layer, of the shape, dtype and device of the field."""
        white = torch.randn(field.shape, dtype=field.dtype, generator=generator)
        return (white * math.sqrt(self.mean_square(grid))).to(field.device)

    def mean_square(self, grid: Grid) -> float:
        """The mean of |n|² at a point."""
        return self.power_density / grid.spacing ** len(grid.shape)
