"""Fourier transforms of fields that never leave the registers of a GPU, in Triton.

A field of N points is a tuple of R complex numbers (pairs of real and imaginary part), each a
tensor of N / R lanes. A pass of a mixed-radix transform (Cooley and Tukey, 1965) is a DFT over the
tuple, which moves nothing, a multiplication by twiddles, and one exchange between lanes, which
brings the next digit into the tuple. The spectrum comes out in the order of reversed digits: its
tables are stored in that order (:mod:`~physembed.propagation.kernels.digit_order`), and the inverse
transform undoes the same exchanges, so that nothing is ever transposed back.

SIGN is that of the exponent: -1 is the transform, +1 its inverse without the factor 1/N.
"""

import triton
import triton.language as tl

from physembed.propagation.kernels.butterflies import dft, product, product_conjugate


@triton.jit
def joined_halves(x):
    """A tuple of 2n as one of n, each entry with an axis more."""
    n: tl.constexpr = len(x) // 2
    y = ()
    for k in tl.static_range(n):
        y = y + (tl.join(x[k], x[k + n]),)
    return y


@triton.jit
def pack(x):
    """A tuple of 2^k tensors of L lanes as one of L times 2^k, the place in the tuple fastest."""
    if len(x) == 64:
        x = joined_halves(x)
    if len(x) == 32:
        x = joined_halves(x)
    if len(x) == 16:
        x = joined_halves(x)
    if len(x) == 8:
        x = joined_halves(x)
    if len(x) == 4:
        x = joined_halves(x)
    if len(x) == 2:
        x = joined_halves(x)
    return x[0]


@triton.jit
def split_halves(x):
    y = ()
    z = ()
    for k in tl.static_range(len(x)):
        a, b = tl.split(x[k])
        y = y + (a,)
        z = z + (b,)
    return y + z


@triton.jit
def unpack(x, L: tl.constexpr, R: tl.constexpr):
    """The tuple that :func:`pack` has packed; the last axis first, which keeps the order."""
    if R == 64:
        y = (tl.reshape(x, [L, 2, 2, 2, 2, 2, 2]),)
        y = split_halves(split_halves(split_halves(split_halves(split_halves(split_halves(y))))))
    elif R == 32:
        y = (tl.reshape(x, [L, 2, 2, 2, 2, 2]),)
        y = split_halves(split_halves(split_halves(split_halves(split_halves(y)))))
    elif R == 16:
        y = (tl.reshape(x, [L, 2, 2, 2, 2]),)
        y = split_halves(split_halves(split_halves(split_halves(y))))
    elif R == 8:
        y = (tl.reshape(x, [L, 2, 2, 2]),)
        y = split_halves(split_halves(split_halves(y)))
    elif R == 4:
        y = (tl.reshape(x, [L, 2, 2]),)
        y = split_halves(split_halves(y))
    else:
        y = (tl.reshape(x, [L, 2]),)
        y = split_halves(y)
    return y


@triton.jit
def parts(x):
    """The real parts of a field, and its imaginary parts."""
    real = ()
    imaginary = ()
    for k in tl.static_range(len(x)):
        real = real + (x[k][0],)
        imaginary = imaginary + (x[k][1],)
    return real, imaginary


@triton.jit
def planes(fields):
    """Several fields as one tuple of real tensors, the place in a field fastest."""
    t = ()
    for f in tl.static_range(len(fields)):
        real, imaginary = parts(fields[f])
        t = t + real + imaginary
    return t


