"""The periodic grid on which a field lives."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.errors import InvalidInputError


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
    >>> TimeGrid(4, spacing=0.5).t
    tensor([-1.0000, -0.5000,  0.0000,  0.5000], dtype=torch.float64)
    """

    n_points: int
    spacing: float = 1.0

    def __post_init__(self) -> None:
        if isinstance(self.n_points, bool) or not isinstance(self.n_points, int):
            raise InvalidInputError(f"n_points must be an integer, got {self.n_points!r}.")
        if self.n_points < 2:
            raise InvalidInputError(f"n_points must be at least 2, got {self.n_points}.")
        spacing_is_number = isinstance(self.spacing, (int, float)) and not isinstance(
            self.spacing, bool
        )
        if not (spacing_is_number and math.isfinite(self.spacing) and self.spacing > 0):
            raise InvalidInputError(
                f"spacing must be a positive, finite number, got {self.spacing!r}."
            )

    @property
    def window(self) -> float:
        """Length of the periodic window, N * spacing."""
        return self.n_points * self.spacing

    @property
    def t(self) -> Tensor:
        """Times of the points, centred (t = 0 is point N // 2), float64, shape (n_points,)."""
        steps = torch.arange(self.n_points, dtype=torch.float64) - self.n_points // 2
        return steps * self.spacing

    @property
    def omega(self) -> Tensor:
        """Angular frequencies in FFT order, float64, shape (n_points,)."""
        frequency = torch.fft.fftfreq(self.n_points, d=self.spacing, dtype=torch.float64)
        return 2 * math.pi * frequency
