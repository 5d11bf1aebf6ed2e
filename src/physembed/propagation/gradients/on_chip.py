"""A cascade that never leaves the chip of a GPU, as one step of the graph.

Forwards it is one kernel, backwards another, which undoes the passes from the field that left: in
memory that of the reversible adjoint, in time a fraction of the Fourier transforms alone. Tables
are made, and gradients summed up, from the functions that the coefficients multiply, or from the
equation's own derivatives.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.arranged_medium import arranged
from physembed.propagation.device_medium import DeviceMedium, MediumTables
from physembed.propagation.gradients.stored import plain, refuse_second_derivative
from physembed.propagation.kernels import has_triton
from physembed.propagation.kernels.digit_order import PLANS
from physembed.propagation.law_derivatives import degree_of
from physembed.propagation.law_structure import structure_of
from physembed.propagation.schedule import Pass

GROUP = 10
"""Passes that are undone from one kept field where there are twice as many: the rounding of more
would exceed that of plain complex64."""

MOST_SUMS = 16
"""Numbers that the adjoint sums up per case and pass."""

Values = Mapping[str, Tensor]


def why_not_on_chip(field: Tensor, equation: MasterEquation, values: Values, grid: Grid) -> str:
    """Why a cascade on a GPU leaves the chip, in words; empty where it does not.

    Parameters
    ----------
    field : Tensor of shape (..., *grid)
    equation : MasterEquation
    values : mapping of str to Tensor
    grid : Grid
    """
    if field.dtype != torch.complex64:
        return f"of a {field.dtype} field"
    if not has_triton():
        return "without triton (pip install 'physembed[gpu]')"
    if len(grid.shape) > 1:
        return "in the plane"
    if grid.omega.numel() not in PLANS:
        n, sizes = grid.omega.numel(), sorted(PLANS)
        longer = next((size for size in sizes if size > n), None)
        such = "" if longer is None else f", such as {longer:,} by a wider guard_band,"
        return (
            f"of {n:,} points (a power of two from {sizes[0]} to {sizes[-1]:,}{such} stays on the "
            "chip)"
        )
    if not degree_of(equation):
        return f"for {type(equation).__name__}, whose local law is no phase V(t) + s |E|² + ..."
    return _why_not_by_law(equation, tuple(values), grid)


def _why_not_by_law(equation: MasterEquation, names: tuple[str, ...], grid: Grid) -> str:
    structure = structure_of(equation, names, grid)
    if structure is None:
        return f"for {type(equation).__name__}, whose law is not found out by trying it"
    if not structure.is_polynomial:
        name = type(equation).__name__
        return f"for {name}, whose local phase is not, to rounding, of the degree that it says"
    if not structure.gain_is_flat:
        return "where a gain depends on frequency, which cannot be divided out to rounding"
    if not structure.slope_is_flat:
        return "where the nonlinearity depends on time"
    # a step may end one layer and begin another, where each has derivatives of its own
    n_parts = 1 if equation.symbol_is_linear else 2
    n_sums = n_parts * len(structure.symbols) + degree_of(equation) + len(structure.potentials)
    if n_sums > MOST_SUMS:
        return f"of more than {MOST_SUMS} coefficients"
    return ""


def run_on_chip(
    field: Tensor,
    equation: MasterEquation,
    values: Values,
    grid: Grid,
    schedule: Sequence[Pass],
) -> Tensor:
    """The field after the last pass, of the shape of ``field``.

    Parameters
    ----------
    field : complex64 Tensor of shape (members, rows, points)
        Of a cascade that :func:`why_not_on_chip` has nothing against.
    equation : MasterEquation
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers or 1)
    grid : TimeGrid
    schedule : sequence of Pass
    """
    plan = PLANS[grid.omega.numel()]
    arrays, coefficients = arranged(equation, values, grid, schedule, plan)
    return run_arrays(field, coefficients, arrays)


def run_arrays(field: Tensor, coefficients: Tensor, arrays: DeviceMedium) -> Tensor:
    """As :func:`run_on_chip`, of float64 coefficients (members, layers, names)."""
    keep = torch.is_grad_enabled() and (field.requires_grad or coefficients.requires_grad)
    derivatives = keep and coefficients.requires_grad
    with torch.cuda.device_of(field):
        tables = arrays.tables(coefficients, derivatives=derivatives)
    result: Tensor = _OnChip.apply(field, coefficients, (arrays, tables), keep)  # type: ignore[no-untyped-call]
    return result


def kernel_options(arrays: DeviceMedium) -> dict[str, Any]:
    """What the compiler knows of both kernels."""
    plan = arrays.plan
    assert plan is not None
    return {
        "N": plan.n_points,
        "RADICES": plan.radices,
        "SPANS": plan.spans,
        "HAS_POTENTIAL": arrays.phase.has_potential,
        "DEGREE": arrays.phase.degree,
        "PTX": _knows_ptx(),
        "num_warps": plan.n_warps,
    }


def _knows_ptx() -> bool:
    """Whether kernels are compiled for a GPU of NVIDIA's, and not interpreted or for another."""
    from triton.runtime import JITFunction

    from physembed.propagation.kernels import on_chip

    return torch.version.hip is None and isinstance(on_chip.forward, JITFunction)


