"""Single passes as compiled loops, for whatever transforms lie between them.

Every function takes the address of a list of 64-bit integers: the places named below, and then the
addresses of the arrays. Several threads may call it with the same list: each takes the next unit of
work until none is left, so that a team of any size shares a task.
"""

from typing import Any

import numba
import numpy as np
from numba import carray

from physembed.propagation.kernels.blocks import (
    multiply_adjoint_block,
    multiply_block,
    turn_adjoint_block,
    turn_block,
)
from physembed.propagation.kernels.compilation import Compiled, f4, f8, pointer, take
from physembed.propagation.kernels.resources import TILE

NEXT, UNITS, BY_ROWS, ROWS, ROWS_PER_MEMBER, POINTS, ARRAYS = range(7)
"""Next unit, number of units, whether a unit is a range of rows or of points; rows, rows of one
member, points of a row; the first array."""

IN, TABLE, OUT, PASS_END = range(ARRAYS, ARRAYS + 4)
"""A pass: the spectrum or field that enters, H or V and s, and what leaves, which may be the same
memory; the length of the list."""

GRAD, ENTERED, ADJOINT_TABLE, SUMS, SCRATCH, ADJOINT_END = range(ARRAYS, ARRAYS + 6)
"""An adjoint: the gradient, which is written over; the spectrum or field that entered or left; its
table; partial sums of every unit, (units, members, 2 points); 2 TILE numbers a unit."""


@numba.njit
def _range(task: Any, unit: int) -> tuple[int, int, int, int]:
    """First and last row, first and last point of a unit."""
    rows, points, units = task[ROWS], task[POINTS], task[UNITS]
    if task[BY_ROWS]:
        return rows * unit // units, rows * (unit + 1) // units, 0, points
    return 0, rows, points * unit // units, points * (unit + 1) // units


@numba.njit
def _array(task: Any, place: int, rows: int, columns: int) -> Any:
    return carray(pointer(task[place]), (rows, columns), f4)


@Compiled
def multiply(address: Any) -> None:
    """H Ê."""
    task = carray(address, (PASS_END,))
    rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
    table = _array(task, TABLE, rows // per_member, 2 * n)
    unit = take(address)
    while unit < task[UNITS]:
        r0, r1, c0, c1 = _range(task, unit)
        a, out = task[IN] + 8 * r0 * n, task[OUT] + 8 * r0 * n
        multiply_block(a, out, 0, table, r1 - r0, n, r0, per_member, c0, c1)
        unit = take(address)


@Compiled
def turn(address: Any) -> None:
    """E exp(i (V + s |E|²))."""
    task = carray(address, (PASS_END,))
    rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
    table = _array(task, TABLE, rows // per_member, 2 * n)
    unit = take(address)
    while unit < task[UNITS]:
        r0, r1, c0, c1 = _range(task, unit)
        e, out = task[IN] + 8 * r0 * n, task[OUT] + 8 * r0 * n
        turn_block(e, out, 0, table, False, r1 - r0, n, r0, per_member, c0, c1)
        unit = take(address)


@numba.njit
def _adjoint(address: Any, is_linear: bool, undo: bool) -> None:
    """The gradient before a pass, in place, and what it adds to the sums of its table."""
    task = carray(address, (ADJOINT_END,))
    rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
    members, units = rows // per_member, task[UNITS]
    g = _array(task, GRAD, rows, 2 * n)
    a = _array(task, ENTERED, rows, 2 * n)
    table = _array(task, ADJOINT_TABLE, members, 2 * n)
    # a unit has sums of its own: threads that added to the same ones would have to wait
    sums = carray(pointer(task[SUMS]), (units, members, 2 * n), f8)
    # of no terms, whatever the address: the sums are those of every point
    basis, even = carray(pointer(task[SUMS]), (0, 2 * n), f8), np.zeros(0, np.bool_)
    scratch = _array(task, SCRATCH, units, 2 * TILE)
    unit = take(address)
    while unit < units:
        r0, r1, c0, c1 = _range(task, unit)
        gs, entered, total, part = g[r0:r1], a[r0:r1], sums[unit], scratch[unit]
        if is_linear:
            multiply_adjoint_block(
                undo, gs, entered, table, basis, even, total, part, r0, per_member, c0, c1
            )
        else:
            turn_adjoint_block(
                undo, gs, entered, table, False, basis, even, total, part, r0, per_member, c0, c1
            )
        unit = take(address)


@Compiled
def multiply_adjoint(address: Any) -> None:
    """conj(H) g and the sum of g conj(Ê), for the spectrum that entered."""
    _adjoint(address, True, False)


@Compiled
def divide_adjoint(address: Any) -> None:
    """The same for the spectrum that left."""
    _adjoint(address, True, True)


@Compiled
def turn_adjoint(address: Any) -> None:
    """w + 2 s q E and the sums of q and q |E|², for the field that entered."""
    _adjoint(address, False, False)


@Compiled
def unturn_adjoint(address: Any) -> None:
    """The same for the field that left."""
    _adjoint(address, False, True)
