"""Fourier transforms as products with real matrices: no operator of ONNX transforms quickly.

A length n = n₁ n₂ takes two products, with matrices of n₁ and n₂, instead of one with n: with
point number n₂ a + b and frequency k₁ + n₁ k₂,

    X(k₁, k₂) = Σ_b exp(-2πi b k₂ / n₂) exp(-2πi b k₁ / n) Σ_a exp(-2πi a k₁ / n₁) x(a, b).
"""

import math

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.onnx.graph import Graph, Pair


def factors(n: int) -> tuple[int, int]:
    """n₁ and n₂, as near to each other as may be."""
    first = max(k for k in range(1, math.isqrt(n) + 1) if n % k == 0)
    return first, n // first


def transformed(
    graph: Graph,
    field: Pair,
    n: int,
    *,
    inverse: bool,
    real: bool = False,
    wanted: int | None = None,
    given: int | None = None,
    carrier: int = 0,
    gain: float = 1.0,
) -> Pair:
    """The discrete Fourier transform along the last axis of (..., n), or of (..., given).

    Parameters
    ----------
    graph : Graph
    field : Pair
        Real where there is no imaginary part.
    n : int
    inverse : bool
        Whether to points, with the factor of 1 / n.
    real : bool, default=False
        Whether only the real part of the result is wanted.
    wanted : int or None, default=None
        How many of the first elements of the result are wanted, at least.
    given : int or None, default=None
        How many of the first elements of the field are there, a multiple of n₂; the others are
        zero.
    carrier : int, default=0
        The frequency that becomes zero: the result times exp(-2πi carrier t / n), in no node.
    gain : float, default=1.0
        What the result is multiplied by, in no node either.
    """
    n1, n2 = factors(n)
    sign = 1 if inverse else -1
    columns = n2 if wanted is None else -(-wanted // n1)
    leading = [0, 0, 0]
    rows = n1 if given is None else given // n2
    parts = [graph.shaped(part, *leading, rows, n2) for part in field if part is not None]
    # over a: the rows of the matrix are the real, then the imaginary parts of every k1
    stacked = graph.joined(parts, axis=-2)
    left = graph.floats(_left(n1, sign, rows, complex_input=len(parts) > 1))
    inner = graph.op("MatMul", left, stacked)
    halves = (graph.part(inner, 0, n1, axis=-2), graph.part(inner, n1, 2 * n1, axis=-2))
    turns = sign * np.outer(np.arange(n1), np.arange(n2)) / n - carrier * np.arange(n1)[:, None] / n
    twisted = graph.product(halves, graph.pair(np.exp(2j * np.pi * turns)))
    assert twisted[1] is not None
    # over b: the columns are the real, then perhaps the imaginary parts of every k2
    wide = graph.joined([twisted[0], twisted[1]])
    scale = gain / n if inverse else gain
    shifts = np.exp(-2j * np.pi * (carrier * np.arange(columns) % n2) / n2)
    matrix = _right(_roots(n2, sign, columns) * shifts, real_output=real) * scale
    outer = graph.op("MatMul", wide, graph.floats(matrix))
    quadratures = (
        [outer]
        if real
        else [graph.part(outer, 0, columns), graph.part(outer, columns, 2 * columns)]
    )
    ordered = [
        graph.shaped(graph.op("Transpose", part, perm=[0, 1, 2, 4, 3]), *leading, n1 * columns)
        for part in quadratures
    ]
    return ordered[0], None if real else ordered[1]


def _roots(n: int, sign: int, columns: int) -> NDArray[np.complex128]:
    # reduced first: of a large angle the cosine is less exact
    return np.exp(sign * 2j * np.pi * (np.outer(np.arange(n), np.arange(columns)) % n) / n)


def _left(n: int, sign: int, rows: int, *, complex_input: bool) -> NDArray[np.float64]:
    roots = _roots(n, sign, rows)
    of_real = np.concatenate([roots.real, roots.imag])
    if not complex_input:
        return of_real
    return np.concatenate([of_real, np.concatenate([-roots.imag, roots.real])], axis=1)


def _right(roots: NDArray[np.complex128], *, real_output: bool) -> NDArray[np.float64]:
    to_real = np.concatenate([roots.real, -roots.imag])
    if real_output:
        return to_real
    return np.concatenate([to_real, np.concatenate([roots.imag, roots.real])], axis=1)
