"""A medium and its schedule, laid down as arrays for a GPU."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import count_members
from physembed.propagation.curved_parts import CurvedPhase, CurvedSymbol, CurvedTurn
from physembed.propagation.device_medium import DeviceMedium
from physembed.propagation.kernels.digit_order import Plan, frequencies, roots_of_unity
from physembed.propagation.law_derivatives import Law, degree_of, powers_of
from physembed.propagation.law_structure import is_linear, structure_of
from physembed.propagation.linear_law import law_of
from physembed.propagation.linear_parts import (
    LinearPhase,
    LinearSymbol,
    LinearTurn,
    power_of_two,
)
from physembed.propagation.pass_tables import rows_of, symbol_rows
from physembed.propagation.schedule import Pass

Values = Mapping[str, Tensor]

Rows = Sequence[Sequence[tuple[int, float]]]
"""Of every different step the layers that it is made of, each with its length."""


class _Request(NamedTuple):
    """An equation on a grid, what of it is wanted, and for which transforms."""

    equation: MasterEquation
    names: tuple[str, ...]
    grid: Grid
    plan: Plan | None
    wanted: Collection[str]
    n_layers: int

    def columns(self, places: Sequence[int]) -> Tensor:
        """A row for each coefficient, which is one at its place among all."""
        return torch.eye(len(self.names), dtype=torch.float64)[list(places)]

    def lengths(self, rows: Rows) -> Tensor:
        """Of every layer in every row, (rows, layers)."""
        lengths = torch.zeros(len(rows), self.n_layers, dtype=torch.float64)
        for k, row in enumerate(rows):
            for layer, length in row:
                lengths[k, layer] += length
        return lengths

    def in_order(self, table: Tensor) -> Tensor:
        """A table of frequencies in the order of the plan, along its second last axis."""
        if self.plan is None:
            return table
        return table[..., torch.from_numpy(frequencies(self.plan.radices)), :].contiguous()


def arrange(
    equation: MasterEquation,
    names: tuple[str, ...],
    grid: Grid,
    schedule: Sequence[Pass],
    *,
    n_layers: int,
    plan: Plan | None,
    wanted: Collection[str],
) -> DeviceMedium:
    """The arrays of a medium and a schedule, on the CPU; for the gradients of some coefficients."""
    linear_rows, local_rows, linear, local = rows_of(tuple(schedule))
    # a pass without a local step turns by nothing: one row more, of zeros
    phase_rows = [*((row,) for row in local_rows), ()]
    local = [row if row >= 0 else len(local_rows) for row in local]
    request = _Request(equation, names, grid, plan, wanted, n_layers)
    symbol, of_symbol, lengths = (
        _linear_symbol(request, linear_rows)
        if equation.symbol_is_linear
        else _curved_symbol(request, linear_rows)
    )
    phase, of_phase = (
        _linear_phase(request, phase_rows)
        if is_linear(equation)
        else _curved_phase(request, phase_rows)
    )
    n_kinds, n_symbols, _ = of_symbol.shape
    n_sums = power_of_two(max(1, n_symbols + len(of_phase)))
    to_coefficients = torch.zeros(n_kinds + 1, n_sums, len(names), dtype=torch.float64)
    to_coefficients[:-1, :n_symbols] = of_symbol
    to_coefficients[-1, n_symbols : n_symbols + len(of_phase)] = of_phase
    to_layers = torch.cat([lengths[:, linear], request.lengths(phase_rows)[None, local]])
    return DeviceMedium(
        plan,
        symbol,
        phase,
        torch.from_numpy(roots_of_unity(0 if plan is None else plan.n_points)),
        torch.tensor(linear, dtype=torch.int32),
        torch.tensor(local, dtype=torch.int32),
        to_coefficients,
        # (layers, passes, kinds)
        to_layers.permute(2, 1, 0).contiguous(),
    )


def _linear_symbol(request: _Request, rows: Rows) -> tuple[LinearSymbol, Tensor, Tensor]:
    """The symbol, what its sums are of, (kinds, sums, names), and lengths (kinds, rows, layers)."""
    alone = torch.stack(list(symbol_rows(request.equation, request.names, request.grid, None)))
    basis = request.in_order(torch.view_as_real(alone))
    acting = [k for k, f in enumerate(basis) if f.any() and request.names[k] in request.wanted]
    symbols = torch.view_as_complex(basis[acting]).to(torch.complex64).view(torch.int64)
    lengths = request.lengths(rows)
    of_symbol = request.columns(acting)
    return LinearSymbol(basis, lengths, symbols), of_symbol[None], lengths[None]


def _curved_symbol(request: _Request, rows: Rows) -> tuple[CurvedSymbol, Tensor, Tensor]:
    """As :func:`_linear_symbol`; of every part of a row there are sums of their own."""
    wanted = _wanted(request, "symbols")
    n_parts, n_wanted = max(map(len, rows)), len(wanted)
    parts = [[row[part : part + 1] for row in rows] for part in range(n_parts)]
    places = [[row[0][0] if row else 0 for row in part] for part in parts]
    of_symbol = torch.zeros(n_parts, n_parts * n_wanted, len(request.names), dtype=torch.float64)
    for part in range(n_parts):
        of_symbol[part, part * n_wanted : (part + 1) * n_wanted] = request.columns(wanted)
    symbol = CurvedSymbol(
        Law(request.equation, request.names),
        request.columns(wanted),
        request.in_order(request.grid.omega[:, None])[:, 0],
        request.lengths(rows).to(torch.complex128),
        torch.tensor(places).T.contiguous(),
    )
    return symbol, of_symbol, torch.stack([request.lengths(part) for part in parts])


def _linear_phase(request: _Request, rows: Rows) -> tuple[LinearPhase | LinearTurn, Tensor]:
    """The local phase, and what its sums are of, (sums, names)."""
    basis = law_of(request.equation, request.names, request.grid).phase.basis(request.names)
    lengths = request.lengths(rows)
    acting = [k for k, f in enumerate(basis) if f.any() and request.names[k] in request.wanted]
    if request.plan is None:
        pairs = basis[acting].float().contiguous().view(torch.int64)[..., 0]
        return LinearTurn(basis, lengths, pairs), request.columns(acting)
    at_rest = basis[..., 0]
    acting = [k for k in acting if at_rest[k].any()]
    potentials = at_rest[acting].float().contiguous()
    # the slope is the same for all points, and its sum is one for all coefficients
    of_phase = torch.cat([basis[None, :, 0, 1], request.columns(acting)])
    return LinearPhase(basis, lengths, potentials, bool(at_rest.any())), of_phase


def _curved_phase(request: _Request, rows: Rows) -> tuple[CurvedPhase, Tensor]:
    """As :func:`_linear_phase`; what the slopes' sums are of depends on the coefficients."""
    structure = structure_of(request.equation, request.names, request.grid)
    assert structure is not None
    potentials = _wanted(request, "potentials")
    wanted = (*potentials, *(k for k in _wanted(request, "slopes") if k not in potentials))
    to_powers = powers_of(degree_of(request.equation))
    of_slopes = torch.zeros(len(to_powers) - 1, len(request.names), dtype=torch.float64)
    phase = CurvedPhase if request.plan is not None else CurvedTurn
    (t,) = request.grid.coordinates
    return phase(
        Law(request.equation, request.names),
        request.columns(wanted),
        len(potentials),
        t,
        request.lengths(rows).sum(dim=1, keepdim=True),
        torch.tensor([row[0][0] if row else 0 for row in rows]),
        to_powers,
        structure.has_potential,
    ), (
        torch.cat([of_slopes, request.columns(potentials)])
        if request.plan is not None
        else request.columns(wanted)
    )


