"""The adjoint of a cascade from stored fields: two FFTs a pass forward, two backward.

For every pass the spectrum before its linear step and the field before its local step are kept;
everything else is computed again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.propagation.kernels import kernel_for, whole
from physembed.propagation.pass_tables import Tables


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
        tensor.requires_grad for tensor in (field, tables.transfer, tables.turn)
    )
    arguments = (field, tables.transfer, tables.turn, tables.linear, tables.local, n_axes, keep)
    if not keep:
        return run_passes(*arguments)[0]
    result: Tensor = _Stored.apply(*arguments)  # type: ignore[no-untyped-call]
    return result


class _Stored(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        field: Tensor,
        transfer: Tensor,
        turn: Tensor,
        linear: list[int],
        local: list[int],
        n_axes: int,
        keep: bool,
    ) -> Tensor:
        field, *stored = run_passes(field, transfer, turn, linear, local, n_axes, keep)
        ctx.save_for_backward(transfer, turn, *stored)
        ctx.passes = (linear, local, n_axes)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():
            refuse_second_derivative()
        transfer, turn, *stored = ctx.saved_tensors
        linear, local, n_axes = ctx.passes
        to_field = ctx.needs_input_grad[0]
        d_field, *d_tables = pull_back(
            grad, stored, transfer, turn, linear, local, n_axes, to_field
        )
        return (d_field if to_field else None, *d_tables, None, None, None, None)


def refuse_second_derivative() -> None:
    """What the backward of a backward does here.

    Raises
    ------
    InvalidInputError
    """
    raise InvalidInputError(
        'gradient must be "autograd" where second derivatives are taken: the hand-written '
        'adjoints ("stored", "reversible", and "auto" where it chooses them) give first ones.'
    )


def run_passes(
    field: Tensor,
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    keep: bool,
    overwrite: bool = False,
) -> list[Tensor]:
    """The field that leaves; with ``keep`` then the spectra before every linear step and the fields
    before every local step: two stacks, or one after another where passes are computed singly.

    ``overwrite`` allows to write over the field that enters.
    """
    field, transfer, turn = plain(field), plain(transfer), plain(turn)
    if whole.serves(field, n_axes):
        return whole.forward(field, (transfer, turn), linear, local, keep=keep, overwrite=overwrite)
    axes = tuple(range(-n_axes, 0))
    kernel = kernel_for(field)
    transfer, scaling = _scaled(transfer, n_axes)
    spectra: list[Tensor] = []
    fields: list[Tensor] = []
    # what entered belongs to the caller, and is not written to
    field = field.clone() if keep or linear[0] < 0 else field
    for h, v in zip(linear, local, strict=True):
        if h >= 0:
            spectrum = torch.fft.fftn(field, dim=axes)
            spectra.append(spectrum)
            out = torch.empty_like(spectrum) if keep else spectrum
            product = kernel.multiply(spectrum, transfer[h], out)
            field = torch.fft.ifftn(product, dim=axes, norm=scaling)
        if v >= 0:
            fields.append(field)
            field = kernel.turn(field, turn[v], torch.empty_like(field) if keep else field)
    return [field, *spectra, *fields] if keep else [field]


def pull_back(
    grad: Tensor,
    stored: Sequence[Tensor],
    transfer: Tensor,
    turn: Tensor,
    linear: Sequence[int],
    local: Sequence[int],
    n_axes: int,
    to_field: bool,
) -> list[Tensor]:
    """The gradients with respect to the field and to the two tables.

    Without ``to_field`` the field's gradient is not carried through the first linear step, and what
    is returned for it has no meaning.
    """
    grad, transfer, turn = plain(grad), plain(transfer), plain(turn)
    # how they were kept decides, and not the threads of now
    stacked = len(stored) == 2 and stored[0].ndim > grad.ndim
    if stacked and whole.serves(grad, n_axes):
        sums = Sums.like(transfer, turn, whole.n_parts(grad))
        grad = whole.adjoint(
            grad,
            [plain(fields) for fields in stored],
            (transfer, turn),
            linear,
            local,
            (sums.transfer, sums.turn),
            to_field=to_field,
        )
        return [grad, *sums.totals(transfer, turn)]
    axes = tuple(range(-n_axes, 0))
    kernel = kernel_for(grad)
    grad = grad.clone()
    if stacked:
        spectra, fields = (list(plain(stack).unbind(0)) for stack in stored)
    else:
        n_linear = sum(row >= 0 for row in linear)
        spectra, fields = list(stored[:n_linear]), list(stored[n_linear:])
    sums = Sums.like(transfer, turn, kernel.n_parts(grad))
    transfer, scaling = _scaled(transfer, n_axes)
    # where H holds 1/N, the first of the two transforms does not
    first_scaling = "forward" if scaling == "backward" else "backward"
    for step in reversed(range(len(linear))):
        h, v = linear[step], local[step]
        if v >= 0:
            grad = kernel.turn_adjoint(grad, fields.pop(), turn[v], sums.turn[v])
        if h >= 0:
            grad = torch.fft.fftn(grad, dim=axes, norm=first_scaling)
            grad = kernel.multiply_adjoint(grad, spectra.pop(), transfer[h], sums.transfer[h])
            if step > 0 or to_field:
                grad = torch.fft.ifftn(grad, dim=axes, norm="forward")
    if scaling == "forward":
        sums.transfer.div_(math.prod(transfer.shape[-n_axes:]))
    return [grad, *sums.totals(transfer, turn)]


def _scaled(transfer: Tensor, n_axes: int) -> tuple[Tensor, str]:
    """H, and how the inverse transform is scaled.

    cuFFT divides by N in a pass of its own over the whole field: on a GPU, H does it.
    """
    if transfer.device.type != "cuda":
        return transfer, "backward"
    return transfer / math.prod(transfer.shape[-n_axes:]), "forward"


def plain(tensor: Tensor) -> Tensor:
    """The numbers as they are in memory, one after another: what the compiled loops read."""
    return tensor.resolve_conj().resolve_neg().contiguous()


@dataclass(frozen=True)
class Sums:
    """Sums over rows, in double precision, that the tables' gradients are made of.

    Of the shape of the tables, with an axis of partial sums after the steps.
    """

    transfer: Tensor
    turn: Tensor

    @classmethod
    def like(cls, transfer: Tensor, turn: Tensor, n_parts: int) -> "Sums":
        """Zeros."""

        def zeros(table: Tensor, dtype: torch.dtype) -> Tensor:
            shape = (table.shape[0], n_parts, *table.shape[1:])
            return torch.zeros(shape, dtype=dtype, device=table.device)

        return cls(zeros(transfer, torch.complex128), zeros(turn, torch.float64))

    def totals(self, transfer: Tensor, turn: Tensor) -> list[Tensor]:
        """The sums over the parts, in the tables' dtypes."""
        return [
            self.transfer.sum(dim=1).to(transfer.dtype),
            self.turn.sum(dim=1).to(turn.dtype),
        ]
