"""The adjoint of a cascade without stored fields: the layers are run backwards.

A phase keeps |E|² and a linear step can be divided out, so the field before a pass follows from the
field after it. Two FFTs a pass forward, four backward, and memory that does not depend on depth.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.cascade import cascade_steps, step_backwards, step_forwards
from physembed.propagation.gradients.checkpoints import plan_checkpoints
from physembed.propagation.gradients.stored import (
    Sums,
    plain,
    refuse_second_derivative,
    run_passes,
)
from physembed.propagation.kernels import kernel_for, whole
from physembed.propagation.linear_law import fixed_tables, linear_law
from physembed.propagation.schedule import Pass
from physembed.propagation.tables import make_tables

CHUNK = 4
"""Passes whose tables exist at the same time: memory does not grow with depth."""


def run_reversible(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> Tensor:
    """The field after the last pass, of the shape of ``field``.

    Parameters
    ----------
    field : Tensor of shape (members, rows, *grid) or, where the phase is not affine, (..., *grid)
    equation : MasterEquation
        Its local law is a phase.
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers)
    grid : Grid
    schedule : sequence of Pass
    """
    result: Tensor = _Reversible.apply(  # type: ignore[no-untyped-call]
        field, equation, grid, schedule, tuple(values), *values.values()
    )
    return result


def worst_reconstruction(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> float:
    """Largest ‖reconstructed - true‖ / ‖true‖ of the last field that is computed again between two
    kept ones, where the error is largest.

    The arguments are those of :func:`run_reversible`.
    """
    values = {name: value.detach() for name, value in values.items()}
    pull_back = _pull_back_affine if equation.local_phase_is_affine else _pull_back
    worst = 0.0
    with torch.no_grad():
        known = plan_checkpoints(equation, values, grid, schedule, field.dtype)
        for start, stretch in _stretches(schedule, known):
            # a pass before which the field is kept is not undone
            n_kept = 1 if start in known else 0
            if n_kept:
                field = _advance(field, equation, values, grid, stretch[:1])
            after = field
            chunks = _chunks(stretch[n_kept:], ())
            for _, chunk in chunks:
                after = _advance(after, equation, values, grid, chunk)
            pair = torch.stack([after, torch.zeros_like(after)])
            for _, chunk in reversed(chunks):
                pair, _ = pull_back(pair, None, equation, values, grid, chunk, to_field=True)
            size = float(field.norm())
            error = float((pair[0] - field).norm()) / size if size else 0.0
            # what is not a number is worse than any
            worst = worst if error <= worst else error
            field = after
    return worst


class _Reversible(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        field: Tensor,
        equation: MasterEquation,
        grid: Grid,
        schedule: Sequence[Pass],
        names: tuple[str, ...],
        *tensors: Tensor,
    ) -> Tensor:
        values = dict(zip(names, tensors, strict=True))
        known = plan_checkpoints(equation, values, grid, schedule, field.dtype)
        field = plain(field)
        kept: dict[int, Tensor] = {}
        for start, chunk in _chunks(schedule, known):
            if start in known:
                kept[start] = field
            field = _advance(field, equation, values, grid, chunk)
        ctx.setting = (equation, grid, schedule, names)
        ctx.starts = tuple(kept)
        ctx.save_for_backward(field, *kept.values(), *tensors)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():
            refuse_second_derivative()
        equation, grid, schedule, names = ctx.setting
        end, *saved = ctx.saved_tensors
        kept = dict(zip(ctx.starts, saved, strict=False))
        values = {
            name: value.detach().requires_grad_(value.requires_grad)
            for name, value in zip(names, saved[len(kept) :], strict=True)
        }
        totals = {k: torch.zeros_like(v) for k, v in values.items() if v.requires_grad}
        pull_back = _pull_back_affine if equation.local_phase_is_affine else _pull_back
        pair = torch.stack([end, grad])
        for start, chunk in reversed(_chunks(schedule, kept)):
            pair, gradients = pull_back(
                pair,
                kept.get(start),
                equation,
                values,
                grid,
                chunk,
                to_field=start > 0 or ctx.needs_input_grad[0],
            )
            for name, gradient in gradients.items():
                totals[name] += gradient
        to_field = pair[1] if ctx.needs_input_grad[0] else None
        return (to_field, None, None, None, None, *(totals.get(name) for name in names))


def _pull_back_affine(
    pair: Tensor,
    before: Tensor | None,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    chunk: Sequence[Pass],
    *,
    to_field: bool,
) -> tuple[Tensor, dict[str, Tensor]]:
    """The field and its gradient, stacked, before a chunk from those after it, in fused passes.

    ``before`` is the field before the chunk where it is known. Without ``to_field`` what is
    returned for the field and its gradient has no meaning.
    """
    is_whole = whole.serves(pair[0], len(grid.shape))
    law = linear_law(equation, values, grid, pair.dtype) if is_whole else None
    if law is not None:
        tables = law.tables(values, chunk)

        def run(sums: tuple[Tensor, Tensor], bases: tuple[Tensor, Tensor]) -> Tensor:
            arrays = (tables.transfer, tables.turn)
            return whole.reversed_adjoint(
                pair,
                before,
                arrays,
                tables.linear,
                tables.local,
                sums,
                to_field=to_field,
                bases=bases,
            )

        wanted = [name for name, value in values.items() if value.requires_grad]
        n_parts = whole.n_parts(pair[0])
        return law.adjoint(
            run, tables, n_parts=n_parts, values=values, schedule=chunk, wanted=wanted
        )
    with torch.enable_grad():
        tables = make_tables(equation, values, grid, chunk, pair.dtype)
    transfer, turn = tables.transfer.detach(), tables.turn.detach()
    outputs = [tables.transfer, tables.turn]
    if is_whole:
        sums = Sums.like(transfer, turn, whole.n_parts(pair[0]))
        pair = whole.reversed_adjoint(
            pair,
            before,
            (transfer, turn),
            tables.linear,
            tables.local,
            (sums.transfer, sums.turn),
            to_field=to_field,
        )
        return pair, _gradients(outputs, values, sums.totals(transfer, turn))
    axes = tuple(range(-len(grid.shape), 0))
    kernel = kernel_for(pair)
    sums = Sums.like(transfer, turn, kernel.n_parts(pair[1]))
    for index in reversed(range(len(chunk))):
        h, v = tables.linear[index], tables.local[index]
        if v >= 0:
            kernel.unturn_adjoint(pair[1], pair[0], turn[v], sums.turn[v])
        if h >= 0:
            if index == 0 and before is not None:
                pair[0] = before
            pair = torch.fft.fftn(pair, dim=axes)
            if index == 0 and before is not None:
                kernel.multiply_adjoint(pair[1], pair[0], transfer[h], sums.transfer[h])
            else:
                kernel.divide_adjoint(pair[1], pair[0], transfer[h], sums.transfer[h])
            if index > 0 or to_field:
                pair = torch.fft.ifftn(pair, dim=axes)
    if before is not None:
        pair[0] = before
    # the transform of the gradient lacks the factor 1/N of the inverse transform's adjoint
    sums.transfer.div_(grid.omega.numel())
    return pair, _gradients(outputs, values, sums.totals(transfer, turn))


def _pull_back(
    pair: Tensor,
    before: Tensor | None,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    chunk: Sequence[Pass],
    *,
    to_field: bool,
) -> tuple[Tensor, dict[str, Tensor]]:
    """As :func:`_pull_back_affine` for any phase law: a pass is undone and computed once more."""
    field, grad = pair
    totals: dict[str, Tensor] = {}
    for index in reversed(range(len(chunk))):
        with torch.enable_grad():
            (step,) = cascade_steps(equation, values, grid, chunk[index : index + 1])
            with torch.no_grad():
                undone = step_backwards(field, equation, grid, step)
            entered = before if index == 0 and before is not None else undone
            entered = entered.detach().requires_grad_()
            left = step_forwards(entered, equation, grid, step)
        found = _gradients([left], {**values, "": entered}, [grad])
        grad = found.pop("")
        field = entered.detach()
        for name, gradient in found.items():
            totals[name] = totals.get(name, 0) + gradient
    return torch.stack([field, grad]), totals


def _gradients(
    outputs: Sequence[Tensor], leaves: Mapping[str, Tensor], grads: Sequence[Tensor]
) -> dict[str, Tensor]:
    """The gradients of those leaves that the outputs depend on, by name."""
    wanted = {name: leaf for name, leaf in leaves.items() if leaf.requires_grad}
    pairs = [(o, g) for o, g in zip(outputs, grads, strict=True) if o.requires_grad]
    if not wanted or not pairs:
        return {}
    found = torch.autograd.grad(
        [output for output, _ in pairs],
        list(wanted.values()),
        [grad for _, grad in pairs],
        allow_unused=True,
    )
    return {name: g for name, g in zip(wanted, found, strict=True) if g is not None}


def _advance(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    chunk: Sequence[Pass],
) -> Tensor:
    """The field after a chunk; nothing is kept."""
    with torch.no_grad():
        if equation.local_phase_is_affine:
            tables = fixed_tables(equation, values, grid, chunk, field.dtype)
            n_axes = len(grid.shape)
            return run_passes(
                field,
                tables.transfer,
                tables.turn,
                tables.linear,
                tables.local,
                n_axes,
                False,
            )[0]
        for step in cascade_steps(equation, values, grid, chunk):
            field = step_forwards(field, equation, grid, step)
        return field


def _chunks(schedule: Sequence[Pass], known: Collection[int]) -> list[tuple[int, Sequence[Pass]]]:
    """Runs of at most CHUNK passes, each with its start; one starts wherever a field is known."""
    found: list[tuple[int, Sequence[Pass]]] = []
    start = 0
    for stop in range(1, len(schedule) + 1):
        if stop == len(schedule) or stop in known or stop - start == CHUNK:
            found.append((start, schedule[start:stop]))
            start = stop
    return found


def _stretches(
    schedule: Sequence[Pass], known: Collection[int]
) -> list[tuple[int, Sequence[Pass]]]:
    """The schedule cut wherever a field is known, each part with its start."""
    cuts = [*sorted({0, *known}), len(schedule)]
    return [(a, schedule[a:b]) for a, b in pairwise(cuts)]
