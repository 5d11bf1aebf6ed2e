"""Symbol and local phase of a medium that is not linear in its coefficients, on a GPU.

Tables, and the tables of their derivatives at the present coefficients, are made by the equation
itself at each call, in double precision: a few small operations, none of which waits for the host.
A derivative is that of a unit of length; lengths come in where gradients are summed up.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics import MasterEquation
from physembed.propagation.law_derivatives import phase_of, symbol_of


@dataclass(frozen=True)
class CurvedSymbol:
    """log H = Σ h L(ω; c).

    Parameters
    ----------
    equation : MasterEquation
    names : tuple of str
        Its coefficients.
    directions : float64 Tensor of shape (wanted, names)
        One at each of those that are wanted, which L depends on.
    omega : float64 Tensor of shape (points,)
        In the order of the plan.
    lengths : complex128 Tensor of shape (rows, layers)
    places : int64 Tensor of shape (rows, parts)
        The layers that a row is made of; any where it is made of fewer.
    """

    equation: MasterEquation
    names: tuple[str, ...]
    directions: Tensor
    omega: Tensor
    lengths: Tensor
    places: Tensor

    is_by_row = True

    def tables(self, coefficients: Tensor, *, derivatives: bool) -> tuple[Tensor, Tensor]:
        """H/N of every row, (rows, members, points), and ∂L/∂c, (rows, members, symbols, points).

        Both as int64. The symbols of a row are those of its first part, then of its second.
        """
        directions = self.directions if derivatives else self.directions[:0]
        symbol, of_symbol = symbol_of(
            self.equation, coefficients, self.names, self.omega, directions
        )
        transfer = torch.exp(self.lengths @ symbol) / len(self.omega)
        transfer = transfer.to(torch.complex64).transpose(0, 1).contiguous()
        # (wanted, members, rows, parts, points)
        of_rows = of_symbol.to(torch.complex64)[:, :, self.places]
        of_rows = of_rows.permute(2, 1, 3, 0, 4).flatten(2, 3).contiguous()
        return transfer.view(torch.int64), of_rows.view(torch.int64)


@dataclass(frozen=True)
class CurvedPhase:
    """φ = h (V(t; c) + s(c) |E|²).

    Parameters
    ----------
    equation : MasterEquation
    names : tuple of str
        Its coefficients.
    directions : float64 Tensor of shape (wanted, names)
        One at each of those that are wanted: first those that V depends on, then others of s.
    n_potentials : int
        How many V depends on.
    t : float64 Tensor of shape (points,)
    lengths : float64 Tensor of shape (rows, 1)
    places : int64 Tensor of shape (rows,)
        The layer of each row; any where there is no length.
    has_potential : bool
        Whether there is any V.
    """

    equation: MasterEquation
    names: tuple[str, ...]
    directions: Tensor
    n_potentials: int
    t: Tensor
    lengths: Tensor
    places: Tensor
    has_potential: bool

    is_by_row = True

    def tables(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """V within a turn, (rows, members, points), s, (rows, members), and their derivatives.

        ∂V/∂c is (rows, members, potentials, points), ∂s/∂c float64 (members, layers, names).
        """
        (v, s), (of_v, of_s) = self._derivatives(coefficients, derivatives=derivatives)
        v, s = self._of_rows(v, s)
        of_rows = of_v[: self.n_potentials].float()[:, :, self.places]
        of_slopes = of_s[..., 0].movedim(0, -1) @ self.directions[: len(of_s)]
        return (
            _within_a_turn(v).float().contiguous(),
            s[..., 0].float().contiguous(),
            of_rows.permute(2, 1, 0, 3).contiguous(),
            of_slopes,
        )

    def _derivatives(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        directions = self.directions if derivatives else self.directions[:0]
        return phase_of(self.equation, coefficients, self.names, self.t, directions)

    def _of_rows(self, *tables: Tensor) -> list[Tensor]:
        """Those of layers as (rows, members, points), times their lengths."""
        return [(self.lengths * table[:, self.places]).transpose(0, 1) for table in tables]


class CurvedTurn(CurvedPhase):
    """As :class:`CurvedPhase`, off the chip, where s may be of any points."""

    def tables(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[Tensor, Tensor, Tensor, None]:
        """V within a turn and s, two float32 of (rows, members, points), twice, and the pairs.

        They are ∂V/∂c and ∂s/∂c, (rows, members, wanted, points), two float32 each.
        """
        (v, s), (of_v, of_s) = self._derivatives(coefficients, derivatives=derivatives)
        v, s = self._of_rows(v, s)
        turn = torch.stack([_within_a_turn(v), s], dim=-1).float().contiguous()
        pairs = torch.stack([of_v, of_s], dim=-1).float()[:, :, self.places]
        turn = turn.view(torch.int64)[..., 0]
        pairs = pairs.permute(2, 1, 0, 3, 4).contiguous().view(torch.int64)[..., 0]
        return turn, turn, pairs, None


def _within_a_turn(phase: Tensor) -> Tensor:
    """From 0 to 2π."""
    return torch.remainder(phase, 2 * math.pi)
