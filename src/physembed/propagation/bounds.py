"""What a medium does at most, by the sizes of its coefficients alone.

A law that is a sum of coefficients times functions does no more, at any frequency and any point,
than the sum of their sizes says (triangle inequality). Most of what may go wrong in a propagation
is told to be impossible by these few numbers, so that nothing need be looked at point by point.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import count_members
from physembed.physics.transforms import is_transformed
from physembed.propagation.linear_law import LARGEST_BASIS
from physembed.propagation.pass_tables import symbol_rows

Numbers = NDArray[np.float64]

EXACT_LIMIT = math.pi
"""Phase per step that an exact local step may turn by before the splitting loses sight of it."""

(GAIN, PHASE, TURN, DELAY, KERR, AT_REST) = range(6)
"""Columns of the sizes of a law: of its symbol the largest |Re L|, |Im L|, |Im L - Im L(0)| and
group delay |d Im L / dω|, in windows; of its local phase V + s |E|² the largest |s| and |V|."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """The sizes of a law in every layer, per length.

    Parameters
    ----------
    of_layers : ndarray of shape (layers, 6)
        By the columns :data:`GAIN` to :data:`AT_REST`; of an ensemble the layers of all members.
        Infinite where it is not known.
    most : list of float
        The largest of every column.
    """

    of_layers: Numbers
    most: list[float]

    def are_exact(self, *, is_split: bool) -> bool:
        """Whether any number of steps gives the same: every layer is linear alone, or phase alone.

        Of a phase alone only a step that ``is_split`` makes what it is.
        """
        return not any(
            (kerr > 0 or at_rest > 0) and (gain > 0 or turn > 0 or not is_split)
            for gain, _, turn, _, kerr, at_rest in self.of_layers.tolist()
        )

    def delay(self, lengths: Sequence[float]) -> float:
        """What the group delay over all layers is at most, in windows."""
        return self.most[DELAY] * sum(lengths)

    def are_short(self, intensity: float, lengths: Sequence[float], steps: int) -> bool:
        """Whether a field of at most this intensity is followed, and not amplified, by the steps.

        None turns the nonlinear phase by more than :data:`EXACT_LIMIT`, and either all of them turn
        it by less than a radian, or none turns any phase in the band by enough to resonate.
        """
        rate, step = self.most[KERR] * intensity, max(lengths) / steps
        if not rate * step <= EXACT_LIMIT:
            return False
        turned = self.most[TURN] * step + 2 * math.atan(rate * step)
        return rate * sum(lengths) < 1 or turned < math.pi


def bounds_of(
    equation: MasterEquation, rows: Numbers | None, names: tuple[str, ...], grid: Grid
) -> Bounds | None:
    """The sizes of a law whose symbol is linear in its coefficients; None of any other.

    Parameters
    ----------
    equation : MasterEquation
    rows : ndarray of shape (layers, names) or None
        As :func:`coefficient_rows` has them.
    names : tuple of str
        Of the coefficients.
    grid : Grid
    """
    if rows is None or not equation.symbol_is_linear or not names:
        return None
    symbol, local = _sizes(equation, names, grid)
    of_layers = np.empty((len(rows), 6))
    sizes = np.abs(rows)
    # what overflows, or is no number then, is no bound, and all is looked at
    with np.errstate(over="ignore", invalid="ignore"):
        of_layers[:, :KERR] = sizes @ symbol
        of_layers[:, KERR:] = math.inf if local is None else sizes @ local
    if len(grid.shape) > 1:
        of_layers[:, DELAY] = math.inf
    return Bounds(of_layers, of_layers.max(axis=0).tolist())


def coefficient_rows(values: Mapping[str, Tensor], n_layers: int) -> Numbers | None:
    """The coefficients as an array of shape (members times layers, coefficients).

    None under a transformation of torch, which must not branch on values.
    """
    if is_transformed():
        return None
    rows = np.empty((max(1, count_members(values)), n_layers, len(values)))
    for k, value in enumerate(values.values()):
        # of few numbers a list is sooner made than an array
        rows[..., k] = value.tolist()
    return rows.reshape(rows.shape[0] * n_layers, len(values))


@lru_cache(maxsize=32)
def _sizes(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid
) -> tuple[Numbers, Numbers | None]:
    """Of every coefficient alone and equal to one, the columns of symbol and local phase."""
    # a row at a time, and none kept: of a million points all of them are a quarter of a gigabyte
    with torch.inference_mode(False), torch.no_grad():
        rows = symbol_rows(equation, names, grid, None)
        symbol = np.array([_symbol_sizes(row) for row in rows])
        is_known = (
            len(grid.shape) == 1 and equation.is_conservative and equation.local_phase_is_affine
        )
        too_many = 32 * math.prod(grid.shape) * len(names) > LARGEST_BASIS
        if not is_known or not equation.local_phase_is_linear or too_many:
            return symbol, None
        return symbol, np.array([_local_sizes(equation, name, names, grid) for name in names])


def _symbol_sizes(symbol: Tensor) -> tuple[float, ...]:
    phase = symbol.imag
    sizes = [float(part.abs().max()) for part in (symbol.real, phase, phase - phase[0])]
    slope = float(torch.diff(torch.fft.fftshift(phase)).abs().max())
    return (*sizes, slope / (2 * math.pi))


def _local_sizes(
    equation: MasterEquation, name: str, names: tuple[str, ...], grid: Grid
) -> tuple[float, float]:
    one = torch.ones(1, dtype=torch.float64)
    c = CoefficientValues(**{other: one * (other == name) for other in names})
    dark = torch.zeros(grid.shape, dtype=torch.float64)
    (t,) = grid.coordinates
    at_rest = equation.local_phase(dark, t, c)
    slope = equation.local_phase(dark + 1, t, c) - at_rest
    return float(slope.abs().max()), float(at_rest.abs().max())
