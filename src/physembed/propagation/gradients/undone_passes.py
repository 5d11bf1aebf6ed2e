"""A few passes of a cascade without stored fields: forwards, and its adjoint running backwards."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.cascade import cascade_steps, step_backwards, step_forwards
from physembed.propagation.gradients.stored import Sums, run_passes
from physembed.propagation.kernels import kernel_for, whole
from physembed.propagation.linear_law import fixed_tables, linear_law
from physembed.propagation.pass_tables import make_tables
from physembed.propagation.schedule import Pass


def advance(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    passes: Sequence[Pass],
    *,
    overwrite: bool = False,
) -> Tensor:
    """The field after some passes; nothing is kept. It may be written over where that is said."""
    with torch.no_grad():
        if equation.local_phase_is_affine:
            tables = fixed_tables(equation, values, grid, passes, field.dtype)
            n_axes = len(grid.shape)
            return run_passes(
                field,
                tables.transfer,
                tables.turn,
                tables.linear,
                tables.local,
                n_axes,
                keep=False,
                overwrite=overwrite,
            )[0]
        for step in cascade_steps(equation, values, grid, passes):
            field = step_forwards(field, equation, grid, step)
        return field


def pull_back(
    pair: Tensor,
    before: Tensor | None,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    passes: Sequence[Pass],
    *,
    to_field: bool,
) -> tuple[Tensor, dict[str, Tensor]]:
    """The field and its gradient, stacked, before some passes from those after them.

    ``before`` is the field before the passes where it is known. Without ``to_field`` what is
    returned for the field and its gradient has no meaning. ``pair`` may be written over.
    """
    run = _pull_back_affine if equation.local_phase_is_affine else _pull_back_any
    return run(pair, before, equation, values, grid, passes, to_field=to_field)


def _pull_back_affine(
    pair: Tensor,
    before: Tensor | None,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    passes: Sequence[Pass],
    *,
    to_field: bool,
) -> tuple[Tensor, dict[str, Tensor]]:
    """In fused passes, where the phase is V(t) + s |E|²."""
    is_whole = whole.serves(pair[0], len(grid.shape))
    law = linear_law(equation, values, grid, pair.dtype) if is_whole else None
    if law is not None:
        tables = law.tables(values, passes)

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
            run, tables, n_parts=n_parts, values=values, schedule=passes, wanted=wanted
        )
    with torch.enable_grad():
        tables = make_tables(equation, values, grid, passes, pair.dtype)
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
    for index in reversed(range(len(passes))):
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


def _pull_back_any(
    pair: Tensor,
    before: Tensor | None,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    passes: Sequence[Pass],
    *,
    to_field: bool,
) -> tuple[Tensor, dict[str, Tensor]]:
    """For any phase law: a pass is undone and computed once more."""
    field, grad = pair
    totals: dict[str, Tensor] = {}
    for index in reversed(range(len(passes))):
        with torch.enable_grad():
            (step,) = cascade_steps(equation, values, grid, passes[index : index + 1])
            with torch.no_grad():
                undone = step_backwards(field, equation, grid, step)
            entered = before if index == 0 and before is not None else undone
            entered = entered.detach().requires_grad_()
            left = step_forwards(entered, equation, grid, step)
        gradients = _gradients([left], {**values, "": entered}, [grad])
        grad = gradients.pop("")
        field = entered.detach()
        for name, gradient in gradients.items():
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
    gradients = torch.autograd.grad(
        [output for output, _ in pairs],
        list(wanted.values()),
        [grad for _, grad in pairs],
        allow_unused=True,
    )
    return {name: g for name, g in zip(wanted, gradients, strict=True) if g is not None}
