"""A cascade and its adjoint as PyTorch operators: what torch.compile, torch.export and vmap see.

Outside of them a cascade is run without the detour, which costs as much as a small one.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients.stored import (
    pull_back,
    refuse_second_derivative,
    run_passes,
)
from physembed.propagation.kernels import whole
from physembed.propagation.tables import Tables


def run_operator(field: Tensor, tables: Tables, n_axes: int) -> Tensor:
    """As :func:`~physembed.propagation.gradients.stored.run_stored`, as one operator."""
    keep = torch.is_grad_enabled()
    return cascade(field, tables.transfer, tables.turn, tables.linear, tables.local, n_axes, keep)[
        0
    ]


@torch.library.custom_op("physembed::cascade", mutates_args=())
def cascade(
    field: Tensor,
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    keep: bool,
) -> list[Tensor]:
    """The field that leaves, and what the adjoint needs."""
    return run_passes(field, transfer, turn, linear, local, n_axes, keep)


@torch.library.custom_op("physembed::cascade_adjoint", mutates_args=())
def cascade_adjoint(
    grad: Tensor,
    kept: Sequence[Tensor],
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    to_field: bool,
) -> list[Tensor]:
    """The gradients with respect to the field and to the two tables."""
    found, *tables = pull_back(grad, kept, transfer, turn, linear, local, n_axes, to_field)
    # an operator must not return what it was given
    return [found if to_field else torch.empty_like(grad), *tables]


@cascade.register_fake
def _(field, transfer, turn, linear, local, n_axes, keep):  # type: ignore[no-untyped-def]
    field = torch.empty_like(field, memory_format=torch.contiguous_format)
    counts = [sum(row >= 0 for row in rows) if keep else 0 for rows in (linear, local)]
    if whole.serves(field, n_axes):
        return [field, *(field.new_empty(count, *field.shape) for count in counts if keep)]
    return [field, *(torch.empty_like(field) for _ in range(sum(counts)))]


@cascade_adjoint.register_fake
def _(grad, kept, transfer, turn, linear, local, n_axes, to_field):  # type: ignore[no-untyped-def]
    return [torch.empty_like(tensor) for tensor in (grad, transfer, turn)]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: list[Tensor]) -> None:
    _, transfer, turn, linear, local, n_axes, _ = inputs
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(transfer, turn, *output[1:])
    ctx.passes = (linear, local, n_axes)


def _backward(ctx: Any, grads: list[Tensor | None]) -> tuple[Tensor | None, ...]:
    grad = grads[0]
    if grad is None:
        return (None,) * 7
    transfer, turn, *kept = ctx.saved_tensors
    to_field = ctx.needs_input_grad[0]
    d_field, *d_tables = cascade_adjoint(grad, kept, transfer, turn, *ctx.passes, to_field)
    return (d_field if to_field else None, *d_tables, None, None, None, None)


def _second(ctx: Any, *grads: Any) -> Any:
    refuse_second_derivative()


cascade.register_autograd(_backward, setup_context=_remember)
cascade_adjoint.register_autograd(_second)


def _map_cascade(info: Any, in_dims: tuple[Any, ...], *args: Any) -> tuple[list[Tensor], list[int]]:
    field, transfer, turn, *rest = args
    n = info.batch_size
    tables = [_members(t, d, n, 1) for t, d in zip((transfer, turn), in_dims[1:3], strict=True)]
    field = _members(field, in_dims[0], n, 0)
    outputs = cascade(field, *tables, *rest)
    # the axis of members is the last but two or more: stacks of kept fields have one before it
    places = [out.ndim - field.ndim for out in outputs]
    return [o.unflatten(k, (n, -1)) for o, k in zip(outputs, places, strict=True)], places


def _map_adjoint(info: Any, in_dims: tuple[Any, ...], *args: Any) -> tuple[list[Tensor], list[int]]:
    grad, kept, transfer, turn, *rest = args
    n = info.batch_size
    tables = [_members(t, d, n, 1) for t, d in zip((transfer, turn), in_dims[2:4], strict=True)]
    grad = _members(grad, in_dims[0], n, 0)
    fields = [
        _members(tensor, mapped, n, tensor.ndim - (mapped is not None) - grad.ndim)
        for tensor, mapped in zip(kept, in_dims[1], strict=True)
    ]
    d_field, *d_tables = cascade_adjoint(grad, fields, *tables, *rest)
    outputs = [d_field.unflatten(0, (n, -1)), *(d.unflatten(1, (n, -1)) for d in d_tables)]
    return outputs, [0, 1, 1]


def _members(tensor: Tensor, mapped: int | None, n: int, axis: int) -> Tensor:
    """The mapped axis, repeated where there is none, merged into the axis of members."""
    if mapped is None:
        tensor = tensor.unsqueeze(axis).expand(*tensor.shape[:axis], n, *tensor.shape[axis:])
    else:
        tensor = tensor.movedim(mapped, axis)
    return tensor.flatten(axis, axis + 1)


torch.library.register_vmap(cascade, _map_cascade)
torch.library.register_vmap(cascade_adjoint, _map_adjoint)
