"""A cascade and its adjoint under torch.func: what vmap, grad, vjp and jacrev see.

A mapped axis of tables becomes one of members of an ensemble, and all of them are computed at once.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients.stored import (
    pull_back,
    refuse_second_derivative,
    run_passes,
)
from physembed.propagation.pass_tables import Tables


def run_functional(field: Tensor, tables: Tables, n_axes: int) -> Tensor:
    """As :func:`~physembed.propagation.gradients.stored.run_stored`, under torch.func."""
    outputs: tuple[Tensor, ...] = _Cascade.apply(  # type: ignore[no-untyped-call]
        field,
        tables.transfer,
        tables.turn,
        tables.linear,
        tables.local,
        n_axes,
        torch.is_grad_enabled(),
    )
    return outputs[0]


def run_stacked(
    field: Tensor,
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    keep: bool,
) -> list[Tensor]:
    """The field that leaves and, with ``keep``, the stacks of spectra and fields that the adjoint
    needs: as many tensors for any number of rows and of threads."""
    field, *stored = run_passes(field, transfer, turn, linear, local, n_axes, keep)
    if keep and not (len(stored) == 2 and stored[0].ndim > field.ndim):
        n_linear = sum(row >= 0 for row in linear)
        stored = [_stack(stored[:n_linear], field), _stack(stored[n_linear:], field)]
    return [field, *stored]


def _stack(tensors: Sequence[Tensor], like: Tensor) -> Tensor:
    return torch.stack(list(tensors)) if tensors else like.new_empty(0, *like.shape)


def map_cascade(
    call: Callable[..., Sequence[Tensor]], n: int, in_dims: Sequence[Any], args: Sequence[Any]
) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
    """The vmap rule of a ``call`` like :func:`run_stacked`: its outputs and their mapped axes."""
    field, transfer, turn, *rest = args
    tables = [as_members(t, d, n, 1) for t, d in zip((transfer, turn), in_dims[1:3], strict=True)]
    field = as_members(field, in_dims[0], n, 0)
    outputs = call(field, *tables, *rest)
    # stacks of kept fields have an axis before that of members
    places = tuple(out.ndim - field.ndim for out in outputs)
    return tuple(o.unflatten(k, (n, -1)) for o, k in zip(outputs, places, strict=True)), places


def map_adjoint(
    call: Callable[..., Sequence[Tensor]], n: int, in_dims: Sequence[Any], args: Sequence[Any]
) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
    """The vmap rule of a ``call`` like that of the operator ``cascade_adjoint``."""
    grad, stored, transfer, turn, *rest = args
    tables = [as_members(t, d, n, 1) for t, d in zip((transfer, turn), in_dims[2:4], strict=True)]
    grad = as_members(grad, in_dims[0], n, 0)
    fields = [as_members(t, d, n, 1) for t, d in zip(stored, in_dims[1], strict=True)]
    d_field, *d_tables = call(grad, fields, *tables, *rest)
    outputs = (d_field.unflatten(0, (n, -1)), *(d.unflatten(1, (n, -1)) for d in d_tables))
    return outputs, (0, 1, 1)


def as_members(tensor: Tensor, mapped: int | None, n: int, axis: int) -> Tensor:
    """The mapped axis, repeated where there is none, merged into the axis of members."""
    if mapped is None:
        tensor = tensor.unsqueeze(axis).expand(*tensor.shape[:axis], n, *tensor.shape[axis:])
    else:
        tensor = tensor.movedim(mapped, axis)
    return tensor.flatten(axis, axis + 1)


class _Cascade(torch.autograd.Function):
    @staticmethod
    def forward(*args: Any) -> tuple[Tensor, ...]:
        return tuple(run_stacked(*args))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        _, transfer, turn, *passes, _ = inputs
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(transfer, turn, *output[1:])
        ctx.passes = passes

    @staticmethod
    def backward(ctx: Any, grad: Tensor | None, *_: None) -> tuple[Tensor | None, ...]:
        if grad is None:
            return (None,) * 7
        transfer, turn, *stored = ctx.saved_tensors
        # a gradient that is not wanted of the field costs one transform
        gradients = _Adjoint.apply(grad, *stored, transfer, turn, *ctx.passes)  # type: ignore[no-untyped-call]
        return (*gradients, None, None, None, None)

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
        return map_cascade(_Cascade.apply, info.batch_size, in_dims, args)


class _Adjoint(torch.autograd.Function):
    @staticmethod
    def forward(
        grad: Tensor,
        spectra: Tensor,
        fields: Tensor,
        transfer: Tensor,
        turn: Tensor,
        linear: Sequence[int],
        local: Sequence[int],
        n_axes: int,
    ) -> tuple[Tensor, ...]:
        stored = [spectra, fields]
        return tuple(pull_back(grad, stored, transfer, turn, linear, local, n_axes, True))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> Any:
        refuse_second_derivative()

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
        def call(grad: Tensor, stored: Sequence[Tensor], *rest: Any) -> Any:
            return _Adjoint.apply(grad, *stored, *rest)  # type: ignore[no-untyped-call]

        grad, spectra, fields, *rest = args
        dims = (in_dims[0], in_dims[1:3], *in_dims[3:])
        return map_adjoint(call, info.batch_size, dims, (grad, (spectra, fields), *rest))
