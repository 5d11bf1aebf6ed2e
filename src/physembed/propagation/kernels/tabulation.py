"""The tables of a medium whose exponents are sums of coefficients times functions, and the sums
that the gradients of those coefficients are made of."""

import math
from typing import Any

import numba
from numba import carray

from physembed.propagation.kernels.compilation import FAST, Compiled, f4, f8, pointer, take, wide
from physembed.propagation.kernels.functions import (
    QUARTER_HIGH,
    QUARTER_LOW,
    exponential,
    sine_cosine_double,
)
from physembed.propagation.kernels.resources import TILE

NEXT, UNITS, IS_TRANSFER, STEPS, MEMBERS, TERMS, POINTS, ARRAYS = range(8)
"""Next unit, number of units; whether the table is that of a transfer or of V and s; steps,
members, terms and points; the first array."""

COEFFICIENTS, BASIS, TABLE, SCRATCH, END = range(ARRAYS, ARRAYS + 5)
"""Coefficients (steps, members, terms) and terms (terms, 2 points) in double precision; the table
(steps, members, 2 points); 4 TILE numbers of double precision a unit; the length of the list."""

NEGLIGIBLE = 1e-6
"""Relative rounding beyond which a number is not carried on: it is out of float32's range."""

_row = numba.njit(fastmath=FAST, error_model="numpy")
_sum = numba.njit(fastmath=FAST | {"reassoc"}, error_model="numpy")


@_row
def add_term(coefficient: float, term: Any, exponent: Any) -> None:
    wide()
    for k in range(len(exponent)):
        exponent[k] += coefficient * term[k]


@_row
def transfer_row(exponent: Any, carried: Any, h: Any) -> None:
    """exp(exponent), times what the rounding of the steps before has left.

    What is carried on is the quotient, less one, of the exact product of all steps and of the
    rounded one, so that the rounding of equal steps does not add up.
    """
    wide()
    for j in range(len(h) // 2):
        size = exponential(exponent[2 * j])
        s, c = sine_cosine_double(exponent[2 * j + 1])
        u = size * c
        v = size * s
        x = u + (u * carried[2 * j] - v * carried[2 * j + 1])
        y = v + (u * carried[2 * j + 1] + v * carried[2 * j])
        h[2 * j] = f4(x)
        h[2 * j + 1] = f4(y)
        x -= f8(h[2 * j])
        y -= f8(h[2 * j + 1])
        square = size * size
        p = (x * u + y * v) / square
        q = (y * u - x * v) / square
        small = abs(p) + abs(q) < NEGLIGIBLE
        carried[2 * j] = p if small else 0.0
        carried[2 * j + 1] = q if small else 0.0


@_row
def turn_law_row(exponent: Any, carried: Any, law: Any) -> None:
    """V within half a turn of zero, and s, with what the rounding of the steps before has left."""
    wide()
    for j in range(len(law) // 2):
        v = exponent[2 * j]
        turns = math.floor(v * (0.5 / math.pi) + 0.5)
        v = v - turns * (4 * QUARTER_HIGH)
        v = v - turns * (4 * QUARTER_LOW) + carried[2 * j]
        s = exponent[2 * j + 1] + carried[2 * j + 1]
        law[2 * j] = f4(v)
        law[2 * j + 1] = f4(s)
        carried[2 * j] = v - f8(law[2 * j])
        carried[2 * j + 1] = s - f8(law[2 * j + 1])


@_row
def conjugate_multiply_row(a: Any, h: Any) -> None:
    wide()
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        a[2 * j] = x * h[2 * j] + y * h[2 * j + 1]
        a[2 * j + 1] = y * h[2 * j] - x * h[2 * j + 1]


@_sum
def inner_product(a: Any, term: Any) -> float:
    """In double precision."""
    total = 0.0
    for k in range(len(a)):
        total += f8(a[k]) * term[k]
    return total


@numba.njit
def tabulate_range(
    coefficients: Any,
    basis: Any,
    table: Any,
    scratch: Any,
    is_transfer: bool,
    begin: int,
    end: int,
) -> None:
    """A range of numbers of a table of all steps and members, a tile of points at a time."""
    steps, members, terms = coefficients.shape
    for first in range(begin, end, 2 * TILE):
        last = min(first + 2 * TILE, end)
        exponent = scratch[0, : last - first]
        carried = scratch[1, : last - first]
        for member in range(members):
            carried[:] = 0.0
            for step in range(steps):
                exponent[:] = 0.0
                for k in range(terms):
                    if coefficients[step, member, k] != 0:
                        add_term(coefficients[step, member, k], basis[k, first:last], exponent)
                row = table[step, member, first:last]
                if is_transfer:
                    transfer_row(exponent, carried, row)
                else:
                    turn_law_row(exponent, carried, row)


@Compiled
def tabulate(address: Any) -> None:
    """A table of all steps and members."""
    task = carray(address, (END,))
    steps, members, terms, width = task[STEPS], task[MEMBERS], task[TERMS], 2 * task[POINTS]
    coefficients = carray(pointer(task[COEFFICIENTS]), (steps, members, terms), f8)
    basis = carray(pointer(task[BASIS]), (terms, width), f8)
    table = carray(pointer(task[TABLE]), (steps, members, width), f4)
    unit = take(address)
    while unit < task[UNITS]:
        scratch = carray(pointer(task[SCRATCH] + 32 * TILE * unit), (2, 2 * TILE), f8)
        # a unit has the points of a range, at all steps: what rounding left goes from step to step
        begin = width // 2 * unit // task[UNITS] * 2
        end = width // 2 * (unit + 1) // task[UNITS] * 2
        tabulate_range(coefficients, basis, table, scratch, task[IS_TRANSFER] != 0, begin, end)
        unit = take(address)
