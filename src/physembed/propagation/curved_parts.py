"""Symbol and local phase of a medium that is not linear in its coefficients, on a GPU.

Tables, and the tables of their derivatives at the present coefficients, are made by the equation
itself at each call, in double precision: a few small operations, none of which waits for the host.
A derivative is that of a unit of length; lengths come in where gradients are summed up.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.propagation.law_derivatives import Law


@dataclass(frozen=True)
class CurvedSymbol:
    """log H = Σ h L(ω; c).

    Parameters
    ----------
    law : Law
    directions : float64 Tensor of shape (wanted, names)
        One at each of those that are wanted, which L depends on.
    omega : float64 Tensor of shape (points,)
        In the order of the plan.
    lengths : complex128 Tensor of shape (rows, layers)
    places : int64 Tensor of shape (rows, parts)
        The layers that a row is made of; any where it is made of fewer.
    """

    law: Law
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
        symbol, of_symbol = self.law.symbol(coefficients, self.omega, directions)
        transfer = torch.exp(self.lengths @ symbol) / len(self.omega)
        transfer = transfer.to(torch.complex64).transpose(0, 1).contiguous()
        # (wanted, members, rows, parts, points)
        of_rows = of_symbol.to(torch.complex64)[:, :, self.places]
        of_rows = of_rows.permute(2, 1, 3, 0, 4).flatten(2, 3).contiguous()
        return transfer.view(torch.int64), of_rows.view(torch.int64)


@dataclass(frozen=True)
class CurvedPhase:
    """φ = h (V(t; c) + s(c) |E|² + ...), a polynomial of any degree.

    Parameters
    ----------
    law : Law
    directions : float64 Tensor of shape (wanted, names)
        One at each of those that are wanted: first those that V depends on, then others of s.
    n_potentials : int
        How many V depends on.
    t : float64 Tensor of shape (points,)
    lengths : float64 Tensor of shape (rows, 1)
    places : int64 Tensor of shape (rows,)
        The layer of each row; any where there is no length.
    to_powers : float64 Tensor of shape (powers, powers)
        See :func:`~physembed.propagation.law_derivatives.powers_of`.
    has_potential : bool
        Whether there is any V.
    """

    law: Law
    directions: Tensor
    n_potentials: int
    t: Tensor
    lengths: Tensor
    places: Tensor
    to_powers: Tensor
    has_potential: bool

    is_by_row = True

    @property
    def degree(self) -> int:
        """In |E|²."""
        return len(self.to_powers) - 1

    def tables(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """V within a turn, (rows, members, points), s, ..., (rows, members, degree), derivatives.

        ∂V/∂c is (rows, members, potentials, points), ∂s/∂c, ... float64 (members, layers, degree,
        names).
        """
        phase, of_phase = self._of_layers(coefficients, derivatives=derivatives)
        v, *slopes = self._of_rows(phase)
        of_rows = of_phase[0, : self.n_potentials].float()[:, :, self.places]
        # (wanted, members, layers, degree)
        of_slopes = of_phase[1:, ..., 0].movedim(0, -1)
        of_slopes = torch.tensordot(of_slopes, self.directions[: len(of_slopes)], ([0], [0]))
        return (
            _within_a_turn(v).float().contiguous(),
            torch.stack([s[..., 0] for s in slopes], dim=-1).float(),
            of_rows.permute(2, 1, 0, 3).contiguous(),
            of_slopes,
        )

    def _of_layers(self, coefficients: Tensor, *, derivatives: bool) -> tuple[Tensor, Tensor]:
        directions = self.directions if derivatives else self.directions[:0]
        return self.law.phase(coefficients, self.t, directions, self.to_powers)

    def _of_rows(self, phase: Tensor) -> Tensor:
        """Those of layers as (powers, rows, members, points), times their lengths."""
        return (self.lengths * phase[:, :, self.places]).transpose(1, 2)


class CurvedTurn(CurvedPhase):
    """As :class:`CurvedPhase` of degree one, off the chip, where s may be of any points."""

    def tables(
        self, coefficients: Tensor, *, derivatives: bool
    ) -> tuple[Tensor, Tensor, Tensor, None]:
        """V within a turn and s, two float32 of (rows, members, points), twice, and the pairs.

        They are ∂V/∂c and ∂s/∂c, (rows, members, wanted, points), two float32 each.
        """
        phase, of_phase = self._of_layers(coefficients, derivatives=derivatives)
        v, s = self._of_rows(phase)
        turn = _pairs(_within_a_turn(v), s)
        pairs = _pairs(*of_phase[..., self.places, :].permute(0, 3, 2, 1, 4))
        return turn, turn, pairs, None


def _pairs(first: Tensor, second: Tensor) -> Tensor:
    """Two float32 of every point, as int64."""
    return torch.complex(first.float(), second.float()).contiguous().view(torch.int64)


def _within_a_turn(phase: Tensor) -> Tensor:
    """From 0 to 2π."""
    return torch.remainder(phase, 2 * math.pi)
