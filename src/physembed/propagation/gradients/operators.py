"""A cascade and its adjoint as PyTorch operators: what torch.compile and torch.export see.

Outside of them a cascade is run without the detour, which costs as much as a small one.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients.functional import map_adjoint, map_cascade, run_stacked
from physembed.propagation.gradients.stored import pull_back, refuse_second_derivative
from physembed.propagation.pass_tables import Tables


def run_operator(field: Tensor, tables: Tables, n_axes: int) -> Tensor:
    """As :func:`~physembed.propagation.gradients.stored.run_stored`, as one operator."""
    keep = torch.is_grad_enabled()
    return cascade(field, tables.transfer, tables.turn, tables.linear, tables.local, n_axes, keep)[
        0
    ]


# schemas are written out: torch 2.6 does not read collections.abc.Sequence
@torch.library.custom_op(
    "physembed::cascade",
    mutates_args=(),
    schema=(
        "(Tensor field, Tensor transfer, Tensor turn, SymInt[] linear, SymInt[] local,"
        " SymInt n_axes, bool keep) -> Tensor[]"
    ),
)
def cascade(
    field: Tensor,
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    keep: bool,
) -> list[Tensor]:
    """What :func:`~physembed.propagation.gradients.functional.run_stacked` returns."""
    return run_stacked(field, transfer, turn, linear, local, n_axes, keep)


@torch.library.custom_op(
    "physembed::cascade_adjoint",
    mutates_args=(),
    schema=(
        "(Tensor grad, Tensor[] before, Tensor transfer, Tensor turn, SymInt[] linear,"
        " SymInt[] local, SymInt n_axes, bool to_field) -> Tensor[]"
    ),
)
def cascade_adjoint(
    grad: Tensor,
    before: Sequence[Tensor],
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    to_field: bool,
) -> list[Tensor]:
    """The gradients with respect to the field and to the two tables."""
    d_field, *tables = pull_back(grad, before, transfer, turn, linear, local, n_axes, to_field)
    # an operator must not return what it was given
    unwanted = torch.empty_like(grad, memory_format=torch.contiguous_format)
    return [d_field if to_field else unwanted, *tables]


@cascade.register_fake
def _(field, transfer, turn, linear, local, n_axes, keep):  # type: ignore[no-untyped-def]
    field = torch.empty_like(field, memory_format=torch.contiguous_format)
    counts = [sum(row >= 0 for row in rows) for rows in (linear, local)]
    return [field, *(field.new_empty(count, *field.shape) for count in counts if keep)]


@cascade_adjoint.register_fake
def _(grad, before, transfer, turn, linear, local, n_axes, to_field):  # type: ignore[no-untyped-def]
    return [
        torch.empty_like(tensor, memory_format=torch.contiguous_format)
        for tensor in (grad, transfer, turn)
    ]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: list[Tensor]) -> None:
    _, transfer, turn, linear, local, n_axes, _ = inputs
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(transfer, turn, *output[1:])
    ctx.passes = (linear, local, n_axes)


def _backward(ctx: Any, grads: list[Tensor | None]) -> tuple[Tensor | None, ...]:
    grad = grads[0]
    if grad is None:
        return (None,) * 7
    transfer, turn, *before = ctx.saved_tensors
    to_field = ctx.needs_input_grad[0]
    d_field, *d_tables = cascade_adjoint(grad, before, transfer, turn, *ctx.passes, to_field)
    return (d_field if to_field else None, *d_tables, None, None, None, None)


def _second(ctx: Any, *grads: Any) -> Any:
    refuse_second_derivative()


cascade.register_autograd(_backward, setup_context=_remember)
cascade_adjoint.register_autograd(_second)


def _map_cascade(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
    outputs, places = map_cascade(cascade, info.batch_size, in_dims, args)
    return list(outputs), list(places)


def _map_adjoint(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
    outputs, places = map_adjoint(cascade_adjoint, info.batch_size, in_dims, args)
    return list(outputs), list(places)


torch.library.register_vmap(cascade, _map_cascade)
torch.library.register_vmap(cascade_adjoint, _map_adjoint)
