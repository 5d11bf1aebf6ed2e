"""Whole cascades as compiled loops: a thread takes its rows, a few at a time, through all passes.

What a block of rows needs between two passes stays in the nearest cache. The functions take the
address of a list of 64-bit integers, the places of which are named below.
"""

from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba import carray, types

from physembed.propagation.kernels.blocks import (
    multiply_adjoint_block,
    multiply_block,
    turn_adjoint_block,
    turn_block,
)
from physembed.propagation.kernels.rows import Compiled, f4, pointer, take
from physembed.propagation.kernels.team import TILE
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
)
"""The places of a list: the next unit and their number; a sum of the transforms' errors; rows, rows
of a member, points, rows of a block; passes, linear and local steps in the tables; a flag; the
units of a member; descriptors of the transforms; addresses of the rows that the passes take from
the tables (-1 for none) and of the tables. The arrays of a function follow."""

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
    ARRAYS,
) = range(len(HEADER) + 1)

for _name, _address in function_addresses().items():
    llvmlite.binding.add_symbol(_name, _address)
_TRANSFORM = types.int64(types.voidptr, types.voidptr, types.voidptr)
_forward = types.ExternalFunction("physembed_DftiComputeForward", _TRANSFORM)
_backward = types.ExternalFunction("physembed_DftiComputeBackward", _TRANSFORM)


@numba.njit
def _fft(task: Any, kind: int, rows: int, source: int, target: int) -> None:
    """Transform ``rows`` rows, a block or less; in place both addresses are the same."""
    if rows == task[BLOCK]:
        task[STATUS] |= _forward(pointer(task[kind]), pointer(source), pointer(target))
    else:
        for r in range(rows):
            shift = 8 * r * task[POINTS]
            task[STATUS] |= _forward(
                pointer(task[kind + 1]), pointer(source + shift), pointer(target + shift)
            )


@numba.njit
def _ifft(task: Any, kind: int, rows: int, source: int, target: int) -> None:
    if rows == task[BLOCK]:
        task[STATUS] |= _backward(pointer(task[kind]), pointer(source), pointer(target))
    else:
        for r in range(rows):
            shift = 8 * r * task[POINTS]
            task[STATUS] |= _backward(
                pointer(task[kind + 1]), pointer(source + shift), pointer(target + shift)
            )


@numba.njit
def _table(task: Any, place: int, step: int, width: int) -> Any:
    """One step of a table, (members, width)."""
    members = task[ROWS] // task[ROWS_PER_MEMBER]
    return carray(pointer(task[place] + 4 * step * members * width), (members, width), f4)


@numba.njit
def _sums(task: Any, place: int, step: int, unit: int, width: int) -> Any:
    """The partial sums of one step and unit, (members, width)."""
    members = task[ROWS] // task[ROWS_PER_MEMBER]
    offset = 8 * (step * task[PARTS] + unit % task[PARTS]) * members * width
    return carray(pointer(task[ARRAYS + place] + offset), (members, width), np.float64)


@numba.njit
def _first_row(task: Any, unit: int) -> int:
    """Where the rows of a unit begin: it is a part of one member, whoever the others are."""
    parts, per_member = task[PARTS], task[ROWS_PER_MEMBER]
    return unit // parts * per_member + per_member * (unit % parts) // parts


@numba.njit
def _steps(task: Any) -> Any:
    """The rows of the tables that the passes take, linear and local."""
    passes = task[PASSES]
    linear = carray(pointer(task[LINEAR]), (passes,), np.int64)
    return linear, carray(pointer(task[LOCAL]), (passes,), np.int64)


@numba.njit
def _copy(source: int, target: int, rows: int, n: int) -> None:
    a = carray(pointer(source), (2 * rows * n,), f4)
    b = carray(pointer(target), (2 * rows * n,), f4)
    for k in range(2 * rows * n):
        b[k] = a[k]


