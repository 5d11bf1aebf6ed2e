"""The stored adjoint on a GPU, of a medium whose local law is a phase V + s |E|².

cuFFT and four pointwise kernels a pass; tables and gradients in a few launches more. Nothing waits
for the host, so that a CUDA graph can hold it all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.arranged_medium import arranged
from physembed.propagation.device_medium import DeviceMedium, MediumTables
from physembed.propagation.gradients.stored import plain, refuse_second_derivative
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
        Its local law is a phase V + s |E|².
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers or 1)
    grid : TimeGrid
    schedule : sequence of Pass
    """
    arrays, coefficients = arranged(equation, values, grid, schedule, None)
    *_, linear, local = rows_of(tuple(schedule))
    with torch.cuda.device_of(field):
        tables = arrays.tables(coefficients, derivatives=coefficients.requires_grad)
    result: Tensor = _Graphed.apply(  # type: ignore[no-untyped-call]
        field, coefficients, (arrays, tables), (linear, local)
    )
    return result


class _Graphed(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        field: Tensor,
        coefficients: Tensor,
        medium: tuple[DeviceMedium, MediumTables],
        rows: tuple[list[int], list[int]],
    ) -> Tensor:
        from physembed.propagation.kernels.graphed import GraphedKernel

        field = plain(field)
        arrays, tables = medium
        kernel = GraphedKernel()
        spectra: list[Tensor] = []
        fields: list[Tensor] = []
        for h, v in zip(*rows, strict=True):
            spectrum = torch.fft.fft(field)
            spectra.append(spectrum)
            product = kernel.multiply(spectrum, tables.transfer[h], torch.empty_like(spectrum))
            # cuFFT divides by N in a pass of its own: H does it
            field = torch.fft.ifft(product, norm="forward")
            if v >= 0:
                fields.append(field)
                field = kernel.turn(field, tables.turn[v], torch.empty_like(field))
        ctx.arrays, ctx.rows = arrays, rows
        ctx.counts = len(spectra)
        ctx.save_for_backward(*tables, *spectra, *fields)
        return field

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        from physembed.propagation.kernels import linear_adjoints

        if torch.is_grad_enabled():
            refuse_second_derivative()
        arrays: DeviceMedium = ctx.arrays
        n_tables = len(MediumTables._fields)
        tables, stored = MediumTables(*ctx.saved_tensors[:n_tables]), ctx.saved_tensors[n_tables:]
        spectra, fields = list(stored[: ctx.counts]), list(stored[ctx.counts :])
        to_field = ctx.needs_input_grad[0]
        adjoints = linear_adjoints.Adjoints(tables, plain(grad), len(spectra))
        for step, (h, v) in reversed(list(enumerate(zip(*ctx.rows, strict=True)))):
            if v >= 0:
                adjoints.turn(fields.pop(), v, step)
            adjoints.transform()
            adjoints.multiply(spectra.pop(), h, step)
            if step > 0 or to_field:
                adjoints.transform_back()
        of_coefficients = arrays.pull_back(adjoints.sums, tables.to_coefficients)
        return (adjoints.grad if to_field else None), of_coefficients, None, None
