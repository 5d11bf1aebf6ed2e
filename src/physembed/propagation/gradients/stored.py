"""The adjoint of a cascade from stored fields: two FFTs a pass forward, two backward.

For every pass the spectrum before its linear step and the field before its local step are kept;
everything else is computed again. The cascade and its adjoint are PyTorch operators, so that
torch.compile, torch.export, vmap and distributed training go through them.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.propagation.kernels import kernel_for
from physembed.propagation.tables import Tables


def run_stored(field: Tensor, tables: Tables, n_axes: int) -> Tensor:
    """The field after the passes of ``tables``, of the shape of ``field``.

    Parameters
    ----------
    field : Tensor of shape (members, rows, *grid)
    tables : Tables
    n_axes : int
        The number of axes of the grid.
    """
    keep = torch.is_grad_enabled() and any(
        tensor.requires_grad for tensor in (field, tables.transfer, tables.turn, tables.slope)
    )
    outputs = cascade(
        field, tables.transfer, tables.turn, tables.slope, tables.linear, tables.local, n_axes, keep
    )
    return outputs[0]


@torch.library.custom_op("physembed::cascade", mutates_args=())
def cascade(
    field: Tensor,
    transfer: Tensor,
    turn: Tensor,
    slope: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    keep: bool,
) -> list[Tensor]:
    """The field that leaves; with ``keep`` then the spectra before every linear step and the fields
    before every local step."""
    axes = tuple(range(-n_axes, 0))
    kernel = kernel_for(field)
    spectra: list[Tensor] = []
    fields: list[Tensor] = []
    field = field.contiguous()
    scratch = torch.empty_like(field)
    for step, (h, v) in enumerate(zip(linear, local, strict=True)):
        if h >= 0:
            spectrum = torch.fft.fftn(field, dim=axes)
            out = scratch if keep else spectrum
            if keep:
                spectra.append(spectrum)
            field = torch.fft.ifftn(kernel.multiply(spectrum, transfer[h], out), dim=axes)
        if v >= 0:
            if keep:
                fields.append(field)
            # the field that entered belongs to the caller
            fresh = not keep and not (step == 0 and h < 0)
            field = kernel.turn(field, turn[v], slope[v], field if fresh else scratch)
            if field is scratch and keep and step + 1 < len(local) and linear[step + 1] < 0:
                scratch = torch.empty_like(scratch)
    if not len(linear) or all(row < 0 for row in (*linear, *local)):
        field = field.clone()
    return [field, *spectra, *fields]


@torch.library.custom_op("physembed::cascade_adjoint", mutates_args=())
def cascade_adjoint(
    grad: Tensor,
    kept: Sequence[Tensor],
    transfer: Tensor,
    turn: Tensor,
    slope: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    to_field: bool,
) -> list[Tensor]:
    """The gradients with respect to the field and to the three tables.

    Without ``to_field`` the field's gradient is not carried through the first linear step, and what
    is returned for it has no meaning.
    """
    axes = tuple(range(-n_axes, 0))
    kernel = kernel_for(grad)
    n_linear = sum(row >= 0 for row in linear)
    spectra, fields = list(kept[:n_linear]), list(kept[n_linear:])
    grad = grad.clone(memory_format=torch.contiguous_format)
    sums = Sums.like(transfer, turn, kernel.n_parts(grad))
    for step in reversed(range(len(linear))):
        h, v = linear[step], local[step]
        if v >= 0:
            grad = kernel.turn_adjoint(
                grad, fields.pop(), turn[v], slope[v], sums.turn[v], sums.slope[v]
            )
        if h >= 0:
            grad = torch.fft.fftn(grad, dim=axes, norm="forward")
            grad = kernel.multiply_adjoint(grad, spectra.pop(), transfer[h], sums.transfer[h])
            if step > 0 or to_field:
                grad = torch.fft.ifftn(grad, dim=axes, norm="forward")
    return [grad, *sums.totals(transfer, turn, slope)]


class Sums:
    """Sums over rows, in double precision, of what the tables' gradients are made of."""

    def __init__(self, transfer: Tensor, turn: Tensor, slope: Tensor) -> None:
        self.transfer = transfer
        self.turn = turn
        self.slope = slope

    @classmethod
    def like(cls, transfer: Tensor, turn: Tensor, n_parts: int) -> "Sums":
        """Zeros of shape (steps, parts, members, *grid)."""

        def zeros(table: Tensor, dtype: torch.dtype) -> Tensor:
            shape = (table.shape[0], n_parts, *table.shape[1:])
            return torch.zeros(shape, dtype=dtype, device=table.device)

        return cls(
            zeros(transfer, torch.complex128),
            zeros(turn, torch.float64),
            zeros(turn, torch.float64),
        )

    def totals(self, transfer: Tensor, turn: Tensor, slope: Tensor) -> list[Tensor]:
        """The sums over the parts, in the tables' dtypes."""
        pairs = [(self.transfer, transfer), (self.turn, turn), (self.slope, slope)]
        return [sums.sum(dim=1).to(table.dtype) for sums, table in pairs]


@cascade.register_fake
def _(field, transfer, turn, slope, linear, local, n_axes, keep):  # type: ignore[no-untyped-def]
    kept = sum(row >= 0 for row in (*linear, *local)) if keep else 0
    return [torch.empty_like(field, memory_format=torch.contiguous_format) for _ in range(1 + kept)]


@cascade_adjoint.register_fake
def _(grad, kept, transfer, turn, slope, linear, local, n_axes, to_field):  # type: ignore[no-untyped-def]
    return [torch.empty_like(tensor) for tensor in (grad, transfer, turn, slope)]


def _remember(ctx: Any, inputs: tuple[Any, ...], output: list[Tensor]) -> None:
    _, transfer, turn, slope, linear, local, n_axes, _ = inputs
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(transfer, turn, slope, *output[1:])
    ctx.passes = (linear, local, n_axes)


def _backward(ctx: Any, grads: list[Tensor | None]) -> tuple[Tensor | None, ...]:
    grad = grads[0]
    if grad is None:
        return (None,) * 8
    transfer, turn, slope, *kept = ctx.saved_tensors
    linear, local, n_axes = ctx.passes
    to_field = ctx.needs_input_grad[0]
    d_field, *d_tables = cascade_adjoint(
        grad, kept, transfer, turn, slope, linear, local, n_axes, to_field
    )
    return (d_field if to_field else None, *d_tables, None, None, None, None)


def refuse_second_derivative(ctx: Any, *grads: Any) -> Any:
    """What the backward of a backward does here.

    Raises
    ------
    InvalidInputError
    """
    raise InvalidInputError(
        'gradient must be "autograd" where second derivatives are taken: the hand-written '
        'adjoints ("stored", "reversible", and "auto" where it chooses them) give first ones.'
    )


cascade.register_autograd(_backward, setup_context=_remember)
cascade_adjoint.register_autograd(refuse_second_derivative)
