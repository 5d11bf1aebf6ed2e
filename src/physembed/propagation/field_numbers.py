"""What the checks of a propagation need to know of a field, in one compiled sweep over it."""

import math
from array import array
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.physics import Grid, TimeGrid
from physembed.propagation.edges import edge_width
from physembed.propagation.gradients import is_transformed
from physembed.propagation.kernels import resources

Numbers = NDArray[np.float64]

FEWEST_POINTS = 32
"""Below, the eighth difference is as long as the window."""


@dataclass(frozen=True, eq=False)
class FieldNumbers:
    """Of every case of a field on a grid of time, float64 arrays of shape (cases,).

    Parameters
    ----------
    field : Tensor of shape (cases, n_points)
    energy : ndarray
        Σ |E|².
    at_edges : ndarray
        The same of the window's edges.
    rough : ndarray
        Σ |δ⁸E|² / 2¹⁶ with the eighth difference: the energy behind a filter sin¹⁶(ω/2).
    peak : ndarray
        The largest |E|².
    """

    field: Tensor
    energy: Numbers
    at_edges: Numbers
    rough: Numbers
    peak: Numbers

    @property
    def is_finite(self) -> bool:
        # the square of what is finite may not be
        return bool(np.isfinite(self.energy).all()) or bool(torch.isfinite(self.field).all())

    @property
    def window_share(self) -> Numbers:
        """Mean energy at the window's edges, relative to the mean."""
        return self._relative(self.at_edges)

    @property
    def most_band_share(self) -> Numbers:
        """What the mean energy at the band's edges, relative to the mean, is at most."""
        return self._relative(self.rough / least_seen(self.field.shape[-1]))

    def _relative(self, energy: Numbers) -> Numbers:
        n = self.field.shape[-1]
        whole = np.where(self.energy > 0, self.energy, 1.0)
        return energy / whole * (n / (2 * edge_width(n)))


def least_seen(n_points: int) -> float:
    """sin¹⁶(ω/2) where the edge of the band begins, and a little less for rounding."""
    first = (n_points + 1) // 2 - edge_width(n_points)
    return 0.99 * math.sin(math.pi * first / n_points) ** 16


def field_numbers(field: Tensor, grid: Grid) -> FieldNumbers | None:
    """The numbers of a field of shape (..., n_points), where there are loops for it; else None."""
    kinds = (torch.complex64, torch.complex128)
    if not (
        isinstance(grid, TimeGrid)
        and grid.n_points >= FEWEST_POINTS
        and field.device.type == "cpu"
        and field.dtype in kinds
        and field.numel()
        and not is_transformed()
    ):
        return None
    from physembed.propagation.kernels import sweep

    rows = field.detach().resolve_conj().reshape(-1, grid.n_points).contiguous()
    n_cases, n = rows.shape
    results = np.empty((4, n_cases))
    units = min(n_cases, resources.team_size(rows.numel()))
    addresses = (rows.data_ptr(), *(result.ctypes.data for result in results))
    task = array("q", [0, units, n_cases, n, edge_width(n), *addresses])
    run = sweep.single if field.dtype == torch.complex64 else sweep.double
    resources.run(run.address, task.buffer_info()[0], units)
    return FieldNumbers(rows, *results)
