"""The stored adjoint on a GPU, of a medium that is linear in its coefficients.

cuFFT and four pointwise kernels a pass; tables and gradients in a few launches more. Nothing waits
for the host, so that a CUDA graph can hold it all.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.device_medium import DeviceMedium, arranged
from physembed.propagation.gradients.stored import Sums, plain, refuse_second_derivative
from physembed.propagation.kernels import kernel_for
from physembed.propagation.pass_tables import rows_of
from physembed.propagation.schedule import Pass


def run_graphed(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> Tensor:
    """The field after the last pass, of the shape of ``field``.

    Parameters
    ----------
    field : complex64 Tensor of shape (members, rows, points), on a GPU
    equation : MasterEquation
        Linear in its coefficients, its local law a phase V + s |E|².
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers or 1)
    grid : TimeGrid
    schedule : sequence of Pass
    """
    arrays, coefficients = arranged(equation, values, grid, schedule, None)
    *_, linear, local = rows_of(tuple(schedule))
    result: Tensor = _Graphed.apply(  # type: ignore[no-untyped-call]
        field, coefficients, arrays, (linear, local)
    )
    return result


class _Graphed(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        field: Tensor,
        coefficients: Tensor,
        arrays: DeviceMedium,
        rows: tuple[list[int], list[int]],
    ) -> Tensor:
        with torch.cuda.device_of(field):
            transfer = arrays.transfer(coefficients)
        turn = _turn_table(coefficients, arrays)
        field = plain(field)
        kernel = kernel_for(field)
        spectra: list[Tensor] = []
        fields: list[Tensor] = []
        for h, v in zip(*rows, strict=True):
            spectrum = torch.fft.fft(field)
            spectra.append(spectrum)
            product = kernel.multiply(spectrum, transfer[h], torch.empty_like(spectrum))
            # cuFFT divides by N in a pass of its own: H does it
            field = torch.fft.ifft(product, norm="forward")
            if v >= 0:
                fields.append(field)
                field = kernel.turn(field, turn[v], torch.empty_like(field))
        ctx.arrays, ctx.rows = arrays, rows
        ctx.counts = len(spectra)
        ctx.save_for_backward(transfer, turn, *spectra, *fields)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        if torch.is_grad_enabled():
            refuse_second_derivative()
        arrays: DeviceMedium = ctx.arrays
        transfer, turn, *stored = ctx.saved_tensors
        spectra, fields = stored[: ctx.counts], stored[ctx.counts :]
        grad = plain(grad).clone()
        kernel = kernel_for(grad)
        sums = Sums.like(transfer, turn, kernel.n_parts(grad))
        for h, v in zip(*(reversed(rows) for rows in ctx.rows), strict=True):
            if v >= 0:
                grad = kernel.turn_adjoint(grad, fields.pop(), turn[v], sums.turn[v])
            spectrum = torch.fft.fft(grad)
            spectrum = kernel.multiply_adjoint(
                spectrum, spectra.pop(), transfer[h], sums.transfer[h]
            )
            grad = torch.fft.ifft(spectrum, norm="forward")
        return grad, _of_coefficients(sums, transfer, arrays), None, None


def _turn_table(coefficients: Tensor, arrays: DeviceMedium) -> Tensor:
    """V within a turn and s of every point, float32, shape (rows, members, points, 2)."""
    turns = arrays.turns(coefficients)
    table = (turns @ arrays.phases.flatten(1)).unflatten(-1, (-1, 2))
    if arrays.has_potential:
        table[..., 0].remainder_(2 * math.pi)
    return table.float().contiguous()


def _of_coefficients(sums: Sums, transfer: Tensor, arrays: DeviceMedium) -> Tensor:
    """The gradients (members, layers, names) from the sums over cases, of every point.

    H = exp(Σ c f) / N: a coefficient has the gradient Re Σ conj(f) conj(H) g conj(Ê).
    """
    of_exponents = torch.view_as_real(sums.transfer.sum(dim=1) * transfer.conj()).flatten(-2)
    of_phases = sums.turn.sum(dim=1).flatten(-2)
    linear = of_exponents @ arrays.exponents.flatten(1).T
    local = of_phases @ arrays.phases.flatten(1).T
    lengths = torch.cat([arrays.linear_lengths, arrays.local_lengths]).T
    return lengths @ torch.cat([linear, local]).transpose(0, 1)
