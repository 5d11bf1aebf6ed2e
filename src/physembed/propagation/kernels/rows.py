"""A row of a field at a time: what the compiled loops do to the interleaved parts of complex64."""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

FAST = {"contract", "nsz", "arcp"}
"""What the compiler may assume; sums and range reductions keep their order, and what overflows
shows."""

WITHOUT_FRACTION = 2.0**22
"""A phase beyond which float32 has no more than a quarter of a radian left."""

GROUP = 32
"""Rows summed in single precision before they are added to the sums in double precision."""

f4 = np.float32
SIGNATURE = types.void(types.CPointer(types.int64))


# few arrays each, and separate functions for work in place: what the compiler turns into vectors
_row = numba.njit(fastmath=FAST, error_model="numpy")


@intrinsic
def take(context: Any, address: Any) -> Any:
    """Atomically read the 64-bit integer at a pointer and add one to it."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.atomic_rmw("add", args[0], ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(types.CPointer(types.int64)), generate


@intrinsic
def pointer(context: Any, address: Any) -> Any:
    """An integer as a pointer."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), generate


@numba.njit(inline="always")
def sine_cosine(x: Any) -> tuple[Any, Any]:
    """sin x and cos x of a float32, to 1e-7 for |x| up to 1e4.

    The argument is reduced to an eighth of a turn by π/2 in three parts (Cody and Waite, 1980) and
    put into Taylor's polynomials, the last terms of which are fitted. Of an |x| beyond 2^22, which
    stands for a range of angles, one on an axis is taken, so that the field keeps its energy.
    """
    quarter = np.floor(x * f4(2 / math.pi) + f4(0.5))
    r = x - quarter * f4(1.5703125)
    r = r - quarter * f4(4.8375129699707031e-4)
    r = r - quarter * f4(7.549789954891e-8)
    r = r if abs(x) < f4(WITHOUT_FRACTION) else x * f4(0)
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


@_row
def multiply_row(a: Any, h: Any, out: Any) -> None:
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        out[2 * j] = x * h[2 * j] - y * h[2 * j + 1]
        out[2 * j + 1] = x * h[2 * j + 1] + y * h[2 * j]


@_row
def multiply_row_in_place(a: Any, h: Any) -> None:
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        a[2 * j] = x * h[2 * j] - y * h[2 * j + 1]
        a[2 * j + 1] = x * h[2 * j + 1] + y * h[2 * j]


@_row
def turn_row(e: Any, law: Any, out: Any) -> None:
    for j in range(len(law) // 2):
        a = e[2 * j]
        b = e[2 * j + 1]
        s, c = sine_cosine(law[2 * j] + law[2 * j + 1] * (a * a + b * b))
        out[2 * j] = a * c - b * s
        out[2 * j + 1] = a * s + b * c


@_row
def turn_row_in_place(e: Any, law: Any) -> None:
    for j in range(len(law) // 2):
        a = e[2 * j]
        b = e[2 * j + 1]
        s, c = sine_cosine(law[2 * j] + law[2 * j + 1] * (a * a + b * b))
        e[2 * j] = a * c - b * s
        e[2 * j + 1] = a * s + b * c


@_row
def multiply_adjoint_row(g: Any, a: Any, h: Any, part: Any) -> None:
    for j in range(len(h) // 2):
        p = a[2 * j]
        q = a[2 * j + 1]
        x = g[2 * j]
        y = g[2 * j + 1]
        part[2 * j] += x * p + y * q
        part[2 * j + 1] += y * p - x * q
        g[2 * j] = x * h[2 * j] + y * h[2 * j + 1]
        g[2 * j + 1] = y * h[2 * j] - x * h[2 * j + 1]


@_row
def divide_adjoint_row(g: Any, a: Any, h: Any, part: Any) -> None:
    for j in range(len(h) // 2):
        u = h[2 * j]
        v = h[2 * j + 1]
        size = u * u + v * v
        x = a[2 * j]
        y = a[2 * j + 1]
        p = (x * u + y * v) / size
        q = (y * u - x * v) / size
        a[2 * j] = p
        a[2 * j + 1] = q
        x = g[2 * j]
        y = g[2 * j + 1]
        part[2 * j] += x * p + y * q
        part[2 * j + 1] += y * p - x * q
        g[2 * j] = x * u + y * v
        g[2 * j + 1] = y * u - x * v


@_row
def turn_adjoint_row(g: Any, e: Any, law: Any, part: Any) -> None:
    for j in range(len(law) // 2):
        slope = law[2 * j + 1]
        a = e[2 * j]
        b = e[2 * j + 1]
        intensity = a * a + b * b
        s, c = sine_cosine(law[2 * j] + slope * intensity)
        x = g[2 * j]
        y = g[2 * j + 1]
        real = x * c + y * s
        imaginary = y * c - x * s
        torque = imaginary * a - real * b
        part[2 * j] += torque
        part[2 * j + 1] += torque * intensity
        push = f4(2) * slope * torque
        g[2 * j] = real + push * a
        g[2 * j + 1] = imaginary + push * b


@_row
def unturn_adjoint_row(g: Any, e: Any, law: Any, part: Any) -> None:
    for j in range(len(law) // 2):
        slope = law[2 * j + 1]
        x = e[2 * j]
        y = e[2 * j + 1]
        intensity = x * x + y * y
        s, c = sine_cosine(law[2 * j] + slope * intensity)
        a = x * c + y * s
        b = y * c - x * s
        e[2 * j] = a
        e[2 * j + 1] = b
        x = g[2 * j]
        y = g[2 * j + 1]
        real = x * c + y * s
        imaginary = y * c - x * s
        torque = imaginary * a - real * b
        part[2 * j] += torque
        part[2 * j + 1] += torque * intensity
        push = f4(2) * slope * torque
        g[2 * j] = real + push * a
        g[2 * j + 1] = imaginary + push * b


class Compiled:
    """A function of a task's address, compiled when its own address is asked for and kept on disk.

    Parameters
    ----------
    function : callable
    """

    def __init__(self, function: Callable[[Any], None]) -> None:
        self.function = function

    @cached_property
    def address(self) -> int:
        """Where the compiled code begins."""
        address: int = self._code.address
        return address

    @cached_property
    def _code(self) -> Any:
        try:
            return _compile(self.function, cache=True)
        except RuntimeError:
            # no folder to keep it in
            return _compile(self.function, cache=False)


def _compile(function: Callable[[Any], None], *, cache: bool) -> Any:
    return numba.cfunc(SIGNATURE, fastmath=FAST, cache=cache, error_model="numpy")(function)
