"""A medium as arrays on a GPU: tables and gradients in launches that do not wait for the host."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import torch
from torch import Tensor

from physembed.propagation.curved_parts import CurvedPhase, CurvedSymbol
from physembed.propagation.kernels.digit_order import Plan
from physembed.propagation.linear_parts import LinearPhase, LinearSymbol, LinearTurn, power_of_two

ROWS = 64
"""Cases whose sums a program adds up at a time."""

Arrays = TypeVar("Arrays")


class MediumTables(NamedTuple):
    """What the kernels of a cascade read.

    Parameters
    ----------
    transfer : int64 Tensor of shape (rows, members, points)
        H/N, complex64.
    symbols : int64 Tensor of shape ([rows, members,] symbols, points)
        Derivatives of log H, complex64.
    turn : Tensor of shape (rows, members, points)
        With a plan: V, float32; without: V and s, two float32 as int64.
    slope : float32 Tensor of shape (rows, members[, degree])
        With a plan: s, and what multiplies higher powers of |E|².
    phases : Tensor of shape ([rows, members,] phases, points)
        With a plan: derivatives of V, float32; without: of V and s, two float32 as int64.
    to_coefficients : float64 Tensor of shape ([members, layers,] kinds, sums, names)
        From the sums of a pass to gradients of a layer's coefficients.
    """

    transfer: Tensor
    symbols: Tensor
    turn: Tensor
    slope: Tensor
    phases: Tensor
    to_coefficients: Tensor


@dataclass(frozen=True)
class DeviceMedium:
    """A medium and its schedule on a device.

    Parameters
    ----------
    plan : Plan or None
        Of the transforms on the chip; None: tables are in the order of an FFT.
    symbol : LinearSymbol or CurvedSymbol
    phase : LinearPhase or CurvedPhase, or without a plan LinearTurn or CurvedTurn
    roots : float64 Tensor of shape (2 points,)
        For the twiddles; empty without a plan.
    linear, local : int32 Tensor of shape (passes,)
        The rows of every pass.
    to_coefficients : float64 Tensor of shape (kinds, sums, names)
        From the sums of a pass to the gradients of the coefficients of each part of its linear
        step, and then of its local one; but for those of a slope that depends on the coefficients.
    to_layers : float64 Tensor of shape (layers, passes, kinds)
        The lengths of a layer in these parts.
    """

    plan: Plan | None
    symbol: LinearSymbol | CurvedSymbol
    phase: LinearPhase | LinearTurn | CurvedPhase
    roots: Tensor
    linear: Tensor
    local: Tensor
    to_coefficients: Tensor
    to_layers: Tensor

    @property
    def n_sums(self) -> int:
        """Sums of a pass, of which the last may stand for nothing."""
        return self.to_coefficients.shape[1]

    def to(self, device: torch.device | str) -> "DeviceMedium":
        """The same on a device."""
        symbol, phase = _moved(self.symbol, device), _moved(self.phase, device)
        return replace(_moved(self, device), symbol=symbol, phase=phase)

    def tables(self, coefficients: Tensor, *, derivatives: bool) -> MediumTables:
        """The tables at float64 coefficients of shape (members, layers, names)."""
        coefficients = coefficients.detach()
        transfer, symbols = self.symbol.tables(coefficients, derivatives=derivatives)
        turn, slope, phases, of_slope = self.phase.tables(coefficients, derivatives=derivatives)
        to_coefficients = self.to_coefficients
        if derivatives and of_slope is not None:
            n_members, n_layers, _ = coefficients.shape
            to_coefficients = to_coefficients.repeat(n_members, n_layers, 1, 1, 1)
            first = symbols.shape[-2]
            to_coefficients[..., -1, first : first + self.phase.degree, :] = of_slope
        return MediumTables(transfer, symbols, turn, slope, phases, to_coefficients)

    def pull_back(self, sums: Tensor, to_coefficients: Tensor) -> Tensor:
        """The gradients of the coefficients (members, layers, names), float64.

        Parameters
        ----------
        sums : Tensor of shape (members, rows, passes, sums)
        to_coefficients : Tensor
            Of :class:`MediumTables`.
        """
        from physembed.propagation.kernels import linear_media

        n_members, n_rows, n_passes, n_sums = sums.shape
        n_layers, _, n_kinds = self.to_layers.shape
        n_terms = to_coefficients.shape[-1]
        gradients = torch.empty(
            n_members, n_layers, n_terms, dtype=torch.float64, device=sums.device
        )
        linear_media.pull_back[(n_members, n_layers)](
            sums,
            to_coefficients,
            self.to_layers,
            gradients,
            n_rows,
            n_passes,
            n_layers,
            n_terms,
            KINDS=n_kinds,
            BY_LAYER=to_coefficients.ndim > 3,
            SUMS=n_sums,
            TERMS=power_of_two(n_terms),
            BLOCK=ROWS,
        )
        return gradients


def _moved(arrays: Arrays, device: torch.device | str) -> Arrays:
    """A dataclass whose tensors lie on a device."""
    moved: dict[str, Any] = {
        name: value.to(device) for name, value in vars(arrays).items() if isinstance(value, Tensor)
    }
    return replace(arrays, **moved)  # type: ignore[type-var]
