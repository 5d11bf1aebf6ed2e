"""The fused passes as compiled loops over the interleaved parts of complex64 numbers.

Every function takes the address of a list of 64-bit integers: what :class:`Task` holds, in its
order, and then the addresses of the arrays. Several threads may call it with the same list: each
takes the next unit of work until none is left, so that a team of any size shares a task and the
result does not depend on its size.
"""

import math
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.core import cgutils
from numba.extending import intrinsic

from physembed.propagation.kernels.team import TILE

FAST = {"contract", "nsz", "nnan", "ninf", "arcp"}
"""What the compiler may assume; sums and range reductions keep their order."""

GROUP = 32
"""Rows summed in single precision before they are added to the sums in double precision."""

NEXT, UNITS, BY_ROWS, ROWS, ROWS_PER_MEMBER, POINTS, ARRAYS = range(7)
"""Places in the list: next unit, number of units, whether a unit is a range of rows or of points,
rows, rows of one member, points of a row, and the first array."""

f4 = np.float32
SIGNATURE = types.void(types.CPointer(types.int64))


@intrinsic
def _take(context: Any, address: Any) -> Any:
    """Atomically read the 64-bit integer at a pointer and add one to it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.atomic_rmw("add", args[0], ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(types.CPointer(types.int64)), generate


@intrinsic
def _pointer(context: Any, address: Any) -> Any:
    """An integer as a pointer."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


@numba.njit(inline="always")
def _range(task: Any, unit: int) -> tuple[int, int, int, int]:
    """First and last row, first and last point of a unit."""
    rows, points, units = task[ROWS], task[POINTS], task[UNITS]
    if task[BY_ROWS]:
        return rows * unit // units, rows * (unit + 1) // units, 0, points
    return 0, rows, points * unit // units, points * (unit + 1) // units


@numba.njit(inline="always")
def sine_cosine(x: Any) -> tuple[Any, Any]:
    """sin x and cos x of a float32, to 1e-7 for |x| up to 1e4.

    The argument is reduced to an eighth of a turn by π/2 in three parts (Cody and Waite, 1980) and
    put into Taylor's polynomials, the last terms of which are fitted.
    """
    quarter = np.floor(x * f4(2 / math.pi) + f4(0.5))
    r = x - quarter * f4(1.5703125)
    r = r - quarter * f4(4.8375129699707031e-4)
    r = r - quarter * f4(7.549789954891e-8)
    q = np.int32(quarter)
    r2 = r * r
    tail = f4(8.3333310e-3) + r2 * (f4(-1.9840874e-4) + r2 * f4(2.7e-6))
    sine = r * (f4(1) + r2 * (f4(-1 / 6) + r2 * tail))
    tail = f4(4.16666418e-2) + r2 * (f4(-1.388887e-3) + r2 * f4(2.47e-5))
    cosine = f4(1) + r2 * (f4(-0.5) + r2 * tail)
    swapped = (q & 1) != 0
    s = cosine if swapped else sine
    c = sine if swapped else cosine
    return -s if (q & 2) != 0 else s, -c if ((q + 1) & 2) != 0 else c


@numba.njit(inline="always")
def _multiply_row(a: Any, h: Any, out: Any) -> None:
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        out[2 * j] = x * h[2 * j] - y * h[2 * j + 1]
        out[2 * j + 1] = x * h[2 * j + 1] + y * h[2 * j]


@numba.njit(inline="always")
def _turn_row(e: Any, v: Any, slope: Any, out: Any) -> None:
    for j in range(len(v)):
        a = e[2 * j]
        b = e[2 * j + 1]
        s, c = sine_cosine(v[j] + slope[j] * (a * a + b * b))
        out[2 * j] = a * c - b * s
        out[2 * j + 1] = a * s + b * c


