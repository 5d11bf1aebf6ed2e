"""The stored adjoint of a medium that is linear in its coefficients, as one step of the graph.

Tables are made, and their gradients summed over the functions that the coefficients multiply, in
the compiled loops: no graph of small operations, and no sums for every point.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients.stored import plain, refuse_second_derivative
from physembed.propagation.kernels import whole
from physembed.propagation.linear_law import LinearLaw
from physembed.propagation.schedule import Pass
from physembed.propagation.tables import Tables


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
        field, *kept = whole.forward(plain(field), arrays, tables.linear, tables.local, keep=True)
        ctx.setting = (law, schedule, names)
        ctx.passes = (tables.linear, tables.local)
        ctx.save_for_backward(tables.transfer, tables.turn, *kept, *tensors)
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
        grad, found = pull_back_linear(
            grad, (spectra, fields), tables, law, values, schedule, wanted, to_field=to_field
        )
        return (grad if to_field else None, None, None, None, *(found.get(k) for k in names))


def pull_back_linear(
    grad: Tensor,
    kept: Sequence[Tensor],
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
            grad, kept, arrays, tables.linear, tables.local, sums, to_field=to_field, bases=bases
        )

    n_parts = whole.n_parts(grad)
    return law.adjoint(
        run, tables, n_parts=n_parts, values=values, schedule=schedule, wanted=wanted
    )
