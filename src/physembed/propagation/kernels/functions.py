"""Sine, cosine and the exponential, as sums and products that the compiler turns into vectors."""

import math
from typing import Any

import numba
import numpy as np

from physembed.propagation.kernels.compilation import f4

WITHOUT_FRACTION = 2.0**22
"""A phase beyond which float32 has no more than a quarter of a radian left."""

QUARTER_HIGH, QUARTER_LOW = 1.570796325802803, 9.920935796805404e-10
"""π/2 in two parts, the first of 27 bits: its multiples are exact (Cody and Waite, 1980)."""


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


@numba.njit(inline="always")
def sine_cosine_double(x: Any) -> tuple[Any, Any]:
    """sin x and cos x of a float64, to 1e-11 for |x| up to 1e8: more than float32 can keep."""
    quarter = np.floor(x * (2 / math.pi) + 0.5)
    r = x - quarter * QUARTER_HIGH
    r = r - quarter * QUARTER_LOW
    r2 = r * r
    tail = 1 / 362880 + r2 * (-1 / 39916800)
    sine = r * (1 + r2 * (-1 / 6 + r2 * (1 / 120 + r2 * (-1 / 5040 + r2 * tail))))
    tail = -1 / 3628800 + r2 * (1 / 479001600)
    tail = 1 / 24 + r2 * (-1 / 720 + r2 * (1 / 40320 + r2 * tail))
    cosine = 1 + r2 * (-0.5 + r2 * tail)
    # which quarter of the circle, without integers
    half = np.floor(quarter * 0.5)
    swapped = quarter - 2 * half != 0
    negative = half - 2 * np.floor(half * 0.5) != 0
    s = cosine if swapped else sine
    c = -sine if swapped else cosine
    return -s if negative else s, -c if negative else c


@numba.njit(inline="always")
def sine_cosine_precisely(x: Any) -> tuple[Any, Any]:
    """The same to the last digits of float64, for |x| up to 1e8."""
    quarter = np.floor(x * (2 / math.pi) + 0.5)
    r = x - quarter * QUARTER_HIGH
    r = r - quarter * QUARTER_LOW
    r2 = r * r
    tail = -1 / 1307674368000 + r2 * (1 / 355687428096000)
    tail = 1 / 362880 + r2 * (-1 / 39916800 + r2 * (1 / 6227020800 + r2 * tail))
    sine = r + r * (r2 * (-1 / 6 + r2 * (1 / 120 + r2 * (-1 / 5040 + r2 * tail))))
    tail = 1 / 20922789888000 + r2 * (-1 / 6402373705728000)
    tail = -1 / 3628800 + r2 * (1 / 479001600 + r2 * (-1 / 87178291200 + r2 * tail))
    tail = 1 / 24 + r2 * (-1 / 720 + r2 * (1 / 40320 + r2 * tail))
    cosine = 1 + r2 * (-0.5 + r2 * tail)
    half = np.floor(quarter * 0.5)
    swapped = quarter - 2 * half != 0
    negative = half - 2 * np.floor(half * 0.5) != 0
    s = cosine if swapped else sine
    c = -sine if swapped else cosine
    return -s if negative else s, -c if negative else c


@numba.njit(inline="always")
def exponential(x: Any) -> Any:
    """exp x of a float64, to 1e-11; beyond the range of float32 it is nothing, or too large."""
    x = -110.0 if x < -110.0 else x
    x = 110.0 if x > 110.0 else x
    r = x * (1 / 1024)
    tail = 1 / 120 + r * (1 / 720 + r * (1 / 5040))
    y = 1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * tail))))
    for _ in range(10):
        y = y * y
    return y
