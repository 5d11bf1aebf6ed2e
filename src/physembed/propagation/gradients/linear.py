"""The stored adjoint of a medium that is linear in its coefficients, as one step of the graph.

Tables are made, and their gradients summed over the functions that the coefficients multiply, in
the compiled loops: no graph of small operations, and no sums for every point. The second half is
what torch.func sees: members that vmap maps over become those of an ensemble, each computed as it
would be alone.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients.functional import as_members
from physembed.propagation.gradients.stored import plain, refuse_second_derivative
from physembed.propagation.kernels import whole
from physembed.propagation.linear_law import LinearLaw
from physembed.propagation.pass_tables import Tables, rows_of
from physembed.propagation.schedule import Pass


def run_linear(
    field: Tensor, law: LinearLaw, values: Mapping[str, Tensor], schedule: Sequence[Pass]
) -> Tensor:
    """The field after the last pass, of the shape of ``field``.

    Parameters
    ----------
    field : Tensor of shape (members, rows, points)
        Of the kind that :func:`~physembed.propagation.kernels.whole.serves`.
    law : LinearLaw
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers)
    schedule : sequence of Pass
    """
    result: Tensor = _Linear.apply(  # type: ignore[no-untyped-call]
        field, law, schedule, tuple(values), *values.values()
    )
    return result


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        field: Tensor,
        law: LinearLaw,
        schedule: Sequence[Pass],
        names: tuple[str, ...],
        *tensors: Tensor,
    ) -> Tensor:
        tables = law.tables(dict(zip(names, tensors, strict=True)), schedule)
        arrays = (tables.transfer, tables.turn)
        field, *stored = whole.forward(plain(field), arrays, tables.linear, tables.local, keep=True)
        ctx.setting = (law, schedule, names)
        ctx.passes = (tables.linear, tables.local)
        ctx.save_for_backward(tables.transfer, tables.turn, *stored, *tensors)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():
            refuse_second_derivative()
        law, schedule, names = ctx.setting
        transfer, turn, spectra, fields, *tensors = ctx.saved_tensors
        values = dict(zip(names, tensors, strict=True))
        tables = Tables(transfer, turn, *ctx.passes)
        to_field = ctx.needs_input_grad[0]
        wanted = [name for name, value in values.items() if value.requires_grad]
        grad, gradients = _pull_back_linear(
            grad, (spectra, fields), tables, law, values, schedule, wanted, to_field=to_field
        )
        return (grad if to_field else None, None, None, None, *(gradients.get(k) for k in names))


def _pull_back_linear(
    grad: Tensor,
    stored: Sequence[Tensor],
    tables: Tables,
    law: LinearLaw,
    values: Mapping[str, Tensor],
    schedule: Sequence[Pass],
    wanted: Collection[str],
    *,
    to_field: bool = True,
) -> tuple[Tensor, dict[str, Tensor]]:
    """The gradients with respect to the field and, by name, to the wanted coefficients.

    Without ``to_field`` what is returned for the field has no meaning.
    """
    grad = plain(grad)

    def run(sums: tuple[Tensor, Tensor], bases: tuple[Tensor, Tensor]) -> Tensor:
        arrays = (tables.transfer, tables.turn)
        return whole.adjoint(
            grad, stored, arrays, tables.linear, tables.local, sums, to_field=to_field, bases=bases
        )

    n_parts = whole.n_parts(grad)
    return law.adjoint(
        run, tables, n_parts=n_parts, values=values, schedule=schedule, wanted=wanted
    )


def run_functional_linear(
    field: Tensor, law: LinearLaw, values: Mapping[str, Tensor], schedule: Sequence[Pass]
) -> Tensor:
    """As :func:`~physembed.propagation.gradients.linear.run_linear`, under torch.func."""
    outputs: tuple[Tensor, ...] = _Cascade.apply(  # type: ignore[no-untyped-call]
        field, law, schedule, tuple(values), torch.is_grad_enabled(), *values.values()
    )
    return outputs[0]


class _Cascade(torch.autograd.Function):
    @staticmethod
    def forward(
        field: Tensor,
        law: LinearLaw,
        schedule: Sequence[Pass],
        names: tuple[str, ...],
        keep: bool,
        *tensors: Tensor,
    ) -> tuple[Tensor, ...]:
        tables = law.tables(dict(zip(names, tensors, strict=True)), schedule)
        arrays = (tables.transfer, tables.turn)
        out, *stored = whole.forward(plain(field), arrays, tables.linear, tables.local, keep=keep)
        return (out, *stored, *arrays) if keep else (out,)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        _, law, schedule, names, _, *tensors = inputs
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(*output[1:], *tensors)
        ctx.setting = (law, schedule, names)

    @staticmethod
    def backward(ctx: Any, grad: Tensor | None, *_: None) -> tuple[Tensor | None, ...]:
        law, schedule, names = ctx.setting
        if grad is None:
            return (None,) * (5 + len(names))
        gradients = _Adjoint.apply(grad, law, schedule, names, *ctx.saved_tensors)  # type: ignore[no-untyped-call]
        return (gradients[0], None, None, None, None, *gradients[1:])

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
        n = info.batch_size
        field, law, schedule, names, keep, *tensors = args
        field = as_members(field, in_dims[0], n, 0)
        tensors = [_values(t, d, n) for t, d in zip(tensors, in_dims[5:], strict=True)]
        out, *others = _Cascade.apply(field, law, schedule, names, keep, *tensors)  # type: ignore[no-untyped-call]
        # what is kept, and the tables, have an axis of steps before that of members
        unflattened = [other.unflatten(1, (n, -1)) for other in others]
        return (out.unflatten(0, (n, -1)), *unflattened), (0, *(1 for _ in others))


class _Adjoint(torch.autograd.Function):
    @staticmethod
    def forward(
        grad: Tensor,
        law: LinearLaw,
        schedule: Sequence[Pass],
        names: tuple[str, ...],
        spectra: Tensor,
        fields: Tensor,
        transfer: Tensor,
        turn: Tensor,
        *tensors: Tensor,
    ) -> tuple[Tensor, ...]:
        values = dict(zip(names, tensors, strict=True))
        _, _, linear, local = rows_of(schedule)
        tables = Tables(plain(transfer), plain(turn), linear, local)
        stored = (plain(spectra), plain(fields))
        grad, gradients = _pull_back_linear(grad, stored, tables, law, values, schedule, names)
        return (grad, *(gradients.get(name, torch.zeros_like(values[name])) for name in names))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, *grads: Tensor | None) -> Any:
        refuse_second_derivative()

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
        n = info.batch_size
        grad, law, schedule, names, *others = args
        grad = as_members(grad, in_dims[0], n, 0)
        stacks = [as_members(t, d, n, 1) for t, d in zip(others[:4], in_dims[4:8], strict=True)]
        given = list(zip(others[4:], in_dims[8:], strict=True))
        shapes = [t.shape if d is None else t.movedim(d, 0).shape[1:] for t, d in given]
        tensors = [_values(t, d, n) for t, d in given]
        d_field, *gradients = _Adjoint.apply(grad, law, schedule, names, *stacks, *tensors)  # type: ignore[no-untyped-call]
        each = [g.reshape(n, *shape) for g, shape in zip(gradients, shapes, strict=True)]
        return (d_field.unflatten(0, (n, -1)), *each), (0,) * (1 + len(each))


def _values(value: Tensor, mapped: int | None, n: int) -> Tensor:
    """A coefficient that is mapped over, or is the same for all, as that of an ensemble."""
    value = value.expand(n, *value.shape) if mapped is None else value.movedim(mapped, 0)
    return value.reshape(-1, 1) if value.ndim == 1 else value.flatten(0, -2)
