"""What checks read of a field, case by case, in one pass over memory."""

from typing import Any

import numba
import numpy as np
from numba import carray

from physembed.propagation.kernels.compilation import FAST, Compiled, f4, f8, pointer, take

(NEXT, UNITS, ROWS, POINTS, EDGE, FIELD, ENERGY, AT_EDGES, ROUGH, PEAK, LENGTH) = range(11)
"""The next unit and their number; cases and points; points that are an edge; addresses of the
field, and of what is written of every case (float64)."""

FEW = 512
"""Numbers that are summed in single precision, as vectors, before they are added in double."""

DARK, DARK_DOUBLE = f4(1e-18), f8(1e-150)
"""Taken for nothing: its square is below what is normal, and takes a hundred times as long."""

_sum = numba.njit(fastmath=FAST | {"reassoc"}, error_model="numpy")
"""Sums of a few terms, in whatever order fills a vector: that of the compiler, always the same."""


@_sum
def _power(e: Any, dark: Any) -> Any:
    """Σ |E|² of a few points."""
    total = f4(0)
    for j in range(len(e)):
        x = dark - dark if abs(e[j]) <= dark else e[j]
        total += x * x
    return total


@_sum
def _bends(e: Any, dark: Any) -> Any:
    """Σ |δ⁸E|² of a few points, eight points more being there."""
    n = len(e) - 16
    a, b, c, d = e[:n], e[2 : n + 2], e[4 : n + 4], e[6 : n + 6]
    middle = e[8 : n + 8]
    x, y, z, w = e[10 : n + 10], e[12 : n + 12], e[14 : n + 14], e[16 : n + 16]
    total = f4(0)
    for j in range(n):
        # integers would make double numbers of single ones
        bend = (a[j] + w[j]) - f4(8) * (b[j] + z[j]) + f4(28) * (c[j] + y[j])
        bend = bend - f4(56) * (d[j] + x[j]) + f4(70) * middle[j]
        bend = dark - dark if abs(bend) <= dark else bend
        total += bend * bend
    return total


@numba.njit(fastmath=FAST | {"reassoc", "nnan"}, error_model="numpy")
def _peak(e: Any, dark: Any) -> Any:
    """The largest |E|²; where a number is none, which the energy tells, any."""
    largest = f4(0)
    for j in range(len(e) // 2):
        x = dark - dark if abs(e[2 * j]) <= dark else e[2 * j]
        y = dark - dark if abs(e[2 * j + 1]) <= dark else e[2 * j + 1]
        power = x * x + y * y
        largest = power if power > largest else largest
    return largest


@numba.njit
def _energy(e: Any, dark: Any) -> float:
    total = 0.0
    for first in range(0, len(e), FEW):
        total += _power(e[first : first + FEW], dark)
    return total


@numba.njit
def _roughness(e: Any, dark: Any) -> float:
    """Σ |δ⁸E|² / 2¹⁶ of a period, the energy behind a filter sin¹⁶(ω/2)."""
    total = 0.0
    for first in range(0, len(e) - 16, FEW):
        total += _bends(e[first : first + FEW + 16], dark)
    # across the end of the window
    return (total + _bends(np.concatenate((e[-16:], e[:16])), dark)) / 65536


@numba.njit
def _sweep(address: Any, f: Any, dark: Any) -> None:
    task = carray(address, (LENGTH,))
    rows, n, edge, units = task[ROWS], task[POINTS], task[EDGE], task[UNITS]
    field = carray(pointer(task[FIELD]), (rows, 2 * n), f)
    energy = carray(pointer(task[ENERGY]), (rows,), f8)
    at_edges = carray(pointer(task[AT_EDGES]), (rows,), f8)
    rough = carray(pointer(task[ROUGH]), (rows,), f8)
    peak = carray(pointer(task[PEAK]), (rows,), f8)
    unit = take(address)
    while unit < units:
        for row in range(rows * unit // units, rows * (unit + 1) // units):
            e = field[row]
            at_edges[row] = _energy(e[: 2 * edge], dark) + _energy(e[2 * (n - edge) :], dark)
            energy[row] = at_edges[row] + _energy(e[2 * edge : 2 * (n - edge)], dark)
            peak[row] = _peak(e, dark)
            rough[row] = _roughness(e, dark)
        unit = take(address)


@Compiled
def single(address: Any) -> None:
    """Of complex64."""
    _sweep(address, f4, DARK)


@Compiled
def double(address: Any) -> None:
    """Of complex128."""
    _sweep(address, f8, DARK_DOUBLE)
