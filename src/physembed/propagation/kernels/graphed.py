"""The passes as one kernel each on a GPU, between cuFFT's transforms, in Triton.

A field is read and written once a pass, nothing waits for the host, and nothing is compiled for a
shape: a CUDA graph can hold a whole cascade of them, and its adjoint. Complex numbers are int64.
"""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from physembed.propagation.kernels.butterflies import product, product_conjugate, sine_cosine
from physembed.propagation.kernels.codelets import as_integer, real_imaginary

LARGEST_BLOCK = 256
"""Points that a program computes."""

ENOUGH_PROGRAMS = 512
"""Programs that fill a GPU: where an adjoint has fewer, rows are divided among more of them."""


@triton.jit
def _multiply(field, table, out, points, rows, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < points
    x = real_imaginary(tl.load(field + row * points + k, mask=inside, other=0))
    h = real_imaginary(tl.load(table + (row // rows) * points + k, mask=inside, other=0))
    y = product(x, h)
    tl.store(out + row * points + k, as_integer(y[0], y[1]), mask=inside)


@triton.jit
def _turn(field, table, out, points, rows, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < points
    x = real_imaginary(tl.load(field + row * points + k, mask=inside, other=0))
    # V and s of a point are two float32
    v, s = real_imaginary(tl.load(table + (row // rows) * points + k, mask=inside, other=0))
    sine, cosine = sine_cosine(v + s * (x[0] * x[0] + x[1] * x[1]))
    y = product(x, (cosine, sine))
    tl.store(out + row * points + k, as_integer(y[0], y[1]), mask=inside)


@triton.jit
def _multiply_adjoint(
    grad, field, table, sums, points, rows, UNDO: tl.constexpr, BLOCK: tl.constexpr
):
    """conj(H) g in the place of g; g conj(Ê) is added up over the rows of a part."""
    member = tl.program_id(0).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    part = tl.program_id(2)
    inside = k < points
    h = real_imaginary(tl.load(table + member * points + k, mask=inside, other=0))
    scale = 1.0 / tl.where(inside, h[0] * h[0] + h[1] * h[1], 1.0)
    real = tl.zeros([BLOCK], tl.float64)
    imaginary = tl.zeros([BLOCK], tl.float64)
    parts = tl.num_programs(2)
    for row in range(part * rows // parts, (part + 1) * rows // parts):
        place = (member * rows + row) * points + k
        g = real_imaginary(tl.load(grad + place, mask=inside, other=0))
        x = real_imaginary(tl.load(field + place, mask=inside, other=0))
        if UNDO:
            x = product_conjugate(x, h)
            x = (x[0] * scale, x[1] * scale)
            tl.store(field + place, as_integer(x[0], x[1]), mask=inside)
        q = product_conjugate(g, x)
        real += q[0].to(tl.float64)
        imaginary += q[1].to(tl.float64)
        g = product_conjugate(g, h)
        tl.store(grad + place, as_integer(g[0], g[1]), mask=inside)
    place = sums + 2 * ((part * tl.num_programs(0) + member) * points + k)
    tl.store(place, tl.load(place, mask=inside, other=0.0) + real, mask=inside)
    tl.store(place + 1, tl.load(place + 1, mask=inside, other=0.0) + imaginary, mask=inside)


@triton.jit
def _turn_adjoint(grad, field, table, sums, points, rows, UNDO: tl.constexpr, BLOCK: tl.constexpr):
    """w + 2 s q E in the place of g; q and q |E|² are added up over the rows of a part."""
    member = tl.program_id(0).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    part = tl.program_id(2)
    inside = k < points
    v, s = real_imaginary(tl.load(table + member * points + k, mask=inside, other=0))
    of_v = tl.zeros([BLOCK], tl.float64)
    of_s = tl.zeros([BLOCK], tl.float64)
    parts = tl.num_programs(2)
    for row in range(part * rows // parts, (part + 1) * rows // parts):
        place = (member * rows + row) * points + k
        g = real_imaginary(tl.load(grad + place, mask=inside, other=0))
        x = real_imaginary(tl.load(field + place, mask=inside, other=0))
        intensity = x[0] * x[0] + x[1] * x[1]
        sine, cosine = sine_cosine(v + s * intensity)
        if UNDO:
            x = product_conjugate(x, (cosine, sine))
            tl.store(field + place, as_integer(x[0], x[1]), mask=inside)
        g = product_conjugate(g, (cosine, sine))
        torque = g[1] * x[0] - g[0] * x[1]
        of_v += torque.to(tl.float64)
        of_s += (torque * intensity).to(tl.float64)
        push = 2.0 * s * torque
        tl.store(grad + place, as_integer(g[0] + push * x[0], g[1] + push * x[1]), mask=inside)
    place = sums + 2 * ((part * tl.num_programs(0) + member) * points + k)
    tl.store(place, tl.load(place, mask=inside, other=0.0) + of_v, mask=inside)
    tl.store(place + 1, tl.load(place + 1, mask=inside, other=0.0) + of_s, mask=inside)


class GraphedKernel:
    """One Triton kernel a pass; compiled at the first call, kept on disk."""

    name = "graphed"

    def serves(self, field: Tensor) -> bool:
        """Whether the field is complex64 on a GPU."""
        return field.device.type == "cuda" and field.dtype == torch.complex64

    def n_parts(self, field: Tensor) -> int:
        n_members, n_rows = field.shape[:2]
        points = field[0, 0].numel()
        return parts_of(n_members * triton.cdiv(points, block_of(points)), n_rows)

    def multiply(self, spectrum: Tensor, transfer: Tensor, out: Tensor) -> Tensor:
        return _by_rows(_multiply, spectrum, transfer, out)

    def turn(self, field: Tensor, turn: Tensor, out: Tensor) -> Tensor:
        return _by_rows(_turn, field, turn, out)

    def multiply_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        return _by_points(_multiply_adjoint, grad, spectrum, transfer, d_transfer, undo=False)

    def turn_adjoint(self, grad: Tensor, field: Tensor, turn: Tensor, d_turn: Tensor) -> Tensor:
        return _by_points(_turn_adjoint, grad, field, turn, d_turn, undo=False)

    def divide_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        return _by_points(_multiply_adjoint, grad, spectrum, transfer, d_transfer, undo=True)

    def unturn_adjoint(self, grad: Tensor, field: Tensor, turn: Tensor, d_turn: Tensor) -> Tensor:
        return _by_points(_turn_adjoint, grad, field, turn, d_turn, undo=True)


def block_of(points: int) -> int:
    """Points that a program computes, of so many."""
    return min(LARGEST_BLOCK, 1 << (points - 1).bit_length())


def parts_of(programs: int, n_rows: int) -> int:
    """Parts of the rows that an adjoint sums over apart, where one part has so many programs."""
    return max(1, min(n_rows, ENOUGH_PROGRAMS // programs))


def _integers(table: Tensor) -> Tensor:
    """Complex numbers, or V and s, as one int64 each."""
    return table.view(torch.int64)


def _by_rows(kernel: Any, field: Tensor, table: Tensor, out: Tensor) -> Tensor:
    n_members, n_rows = field.shape[:2]
    points = field[0, 0].numel()
    block = block_of(points)
    with torch.cuda.device_of(field):
        kernel[(n_members * n_rows, triton.cdiv(points, block))](
            _integers(field), _integers(table), _integers(out), points, n_rows, BLOCK=block
        )
    return out


def _by_points(
    kernel: Any, grad: Tensor, field: Tensor, table: Tensor, sums: Tensor, *, undo: bool
) -> Tensor:
    n_members, n_rows = field.shape[:2]
    points = field[0, 0].numel()
    block = block_of(points)
    numbers = torch.view_as_real(sums) if sums.is_complex() else sums
    with torch.cuda.device_of(field):
        kernel[(n_members, triton.cdiv(points, block), len(sums))](
            _integers(grad),
            _integers(field),
            _integers(table),
            numbers,
            points,
            n_rows,
            UNDO=undo,
            BLOCK=block,
        )
    return grad
