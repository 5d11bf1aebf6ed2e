"""A range of rows and points at a time: rows with their tables, and the sums of the adjoints.

Fields are arrays (rows, 2 points) of which row 0 is row ``start`` of the whole; tables are arrays
(members, 2 points): the transfer's parts, or V and s of every point. ``scratch`` holds 2 TILE
numbers. Sums are in double precision: those of every point, of the shape of a table, or, where
there is a ``basis`` of the exponents, (terms, 2 points), those of every term, (members, terms).
With ``undo`` what is given is what left the pass, and becomes what entered it.
"""

from typing import Any

import numba

from physembed.propagation.kernels.resources import TILE
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
def multiply_block(
    a: Any, table: Any, out: Any, in_place: bool, start: int, per_member: int, c0: int, c1: int
) -> None:
    for i in range(a.shape[0]):
        h = table[(start + i) // per_member, 2 * c0 : 2 * c1]
        if in_place:
            multiply_row_in_place(a[i, 2 * c0 : 2 * c1], h)
        else:
            multiply_row(a[i, 2 * c0 : 2 * c1], h, out[i, 2 * c0 : 2 * c1])


@numba.njit
def turn_block(
    e: Any, table: Any, out: Any, in_place: bool, start: int, per_member: int, c0: int, c1: int
) -> None:
    for i in range(e.shape[0]):
        law = table[(start + i) // per_member, 2 * c0 : 2 * c1]
        if in_place:
            turn_row_in_place(e[i, 2 * c0 : 2 * c1], law)
        else:
            turn_row(e[i, 2 * c0 : 2 * c1], law, out[i, 2 * c0 : 2 * c1])


@numba.njit
def multiply_adjoint_block(
    undo: bool,
    g: Any,
    a: Any,
    table: Any,
    basis: Any,
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
                    sums[member, k] += inner_product(part, basis[k, first:last])
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
    basis: Any,
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
            law = table[member, first:last]
            for i in range(row, stop):
                if undo:
                    unturn_adjoint_row(g[i, first:last], e[i, first:last], law, scratch)
                else:
                    turn_adjoint_row(g[i, first:last], e[i, first:last], law, scratch)
            part = scratch[: last - first]
            if len(basis):
                for k in range(len(basis)):
                    sums[member, k] += inner_product(part, basis[k, first:last])
            elif sums.shape[1]:
                total = sums[member, first:last]
                for k in range(last - first):
                    total[k] += part[k]
            row = stop
