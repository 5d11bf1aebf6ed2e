"""What checks read of a field, case by case, in one pass over memory."""

from typing import Any

import numba
import numpy as np
from numba import carray

from physembed.propagation.kernels.compilation import (
    FAST,
    Compiled,
    bits,
    f4,
    f8,
    pointer,
    take,
    wide,
)

(NEXT, UNITS, ROWS, POINTS, EDGE, FIELD, NUMBERS, LENGTH) = range(8)
"""The next unit and their number; cases and points; points that are an edge; addresses of the
field, and of what is written of every case, as :data:`KINDS` numbers of double precision."""

(ENERGY, PEAK, AT_EDGES, ROUGH, KINDS) = range(5)
"""What is written: Σ |E|², the largest |E|², and of the energy the shares at the window's edges
and behind a filter sin¹⁶(ω/2)."""

FEW = 1024
"""Numbers that are summed in single precision, as vectors, before they are added in double."""

DARK, DARK_DOUBLE = f4(1e-18), f8(1e-150)
"""Taken for nothing: its square is below what is normal, and takes a hundred times as long."""

_sum = numba.njit(fastmath=FAST | {"reassoc"}, error_model="numpy")
"""Sums of a few terms, in whatever order fills a vector: that of the compiler, always the same."""


@_sum
def _power(e: Any, dark: Any) -> Any:
    """Σ |E|² of a few points, and the bits of the largest; where a number is none, any."""
    wide()
    total, largest = dark - dark, bits(dark - dark)
    for j in range(len(e) // 2):
        x = dark - dark if abs(e[2 * j]) <= dark else e[2 * j]
        y = dark - dark if abs(e[2 * j + 1]) <= dark else e[2 * j + 1]
        power = x * x + y * y
        total += power
        largest = max(largest, bits(power))
    return total, largest


@_sum
def _bends(e: Any, dark: Any) -> Any:
    """Σ |δ⁸E|² of a few points, eight points more being there."""
    wide()
    n = len(e) - 16
    a, b, c, d = e[:n], e[2 : n + 2], e[4 : n + 4], e[6 : n + 6]
    middle = e[8 : n + 8]
    x, y, z, w = e[10 : n + 10], e[12 : n + 12], e[14 : n + 14], e[16 : n + 16]
    total = dark - dark
    for j in range(n):
        # integers would make double numbers of single ones
        bend = (a[j] + w[j]) - f4(8) * (b[j] + z[j]) + f4(28) * (c[j] + y[j])
        bend = bend - f4(56) * (d[j] + x[j]) + f4(70) * middle[j]
        bend = dark - dark if abs(bend) <= dark else bend
        total += bend * bend
    return total


@numba.njit
def _powers(e: Any, dark: Any) -> Any:
    """Σ |E|² of any number of points, and the bits of the largest."""
    total, largest = 0.0, bits(dark - dark)
    for first in range(0, len(e), FEW):
        few, of_few = _power(e[first : first + FEW], dark)
        total += few
        largest = max(largest, of_few)
    return total, largest


@numba.njit
def _roughness(e: Any, across: Any, dark: Any) -> float:
    """Σ |δ⁸E|² / 2¹⁶ of a period, the energy behind a filter sin¹⁶(ω/2); 32 numbers to work in."""
    total = 0.0
    for first in range(0, len(e) - 16, FEW):
        total += _bends(e[first : first + FEW + 16], dark)
    # across the end of the window
    across[:16], across[16:] = e[-16:], e[:16]
    return (total + _bends(across, dark)) / 65536


@numba.njit
def _sweep(address: Any, f: Any, i: Any, dark: Any) -> None:
    task = carray(address, (LENGTH,))
    rows, n, edge, units = task[ROWS], task[POINTS], task[EDGE], task[UNITS]
    field = carray(pointer(task[FIELD]), (rows, 2 * n), f)
    numbers = carray(pointer(task[NUMBERS]), (KINDS, rows), f8)
    across = np.empty(32, f)
    # an array of one number, by which bits become it again
    number = np.empty(1, f)
    as_bits = number.view(i)
    unit = take(address)
    while unit < units:
        for row in range(rows * unit // units, rows * (unit + 1) // units):
            e = field[row]
            left, of_left = _powers(e[: 2 * edge], dark)
            inside, of_inside = _powers(e[2 * edge : 2 * (n - edge)], dark)
            right, of_right = _powers(e[2 * (n - edge) :], dark)
            energy = left + inside + right
            as_bits[0] = max(of_left, of_inside, of_right)
            # of a dark case nothing is anywhere
            whole = energy if energy > 0 else 1.0
            numbers[ENERGY, row], numbers[PEAK, row] = energy, number[0]
            numbers[AT_EDGES, row] = (left + right) / whole
            numbers[ROUGH, row] = _roughness(e, across, dark) / whole
        unit = take(address)


@Compiled
def single(address: Any) -> None:
    """Of complex64."""
    _sweep(address, f4, np.int32, DARK)


@Compiled
def double(address: Any) -> None:
    """Of complex128."""
    _sweep(address, f8, np.int64, DARK_DOUBLE)