class _OnChip(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        field: Tensor,
        coefficients: Tensor,
        medium: tuple[DeviceMedium, MediumTables],
        keep: bool,
    ) -> Tensor:
        from physembed.propagation.kernels import on_chip

        field = plain(field)
        arrays, tables = medium
        with torch.cuda.device_of(field):
            n_members, n_rows, _ = field.shape
            ends = []
            for start, stop in _groups(len(arrays.linear), split=keep):
                left = torch.empty_like(field)
                on_chip.forward[(n_members * n_rows,)](
                    field.view(torch.int64),
                    left.view(torch.int64),
                    tables.transfer,
                    tables.turn,
                    tables.slope,
                    arrays.linear,
                    arrays.local,
                    arrays.roots,
                    start,
                    stop,
                    n_rows,
                    n_members,
                    **kernel_options(arrays),
                )
                field = left
                ends.append(left)
        ctx.arrays = arrays
        ctx.save_for_backward(*tables, *ends)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        from physembed.propagation.kernels import on_chip

        if torch.is_grad_enabled():
            refuse_second_derivative()
        arrays: DeviceMedium = ctx.arrays
        n_tables = len(MediumTables._fields)
        tables, ends = MediumTables(*ctx.saved_tensors[:n_tables]), ctx.saved_tensors[n_tables:]
        grad = plain(grad)
        n_members, n_rows, _ = grad.shape
        passes = len(arrays.linear)
        sums = torch.empty(n_members, n_rows, passes, arrays.n_sums, device=grad.device)
        to_field = ctx.needs_input_grad[0]
        groups = list(zip(_groups(passes, split=True), ends, strict=True))
        # series that nothing is learnt of need no gradient, nor the memory for it
        out = torch.empty_like(grad) if to_field or len(groups) > 1 else grad
        with torch.cuda.device_of(grad):
            for (start, stop), end in reversed(groups):
                on_chip.backward[(n_members * n_rows,)](
                    end.view(torch.int64),
                    grad.view(torch.int64),
                    out.view(torch.int64),
                    sums,
                    tables.transfer,
                    tables.turn,
                    tables.slope,
                    arrays.linear,
                    arrays.local,
                    tables.symbols,
                    tables.phases,
                    arrays.roots,
                    int(to_field or start > 0),
                    start,
                    stop,
                    passes,
                    n_rows,
                    n_members,
                    SYMBOLS=tables.symbols.shape[-2],
                    POTENTIALS=tables.phases.shape[-2],
                    SYMBOLS_BY_ROW=arrays.symbol.is_by_row,
                    POTENTIALS_BY_ROW=arrays.phase.is_by_row,
                    SUMS=arrays.n_sums,
                    TOGETHER=bool(arrays.plan and arrays.plan.together),
                    **kernel_options(arrays),
                )
                # a program has read its case before it writes it
                grad = out
            of_layers = arrays.pull_back(sums, tables.to_coefficients)
        return (out if to_field else None), of_layers, None, None


def _groups(passes: int, *, split: bool) -> list[tuple[int, int]]:
    """Where each launch starts and stops."""
    length = GROUP if split and passes >= 2 * GROUP else passes
    return [(start, min(start + length, passes)) for start in range(0, passes, length)]
