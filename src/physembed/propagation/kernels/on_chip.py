"""A whole cascade on a GPU in one kernel, and its adjoint in another, in Triton.

One program takes one case through all passes; the field stays in its registers. Backwards it undoes
the passes from the field that left, so that nothing is kept, and sums up every coefficient's
derivative on the way: one number per case, pass and term, each written by one program, so that the
same input gives the same bits. All in float32, but for tables and twiddles, which are rounded last.

Complex numbers are int64 here: one access of 8 bytes for both parts.
"""

import triton
import triton.language as tl

from physembed.propagation.kernels.butterflies import product, product_conjugate, sine_cosine
from physembed.propagation.kernels.codelets import (
    all_twiddles,
    inverse_transform,
    load_field,
    load_real,
    pack,
    store_field,
    transform,
)


@triton.jit
def anchored(x, one):
    """The field, its first entry times a loaded one: all lanes then lie as those of a load do.

    Without it the compiler finds no layout for the exchange after the last pass, which has no
    twiddles, and converts every tensor there and back.
    """
    y = ((x[0][0] * one, x[0][1] * one),)
    for k in tl.static_range(1, len(x)):
        y = y + (x[k],)
    return y


@triton.jit
def folded(x, L: tl.constexpr, FEWER: tl.constexpr):
    """L lanes as fewer, whose sum is the same."""
    if L > FEWER:
        x = tl.sum(tl.reshape(x, [L // FEWER, FEWER]), 0)
    return x


@triton.jit
def load_slopes(slope, row, DEGREE: tl.constexpr):
    s = ()
    for power in tl.static_range(DEGREE):
        s = s + (tl.load(slope + row * DEGREE + power),)
    return s


@triton.jit
def polynomial(s, x):
    """s₁ x + s₂ x² + ..."""
    y = s[len(s) - 1] * x
    for k in tl.static_range(1, len(s)):
        y = (y + s[len(s) - 1 - k]) * x
    return y


@triton.jit
def twice_derivative(s, x):
    """2 (s₁ + 2 s₂ x + ...)."""
    y = 2.0 * len(s) * s[len(s) - 1]
    for k in tl.static_range(1, len(s)):
        y = y * x + 2.0 * (len(s) - k) * s[len(s) - 1 - k]
    return y


@triton.jit(
    do_not_specialize=["start", "stop", "rows", "members"],
    do_not_specialize_on_alignment=["transfer", "at_rest"],
)
def forward(
    entered,
    left,
    transfer,
    at_rest,
    slope,
    linear,
    local,
    roots,
    start,
    stop,
    rows,
    members,
    N: tl.constexpr,
    RADICES: tl.constexpr,
    SPANS: tl.constexpr,
    HAS_POTENTIAL: tl.constexpr,
    DEGREE: tl.constexpr,
    PTX: tl.constexpr,
):
    """The passes from ``start`` to ``stop`` of each case; see :func:`backward` for the arrays."""
    LAST: tl.constexpr = RADICES[len(RADICES) - 1]
    R: tl.constexpr = RADICES[0]
    L: tl.constexpr = N // R
    case = tl.program_id(0).to(tl.int64)
    member = tl.program_id(0) // rows
    w = all_twiddles(roots, N, RADICES, SPANS, PTX)
    one = tl.load(roots + 0 * tl.arange(0, N // LAST)).to(tl.float32)
    x = load_field(entered + case * N, L, R, PTX)
    for step in range(start, stop):
        h_row = (tl.load(linear + step) * members + member).to(tl.int64)
        v_row = (tl.load(local + step) * members + member).to(tl.int64)
        x = transform((x,), w, RADICES, SPANS)[0]
        h = load_field(transfer + h_row * N, N // LAST, LAST, PTX)
        x = anchored(x, one)
        y = ()
        for k in tl.static_range(LAST):
            y = y + (product(x[k], h[k]),)
        x = inverse_transform((y,), w, RADICES, SPANS)[0]
        s = load_slopes(slope, v_row, DEGREE)
        if HAS_POTENTIAL:
            v = load_real(at_rest + v_row * N, L, R, PTX)
        y = ()
        for k in tl.static_range(R):
            phase = polynomial(s, x[k][0] * x[k][0] + x[k][1] * x[k][1])
            if HAS_POTENTIAL:
                phase += v[k]
            sine, cosine = sine_cosine(phase)
            y = y + (product(x[k], (cosine, sine)),)
        x = y
    store_field(left + case * N, x, L, R)


@triton.jit(
    do_not_specialize=["writes", "start", "stop", "passes", "rows", "members"],
    do_not_specialize_on_alignment=["transfer", "at_rest", "symbols", "potentials"],
)
def backward(
    left,
    grad,
    grad_entered,
    sums,
    transfer,
    at_rest,
    slope,
    linear,
    local,
    symbols,
    potentials,
    roots,
    writes,
    start,
    stop,
    passes,
    rows,
    members,
    N: tl.constexpr,
    RADICES: tl.constexpr,
    SPANS: tl.constexpr,
    HAS_POTENTIAL: tl.constexpr,
    DEGREE: tl.constexpr,
    PTX: tl.constexpr,
    SYMBOLS: tl.constexpr,
    POTENTIALS: tl.constexpr,
    SYMBOLS_BY_ROW: tl.constexpr,
    POTENTIALS_BY_ROW: tl.constexpr,
    SUMS: tl.constexpr,
    TOGETHER: tl.constexpr,
):
    """The adjoint of :func:`forward`, from the field that left.

    Arrays: fields (members, rows, N); ``sums`` (members, rows, passes, SUMS), of every pass those
    of the SYMBOLS, of q |E|², q |E|⁴, ... up to DEGREE, and of the POTENTIALS; ``transfer`` H/N of
    (linear rows, members, N) in the order of digits; ``at_rest`` V of (local rows, members, N) and
    ``slope`` s, ... of (local rows, members, DEGREE); ``linear`` and ``local``, the rows of every
    pass; ``symbols`` (SYMBOLS, N), the derivatives of log H, in the order of digits; ``potentials``
    (POTENTIALS, N), those of V. Where they are BY_ROW, there are such tables of every row and
    member, (rows, members, .., N).
    ``grad_entered`` is left alone where ``writes`` is 0.
    TOGETHER takes field and gradient through the same exchanges: fewer barriers, more registers.
    PTX: see :func:`~physembed.propagation.kernels.codelets.read`.
    """
    LAST: tl.constexpr = RADICES[len(RADICES) - 1]
    R: tl.constexpr = RADICES[0]
    L: tl.constexpr = N // R
    M: tl.constexpr = N // LAST
    FEWER: tl.constexpr = L if L < M else M
    case = tl.program_id(0).to(tl.int64)
    member = tl.program_id(0) // rows
    w = all_twiddles(roots, N, RADICES, SPANS, PTX)
    one = tl.load(roots + 0 * tl.arange(0, M)).to(tl.float32)
    x = load_field(left + case * N, L, R, PTX)
    g = load_field(grad + case * N, L, R, PTX)
    for back in range(start, stop):
        step = stop - 1 - (back - start)
        h_row = (tl.load(linear + step) * members + member).to(tl.int64)
        v_row = (tl.load(local + step) * members + member).to(tl.int64)
        s = load_slopes(slope, v_row, DEGREE)
        if HAS_POTENTIAL:
            v = load_real(at_rest + v_row * N, L, R, PTX)
        of_slopes = ()
        for _ in tl.static_range(DEGREE):
            of_slopes = of_slopes + (tl.zeros([L], tl.float32),)
        y = ()
        z = ()
        torques = ()
        for k in tl.static_range(R):
            intensity = x[k][0] * x[k][0] + x[k][1] * x[k][1]
            phase = polynomial(s, intensity)
            if HAS_POTENTIAL:
                phase += v[k]
            sine, cosine = sine_cosine(phase)
            a = product_conjugate(x[k], (cosine, sine))
            b = product_conjugate(g[k], (cosine, sine))
            torque = b[1] * a[0] - b[0] * a[1]
            moment = torque
            moments = ()
            for power in tl.static_range(DEGREE):
                moment = moment * intensity
                moments = moments + (of_slopes[power] + moment,)
            of_slopes = moments
            push = twice_derivative(s, intensity) * torque
            y = y + (a,)
            z = z + ((b[0] + push * a[0], b[1] + push * a[1]),)
            torques = torques + (torque,)
        of_potentials = ()
        first = v_row * POTENTIALS if POTENTIALS_BY_ROW else 0
        for term in tl.static_range(POTENTIALS):
            f = load_real(potentials + (first + term) * N, L, R, PTX)
            of_potential = tl.zeros([L], tl.float32)
            for k in tl.static_range(R):
                of_potential += torques[k] * f[k]
            of_potentials = of_potentials + (folded(of_potential, L, FEWER),)
        if TOGETHER:
            x, g = transform((y, z), w, RADICES, SPANS)
        else:
            x = transform((y,), w, RADICES, SPANS)[0]
            g = transform((z,), w, RADICES, SPANS)[0]
        x = anchored(x, one)
        g = anchored(g, one)
        # H = exp(Σ c f): a coefficient has the gradient Re Σ f Ê conj(ĝ) / N
        of_symbols = ()
        first = h_row * SYMBOLS if SYMBOLS_BY_ROW else 0
        for term in tl.static_range(SYMBOLS):
            f = load_field(symbols + (first + term) * N, M, LAST, PTX)
            of_symbol = tl.zeros([M], tl.float32)
            for k in tl.static_range(LAST):
                q = product_conjugate(x[k], g[k])
                of_symbol += q[0] * f[k][0] - q[1] * f[k][1]
            of_symbols = of_symbols + (folded(of_symbol * (1.0 / N), M, FEWER),)
        # one reduction for all sums, the rest of them zero
        totals = of_symbols
        for power in tl.static_range(DEGREE):
            totals = totals + (folded(of_slopes[power], L, FEWER),)
        totals = totals + of_potentials
        for _ in tl.static_range(SUMS - SYMBOLS - DEGREE - POTENTIALS):
            totals = totals + (tl.zeros([FEWER], tl.float32),)
        if SUMS > 1:
            totals = tl.sum(tl.reshape(pack(totals), [FEWER, SUMS]), 0)
            tl.store(sums + (case * passes + step) * SUMS + tl.arange(0, SUMS), totals)
        else:
            tl.store(sums + case * passes + step, tl.sum(totals[0]))
        h = load_field(transfer + h_row * N, M, LAST, PTX)
        y = ()
        z = ()
        for k in tl.static_range(LAST):
            a = product_conjugate(x[k], h[k])
            # H holds 1/N, and so does the inverse transform: what is divided out is N² times H
            scale = 1.0 / ((h[k][0] * h[k][0] + h[k][1] * h[k][1]) * (1.0 * N * N))
            y = y + ((a[0] * scale, a[1] * scale),)
            z = z + (product_conjugate(g[k], h[k]),)
        if TOGETHER:
            x, g = inverse_transform((y, z), w, RADICES, SPANS)
        else:
            x = inverse_transform((y,), w, RADICES, SPANS)[0]
            g = inverse_transform((z,), w, RADICES, SPANS)[0]
    if writes:
        store_field(grad_entered + case * N, g, L, R)
