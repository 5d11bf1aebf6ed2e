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
    even_laws,
    even_terms,
    fft,
    first_row,
    ifft,
    steps,
    sums,
    table,
)
from physembed.propagation.kernels.compilation import Compiled, f4, pointer, take
from physembed.propagation.kernels.resources import TILE

(FORWARD_FIELD, FORWARD_OUT, FORWARD_SPECTRA, FORWARD_FIELDS, FORWARD_WORK, FORWARD_END) = range(
    ARRAYS, ARRAYS + 6
)
(
    ADJOINT_GRAD,
    ADJOINT_OUT,
    ADJOINT_SPECTRA,
    ADJOINT_FIELDS,
    ADJOINT_WORK,
    ADJOINT_TRANSFER_SUMS,
    ADJOINT_TURN_SUMS,
    ADJOINT_SCRATCH,
    ADJOINT_END,
) = range(ARRAYS, ARRAYS + 9)
(
    REVERSED_FIELD,
    REVERSED_GRAD,
    REVERSED_FIELD_OUT,
    REVERSED_GRAD_OUT,
    REVERSED_KNOWN,
    REVERSED_WORK,
    REVERSED_TRANSFER_SUMS,
    REVERSED_TURN_SUMS,
    REVERSED_SCRATCH,
    REVERSED_END,
) = range(ARRAYS, ARRAYS + 10)
"""The places of the addresses of each function's arrays, and the length of its list.

A field has 8 bytes a point (two numbers of 4), a partial sum 8 bytes a number: hence the factors
of 8 below. Spectra and fields that are stored lie pass after pass, each over all rows: the stride
from a pass to the next is 8 ``ROWS`` points, wherever a block of rows may be.
"""


