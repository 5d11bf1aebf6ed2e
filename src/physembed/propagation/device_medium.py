"""A medium that is linear in its coefficients as arrays on a GPU: tables and gradients in a few
launches, none of which waits for the host."""

import math
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.kernels.digit_order import Plan

TILE = 128
"""Points of a table that one program makes."""

ROWS = 64
"""Cases whose sums a program adds up at a time."""


@dataclass(frozen=True)
class DeviceMedium:
    """A medium and its schedule as arrays on a device, all of them fixed.

    Parameters
    ----------
    plan : Plan or None
        Of the transforms on the chip; None: tables are in the order of an FFT.
    exponents : float64 Tensor of shape (names, points, 2)
        What the coefficients multiply in log H, in the order of the plan.
    phases : float64 Tensor of shape (names, points, 2)
        What they multiply in V and s.
    symbols : int64 Tensor of shape (symbols, points)
        Those exponents that are not zero and whose coefficient is wanted, as complex64.
    potentials : float32 Tensor of shape (potentials, points)
        With a plan: what the wanted coefficients multiply in V.
    pairs : int64 Tensor of shape (pairs, points)
        Without: what they multiply in V and in s, two float32 each.
    roots : float64 Tensor of shape (2 points,)
        For the twiddles; empty without a plan.
    linear, local : int32 Tensor of shape (passes,)
        The rows of every pass.
    linear_lengths, local_lengths : float64 Tensor of shape (rows, layers)
    to_coefficients : float64 Tensor of shape (sums, 2 names)
        From the sums of a pass to the gradients of its linear and of its local coefficients.
    to_layers : float64 Tensor of shape (layers, 2 passes)
    has_potential : bool
        Whether there is any V.
    """

    plan: Plan | None
    exponents: Tensor
    phases: Tensor
    symbols: Tensor
    potentials: Tensor
    pairs: Tensor
    roots: Tensor
    linear: Tensor
    local: Tensor
    linear_lengths: Tensor
    local_lengths: Tensor
    to_coefficients: Tensor
    to_layers: Tensor
    has_potential: bool

    @property
    def n_points(self) -> int:
        """Of the grid."""
        return self.exponents.shape[1]

    @property
    def n_sums(self) -> int:
        """Sums of a pass, of which the last may stand for nothing."""
        return len(self.to_coefficients)

    def to(self, device: torch.device | str) -> "DeviceMedium":
        """The same on a device."""
        moved: dict[str, Any] = {
            name: value.to(device)
            for name, value in vars(self).items()
            if isinstance(value, Tensor)
        }
        return replace(self, **moved)

    def transfer(self, coefficients: Tensor) -> Tensor:
        """H/N of every linear row, complex64, shape (rows, members, points)."""
        from physembed.propagation.kernels.linear_media import tabulate

        table = self._tabulated(tabulate, coefficients, self.linear_lengths, self.exponents)
        return table.view(torch.complex64)

    def turns(self, coefficients: Tensor) -> Tensor:
        """V within a turn and s of every point, float32, shape (rows, members, points, 2)."""
        from physembed.propagation.kernels.linear_media import tabulate_turns

        table = self._tabulated(tabulate_turns, coefficients, self.local_lengths, self.phases)
        return table.view(torch.float32).unflatten(-1, (-1, 2))

    def _tabulated(
        self, kernel: Any, coefficients: Tensor, lengths: Tensor, basis: Tensor
    ) -> Tensor:
        """A pair of float32 for every row, member and point, as one int64."""
        n_members, n_layers, n_terms = coefficients.shape
        shape = (len(lengths), n_members, self.n_points)
        table = torch.empty(shape, dtype=torch.int64, device=coefficients.device)
        kernel[(len(lengths) * n_members, math.ceil(self.n_points / TILE))](
            coefficients.contiguous(),
            lengths,
            basis,
            table,
            n_layers,
            n_terms,
            n_members,
            self.n_points,
            LAYERS=power_of_two(n_layers),
            BLOCK=TILE,
        )
        return table

    def phase_tables(self, coefficients: Tensor) -> tuple[Tensor, Tensor]:
        """V within a turn, (rows, members, points), if there is any, and s, (rows, members)."""
        from physembed.propagation.kernels import linear_media

        n_members, n_layers, n_terms = coefficients.shape
        n_rows = len(self.local_lengths)
        slope = torch.empty(n_rows, n_members, device=coefficients.device)
        shape = (n_rows, n_members, self.n_points)
        at_rest = torch.empty(shape, device=slope.device) if self.has_potential else slope
        n_tiles = math.ceil(self.n_points / TILE) if self.has_potential else 1
        linear_media.tabulate_phases[(n_rows * n_members, n_tiles)](
            coefficients.contiguous(),
            self.local_lengths,
            self.phases,
            at_rest,
            slope,
            n_layers,
            n_terms,
            n_members,
            self.n_points,
            HAS_POTENTIAL=self.has_potential,
            LAYERS=power_of_two(n_layers),
            BLOCK=TILE,
        )
        return at_rest, slope

    def pull_back(self, sums: Tensor) -> Tensor:
        """The gradients of the coefficients (members, layers, names), float64.

        Parameters
        ----------
        sums : float32 Tensor of shape (members, rows, passes, sums)
        """
        from physembed.propagation.kernels import linear_media

        n_members, n_rows, n_passes, n_sums = sums.shape
        n_layers, n_terms = len(self.to_layers), len(self.exponents)
        gradients = torch.empty(
            n_members, n_layers, n_terms, dtype=torch.float64, device=sums.device
        )
        linear_media.pull_back[(n_members, n_layers)](
            sums,
            self.to_coefficients,
            self.to_layers,
            gradients,
            n_rows,
            n_passes,
            n_layers,
            n_terms,
            SUMS=n_sums,
            TERMS=power_of_two(n_terms),
            BLOCK=ROWS,
        )
        return gradients


def power_of_two(n: int) -> int:
    """The least that is at least ``n``."""
    return 1 << (n - 1).bit_length()