@triton.jit
def from_planes(t, R: tl.constexpr):
    fields = ()
    for f in tl.static_range(len(t) // (2 * R)):
        x = ()
        for k in tl.static_range(R):
            x = x + ((t[2 * R * f + k], t[2 * R * f + R + k]),)
        fields = fields + (x,)
    return fields


@triton.jit
def exchange(fields, A: tl.constexpr, R: tl.constexpr, S: tl.constexpr, NEXT: tl.constexpr):
    """A tuple of R on lanes (A, S) as one of NEXT on lanes (A, R, S / NEXT), all fields at once."""
    P: tl.constexpr = 2 * len(fields)
    y = tl.reshape(pack(planes(fields)), [A, S, P, R])
    y = tl.reshape(tl.permute(y, (0, 3, 1, 2)), [A * R, NEXT, S // NEXT, P])
    y = tl.reshape(tl.permute(y, (0, 2, 3, 1)), [A * R * (S // NEXT), P * NEXT])
    return from_planes(unpack(y, A * R * (S // NEXT), P * NEXT), NEXT)


@triton.jit
def exchange_back(fields, A: tl.constexpr, R: tl.constexpr, S: tl.constexpr, NEXT: tl.constexpr):
    """The inverse of :func:`exchange`."""
    P: tl.constexpr = 2 * len(fields)
    y = tl.reshape(pack(planes(fields)), [A * R, S // NEXT, P, NEXT])
    y = tl.reshape(tl.permute(y, (0, 3, 1, 2)), [A, R, S, P])
    y = tl.reshape(tl.permute(y, (0, 2, 3, 1)), [A * S, P * R])
    return from_planes(unpack(y, A * S, P * R), R)


@triton.jit
def dfts(fields, SIGN: tl.constexpr):
    y = ()
    for f in tl.static_range(len(fields)):
        y = y + (dft(fields[f], SIGN),)
    return y


@triton.jit
def twiddled(fields, twiddles, SIGN: tl.constexpr):
    y = ()
    for f in tl.static_range(len(fields)):
        x = (fields[f][0],)
        for k in tl.static_range(1, len(fields[f])):
            if SIGN < 0:
                x = x + (product(fields[f][k], twiddles[k]),)
            else:
                x = x + (product_conjugate(fields[f][k], twiddles[k]),)
        y = y + (x,)
    return y


@triton.jit
def instructed(places, ASSEMBLY: tl.constexpr, REGISTERS: tl.constexpr):
    """What an instruction gives at pointers; not pure, so that it stays before what is stored."""
    return tl.inline_asm_elementwise(
        ASSEMBLY,
        REGISTERS,
        [places.to(tl.int64)],
        dtype=places.dtype.element_ty,
        is_pure=False,
        pack=1,
    )


@triton.jit
def read(places, PTX: tl.constexpr):
    """tl.load of int64, float32 or float64 at pointers; PTX: by an instruction of NVIDIA's.

    To every load Triton gives the lanes that suit its addresses, for which it walks through all of
    the kernel that the load reaches, which is nine tenths of compilation; and what is read is then
    exchanged to where it is wanted. An instruction has the lanes of what it is wanted for.
    """
    if not PTX:
        x = tl.load(places)
    elif places.dtype.element_ty == tl.float64:
        x = instructed(places, "ld.global.f64 $0, [$1];", "=d,l")
    elif places.dtype.element_ty == tl.float32:
        x = instructed(places, "ld.global.f32 $0, [$1];", "=f,l")
    else:
        x = instructed(places, "ld.global.b64 $0, [$1];", "=l,l")
    return x


@triton.jit
def load_twiddles(roots, N: tl.constexpr, R: tl.constexpr, S: tl.constexpr, PTX: tl.constexpr):
    """exp(-2πi k s / (R S)) for k < R on lanes (.., s); powers in double, or they would add up.

    ``roots`` holds the N cosines and then the N sines of -2π k / N, in double precision.
    """
    place = (tl.arange(0, N // R) % S) * (N // (R * S))
    # the lanes of everything that these are multiplied by lie as those of this one load
    c = tl.load(roots + place)
    s = read(roots + N + place, PTX)
    one = (c.to(tl.float32), s.to(tl.float32))
    # the first is never used, and stands for 1
    w = (one, one)
    x = c
    y = s
    for _ in tl.static_range(2, R):
        x, y = x * c - y * s, x * s + y * c
        w = w + ((x.to(tl.float32), y.to(tl.float32)),)
    return w


@triton.jit
def all_twiddles(
    roots, N: tl.constexpr, RADICES: tl.constexpr, SPANS: tl.constexpr, PTX: tl.constexpr
):
    """Those of all passes but the last, which has none; SPANS are the points inside each digit."""
    w = ()
    for p in tl.static_range(len(RADICES) - 1):
        w = w + (load_twiddles(roots, N, RADICES[p], SPANS[p], PTX),)
    return w


@triton.jit
def transform(fields, w, RADICES: tl.constexpr, SPANS: tl.constexpr):
    """Fields on lanes in time as spectra in the order of digits."""
    x = dfts(fields, -1)
    x = exchange(twiddled(x, w[0], -1), 1, RADICES[0], SPANS[0], RADICES[1])
    x = dfts(x, -1)
    if len(RADICES) > 2:
        A: tl.constexpr = RADICES[0]
        x = exchange(twiddled(x, w[1], -1), A, RADICES[1], SPANS[1], RADICES[2])
        x = dfts(x, -1)
    if len(RADICES) > 3:
        B: tl.constexpr = RADICES[0] * RADICES[1]
        x = exchange(twiddled(x, w[2], -1), B, RADICES[2], SPANS[2], RADICES[3])
        x = dfts(x, -1)
    return x


@triton.jit
def inverse_transform(fields, w, RADICES: tl.constexpr, SPANS: tl.constexpr):
    """The way back, without the factor 1/N."""
    x = dfts(fields, 1)
    if len(RADICES) > 3:
        B: tl.constexpr = RADICES[0] * RADICES[1]
        x = exchange_back(x, B, RADICES[2], SPANS[2], RADICES[3])
        x = dfts(twiddled(x, w[2], 1), 1)
    if len(RADICES) > 2:
        A: tl.constexpr = RADICES[0]
        x = exchange_back(x, A, RADICES[1], SPANS[1], RADICES[2])
        x = dfts(twiddled(x, w[1], 1), 1)
    x = exchange_back(x, 1, RADICES[0], SPANS[0], RADICES[1])
    return dfts(twiddled(x, w[0], 1), 1)


@triton.jit
def real_imaginary(a):
    """The parts of a complex64 that was loaded as an int64: one access of 8 bytes."""
    real = a.to(tl.int32).to(tl.float32, bitcast=True)
    return real, (a >> 32).to(tl.int32).to(tl.float32, bitcast=True)


@triton.jit
def as_integer(real, imaginary):
    low = real.to(tl.int32, bitcast=True).to(tl.int64) & 0xFFFFFFFF
    return (imaginary.to(tl.int32, bitcast=True).to(tl.int64) << 32) | low


@triton.jit
def load_field(pointer, L: tl.constexpr, R: tl.constexpr, PTX: tl.constexpr):
    """A tuple of R complex numbers on L lanes, from R rows of L."""
    x = ()
    for k in tl.static_range(R):
        x = x + (real_imaginary(read(pointer + k * L + tl.arange(0, L), PTX)),)
    return x


@triton.jit
def load_real(pointer, L: tl.constexpr, R: tl.constexpr, PTX: tl.constexpr):
    """A tuple of R real numbers on L lanes, from R rows of L."""
    x = ()
    for k in tl.static_range(R):
        x = x + (read(pointer + k * L + tl.arange(0, L), PTX),)
    return x


@triton.jit
def store_field(pointer, x, L: tl.constexpr, R: tl.constexpr):
    real, imaginary = parts(x)
    real = tl.trans(tl.reshape(pack(real), [L, R]))
    imaginary = tl.trans(tl.reshape(pack(imaginary), [L, R]))
    places = tl.arange(0, R)[:, None] * L + tl.arange(0, L)[None, :]
    tl.store(pointer + places, as_integer(real, imaginary))