@Compiled
def forward(address: Any) -> None:
    """The cascade. Flag: keep. Arrays: field, out, kept spectra, kept fields, work of the units."""
    task = carray(address, (ARRAYS + 5,))
    n, per_member, total, keep = task[POINTS], task[ROWS_PER_MEMBER], task[ROWS], task[FLAG]
    linear, local = _steps(task)
    unit = take(address)
    while unit < task[UNITS]:
        start, end = _first_row(task, unit), _first_row(task, unit + 1)
        work = task[ARRAYS + 4] + 8 * unit * task[BLOCK] * n
        while start < end:
            rows = min(task[BLOCK], end - start)
            shape = (rows, 2 * n)
            field = task[ARRAYS] + 8 * start * n
            out = task[ARRAYS + 1] + 8 * start * n
            spectrum = task[ARRAYS + 2] + 8 * start * n
            kept = task[ARRAYS + 3] + 8 * start * n
            for step in range(task[PASSES]):
                if linear[step] >= 0:
                    h = _table(task, TRANSFER, linear[step], 2 * n)
                    if not keep:
                        spectrum = work
                    if spectrum == field:
                        _fft(task, IN_PLACE, rows, field, field)
                    else:
                        _fft(task, OUT_OF_PLACE, rows, field, spectrum)
                    multiply_block(
                        carray(pointer(spectrum), shape, f4),
                        h,
                        carray(pointer(work), shape, f4),
                        spectrum == work,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if keep:
                        spectrum += 8 * total * n
                    if keep and local[step] >= 0:
                        _ifft(task, OUT_OF_PLACE, rows, work, kept)
                        field = kept
                    else:
                        _ifft(task, IN_PLACE, rows, work, work)
                        field = work
                if local[step] >= 0:
                    if keep and field != kept:
                        _copy(field, kept, rows, n)
                        field = kept
                    turn_block(
                        carray(pointer(field), shape, f4),
                        _table(task, TURN, local[step], 2 * n),
                        carray(pointer(work), shape, f4),
                        field == work,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if keep:
                        kept += 8 * total * n
                    field = work
            _copy(field, out, rows, n)
            start += rows
        unit = take(address)


@Compiled
def adjoint(address: Any) -> None:
    """The adjoint from what was kept. Flag: carry the gradient to the field that entered.

    Arrays: grad, out, spectra, fields, work, sums of the transfer and the turn, scratch.
    """
    task = carray(address, (ARRAYS + 8,))
    n, per_member, total = task[POINTS], task[ROWS_PER_MEMBER], task[ROWS]
    linear, local = _steps(task)
    n_linear = 0
    n_local = 0
    for step in range(task[PASSES]):
        n_linear += linear[step] >= 0
        n_local += local[step] >= 0
    unit = take(address)
    while unit < task[UNITS]:
        begin, start = _first_row(task, unit), _first_row(task, unit + 1)
        work = task[ARRAYS + 4] + 8 * unit * task[BLOCK] * n
        scratch = carray(pointer(task[ARRAYS + 7] + 8 * unit * TILE), (2 * TILE,), f4)
        # the block that was computed last is nearest in the caches
        while start > begin:
            rows = min(task[BLOCK], start - begin)
            start -= rows
            shape = (rows, 2 * n)
            _copy(task[ARRAYS] + 8 * start * n, work, rows, n)
            g = carray(pointer(work), shape, f4)
            spectrum = task[ARRAYS + 2] + 8 * (n_linear * total + start) * n
            kept = task[ARRAYS + 3] + 8 * (n_local * total + start) * n
            for step in range(task[PASSES] - 1, -1, -1):
                if local[step] >= 0:
                    kept -= 8 * total * n
                    turn_adjoint_block(
                        False,
                        g,
                        carray(pointer(kept), shape, f4),
                        _table(task, TURN, local[step], 2 * n),
                        _sums(task, 6, local[step], unit, 2 * n),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                if linear[step] >= 0:
                    spectrum -= 8 * total * n
                    _fft(task, ADJOINT, rows, work, work)
                    multiply_adjoint_block(
                        False,
                        g,
                        carray(pointer(spectrum), shape, f4),
                        _table(task, TRANSFER, linear[step], 2 * n),
                        _sums(task, 5, linear[step], unit, 2 * n),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if step > 0 or task[FLAG]:
                        _ifft(task, ADJOINT, rows, work, work)
            if task[FLAG]:
                _copy(work, task[ARRAYS + 1] + 8 * start * n, rows, n)
        unit = take(address)


@Compiled
def reversed_adjoint(address: Any) -> None:
    """The adjoint of passes that are run backwards. Flag: go all the way to what entered.

    Arrays: field and grad that left, field and grad that entered, the field that entered where it
    is known (0: it is not), work of two fields, sums of the transfer and the turn, scratch.
    """
    task = carray(address, (ARRAYS + 9,))
    n, per_member = task[POINTS], task[ROWS_PER_MEMBER]
    linear, local = _steps(task)
    known = task[ARRAYS + 4]
    unit = take(address)
    while unit < task[UNITS]:
        begin, start = _first_row(task, unit), _first_row(task, unit + 1)
        field = task[ARRAYS + 5] + 16 * unit * task[BLOCK] * n
        grad = field + 8 * task[BLOCK] * n
        scratch = carray(pointer(task[ARRAYS + 8] + 8 * unit * TILE), (2 * TILE,), f4)
        # the block that was computed last is nearest in the caches
        while start > begin:
            rows = min(task[BLOCK], start - begin)
            start -= rows
            shape = (rows, 2 * n)
            e = carray(pointer(field), shape, f4)
            g = carray(pointer(grad), shape, f4)
            _copy(task[ARRAYS] + 8 * start * n, field, rows, n)
            _copy(task[ARRAYS + 1] + 8 * start * n, grad, rows, n)
            for step in range(task[PASSES] - 1, -1, -1):
                if local[step] >= 0:
                    turn_adjoint_block(
                        True,
                        g,
                        e,
                        _table(task, TURN, local[step], 2 * n),
                        _sums(task, 7, local[step], unit, 2 * n),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                if linear[step] >= 0:
                    met = step == 0 and known != 0
                    if met:
                        _copy(known + 8 * start * n, field, rows, n)
                    _fft(task, IN_PLACE, rows, field, field)
                    _fft(task, ADJOINT, rows, grad, grad)
                    multiply_adjoint_block(
                        not met,
                        g,
                        e,
                        _table(task, TRANSFER, linear[step], 2 * n),
                        _sums(task, 6, linear[step], unit, 2 * n),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if step > 0 or task[FLAG]:
                        _ifft(task, IN_PLACE, rows, field, field)
                        _ifft(task, ADJOINT, rows, grad, grad)
            if task[FLAG]:
                if known != 0:
                    _copy(known + 8 * start * n, task[ARRAYS + 2] + 8 * start * n, rows, n)
                else:
                    _copy(field, task[ARRAYS + 2] + 8 * start * n, rows, n)
                _copy(grad, task[ARRAYS + 3] + 8 * start * n, rows, n)
        unit = take(address)
