"""What a cascade does at every frequency and every point, for all its passes at once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import count_members
from physembed.physics.on_device import coordinates_on, numbers_on, omega_on
from physembed.physics.transforms import REAL_OF
from physembed.propagation.coefficient_values import PROPAGATION_DTYPE
from physembed.propagation.schedule import Pass

LARGEST_WEIGHTS = 2**20
"""Rows times layers whose lengths are laid out as a matrix; beyond, it grows with their square."""


@dataclass(frozen=True)
class Tables:
    """The passes of an affine phase law, E <- F^-1[H F[E]] and E <- E exp(i (V + s |E|^2)).

    Parameters
    ----------
    transfer : Tensor of shape (linear steps, members, *grid), complex
        H of every different linear step.
    turn : Tensor of shape (local steps, members, *grid, 2), real
        V, reduced to one turn, and s of every different local step.
    linear, local : list of int
        For every pass the row of its linear and of its local step; -1 is the identity.
    """

    transfer: Tensor
    turn: Tensor
    linear: list[int]
    local: list[int]


def make_tables(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
) -> Tables:
    """The tables of a schedule, with gradients to the coefficients' values.

    Parameters
    ----------
    equation : MasterEquation
        Its local phase is affine in the intensity.
    values : mapping of str to float64 Tensor of shape (), (n_layers,) or (n_members, n_layers)
    grid : Grid
    schedule : sequence of Pass
    dtype : complex64 or complex128
        Of the field. Exponents and phases are computed in float64 and rounded last.
    """
    linear_rows, local_rows, linear, local = rows_of(schedule)
    exponents = _linear_exponents(equation, values, grid, linear_rows)
    at_rest, slope = _local_phases(equation, values, grid, local_rows)
    n_members = max(1, count_members(values))
    turn = torch.stack([torch.remainder(at_rest, 2 * math.pi), slope], dim=-1)
    return Tables(
        transfer=_rows_first(torch.exp(exponents).to(dtype), n_members, len(grid.shape)),
        turn=_rows_first(turn.to(REAL_OF[dtype]), n_members, len(grid.shape) + 1),
        linear=linear,
        local=local,
    )


@lru_cache(maxsize=64)
def rows_of(
    schedule: Sequence[Pass],
) -> tuple[
    tuple[tuple[tuple[int, float], ...], ...], tuple[tuple[int, float], ...], list[int], list[int]
]:
    """The different linear and local steps of a schedule, and for every pass its row, or -1."""
    linear_index: dict[tuple[tuple[int, float], ...], int] = {}
    local_index: dict[tuple[int, float], int] = {}
    linear, local = [], []
    for step in schedule:
        new = linear_index.setdefault(step.linear, len(linear_index)) if step.linear else -1
        linear.append(new)
        local.append(local_index.setdefault(step.local, len(local_index)) if step.local else -1)
    return tuple(linear_index), tuple(local_index), linear, local


def linear_exponents(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> Tensor:
    """The exponent of every pass, each of which has a linear step: (passes, members, *grid)."""
    rows = [step.linear for step in schedule]
    exponents = _linear_exponents(equation, values, grid, rows)
    return _rows_first(exponents, max(1, count_members(values)), len(grid.shape))


def _linear_exponents(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    rows: Sequence[tuple[tuple[int, float], ...]],
) -> Tensor:
    """Sums of length times symbol, complex128, shape (..., rows, *grid)."""
    layers = sorted({layer for row in rows for layer, _ in row})
    device = _device(values)
    if equation.symbol_is_linear:
        chosen = [_of_layers(value, layers) for value in values.values()]
        coefficients = torch.stack(torch.broadcast_tensors(*chosen), dim=-1)
        coefficients = coefficients.expand(*coefficients.shape[:-2], len(layers), -1)
        basis = _symbol_basis(equation, tuple(values), grid, device)
        flat = _over_rows(rows, layers, coefficients).to(torch.complex128) @ basis
        return flat.unflatten(-1, grid.shape)
    c = _at_layers(values, layers, grid)
    symbol = equation.linear_symbol(omega_on(grid, device), c).to(torch.complex128)
    symbol = _expanded(symbol, len(layers), grid)
    return _over_rows(rows, layers, symbol.flatten(-len(grid.shape))).unflatten(-1, grid.shape)


def _over_rows(
    rows: Sequence[tuple[tuple[int, float], ...]], layers: Sequence[int], of_layers: Tensor
) -> Tensor:
    """Sums of length times what each layer has: of (..., layers, n) that of (..., rows, n)."""
    device = of_layers.device
    if len(rows) * len(layers) <= LARGEST_WEIGHTS:
        # a product of matrices sums on a GPU in the same order each time, also on the way back
        weights = _weights(tuple(rows), tuple(layers), device)
        return weights.to(of_layers.dtype) @ of_layers
    place_of = {layer: place for place, layer in enumerate(layers)}
    parts = [(k, place_of[n], length) for k, row in enumerate(rows) for n, length in row]
    to, places, lengths = zip(*parts, strict=True)
    factors = torch.tensor(lengths, dtype=PROPAGATION_DTYPE, device=device)
    shares = factors[:, None] * of_layers[..., torch.tensor(places, device=device), :]
    sums = shares.new_zeros(*of_layers.shape[:-2], len(rows), of_layers.shape[-1])
    return sums.index_add(-2, torch.tensor(to, device=device), shares)


# what is copied to a GPU is copied once: a copy in each pass would wait for the host, and could not
# be recorded in a CUDA graph
@lru_cache(maxsize=64)
def _weights(
    rows: tuple[tuple[tuple[int, float], ...], ...],
    layers: tuple[int, ...],
    device: torch.device | None,
) -> Tensor:
    """The length of every layer in every row, float64."""
    with torch.inference_mode(False):
        weights = torch.zeros(len(rows), len(layers), dtype=PROPAGATION_DTYPE)
        for k, row in enumerate(rows):
            for layer, length in row:
                weights[k, layers.index(layer)] += length
        return weights.to(device)


@lru_cache(maxsize=32)
def _symbol_basis(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid, device: torch.device | None
) -> Tensor:
    """The symbol of every coefficient alone and equal to one, shape (coefficients, points)."""
    with torch.inference_mode(False), torch.no_grad():
        return torch.stack(list(symbol_rows(equation, names, grid, device)))


def symbol_rows(
    equation: MasterEquation, names: tuple[str, ...], grid: Grid, device: torch.device | None
) -> Iterator[Tensor]:
    """The same, one after another."""
    zero = torch.zeros([1] * len(grid.shape), dtype=PROPAGATION_DTYPE, device=device)
    omega = grid.omega.to(device)
    for name in names:
        c = CoefficientValues(**{k: zero + (k == name) for k in names})
        symbol = equation.linear_symbol(omega, c).to(torch.complex128)
        yield symbol.expand(grid.shape).flatten()


def _local_phases(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    rows: Sequence[tuple[int, float]],
) -> tuple[Tensor, Tensor]:
    """V and s of phi = V + s |E|^2 times the length, float64, each of shape (..., rows, *grid)."""
    device = _device(values)
    c = _at_layers(values, [layer for layer, _ in rows], grid)
    coordinates = coordinates_on(grid, device)
    t = coordinates[0] if len(coordinates) == 1 else coordinates
    dark = torch.zeros(len(rows), *grid.shape, dtype=PROPAGATION_DTYPE, device=device)
    at_rest = _expanded(equation.local_phase(dark, t, c), len(rows), grid)
    slope = _expanded(equation.local_phase(dark + 1, t, c), len(rows), grid) - at_rest
    if all(length == 1.0 for _, length in rows):
        return at_rest, slope
    lengths = numbers_on(tuple(length for _, length in rows), PROPAGATION_DTYPE, device)
    lengths = lengths.reshape(-1, *[1] * len(grid.shape))
    return at_rest * lengths, slope * lengths


def _at_layers(
    values: Mapping[str, Tensor], layers: Sequence[int], grid: Grid
) -> CoefficientValues:
    """The coefficients of several layers, of shape (..., layers, 1) or, in the plane, (..., 1, 1).

    Leading axes of a coefficient are members of an ensemble.
    """
    ones = [1] * len(grid.shape)
    chosen = {name: _of_layers(value, layers) for name, value in values.items()}
    return CoefficientValues(**{name: v.reshape(*v.shape, *ones) for name, v in chosen.items()})


def _of_layers(value: Tensor, layers: Sequence[int]) -> Tensor:
    """A coefficient at several layers, or of one entry where it is shared by all."""
    if value.ndim == 0:
        return value.reshape(1)
    if value.shape[-1] == 1 or list(layers) == list(range(value.shape[-1])):
        return value
    return value[..., numbers_on(tuple(layers), torch.int64, value.device)]


def _expanded(table: Tensor, n_rows: int, grid: Grid) -> Tensor:
    """The table with its axes of rows and of the grid at their full length."""
    members = table.shape[: max(0, table.ndim - len(grid.shape) - 1)]
    return table.expand(*members, n_rows, *grid.shape)


def _rows_first(table: Tensor, n_members: int, n_axes: int) -> Tensor:
    """(rows, ...) or (members, rows, ...) with ``n_axes`` more as (rows, members, ...).

    A table may be the same for all members, where their coefficients are of the other table.
    """
    table = table.unsqueeze(1) if table.ndim == n_axes + 1 else table.transpose(0, 1)
    return table.expand(-1, n_members, *[-1] * n_axes).contiguous()


def _device(values: Mapping[str, Tensor]) -> torch.device | None:
    return next((value.device for value in values.values()), None)
