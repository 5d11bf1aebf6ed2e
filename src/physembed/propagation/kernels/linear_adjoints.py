"""The adjoints of the passes of a medium, in Triton.

They sum over the derivatives by its coefficients as they go: a gradient of a table is never in
memory. Each program takes a block of points of a part of the rows, and writes one number for each
term.
"""

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from physembed.propagation.kernels.butterflies import product, product_conjugate, sine_cosine
from physembed.propagation.kernels.codelets import as_integer, real_imaginary
from physembed.propagation.kernels.graphed import block_of, parts_of


@triton.jit(do_not_specialize=["step", "passes", "points", "rows"])
def multiply_adjoint(
    grad,
    spectrum,
    table,
    symbols,
    sums,
    step,
    passes,
    points,
    rows,
    SYMBOLS: tl.constexpr,
    BY_MEMBER: tl.constexpr,
    SUMS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """conj(H) g in the place of g, and Re Σ f Ê conj(g) of every symbol f, Ê having passed H.

    Arrays: ``grad`` and ``spectrum`` (members, rows, points), the latter before H; ``table`` H/N
    (members, points); ``symbols`` (SYMBOLS, points), BY_MEMBER those of each; ``sums`` float64
    (members, parts times blocks, passes, SUMS), of which those of ``step`` from 0 on are written.
    """
    member = tl.program_id(0).to(tl.int64)
    block = tl.program_id(1)
    part = tl.program_id(2)
    blocks = tl.num_programs(1)
    parts = tl.num_programs(2)
    k = block * BLOCK + tl.arange(0, BLOCK)
    inside = k < points
    h = real_imaginary(tl.load(table + member * points + k, mask=inside, other=0))
    # what rows add all but cancels near an optimum: single precision would leave its rounding
    real = tl.zeros([BLOCK], tl.float64)
    imaginary = tl.zeros([BLOCK], tl.float64)
    for row in range(part * rows // parts, (part + 1) * rows // parts):
        place = (member * rows + row) * points + k
        g = real_imaginary(tl.load(grad + place, mask=inside, other=0))
        x = real_imaginary(tl.load(spectrum + place, mask=inside, other=0))
        # H = exp(Σ c f) / N, so that a coefficient moves H Ê by f H Ê
        q = product_conjugate(product(x, h), g)
        real += q[0].to(tl.float64)
        imaginary += q[1].to(tl.float64)
        g = product_conjugate(g, h)
        tl.store(grad + place, as_integer(g[0], g[1]), mask=inside)
    # a place of its own, to be added up later: atomic additions would come in any order, and the
    # same input would not give the same bits
    place = sums + (((member * parts + part) * blocks + block) * passes + step) * SUMS
    first = member * SYMBOLS if BY_MEMBER else 0
    for term in tl.static_range(SYMBOLS):
        f = real_imaginary(tl.load(symbols + (first + term) * points + k, mask=inside, other=0))
        total = tl.sum(real * f[0].to(tl.float64) - imaginary * f[1].to(tl.float64))
        tl.store(place + term, total)


@triton.jit(do_not_specialize=["step", "passes", "points", "rows"])
def turn_adjoint(
    grad,
    pulled,
    field,
    table,
    phases,
    sums,
    step,
    passes,
    points,
    rows,
    FIRST: tl.constexpr,
    PHASES: tl.constexpr,
    BY_MEMBER: tl.constexpr,
    SUMS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """w + 2 s q E, which enters the local step, and Σ q (f + f' |E|²) of every pair of ``phases``.

    Arrays as of :func:`multiply_adjoint`; ``pulled`` may be ``grad`` itself; ``table`` V and s
    (members, points, 2); ``phases`` pairs of float32 (PHASES, points, 2), BY_MEMBER those of each.
    Of ``sums`` those from FIRST on are written.
    """
    member = tl.program_id(0).to(tl.int64)
    block = tl.program_id(1)
    part = tl.program_id(2)
    blocks = tl.num_programs(1)
    parts = tl.num_programs(2)
    k = block * BLOCK + tl.arange(0, BLOCK)
    inside = k < points
    v, s = real_imaginary(tl.load(table + member * points + k, mask=inside, other=0))
    of_v = tl.zeros([BLOCK], tl.float64)
    of_s = tl.zeros([BLOCK], tl.float64)
    for row in range(part * rows // parts, (part + 1) * rows // parts):
        place = (member * rows + row) * points + k
        g = real_imaginary(tl.load(grad + place, mask=inside, other=0))
        x = real_imaginary(tl.load(field + place, mask=inside, other=0))
        intensity = x[0] * x[0] + x[1] * x[1]
        sine, cosine = sine_cosine(v + s * intensity)
        # w = g exp(-i φ), and Im(w conj(E)) = ∂L/∂φ with φ = V + s |E|²
        g = product_conjugate(g, (cosine, sine))
        torque = g[1] * x[0] - g[0] * x[1]
        of_v += torque.to(tl.float64)
        of_s += (torque * intensity).to(tl.float64)
        # through |E|² the field turns itself: ∂φ/∂E = 2 s E
        push = 2.0 * s * torque
        pair = as_integer(g[0] + push * x[0], g[1] + push * x[1])
        tl.store(pulled + place, pair, mask=inside)
    place = sums + (((member * parts + part) * blocks + block) * passes + step) * SUMS + FIRST
    first = member * PHASES if BY_MEMBER else 0
    for term in tl.static_range(PHASES):
        f = real_imaginary(tl.load(phases + (first + term) * points + k, mask=inside, other=0))
        tl.store(place + term, tl.sum(of_v * f[0].to(tl.float64) + of_s * f[1].to(tl.float64)))


class Adjoints:
    """A gradient on its way back through the passes, and the sums that it leaves.

    Parameters
    ----------
    tables : MediumTables
        Without a plan.
    grad : complex64 Tensor of shape (members, rows, points)
        With respect to the field that left; it is not written to.
    passes : int

    Attributes
    ----------
    grad : Tensor
        With respect to what entered the passes that were undone.
    sums : float64 Tensor of shape (members, parts times blocks, passes, sums)
    """

    def __init__(self, tables: Any, grad: Tensor, passes: int) -> None:
        self.tables, self.grad, self.passes = tables, grad, passes
        # others may hold the gradient that came in: it is written over only once it is another
        self._is_mine = False
        members, self._rows, self._points = grad.shape
        self._block = block_of(self._points)
        blocks = triton.cdiv(self._points, self._block)
        parts = parts_of(members * blocks, self._rows)
        self._programs = (members, blocks, parts)
        self._n_sums = tables.to_coefficients.shape[-2]
        shape = (members, parts * blocks, passes, self._n_sums)
        self.sums = torch.zeros(shape, dtype=torch.float64, device=grad.device)

    def transform(self) -> None:
        """To the spectrum."""
        self.grad, self._is_mine = torch.fft.fft(self.grad), True

    def transform_back(self) -> None:
        """To the field, N times it: H holds 1/N."""
        self.grad = torch.fft.ifft(self.grad, norm="forward")

    def multiply(self, spectrum: Tensor, row: int, step: int) -> None:
        """Through the linear part of a pass, whose spectrum before H is given."""
        symbols, by_member = _of_row(self.tables.symbols, row)
        with torch.cuda.device_of(spectrum):
            multiply_adjoint[self._programs](
                self.grad.view(torch.int64),
                spectrum.view(torch.int64),
                self.tables.transfer[row],
                symbols,
                self.sums,
                step,
                self.passes,
                self._points,
                self._rows,
                SYMBOLS=symbols.shape[-2],
                BY_MEMBER=by_member,
                SUMS=self._n_sums,
                BLOCK=self._block,
            )

    def turn(self, field: Tensor, row: int, step: int) -> None:
        """Through the local part of a pass, of which the field before it is given."""
        pulled = self.grad if self._is_mine else torch.empty_like(self.grad)
        pairs, by_member = _of_row(self.tables.phases, row)
        with torch.cuda.device_of(field):
            turn_adjoint[self._programs](
                self.grad.view(torch.int64),
                pulled.view(torch.int64),
                field.view(torch.int64),
                self.tables.turn[row],
                pairs,
                self.sums,
                step,
                self.passes,
                self._points,
                self._rows,
                FIRST=self.tables.symbols.shape[-2],
                PHASES=pairs.shape[-2],
                BY_MEMBER=by_member,
                SUMS=self._n_sums,
                BLOCK=self._block,
            )
        self.grad, self._is_mine = pulled, True


def _of_row(derivatives: Tensor, row: int) -> tuple[Tensor, bool]:
    """Those of one row, and whether every member has its own."""
    by_row = derivatives.ndim > 2
    return (derivatives[row] if by_row else derivatives), by_row
