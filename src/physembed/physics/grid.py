"""The periodic grids on which fields live: one axis, or two."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number


class Grid(Hashable, Protocol):
    """What an equation, a scheme and a natural unit ask of a grid."""

    @property
    def spacing(self) -> float:
        """Distance of neighbouring points."""
        ...

    @property
    def window(self) -> float:
        """Length of the periodic window along an axis."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis; the last axes of a field."""
        ...

    @property
    def coordinates(self) -> tuple[Tensor, ...]:
        """Centred coordinates of each axis, float64, broadcastable to ``shape``."""
        ...

    @property
    def omega(self) -> Tensor:
        """Angular frequency, in FFT order, float64, of shape ``shape``."""
        ...


@lru_cache(maxsize=64)
def _centred(n_points: int, spacing: float) -> Tensor:
    # kept for any later call: outside of inference mode, or with another default device
    with torch.inference_mode(False):
        points = torch.arange(n_points, dtype=torch.float64, device="cpu")
        return (points - n_points // 2) * spacing


@lru_cache(maxsize=64)
def _angular_frequency(n_points: int, spacing: float) -> Tensor:
    # as above
    with torch.inference_mode(False):
        return (
            2 * math.pi * torch.fft.fftfreq(n_points, d=spacing, dtype=torch.float64, device="cpu")
        )


@dataclass(frozen=True)
class TimeGrid:
    """A periodic, uniform grid in time (or, for a condensate, in space).

    The window [-N/2, N/2) * spacing excludes its end point, because the FFT takes the point after
    the last one to be the first one again.

    Parameters
    ----------
    n_points : int
        Number of points N, at least 2.
    spacing : float, default=1.0
        Distance between neighbouring points, in any unit of time; positive.

    Raises
    ------
    InvalidInputError
        If ``n_points`` is not an integer of at least 2 or ``spacing`` not positive and finite.

    Examples
    --------
    >>> import physembed as pe
    >>> pe.TimeGrid(4, spacing=0.5).t
    tensor([-1.0000, -0.5000,  0.0000,  0.5000], dtype=torch.float64)
    """

    n_points: int
    spacing: float = 1.0
    shape: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """(n_points,)."""

    def __post_init__(self) -> None:
        check_integer("n_points", self.n_points, least=2)
        check_number("spacing", self.spacing, above=0)
        object.__setattr__(self, "shape", (self.n_points,))

    @property
    def window(self) -> float:
        """Length of the periodic window, N * spacing."""
        return self.n_points * self.spacing

    @property
    def t(self) -> Tensor:
        """Times of the points, centred (t = 0 is point N // 2), float64, shape (n_points,)."""
        return _centred(self.n_points, self.spacing)

    @property
    def coordinates(self) -> tuple[Tensor, ...]:
        """(t,)."""
        return (self.t,)

    @property
    def omega(self) -> Tensor:
        """Angular frequencies in FFT order, float64, shape (n_points,)."""
        return _angular_frequency(self.n_points, self.spacing)


@dataclass(frozen=True)
class PlaneGrid:
    """A periodic, uniform grid in two transverse dimensions, with square cells.

    Its ``omega`` is the magnitude of the wave vector, so that an equation whose symbol is even in
    omega, such as the Laplacian's, serves one and two dimensions alike.

    Parameters
    ----------
    n_y, n_x : int
        Points along the last but one and the last axis of a field, at least 2 each.
    spacing : float, default=1.0
        Distance between neighbouring points along both axes; positive.

    Raises
    ------
    InvalidInputError
        If an argument is not as described.

    Examples
    --------
    >>> import physembed as pe
    >>> grid = pe.PlaneGrid(64, 32, spacing=0.5)
    >>> grid.shape, grid.omega.shape
    ((64, 32), torch.Size([64, 32]))
    """

    n_y: int
    n_x: int
    spacing: float = 1.0
    shape: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """(n_y, n_x)."""

    def __post_init__(self) -> None:
        check_integer("n_y", self.n_y, least=2)
        check_integer("n_x", self.n_x, least=2)
        check_number("spacing", self.spacing, above=0)
        object.__setattr__(self, "shape", (self.n_y, self.n_x))

    @property
    def window(self) -> float:
        """Length of the window along its longer axis."""
        return max(self.n_y, self.n_x) * self.spacing

    @property
    def y(self) -> Tensor:
        """Centred positions along y, float64, shape (n_y, 1)."""
        return _centred(self.n_y, self.spacing)[:, None]

    @property
    def x(self) -> Tensor:
        """Centred positions along x, float64, shape (n_x,)."""
        return _centred(self.n_x, self.spacing)

    @property
    def coordinates(self) -> tuple[Tensor, ...]:
        """(y, x)."""
        return (self.y, self.x)

    @property
    def omega(self) -> Tensor:
        """sqrt(k_y^2 + k_x^2) in FFT order, float64, shape (n_y, n_x)."""
        k_y = _angular_frequency(self.n_y, self.spacing)[:, None]
        k_x = _angular_frequency(self.n_x, self.spacing)
        return torch.hypot(k_y, k_x)