@numba.njit(inline="always")
def _multiply_adjoint_row(g: Any, a: Any, h: Any, d: Any, part: Any) -> None:
    for j in range(len(h) // 2):
        p = a[2 * j]
        q = a[2 * j + 1]
        x = g[2 * j]
        y = g[2 * j + 1]
        part[2 * j] += x * p + y * q
        part[2 * j + 1] += y * p - x * q
        g[2 * j] = x * h[2 * j] + y * h[2 * j + 1]
        g[2 * j + 1] = y * h[2 * j] - x * h[2 * j + 1]


@numba.njit(inline="always")
def _divide_adjoint_row(g: Any, a: Any, h: Any, d: Any, part: Any) -> None:
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        p = x * d[2 * j] - y * d[2 * j + 1]
        q = x * d[2 * j + 1] + y * d[2 * j]
        a[2 * j] = p
        a[2 * j + 1] = q
        x = g[2 * j]
        y = g[2 * j + 1]
        part[2 * j] += x * p + y * q
        part[2 * j + 1] += y * p - x * q
        g[2 * j] = x * h[2 * j] + y * h[2 * j + 1]
        g[2 * j + 1] = y * h[2 * j] - x * h[2 * j + 1]


@numba.njit(inline="always")
def _turn_adjoint_row(g: Any, e: Any, v: Any, slope: Any, part: Any, weighted: Any) -> None:
    for j in range(len(v)):
        a = e[2 * j]
        b = e[2 * j + 1]
        intensity = a * a + b * b
        s, c = sine_cosine(v[j] + slope[j] * intensity)
        x = g[2 * j]
        y = g[2 * j + 1]
        real = x * c + y * s
        imaginary = y * c - x * s
        torque = imaginary * a - real * b
        part[j] += torque
        weighted[j] += torque * intensity
        push = f4(2) * slope[j] * torque
        g[2 * j] = real + push * a
        g[2 * j + 1] = imaginary + push * b


@numba.njit(inline="always")
def _unturn_adjoint_row(g: Any, e: Any, v: Any, slope: Any, part: Any, weighted: Any) -> None:
    for j in range(len(v)):
        x = e[2 * j]
        y = e[2 * j + 1]
        intensity = x * x + y * y
        s, c = sine_cosine(v[j] + slope[j] * intensity)
        a = x * c + y * s
        b = y * c - x * s
        e[2 * j] = a
        e[2 * j + 1] = b
        x = g[2 * j]
        y = g[2 * j + 1]
        real = x * c + y * s
        imaginary = y * c - x * s
        torque = imaginary * a - real * b
        part[j] += torque
        weighted[j] += torque * intensity
        push = f4(2) * slope[j] * torque
        g[2 * j] = real + push * a
        g[2 * j + 1] = imaginary + push * b


_compiled = numba.cfunc(SIGNATURE, fastmath=FAST, cache=True, error_model="numpy")


@_compiled
def multiply(pointer: Any) -> None:
    """H Ê. Arrays: spectrum, transfer, out."""
    task = carray(pointer, (ARRAYS + 3,))
    rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
    a = carray(_pointer(task[ARRAYS]), (rows, 2 * n), f4)
    table = carray(_pointer(task[ARRAYS + 1]), (rows // per_member, 2 * n), f4)
    out = carray(_pointer(task[ARRAYS + 2]), (rows, 2 * n), f4)
    while True:
        unit = _take(pointer)
        if unit >= task[UNITS]:
            return
        r0, r1, c0, c1 = _range(task, unit)
        for i in range(r0, r1):
            _multiply_row(
                a[i, 2 * c0 : 2 * c1],
                table[i // per_member, 2 * c0 : 2 * c1],
                out[i, 2 * c0 : 2 * c1],
            )


@_compiled
def turn(pointer: Any) -> None:
    """E exp(i (V + s |E|²)). Arrays: field, V, s, out."""
    task = carray(pointer, (ARRAYS + 4,))
    rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
    e = carray(_pointer(task[ARRAYS]), (rows, 2 * n), f4)
    phases = carray(_pointer(task[ARRAYS + 1]), (rows // per_member, n), f4)
    slopes = carray(_pointer(task[ARRAYS + 2]), (rows // per_member, n), f4)
    out = carray(_pointer(task[ARRAYS + 3]), (rows, 2 * n), f4)
    while True:
        unit = _take(pointer)
        if unit >= task[UNITS]:
            return
        r0, r1, c0, c1 = _range(task, unit)
        for i in range(r0, r1):
            _turn_row(
                e[i, 2 * c0 : 2 * c1],
                phases[i // per_member, c0:c1],
                slopes[i // per_member, c0:c1],
                out[i, 2 * c0 : 2 * c1],
            )


def _multiply_adjoint(row_adjoint: Any) -> Any:
    """conj(H) g and the sum of g conj(Ê). Arrays: grad, spectrum, H, 1/H, sums, scratch.

    With ``_divide_adjoint_row`` the spectrum is the one that left, and is divided by H first.
    """

    def loops(pointer: Any) -> None:
        task = carray(pointer, (ARRAYS + 6,))
        rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
        members = rows // per_member
        g = carray(_pointer(task[ARRAYS]), (rows, 2 * n), f4)
        a = carray(_pointer(task[ARRAYS + 1]), (rows, 2 * n), f4)
        table = carray(_pointer(task[ARRAYS + 2]), (members, 2 * n), f4)
        inverse = carray(_pointer(task[ARRAYS + 3]), (members, 2 * n), f4)
        sums = carray(_pointer(task[ARRAYS + 4]), (task[UNITS], members, 2 * n), np.float64)
        scratch = carray(_pointer(task[ARRAYS + 5]), (task[UNITS], 2 * TILE), f4)
        while True:
            unit = _take(pointer)
            if unit >= task[UNITS]:
                return
            part = scratch[unit]
            r0, r1, c0, c1 = _range(task, unit)
            for first in range(c0, c1, TILE):
                last = min(first + TILE, c1)
                row = r0
                while row < r1:
                    member = row // per_member
                    stop = min(row + GROUP, r1, (member + 1) * per_member)
                    for k in range(2 * TILE):
                        part[k] = 0
                    h = table[member, 2 * first : 2 * last]
                    d = inverse[member, 2 * first : 2 * last]
                    for i in range(row, stop):
                        row_adjoint(
                            g[i, 2 * first : 2 * last], a[i, 2 * first : 2 * last], h, d, part
                        )
                    total = sums[unit, member]
                    for k in range(2 * (last - first)):
                        total[2 * first + k] += part[k]
                    row = stop

    return loops


def _turn_adjoint(row_adjoint: Any) -> Any:
    """w + 2 s q E and the sums of q and q |E|². Arrays: grad, field, V, s, sums of q, of q |E|²,
    scratch.

    With ``_unturn_adjoint_row`` the field is the one that left, and is turned back first.
    """

    def loops(pointer: Any) -> None:
        task = carray(pointer, (ARRAYS + 7,))
        rows, n, per_member = task[ROWS], task[POINTS], task[ROWS_PER_MEMBER]
        members, units = rows // per_member, task[UNITS]
        g = carray(_pointer(task[ARRAYS]), (rows, 2 * n), f4)
        e = carray(_pointer(task[ARRAYS + 1]), (rows, 2 * n), f4)
        phases = carray(_pointer(task[ARRAYS + 2]), (members, n), f4)
        slopes = carray(_pointer(task[ARRAYS + 3]), (members, n), f4)
        sums = carray(_pointer(task[ARRAYS + 4]), (units, members, n), np.float64)
        weighted = carray(_pointer(task[ARRAYS + 5]), (units, members, n), np.float64)
        scratch = carray(_pointer(task[ARRAYS + 6]), (units, 2 * TILE), f4)
        while True:
            unit = _take(pointer)
            if unit >= units:
                return
            part = scratch[unit, :TILE]
            weighted_part = scratch[unit, TILE:]
            r0, r1, c0, c1 = _range(task, unit)
            for first in range(c0, c1, TILE):
                last = min(first + TILE, c1)
                row = r0
                while row < r1:
                    member = row // per_member
                    stop = min(row + GROUP, r1, (member + 1) * per_member)
                    for k in range(TILE):
                        part[k] = 0
                        weighted_part[k] = 0
                    v = phases[member, first:last]
                    slope = slopes[member, first:last]
                    for i in range(row, stop):
                        row_adjoint(
                            g[i, 2 * first : 2 * last],
                            e[i, 2 * first : 2 * last],
                            v,
                            slope,
                            part,
                            weighted_part,
                        )
                    total = sums[unit, member]
                    weighted_total = weighted[unit, member]
                    for k in range(last - first):
                        total[first + k] += part[k]
                        weighted_total[first + k] += weighted_part[k]
                    row = stop

    return loops


multiply_adjoint = _compiled(_multiply_adjoint(_multiply_adjoint_row))
divide_adjoint = _compiled(_multiply_adjoint(_divide_adjoint_row))
turn_adjoint = _compiled(_turn_adjoint(_turn_adjoint_row))
unturn_adjoint = _compiled(_turn_adjoint(_unturn_adjoint_row))
