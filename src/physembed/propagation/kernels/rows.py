"""A row of a field at a time: what the compiled loops do to the interleaved parts of complex64.

A gradient g is PyTorch's, ∂L/∂x + i ∂L/∂y of a real loss L: going back through a product with H it
is multiplied by conj(H), and what H itself gains is g conj(Ê), summed over the rows. Sums are added
to what is there.
"""

from typing import Any

import numba

from physembed.propagation.kernels.compilation import FAST, f4, wide
from physembed.propagation.kernels.functions import sine_cosine

GROUP = 32
"""Rows summed in single precision before they are added to the sums in double precision."""

# few arrays each, and separate functions for work in place: what the compiler turns into vectors
_row = numba.njit(fastmath=FAST, error_model="numpy")


@_row
def multiply_row(a: Any, h: Any, out: Any) -> None:
    wide()
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        out[2 * j] = x * h[2 * j] - y * h[2 * j + 1]
        out[2 * j + 1] = x * h[2 * j + 1] + y * h[2 * j]


@_row
def multiply_row_in_place(a: Any, h: Any) -> None:
    wide()
    for j in range(len(h) // 2):
        x = a[2 * j]
        y = a[2 * j + 1]
        a[2 * j] = x * h[2 * j] - y * h[2 * j + 1]
        a[2 * j + 1] = x * h[2 * j + 1] + y * h[2 * j]


@_row
def turn_row(e: Any, law: Any, out: Any) -> None:
    wide()
    for j in range(len(law) // 2):
        a = e[2 * j]
        b = e[2 * j + 1]
        s, c = sine_cosine(law[2 * j] + law[2 * j + 1] * (a * a + b * b))
        out[2 * j] = a * c - b * s
        out[2 * j + 1] = a * s + b * c


@_row
def turn_row_in_place(e: Any, law: Any) -> None:
    wide()
    for j in range(len(law) // 2):
        a = e[2 * j]
        b = e[2 * j + 1]
        s, c = sine_cosine(law[2 * j] + law[2 * j + 1] * (a * a + b * b))
        e[2 * j] = a * c - b * s
        e[2 * j + 1] = a * s + b * c


@_row
def multiply_adjoint_row(g: Any, a: Any, h: Any, part: Any) -> None:
    wide()
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
    wide()
    for j in range(len(h) // 2):
        u = h[2 * j]
        v = h[2 * j + 1]
        # 1 / H: where H has all but vanished, checkpoints see to it that this is not asked for
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
    wide()
    for j in range(len(law) // 2):
        slope = law[2 * j + 1]
        a = e[2 * j]
        b = e[2 * j + 1]
        intensity = a * a + b * b
        s, c = sine_cosine(law[2 * j] + slope * intensity)
        x = g[2 * j]
        y = g[2 * j + 1]
        # w = g exp(-i φ), and q = Im(w conj(E)) = ∂L/∂φ, the same before the turn and after it
        real = x * c + y * s
        imaginary = y * c - x * s
        torque = imaginary * a - real * b
        # φ = V + s |E|²
        part[2 * j] += torque
        part[2 * j + 1] += torque * intensity
        # through |E|² the field turns itself: ∂φ/∂E = 2 s E
        push = f4(2) * slope * torque
        g[2 * j] = real + push * a
        g[2 * j + 1] = imaginary + push * b


@_row
def unturn_adjoint_row(g: Any, e: Any, law: Any, part: Any) -> None:
    wide()
    for j in range(len(law) // 2):
        slope = law[2 * j + 1]
        x = e[2 * j]
        y = e[2 * j + 1]
        # a turn leaves |E|² as it is, so that the phase is known from what left
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
