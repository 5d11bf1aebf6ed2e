"""Whole cascades as compiled loops: a thread takes its rows, a few at a time, through all passes.

What a block of rows needs between two passes stays in the nearest cache.
"""

from typing import Any

from numba import carray

from physembed.propagation.kernels.blocks import (
    multiply_adjoint_block,
    multiply_block,
    turn_adjoint_block,
    turn_block,
)
from physembed.propagation.kernels.cascade_task import (
    ADJOINT,
    ARRAYS,
    BLOCK,
    FLAG,
    IN_PLACE,
    OUT_OF_PLACE,
    PASSES,
    POINTS,
    ROWS,
    ROWS_PER_MEMBER,
    TRANSFER,
    TURN,
    UNITS,
    basis,
    copy,
    fft,
    first_row,
    ifft,
    steps,
    sums,
    table,
)
from physembed.propagation.kernels.compilation import Compiled, f4, pointer, take
from physembed.propagation.kernels.resources import TILE


@Compiled
def forward(address: Any) -> None:
    """The cascade. Flag: keep. Arrays: field, out, kept spectra, kept fields, work of the units."""
    task = carray(address, (ARRAYS + 5,))
    n, per_member, total, keep = task[POINTS], task[ROWS_PER_MEMBER], task[ROWS], task[FLAG]
    linear, local = steps(task)
    unit = take(address)
    while unit < task[UNITS]:
        start, end = first_row(task, unit), first_row(task, unit + 1)
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
                    h = table(task, TRANSFER, linear[step], 2 * n)
                    if not keep:
                        spectrum = work
                    if spectrum == field:
                        fft(task, IN_PLACE, rows, field, field)
                    else:
                        fft(task, OUT_OF_PLACE, rows, field, spectrum)
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
                        ifft(task, OUT_OF_PLACE, rows, work, kept)
                        field = kept
                    else:
                        ifft(task, IN_PLACE, rows, work, work)
                        field = work
                if local[step] >= 0:
                    if keep and field != kept:
                        copy(field, kept, rows, n)
                        field = kept
                    target = out if step == task[PASSES] - 1 else work
                    turn_block(
                        carray(pointer(field), shape, f4),
                        table(task, TURN, local[step], 2 * n),
                        carray(pointer(target), shape, f4),
                        field == target,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if keep:
                        kept += 8 * total * n
                    field = target
            if field != out:
                copy(field, out, rows, n)
            start += rows
        unit = take(address)


@Compiled
def adjoint(address: Any) -> None:
    """The adjoint from what was kept. Flag: carry the gradient to the field that entered.

    Arrays: grad, out, spectra, fields, work, sums of the transfer and the turn, scratch.
    """
    task = carray(address, (ARRAYS + 8,))
    n, per_member, total = task[POINTS], task[ROWS_PER_MEMBER], task[ROWS]
    linear, local = steps(task)
    n_linear = 0
    n_local = 0
    for step in range(task[PASSES]):
        n_linear += linear[step] >= 0
        n_local += local[step] >= 0
    unit = take(address)
    while unit < task[UNITS]:
        begin, start = first_row(task, unit), first_row(task, unit + 1)
        work = task[ARRAYS + 4] + 8 * unit * task[BLOCK] * n
        scratch = carray(pointer(task[ARRAYS + 7] + 8 * unit * TILE), (2 * TILE,), f4)
        # the block that was computed last is nearest in the caches
        while start > begin:
            rows = min(task[BLOCK], start - begin)
            start -= rows
            shape = (rows, 2 * n)
            copy(task[ARRAYS] + 8 * start * n, work, rows, n)
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
                        table(task, TURN, local[step], 2 * n),
                        basis(task, TURN),
                        sums(task, TURN, 6, local[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                if linear[step] >= 0:
                    spectrum -= 8 * total * n
                    fft(task, ADJOINT, rows, work, work)
                    multiply_adjoint_block(
                        False,
                        g,
                        carray(pointer(spectrum), shape, f4),
                        table(task, TRANSFER, linear[step], 2 * n),
                        basis(task, TRANSFER),
                        sums(task, TRANSFER, 5, linear[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if step > 0 or task[FLAG]:
                        ifft(task, ADJOINT, rows, work, work)
            if task[FLAG]:
                copy(work, task[ARRAYS + 1] + 8 * start * n, rows, n)
        unit = take(address)


@Compiled
def reversed_adjoint(address: Any) -> None:
    """The adjoint of passes that are run backwards. Flag: go all the way to what entered.

    Arrays: field and grad that left, field and grad that entered, the field that entered where it
    is known (0: it is not), work of two fields, sums of the transfer and the turn, scratch.
    """
    task = carray(address, (ARRAYS + 9,))
    n, per_member = task[POINTS], task[ROWS_PER_MEMBER]
    linear, local = steps(task)
    known = task[ARRAYS + 4]
    unit = take(address)
    while unit < task[UNITS]:
        begin, start = first_row(task, unit), first_row(task, unit + 1)
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
            copy(task[ARRAYS] + 8 * start * n, field, rows, n)
            copy(task[ARRAYS + 1] + 8 * start * n, grad, rows, n)
            for step in range(task[PASSES] - 1, -1, -1):
                if local[step] >= 0:
                    turn_adjoint_block(
                        True,
                        g,
                        e,
                        table(task, TURN, local[step], 2 * n),
                        basis(task, TURN),
                        sums(task, TURN, 7, local[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                if linear[step] >= 0:
                    met = step == 0 and known != 0
                    if met:
                        copy(known + 8 * start * n, field, rows, n)
                    fft(task, IN_PLACE, rows, field, field)
                    fft(task, ADJOINT, rows, grad, grad)
                    multiply_adjoint_block(
                        not met,
                        g,
                        e,
                        table(task, TRANSFER, linear[step], 2 * n),
                        basis(task, TRANSFER),
                        sums(task, TRANSFER, 6, linear[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    if step > 0 or task[FLAG]:
                        ifft(task, IN_PLACE, rows, field, field)
                        ifft(task, ADJOINT, rows, grad, grad)
            if task[FLAG]:
                if known != 0:
                    copy(known + 8 * start * n, task[ARRAYS + 2] + 8 * start * n, rows, n)
                else:
                    copy(field, task[ARRAYS + 2] + 8 * start * n, rows, n)
                copy(grad, task[ARRAYS + 3] + 8 * start * n, rows, n)
        unit = take(address)
