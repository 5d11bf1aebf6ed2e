"""A range of rows and points at a time: rows with their tables, and the sums of the adjoints.

Fields are arrays (rows, 2 points), or the addresses of such, of which row 0 is row ``start`` of the
whole; tables are arrays (members, 2 points): the transfer's parts, or V and s of every point.
``scratch`` holds 2 TILE numbers. Sums are in double precision: those of every point, of the shape
of a table, or, where there is a ``basis`` of the exponents, (terms, 2 points), those of every term,
(members, terms). A law that is ``even``, or a term that is, is the same at every point. With
``undo`` what is given is what left the pass, and becomes what entered it.
"""

from typing import Any

import numba
from numba import carray

from physembed.propagation.kernels.compilation import f4, pointer, stream
from physembed.propagation.kernels.resources import LINE, TILE
from physembed.propagation.kernels.rows import (
    GROUP,
    divide_adjoint_row,
    multiply_adjoint_row,
    multiply_row,
    multiply_row_in_place,
    turn_adjoint_row,
    turn_row,
    turn_row_in_place,
    unturn_adjoint_row,
)
from physembed.propagation.kernels.tabulation import conjugate_multiply_row, inner_product


@numba.njit
def keep(source: int, kept: int, count: int) -> None:
    """Copy numbers from one address to another, past the caches."""
    for shift in range(0, 4 * count, LINE):
        stream(source + shift, kept + shift)


@numba.njit
def multiply_block(
    a: int, out: int, kept: int, table: Any, rows: int, n: int, start: int, per_member: int,
    c0: int, c1: int,
) -> None:  # fmt: skip
    """From one address to another, which may be the same; what enters is kept at a third, or 0."""
    for c in range(c0, c1, TILE):
        width = 2 * min(TILE, c1 - c)
        for i in range(rows):
            shift = 8 * (i * n + c)
            if kept:
                keep(a + shift, kept + shift, width)
            h = table[(start + i) // per_member, 2 * c : 2 * c + width]
            spectrum = carray(pointer(a + shift), (width,), f4)
            if a == out:
                multiply_row_in_place(spectrum, h)
            else:
                multiply_row(spectrum, h, carray(pointer(out + shift), (width,), f4))


@numba.njit
def turn_block(
    e: int, out: int, kept: int, table: Any, even: bool, rows: int, n: int, start: int,
    per_member: int, c0: int, c1: int,
) -> None:  # fmt: skip
    """Likewise; of a law that is ``even`` the first points are read for all, from near by."""
    for c in range(c0, c1, TILE):
        width = 2 * min(TILE, c1 - c)
        of_law = 0 if even else 2 * c
        for i in range(rows):
            shift = 8 * (i * n + c)
            if kept:
                keep(e + shift, kept + shift, width)
            law = table[(start + i) // per_member, of_law : of_law + width]
            field = carray(pointer(e + shift), (width,), f4)
            if e == out:
                turn_row_in_place(field, law)
            else:
                turn_row(field, law, carray(pointer(out + shift), (width,), f4))


@numba.njit
def multiply_adjoint_block(
    undo: bool,
    g: Any,
    a: Any,
    table: Any,
    basis: Any,
    even: Any,
    sums: Any,
    scratch: Any,
    start: int,
    per_member: int,
    c0: int,
    c1: int,
) -> None:
    for first in range(2 * c0, 2 * c1, 2 * TILE):
        last = min(first + 2 * TILE, 2 * c1)
        row = 0
        while row < g.shape[0]:
            member = (start + row) // per_member
            stop = min(row + GROUP, g.shape[0], (member + 1) * per_member - start)
            # a few rows in single precision, as vectors; then all of them in double
            for k in range(last - first):
                scratch[k] = 0
            h = table[member, first:last]
            for i in range(row, stop):
                if undo:
                    divide_adjoint_row(g[i, first:last], a[i, first:last], h, scratch)
                else:
                    multiply_adjoint_row(g[i, first:last], a[i, first:last], h, scratch)
            part = scratch[: last - first]
            if len(basis):
                # H = exp(Σ c f): a coefficient has the gradient Re Σ conj(f) conj(H) g conj(Ê)
                conjugate_multiply_row(part, h)
                for k in range(len(basis)):
                    at = 0 if even[k] else first
                    sums[member, k] += inner_product(part, basis[k, at : at + last - first])
            elif sums.shape[1]:
                total = sums[member, first:last]
                for k in range(last - first):
                    total[k] += part[k]
            row = stop


@numba.njit
def turn_adjoint_block(
    undo: bool,
    g: Any,
    e: Any,
    table: Any,
    even_law: bool,
    basis: Any,
    even: Any,
    sums: Any,
    scratch: Any,
    start: int,
    per_member: int,
    c0: int,
    c1: int,
) -> None:
    for first in range(2 * c0, 2 * c1, 2 * TILE):
        last = min(first + 2 * TILE, 2 * c1)
        row = 0
        while row < g.shape[0]:
            member = (start + row) // per_member
            stop = min(row + GROUP, g.shape[0], (member + 1) * per_member - start)
            for k in range(last - first):
                scratch[k] = 0
            of_law = 0 if even_law else first
            law = table[member, of_law : of_law + last - first]
            for i in range(row, stop):
                if undo:
                    unturn_adjoint_row(g[i, first:last], e[i, first:last], law, scratch)
                else:
                    turn_adjoint_row(g[i, first:last], e[i, first:last], law, scratch)
            part = scratch[: last - first]
            if len(basis):
                for k in range(len(basis)):
                    at = 0 if even[k] else first
                    sums[member, k] += inner_product(part, basis[k, at : at + last - first])
            elif sums.shape[1]:
                total = sums[member, first:last]
                for k in range(last - first):
                    total[k] += part[k]
            row = stop
