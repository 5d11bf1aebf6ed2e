"""Media whose exponents are sums of coefficients times functions: tables, and gradients, without a
graph of small operations, which would cost as much as a small cascade."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.linear_terms import LinearTerms, Rows
from physembed.propagation.schedule import Pass
from physembed.propagation.tables import Tables, make_tables, rows_of

LARGEST_BASIS = 2**28
"""Bytes of tabulated functions beyond which a medium takes the general way."""


class LinearLaw:
    """L(ω) = Σ c_k l_k(ω) and φ = Σ c_k (v_k(t) + s_k(t) |E|²), on one grid.

    Parameters
    ----------
    equation : MasterEquation
        Both its symbol and its local phase are linear in the coefficients.
    names : tuple of str
        Its coefficients.
    grid : TimeGrid
    """

    def __init__(self, equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> None:
        def alone(name: str) -> CoefficientValues:
            one = torch.ones(1, dtype=torch.float64)
            return CoefficientValues(**{k: one * (k == name) for k in names})

        def symbol(name: str) -> Tensor:
            found = equation.linear_symbol(grid.omega, alone(name)).to(torch.complex128)
            return torch.view_as_real(found.expand(grid.shape).contiguous())

        def phase(name: str) -> Tensor:
            dark = torch.zeros(grid.shape, dtype=torch.float64)
            (t,) = grid.coordinates
            at_rest = equation.local_phase(dark, t, alone(name))
            slope = equation.local_phase(dark + 1, t, alone(name)) - at_rest
            return torch.stack(torch.broadcast_tensors(at_rest, slope, dark)[:2], dim=-1)

        with torch.inference_mode(False), torch.no_grad():
            self.symbol = LinearTerms(names, symbol, is_transfer=True)
            self.phase = LinearTerms(names, phase, is_transfer=False)

    def tables(self, values: Mapping[str, Tensor], schedule: Sequence[Pass]) -> Tables:
        """The tables of a schedule, for complex64 fields; no gradient flows through them."""
        linear_rows, local_rows, linear, local = rows_of(schedule)
        return Tables(
            self.symbol.table(values, linear_rows),
            self.phase.table(values, _as_sums(local_rows)),
            linear,
            local,
        )

    def gains(self, values: Mapping[str, Tensor], rows: Rows) -> Tensor:
        """log|H| of every linear step, (rows, members, points), or of one point for all."""
        return torch.from_numpy(self.symbol.gains(values, rows))

    def adjoint(
        self,
        run: Callable[[tuple[Tensor, Tensor], tuple[Tensor, Tensor]], Tensor],
        tables: Tables,
        *,
        n_parts: int,
        values: Mapping[str, Tensor],
        schedule: Sequence[Pass],
        wanted: Collection[str],
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What the adjoint of a schedule returns, and the gradients of the wanted coefficients.

        Parameters
        ----------
        run : callable
            ``run(sums, bases)`` carries out the adjoint; it adds to two sums, of shape (rows,
            parts, members, terms), what it finds for the functions of two bases, (terms, points,
            2): those of the symbol and of the local phase.
        tables : Tables
            Those of the schedule.
        n_parts : int
            The number of partial sums.
        values : mapping of str to Tensor
        schedule : sequence of Pass
        wanted : collection of str
        """
        symbol, phase = (part.basis(part.among(wanted)) for part in (self.symbol, self.phase))
        linear_sums, local_sums = (
            torch.zeros(len(table), n_parts, table.shape[1], len(basis), dtype=torch.float64)
            for basis, table in ((symbol, tables.transfer), (phase, tables.turn))
        )
        result = run((linear_sums, local_sums), (symbol, phase))
        linear_rows, local_rows, _, _ = rows_of(schedule)
        found = self.symbol.gradients(values, linear_rows, linear_sums, wanted)
        of_phase = self.phase.gradients(values, _as_sums(local_rows), local_sums, wanted)
        for name, gradient in of_phase.items():
            found[name] = found[name] + gradient if name in found else gradient
        return result, found


def fixed_tables(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
) -> Tables:
    """The tables of a schedule, made in the quickest way; no gradient is needed."""
    law = linear_law(equation, values, grid, dtype)
    if law is not None:
        return law.tables(values, schedule)
    return make_tables(equation, values, grid, schedule, dtype)


def linear_law(
    equation: MasterEquation, values: Mapping[str, Tensor], grid: Grid, dtype: torch.dtype
) -> LinearLaw | None:
    """The law of a medium on the CPU in complex64, where it is linear in the coefficients."""
    affine = equation.is_conservative and equation.local_phase_is_affine
    linear = affine and equation.symbol_is_linear and equation.local_phase_is_linear
    n_bytes = 32 * grid.omega.numel() * len(values)
    if not linear or dtype != torch.complex64 or len(grid.shape) > 1 or n_bytes > LARGEST_BASIS:
        return None
    if any(value.device.type != "cpu" for value in values.values()):
        return None
    return _cached(equation, tuple(values), grid)


@lru_cache(maxsize=16)
def _cached(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> LinearLaw:
    return LinearLaw(equation, names, grid)


def _as_sums(local_rows: tuple[tuple[int, float], ...]) -> Rows:
    return tuple((row,) for row in local_rows)
