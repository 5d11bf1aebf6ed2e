"""The list of numbers that the cascades' loops are given, and what they find by it.

The functions take the address of a list of 64-bit integers, the places of which are named below.
"""

from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba import carray, types

from physembed.propagation.kernels.compilation import f4, f8, i8, pointer
from physembed.propagation.kernels.resources import TILE
from physembed.propagation.kernels.transforms import function_addresses

HEADER = (
    "next",
    "units",
    "status",
    "rows",
    "rows_per_member",
    "points",
    "block",
    "passes",
    "linear_steps",
    "local_steps",
    "flag",
    "parts",
    "out_of_place",
    "out_of_place_row",
    "in_place",
    "in_place_row",
    "adjoint",
    "adjoint_row",
    "linear",
    "local",
    "transfer",
    "turn",
    "transfer_terms",
    "turn_terms",
    "transfer_basis",
    "turn_basis",
)
"""The places of a list: the next unit and their number; a sum of the transforms' errors; rows, rows
of a member, points, rows of a block; passes, linear and local steps in the tables; a flag; the
units of a member; descriptors of the transforms; addresses of the rows that the passes take from
the tables (-1 for none) and of the tables; the number of terms that the exponents' sums are taken
over, -1 for those of every point, and the addresses of the terms. A function's arrays follow."""

(
    NEXT,
    UNITS,
    STATUS,
    ROWS,
    ROWS_PER_MEMBER,
    POINTS,
    BLOCK,
    PASSES,
    LINEAR_STEPS,
    LOCAL_STEPS,
    FLAG,
    PARTS,
    OUT_OF_PLACE,
    OUT_OF_PLACE_ROW,
    IN_PLACE,
    IN_PLACE_ROW,
    ADJOINT,
    ADJOINT_ROW,
    LINEAR,
    LOCAL,
    TRANSFER,
    TURN,
    TRANSFER_TERMS,
    TURN_TERMS,
    TRANSFER_BASIS,
    TURN_BASIS,
    ARRAYS,
) = range(len(HEADER) + 1)

FEWEST_POINTS = 2048
"""Points of a row from which its tables leave the nearest cache between one row and the next."""

# by name: what is compiled is kept on disk, and in the next process the library lies elsewhere
for _name, _address in function_addresses().items():
    llvmlite.binding.add_symbol(_name, _address)
_TRANSFORM = types.int64(types.voidptr, types.voidptr, types.voidptr)
forward = types.ExternalFunction("physembed_DftiComputeForward", _TRANSFORM)
backward = types.ExternalFunction("physembed_DftiComputeBackward", _TRANSFORM)


@numba.njit
def fft(task: Any, kind: int, rows: int, source: int, target: int) -> None:
    """Transform ``rows`` rows, a block or less; in place both addresses are the same."""
    # a descriptor is for one number of rows: a shorter block, the last, goes row by row
    if rows == task[BLOCK]:
        task[STATUS] |= forward(pointer(task[kind]), pointer(source), pointer(target))
    else:
        for r in range(rows):
            shift = 8 * r * task[POINTS]
            task[STATUS] |= forward(
                pointer(task[kind + 1]), pointer(source + shift), pointer(target + shift)
            )


@numba.njit
def ifft(task: Any, kind: int, rows: int, source: int, target: int) -> None:
    if rows == task[BLOCK]:
        task[STATUS] |= backward(pointer(task[kind]), pointer(source), pointer(target))
    else:
        for r in range(rows):
            shift = 8 * r * task[POINTS]
            task[STATUS] |= backward(
                pointer(task[kind + 1]), pointer(source + shift), pointer(target + shift)
            )


@numba.njit
def table(task: Any, place: int, step: int, width: int) -> Any:
    """One step of a table, (members, width)."""
    members = task[ROWS] // task[ROWS_PER_MEMBER]
    return carray(pointer(task[place] + 4 * step * members * width), (members, width), f4)


@numba.njit
def basis(task: Any, table: int) -> Any:
    """The terms of a table's exponents, (terms, 2 points)."""
    place = TRANSFER_BASIS if table == TRANSFER else TURN_BASIS
    terms = task[TRANSFER_TERMS] if table == TRANSFER else task[TURN_TERMS]
    return carray(pointer(task[place]), (max(terms, 0), 2 * task[POINTS]), f8)


@numba.njit
def sums(task: Any, table: int, place: int, step: int, unit: int) -> Any:
    """The partial sums, at ``place``, of one step and unit: (members, 2 points or terms)."""
    members = task[ROWS] // task[ROWS_PER_MEMBER]
    terms = task[TRANSFER_TERMS] if table == TRANSFER else task[TURN_TERMS]
    width = terms if terms >= 0 else 2 * task[POINTS]
    # units of different members have a part in common, and each adds to its own member's row of it:
    # no two threads ever add to the same numbers
    offset = 8 * (step * task[PARTS] + unit % task[PARTS]) * members * width
    return carray(pointer(task[place] + offset), (members, width), f8)


@numba.njit
def first_row(task: Any, unit: int) -> int:
    """Where the rows of a unit begin: it is a part of one member, whoever the others are."""
    parts, per_member = task[PARTS], task[ROWS_PER_MEMBER]
    return unit // parts * per_member + per_member * (unit % parts) // parts


@numba.njit
def steps(task: Any) -> Any:
    """The rows of the tables that the passes take, linear and local."""
    passes = task[PASSES]
    linear = carray(pointer(task[LINEAR]), (passes,), i8)
    return linear, carray(pointer(task[LOCAL]), (passes,), i8)


@numba.njit
def is_even(row: Any) -> bool:
    """Whether pairs of numbers are the same at every point."""
    for first in range(0, len(row), 2 * TILE):
        differ = 0
        for j in range(first, min(first + 2 * TILE, len(row)), 2):
            differ += (row[j] != row[0]) | (row[j + 1] != row[1])
        if differ:
            return False
    return True


@numba.njit
def even_laws(task: Any, member: int) -> Any:
    """Of every row of the turn's table, whether V and s are the same at every point.

    Then those of the first points are read for all. Looked at once for all rows of a unit; where
    the table is near by anyway it is not worth while.
    """
    even = np.zeros(task[LOCAL_STEPS], np.bool_)
    if task[POINTS] >= FEWEST_POINTS:
        for step in range(len(even)):
            even[step] = is_even(table(task, TURN, step, 2 * task[POINTS])[member])
    return even


@numba.njit
def even_terms(task: Any, place: int) -> Any:
    """Likewise of every term of a table's exponents, of which there may be any number."""
    terms = basis(task, place)
    even = np.zeros(len(terms), np.bool_)
    if task[POINTS] >= FEWEST_POINTS:
        for k in range(len(terms)):
            even[k] = is_even(terms[k])
    return even


@numba.njit
def copy(source: int, target: int, rows: int, n: int) -> None:
    a = carray(pointer(source), (2 * rows * n,), f4)
    b = carray(pointer(target), (2 * rows * n,), f4)
    for k in range(2 * rows * n):
        b[k] = a[k]