@Compiled
def forward(address: Any) -> None:
    """The cascade. Flag: keep, with 2 past the caches.

    Arrays: field, out, kept spectra, kept fields, work of the units.
    """
    task = carray(address, (FORWARD_END,))
    n, per_member, total, flag = task[POINTS], task[ROWS_PER_MEMBER], task[ROWS], task[FLAG]
    linear, local = steps(task)
    streams = flag == 2
    unit = take(address)
    while unit < task[UNITS]:
        start, end = first_row(task, unit), first_row(task, unit + 1)
        even = even_laws(task, start // per_member)
        work = task[FORWARD_WORK] + 8 * unit * task[BLOCK] * n
        while start < end:
            rows = min(task[BLOCK], end - start)
            field = task[FORWARD_FIELD] + 8 * start * n
            out = task[FORWARD_OUT] + 8 * start * n
            spectrum = task[FORWARD_SPECTRA] + 8 * start * n
            stored = task[FORWARD_FIELDS] + 8 * start * n
            for step in range(task[PASSES]):
                if linear[step] >= 0:
                    h = table(task, TRANSFER, linear[step], 2 * n)
                    # without an adjoint to come, a block stays in one buffer in the nearest cache;
                    # and so it does where what is kept would leave the caches anyway
                    target = spectrum if flag == 1 else work
                    fft(task, IN_PLACE if target == field else OUT_OF_PLACE, rows, field, target)
                    kept = spectrum if streams else 0
                    multiply_block(target, work, kept, h, rows, n, start, per_member, 0, n)
                    spectrum += 8 * total * n
                    # what enters the local step is what the adjoint needs: it is made in its place
                    if flag == 1 and local[step] >= 0:
                        ifft(task, OUT_OF_PLACE, rows, work, stored)
                        field = stored
                    else:
                        ifft(task, IN_PLACE, rows, work, work)
                        field = work
                if local[step] >= 0:
                    if flag == 1 and field != stored:
                        copy(field, stored, rows, n)
                        field = stored
                    # the last step writes what leaves, which saves a copy of the whole field
                    target = out if step == task[PASSES] - 1 else work
                    law = table(task, TURN, local[step], 2 * n)
                    kept = stored if streams else 0
                    is_even = even[local[step]]
                    turn_block(field, target, kept, law, is_even, rows, n, start, per_member, 0, n)
                    stored += 8 * total * n
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
    task = carray(address, (ADJOINT_END,))
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
        even = even_laws(task, begin // per_member)
        even_transfers, even_turns = even_terms(task, TRANSFER), even_terms(task, TURN)
        work = task[ADJOINT_WORK] + 8 * unit * task[BLOCK] * n
        scratch = carray(pointer(task[ADJOINT_SCRATCH] + 8 * unit * TILE), (2 * TILE,), f4)
        # the block that was computed last is nearest in the caches
        while start > begin:
            rows = min(task[BLOCK], start - begin)
            start -= rows
            shape = (rows, 2 * n)
            copy(task[ADJOINT_GRAD] + 8 * start * n, work, rows, n)
            g = carray(pointer(work), shape, f4)
            spectrum = task[ADJOINT_SPECTRA] + 8 * (n_linear * total + start) * n
            stored = task[ADJOINT_FIELDS] + 8 * (n_local * total + start) * n
            for step in range(task[PASSES] - 1, -1, -1):
                if local[step] >= 0:
                    stored -= 8 * total * n
                    turn_adjoint_block(
                        False,
                        g,
                        carray(pointer(stored), shape, f4),
                        table(task, TURN, local[step], 2 * n),
                        even[local[step]],
                        basis(task, TURN),
                        even_turns,
                        sums(task, TURN, ADJOINT_TURN_SUMS, local[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                # F⁻¹[H F[E]] has the adjoint F†[conj(H) F⁻¹†[g]]; with PyTorch's 1/n on the inverse
                # that is the same pair of transforms with the 1/n on the first
                if linear[step] >= 0:
                    spectrum -= 8 * total * n
                    fft(task, ADJOINT, rows, work, work)
                    multiply_adjoint_block(
                        False,
                        g,
                        carray(pointer(spectrum), shape, f4),
                        table(task, TRANSFER, linear[step], 2 * n),
                        basis(task, TRANSFER),
                        even_transfers,
                        sums(task, TRANSFER, ADJOINT_TRANSFER_SUMS, linear[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                    # where the field needs no gradient, the last transform would be for nothing
                    if step > 0 or task[FLAG]:
                        ifft(task, ADJOINT, rows, work, work)
            if task[FLAG]:
                copy(work, task[ADJOINT_OUT] + 8 * start * n, rows, n)
        unit = take(address)


@Compiled
def reversed_adjoint(address: Any) -> None:
    """The adjoint of passes that are run backwards. Flag: go all the way to what entered.

    Arrays: field and grad that left, field and grad that entered, the field that entered where it
    is known (0: it is not), work of two fields, sums of the transfer and the turn, scratch.
    """
    task = carray(address, (REVERSED_END,))
    n, per_member = task[POINTS], task[ROWS_PER_MEMBER]
    linear, local = steps(task)
    known = task[REVERSED_KNOWN]
    unit = take(address)
    while unit < task[UNITS]:
        begin, start = first_row(task, unit), first_row(task, unit + 1)
        even = even_laws(task, begin // per_member)
        even_transfers, even_turns = even_terms(task, TRANSFER), even_terms(task, TURN)
        field = task[REVERSED_WORK] + 16 * unit * task[BLOCK] * n
        grad = field + 8 * task[BLOCK] * n
        scratch = carray(pointer(task[REVERSED_SCRATCH] + 8 * unit * TILE), (2 * TILE,), f4)
        # the block that was computed last is nearest in the caches
        while start > begin:
            rows = min(task[BLOCK], start - begin)
            start -= rows
            shape = (rows, 2 * n)
            e = carray(pointer(field), shape, f4)
            g = carray(pointer(grad), shape, f4)
            copy(task[REVERSED_FIELD] + 8 * start * n, field, rows, n)
            copy(task[REVERSED_GRAD] + 8 * start * n, grad, rows, n)
            for step in range(task[PASSES] - 1, -1, -1):
                if local[step] >= 0:
                    turn_adjoint_block(
                        True,
                        g,
                        e,
                        table(task, TURN, local[step], 2 * n),
                        even[local[step]],
                        basis(task, TURN),
                        even_turns,
                        sums(task, TURN, REVERSED_TURN_SUMS, local[step], unit),
                        scratch,
                        start,
                        per_member,
                        0,
                        n,
                    )
                if linear[step] >= 0:
                    # the field that entered is at hand: taking it ends the growth of rounding here
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
                        even_transfers,
                        sums(task, TRANSFER, REVERSED_TRANSFER_SUMS, linear[step], unit),
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
                    copy(known + 8 * start * n, task[REVERSED_FIELD_OUT] + 8 * start * n, rows, n)
                else:
                    copy(field, task[REVERSED_FIELD_OUT] + 8 * start * n, rows, n)
                copy(grad, task[REVERSED_GRAD_OUT] + 8 * start * n, rows, n)
        unit = take(address)
