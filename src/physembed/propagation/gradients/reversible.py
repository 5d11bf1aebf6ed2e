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
from physembed.physics.coefficient import count_members
from physembed.propagation.gradients.checkpoints import plan_checkpoints
from physembed.propagation.gradients.stored import (
    plain,
    refuse_second_derivative,
)
from physembed.propagation.gradients.undone_passes import advance, pull_back
from physembed.propagation.schedule import Pass

FEWEST_PASSES = 4
"""Passes whose tables exist at the same time, at least: memory does not grow with depth."""

TABLE_BYTES = 2**16
"""Of the tables that exist at the same time, where those are more passes."""


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
    worst = 0.0
    with torch.no_grad():
        known = plan_checkpoints(equation, values, grid, schedule, field.dtype)
        for start, stretch in _stretches(schedule, known):
            # a pass before which the field is kept is not undone
            n_kept = 1 if start in known else 0
            if n_kept:
                field = advance(field, equation, values, grid, stretch[:1])
            after = field
            chunks = _chunks(stretch[n_kept:], (), _most_passes(values, grid))
            for _, chunk in chunks:
                after = advance(after, equation, values, grid, chunk)
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
        checkpoints: dict[int, Tensor] = {}
        for start, chunk in _chunks(schedule, known, _most_passes(values, grid)):
            if start in known:
                checkpoints[start] = field
            # what entered belongs to the caller, what is a checkpoint to the adjoint
            ours = start > 0 and start not in known
            field = advance(field, equation, values, grid, chunk, overwrite=ours)
        ctx.setting = (equation, grid, schedule, names)
        ctx.starts = tuple(checkpoints)
        ctx.save_for_backward(field, *checkpoints.values(), *tensors)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():
            refuse_second_derivative()
        equation, grid, schedule, names = ctx.setting
        end, *saved = ctx.saved_tensors
        checkpoints = dict(zip(ctx.starts, saved, strict=False))
        values = {
            name: value.detach().requires_grad_(value.requires_grad)
            for name, value in zip(names, saved[len(checkpoints) :], strict=True)
        }
        totals = {k: torch.zeros_like(v) for k, v in values.items() if v.requires_grad}
        pair = torch.stack([end, grad])
        for start, chunk in reversed(_chunks(schedule, checkpoints, _most_passes(values, grid))):
            pair, gradients = pull_back(
                pair,
                checkpoints.get(start),
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


def _chunks(
    schedule: Sequence[Pass], known: Collection[int], most: int
) -> list[tuple[int, Sequence[Pass]]]:
    """Runs of so many passes at most, each with its start; one starts wherever a field is known."""
    chunks: list[tuple[int, Sequence[Pass]]] = []
    start = 0
    for stop in range(1, len(schedule) + 1):
        if stop == len(schedule) or stop in known or stop - start == most:
            chunks.append((start, schedule[start:stop]))
            start = stop
    return chunks


def _most_passes(values: Mapping[str, Tensor], grid: Grid) -> int:
    """How many passes are computed with the same tables at hand."""
    of_a_pass = 16 * grid.omega.numel() * max(1, count_members(values))
    return max(FEWEST_PASSES, TABLE_BYTES // of_a_pass)


def _stretches(
    schedule: Sequence[Pass], known: Collection[int]
) -> list[tuple[int, Sequence[Pass]]]:
    """The schedule cut wherever a field is known, each part with its start."""
    cuts = [*sorted({0, *known}), len(schedule)]
    return [(a, schedule[a:b]) for a, b in pairwise(cuts)]
