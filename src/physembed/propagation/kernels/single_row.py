"""One row through a cascade whose tables are made on the way, and how far from another it ends."""

import math
from typing import Any

import numba
from numba import carray

from physembed.propagation.kernels.cascade_task import backward, forward
from physembed.propagation.kernels.compilation import FAST, Compiled, f4, f8, i8, pointer
from physembed.propagation.kernels.resources import TILE
from physembed.propagation.kernels.rows import multiply_row_in_place, turn_row_in_place
from physembed.propagation.kernels.tabulation import tabulate_range

(
    STATUS,
    POINTS,
    PASSES,
    LINEAR_STEPS,
    LOCAL_STEPS,
    TRANSFER_TERMS,
    TURN_TERMS,
    TRANSFORM,
    LINEAR,
    LOCAL,
    TRANSFER_SUMS,
    TURN_SUMS,
    TRANSFER_BASIS,
    TURN_BASIS,
    FIELD,
    OTHER,
    TABLES,
    SCRATCH,
    DISTANCE,
    END,
) = range(20)
"""The places of a list: a sum of the transforms' errors; points and passes; different linear and
local steps, and the terms of their exponents; a transform of one row in place; addresses of the
rows that the passes take from the tables (-1 for none), of the exponents' coefficients, (steps,
terms), and of their terms, (terms, 2 points), in double precision; of the row, which is written
over, and of the other; of room for the tables, (steps, 2 points), and for 4 TILE numbers of double
precision; and of what is found; the length of the list."""


@numba.njit
def _tables(
    task: Any, is_transfer: bool, steps: int, terms: int, sums: int, basis: int, first: int
) -> Any:
    """The tables of one kind of step, the first of them at a row of the room for all."""
    width = 2 * task[POINTS]
    address = task[TABLES] + 4 * first * width
    tabulate_range(
        carray(pointer(sums), (steps, 1, terms), f8),
        carray(pointer(basis), (terms, width), f8),
        carray(pointer(address), (steps, 1, width), f4),
        carray(pointer(task[SCRATCH]), (2, 2 * TILE), f8),
        is_transfer,
        0,
        width,
    )
    return carray(pointer(address), (steps, width), f4)


# sums in whatever order fills a vector, always the same
@numba.njit(fastmath=FAST | {"reassoc"}, error_model="numpy")
def _distance(one: Any, other: Any) -> float:
    """‖one - other‖ / ‖other‖ but for a phase of the whole, in double precision; or infinite."""
    real, imaginary = 0.0, 0.0
    for j in range(0, len(one), 2):
        x, y, p, q = f8(one[j]), f8(one[j + 1]), f8(other[j]), f8(other[j + 1])
        real += x * p + y * q
        imaginary += x * q - y * p
    size = math.hypot(real, imaginary)
    c, s = (real / size, imaginary / size) if size > 0 else (1.0, 0.0)
    apart, size = 0.0, 0.0
    for j in range(0, len(one), 2):
        x, y, p, q = f8(one[j]), f8(one[j + 1]), f8(other[j]), f8(other[j + 1])
        u, v = p - (x * c - y * s), q - (x * s + y * c)
        apart += u * u + v * v
        size += p * p + q * q
    # what has overflowed may be no number
    if not apart < math.inf or not size < math.inf:
        return math.inf
    return math.sqrt(apart / size) if size > 0 else 0.0


@Compiled
def compare(address: Any) -> None:
    """The row through all passes, and its distance from the other."""
    task = carray(address, (END,))
    width, n_linear = 2 * task[POINTS], task[LINEAR_STEPS]
    transfer = _tables(
        task, True, n_linear, task[TRANSFER_TERMS], task[TRANSFER_SUMS], task[TRANSFER_BASIS], 0
    )
    turn = _tables(
        task,
        False,
        task[LOCAL_STEPS],
        task[TURN_TERMS],
        task[TURN_SUMS],
        task[TURN_BASIS],
        n_linear,
    )
    linear = carray(pointer(task[LINEAR]), (task[PASSES],), i8)
    local = carray(pointer(task[LOCAL]), (task[PASSES],), i8)
    here, transform = pointer(task[FIELD]), pointer(task[TRANSFORM])
    row = carray(here, (width,), f4)
    for step in range(task[PASSES]):
        if linear[step] >= 0:
            task[STATUS] |= forward(transform, here, here)
            multiply_row_in_place(row, transfer[linear[step]])
            task[STATUS] |= backward(transform, here, here)
        if local[step] >= 0:
            turn_row_in_place(row, turn[local[step]])
    other = carray(pointer(task[OTHER]), (width,), f4)
    carray(pointer(task[DISTANCE]), (1,), f8)[0] = _distance(row, other)
