"""Symbol and local phase of a medium that is linear in its coefficients, as arrays on a GPU.

What each coefficient multiplies is tabulated once: a table takes one launch, and no derivative any.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

TILE = 128
"""Points of a table that one program makes."""


@dataclass(frozen=True)
class LinearSymbol:
    """log H = Σ c f.

    Parameters
    ----------
    basis : float64 Tensor of shape (names, points, 2)
        What each coefficient multiplies, in the order of the plan.
    lengths : float64 Tensor of shape (rows, layers)
    symbols : int64 Tensor of shape (symbols, points)
        Of those that are wanted, as complex64.
    """

    basis: Tensor
    lengths: Tensor
    symbols: Tensor

    is_by_row = False

    def tables(self, coefficients: Tensor, *, derivatives: bool) -> tuple[Tensor, Tensor]:
        """H/N of every row, (rows, members, points), and the symbols; int64."""
        from physembed.propagation.kernels.linear_media import tabulate

        return _tabulated(tabulate, coefficients, self.lengths, self.basis), self.symbols


@dataclass(frozen=True)
class LinearPhase:
    """V = Σ c f and s = Σ c f', the latter the same for all points.

    Parameters
    ----------
    basis : float64 Tensor of shape (names, points, 2)
        f and f' of each coefficient.
    lengths : float64 Tensor of shape (rows, layers)
    potentials : float32 Tensor of shape (potentials, points)
        f of those that are wanted.
    has_potential : bool
        Whether there is any V.
    """

    basis: Tensor
    lengths: Tensor
    potentials: Tensor
    has_potential: bool

    is_by_row = False
    degree = 1

    def tables(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[Tensor, Tensor, Tensor, None]:
        """V within a turn, (rows, members, points), if there is any, s (rows, members), and f."""
        from physembed.propagation.kernels.linear_media import tabulate_phases

        n_members, n_layers, n_terms = coefficients.shape
        n_rows, n_points = len(self.lengths), self.basis.shape[1]
        slope = torch.empty(n_rows, n_members, device=coefficients.device)
        shape = (n_rows, n_members, n_points)
        at_rest = torch.empty(shape, device=slope.device) if self.has_potential else slope
        n_tiles = math.ceil(n_points / TILE) if self.has_potential else 1
        tabulate_phases[(n_rows * n_members, n_tiles)](
            coefficients.contiguous(),
            self.lengths,
            self.basis,
            at_rest,
            slope,
            n_layers,
            n_terms,
            n_members,
            n_points,
            HAS_POTENTIAL=self.has_potential,
            LAYERS=power_of_two(n_layers),
            BLOCK=TILE,
        )
        return at_rest, slope, self.potentials, None


@dataclass(frozen=True)
class LinearTurn:
    """As :class:`LinearPhase`, off the chip, where s may be of any points.

    Parameters
    ----------
    basis : float64 Tensor of shape (names, points, 2)
    lengths : float64 Tensor of shape (rows, layers)
    pairs : int64 Tensor of shape (pairs, points)
        f and f' of those that are wanted, two float32 each.
    """

    basis: Tensor
    lengths: Tensor
    pairs: Tensor

    is_by_row = False
    has_potential = True
    degree = 1

    def tables(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[Tensor, Tensor, Tensor, None]:
        """V within a turn and s, two float32 of (rows, members, points), twice, and the pairs."""
        from physembed.propagation.kernels.linear_media import tabulate_turns

        turn = _tabulated(tabulate_turns, coefficients, self.lengths, self.basis)
        return turn, turn, self.pairs, None


def _tabulated(kernel: Any, coefficients: Tensor, lengths: Tensor, basis: Tensor) -> Tensor:
    """A pair of float32 for every row, member and point, as one int64."""
    n_members, n_layers, n_terms = coefficients.shape
    n_points = basis.shape[1]
    shape = (len(lengths), n_members, n_points)
    table = torch.empty(shape, dtype=torch.int64, device=coefficients.device)
    kernel[(len(lengths) * n_members, math.ceil(n_points / TILE))](
        coefficients.contiguous(),
        lengths,
        basis,
        table,
        n_layers,
        n_terms,
        n_members,
        n_points,
        LAYERS=power_of_two(n_layers),
        BLOCK=TILE,
    )
    return table


def power_of_two(n: int) -> int:
    """The least that is at least ``n``."""
    return 1 << (n - 1).bit_length()