def _wanted(request: _Request, part: str) -> tuple[int, ...]:
    """The wanted coefficients that act upon a part of a law that is not linear in them."""
    structure = structure_of(request.equation, request.names, request.grid)
    assert structure is not None
    acting = [name for name in getattr(structure, part) if name in request.wanted]
    return tuple(map(request.names.index, acting))


def arranged(
    equation: MasterEquation,
    values: Values,
    grid: Grid,
    schedule: Sequence[Pass],
    plan: Plan | None,
) -> tuple[DeviceMedium, Tensor]:
    """The arrays, and the coefficients as float64 (members, layers, names), on the values' device.

    Parameters
    ----------
    equation : MasterEquation
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers or 1)
    grid : TimeGrid
    schedule : sequence of Pass
    plan : Plan or None
    """
    layers = [
        layer for step in schedule for layer, _ in (*step.linear, *filter(None, [step.local]))
    ]
    n_layers = max(
        1 + max(layers), *(value.shape[-1] for value in values.values() if value.ndim), 1
    )
    wanted = tuple(name for name, value in values.items() if value.requires_grad)
    device = next(iter(values.values())).device
    arrays = _arranged(
        equation,
        tuple(values),
        grid,
        tuple(schedule),
        n_layers=n_layers,
        plan=plan,
        wanted=wanted,
        device=device,
    )
    n_members = max(1, count_members(values))
    stacked = torch.stack([_of_members(v, n_members, n_layers) for v in values.values()], dim=-1)
    return arrays, stacked


def _of_members(value: Tensor, n_members: int, n_layers: int) -> Tensor:
    """A coefficient as (members, layers); without a sum on the way back where there is none."""
    if n_members == 1 and value.shape == (n_layers,):
        return value[None]
    return value.expand(n_members, n_layers)


@lru_cache(maxsize=64)
def _arranged(
    equation: MasterEquation,
    names: tuple[str, ...],
    grid: Grid,
    schedule: tuple[Pass, ...],
    *,
    n_layers: int,
    plan: Plan | None,
    wanted: tuple[str, ...],
    device: torch.device,
) -> DeviceMedium:
    with torch.inference_mode(False), torch.no_grad():
        arrays = arrange(
            equation, names, grid, schedule, n_layers=n_layers, plan=plan, wanted=wanted
        )
        return arrays.to(device)
