"""What lies between coefficients and a cascade on a GPU: tables, and the way back, in Triton.

Tables are those of a medium that is linear in its coefficients: what they multiply is tabulated
beforehand. Each is one launch, since launches are what these few numbers cost; sums are in double
precision, and each of them is written by one program, so that the same input gives the same bits.
"""

import triton
import triton.language as tl

from physembed.propagation.kernels.codelets import as_integer


@triton.jit
def summed(coefficients, lengths, layers, terms, term, LAYERS: tl.constexpr):
    """Σ over the layers of length times coefficient."""
    layer = tl.arange(0, LAYERS)
    inside = layer < layers
    length = tl.load(lengths + layer, mask=inside, other=0.0)
    value = tl.load(coefficients + layer * terms + term, mask=inside, other=0.0)
    return tl.sum(length * value)


@triton.jit
def sums_at_points(
    coefficients,
    lengths,
    basis,
    layers,
    terms,
    n_points,
    k,
    LAYERS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Σ c f over all terms at points k, of the first and of the second number of every pair f."""
    inside = k < n_points
    first = tl.zeros([BLOCK], tl.float64)
    second = tl.zeros([BLOCK], tl.float64)
    for term in range(terms):
        c = summed(coefficients, lengths, layers, terms, term, LAYERS)
        place = basis + 2 * (term * n_points + k)
        first += c * tl.load(place, mask=inside, other=0.0)
        second += c * tl.load(place + 1, mask=inside, other=0.0)
    return first, second


@triton.jit
def within_a_turn(phase, BLOCK: tl.constexpr):
    """From 0 to 2π."""
    # a bare number would be rounded to single precision
    turn = tl.full([BLOCK], 6.283185307179586, tl.float64)
    return phase - tl.floor(phase / turn) * turn


@triton.jit(do_not_specialize=["layers", "terms", "members", "n_points"])
def tabulate(
    coefficients,
    lengths,
    basis,
    table,
    layers,
    terms,
    members,
    n_points,
    LAYERS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """H/N = exp(Σ c f) / N of a row and a member.

    All float64 but the table: ``coefficients`` (members, layers, terms), ``lengths`` (rows,
    layers), ``basis`` f (terms, N, 2), ``table`` (rows, members, N), complex64. LAYERS is a power
    of two that holds all layers.
    """
    row = (tl.program_id(0) // members).to(tl.int64)
    member = (tl.program_id(0) % members).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < n_points
    real, imaginary = sums_at_points(
        coefficients + member * layers * terms,
        lengths + row * layers,
        basis,
        layers,
        terms,
        n_points,
        k,
        LAYERS,
        BLOCK,
    )
    size = tl.exp(real) / n_points
    a = (size * tl.cos(imaginary)).to(tl.float32)
    b = (size * tl.sin(imaginary)).to(tl.float32)
    tl.store(table + (row * members + member) * n_points + k, as_integer(a, b), mask=inside)


@triton.jit(do_not_specialize=["layers", "terms", "members", "n_points"])
def tabulate_phases(
    coefficients,
    lengths,
    basis,
    at_rest,
    slope,
    layers,
    terms,
    members,
    n_points,
    HAS_POTENTIAL: tl.constexpr,
    LAYERS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """V within a turn, (rows, members, N), if there is any, and s, (rows, members); float32.

    The other arrays are those of :func:`tabulate`; of ``basis`` the second of a pair is what a
    coefficient multiplies in s, the same for all points.
    """
    row = (tl.program_id(0) // members).to(tl.int64)
    member = (tl.program_id(0) % members).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < n_points
    rest = tl.zeros([BLOCK], tl.float64)
    steep = 0.0 * tl.load(basis)
    for term in range(terms):
        c = summed(
            coefficients + member * layers * terms,
            lengths + row * layers,
            layers,
            terms,
            term,
            LAYERS,
        )
        steep += c * tl.load(basis + 2 * term * n_points + 1)
        if HAS_POTENTIAL:
            rest += c * tl.load(basis + 2 * (term * n_points + k), mask=inside, other=0.0)
    if tl.program_id(1) == 0:
        tl.store(slope + row * members + member, steep.to(tl.float32))
    if HAS_POTENTIAL:
        place = at_rest + (row * members + member) * n_points + k
        tl.store(place, within_a_turn(rest, BLOCK).to(tl.float32), mask=inside)


@triton.jit(do_not_specialize=["layers", "terms", "members", "n_points"])
def tabulate_turns(
    coefficients,
    lengths,
    basis,
    table,
    layers,
    terms,
    members,
    n_points,
    LAYERS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """V within a turn and s of every point, two float32, (rows, members, N, 2).

    The other arrays are those of :func:`tabulate`; ``basis`` holds what a coefficient multiplies in
    V and in s.
    """
    row = (tl.program_id(0) // members).to(tl.int64)
    member = (tl.program_id(0) % members).to(tl.int64)
    k = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = k < n_points
    rest, steep = sums_at_points(
        coefficients + member * layers * terms,
        lengths + row * layers,
        basis,
        layers,
        terms,
        n_points,
        k,
        LAYERS,
        BLOCK,
    )
    pair = as_integer(within_a_turn(rest, BLOCK).to(tl.float32), steep.to(tl.float32))
    tl.store(table + (row * members + member) * n_points + k, pair, mask=inside)


@triton.jit(do_not_specialize=["rows", "passes", "layers", "terms"])
def pull_back(
    sums,
    to_coefficients,
    to_layers,
    gradients,
    rows,
    passes,
    layers,
    terms,
    KINDS: tl.constexpr,
    BY_LAYER: tl.constexpr,
    SUMS: tl.constexpr,
    TERMS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """The gradients of a layer's coefficients, (members, layers, terms), from sums over points.

    Arrays: ``sums`` (members, rows, passes, SUMS), of every case or of any other part; float64
    ``to_coefficients`` (KINDS, SUMS, terms), to those of each kind of a pass's parts, BY_LAYER one
    for every member and layer; ``to_layers`` (layers, passes, KINDS), how much of a layer each is
    of. TERMS is a power of two that holds all terms.
    """
    member = tl.program_id(0).to(tl.int64)
    layer = tl.program_id(1)
    j = tl.arange(0, TERMS)
    s = tl.arange(0, SUMS)
    first = (member * layers + layer) * KINDS if BY_LAYER else 0
    total = tl.zeros([TERMS], tl.float64)
    for step in range(passes):
        shares = to_layers + (layer * passes + step) * KINDS
        is_there = False
        for kind in tl.static_range(KINDS):
            is_there = is_there | (tl.load(shares + kind) != 0.0)
        if is_there:
            of_rows = tl.zeros([BLOCK, SUMS], tl.float64)
            for start in range(0, rows, BLOCK):
                row = start + tl.arange(0, BLOCK)
                case = ((member * rows + row) * passes + step) * SUMS
                of_rows += tl.load(
                    sums + case[:, None] + s[None, :], mask=row[:, None] < rows, other=0.0
                ).to(tl.float64)
            of_sums = tl.sum(of_rows, 0)
            for kind in tl.static_range(KINDS):
                place = to_coefficients + ((first + kind) * SUMS + s[:, None]) * terms + j[None, :]
                to = tl.load(place, mask=j[None, :] < terms, other=0.0)
                total += tl.sum(of_sums[:, None] * (tl.load(shares + kind) * to), 0)
    tl.store(gradients + (member * layers + layer) * terms + j, total, mask=j < terms)
