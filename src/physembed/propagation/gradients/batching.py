"""How torch.vmap maps the cascade's operators: the mapped axis becomes an axis of members."""

from typing import Any

import torch
from torch import Tensor

from physembed.propagation.gradients.stored import cascade, cascade_adjoint


def register() -> None:
    """Tell torch.vmap; a mapped cascade is one cascade of more members, no loop."""
    torch.library.register_vmap(cascade, _map_cascade)
    torch.library.register_vmap(cascade_adjoint, _map_adjoint)


def _map_cascade(info: Any, in_dims: tuple[Any, ...], *args: Any) -> tuple[list[Tensor], list[int]]:
    field, transfer, turn, slope, *rest = args
    n = info.batch_size
    tables = [
        _members(t, d, n, 1) for t, d in zip((transfer, turn, slope), in_dims[1:4], strict=True)
    ]
    outputs = cascade(_members(field, in_dims[0], n, 0), *tables, *rest)
    return [out.unflatten(0, (n, -1)) for out in outputs], [0] * len(outputs)


def _map_adjoint(info: Any, in_dims: tuple[Any, ...], *args: Any) -> tuple[list[Tensor], list[int]]:
    grad, kept, transfer, turn, slope, *rest = args
    n = info.batch_size
    tables = [
        _members(t, d, n, 1) for t, d in zip((transfer, turn, slope), in_dims[2:5], strict=True)
    ]
    fields = [_members(t, d, n, 0) for t, d in zip(kept, in_dims[1], strict=True)]
    d_field, *d_tables = cascade_adjoint(_members(grad, in_dims[0], n, 0), fields, *tables, *rest)
    outputs = [d_field.unflatten(0, (n, -1)), *(d.unflatten(1, (n, -1)) for d in d_tables)]
    return outputs, [0, 1, 1, 1]


def _members(tensor: Tensor, mapped: int | None, n: int, axis: int) -> Tensor:
    """The mapped axis, repeated where there is none, merged into the axis of members."""
    if mapped is None:
        tensor = tensor.unsqueeze(axis).expand(*tensor.shape[:axis], n, *tensor.shape[axis:])
    else:
        tensor = tensor.movedim(mapped, axis)
    return tensor.flatten(axis, axis + 1)
