"""Complex numbers as pairs, and Fourier transforms of 2 to 16 of them in registers, in Triton.

SIGN is that of the exponent: -1 is the transform, +1 its inverse without the factor 1/N.
"""

import triton
import triton.language as tl

EIGHTH: tl.constexpr = tl.constexpr(0.70710678118654752440)
"""cos(2π/8); below, the cosine and sine of 2π/16."""
COS_16: tl.constexpr = tl.constexpr(0.92387953251128675613)
SIN_16: tl.constexpr = tl.constexpr(0.38268343236508977173)


@triton.jit
def sine_cosine(x):
    """sin x and cos x to 1e-7 for |x| up to some thousands (Cody and Waite, 1980)."""
    quarter = tl.floor(x * 0.63661977236758134 + 0.5)
    # π/2 in two numbers: in one of single precision its rounding would count once a quarter turn
    r = tl.fma(quarter, -1.57079637050628662109375, x)
    r = tl.fma(quarter, 4.37113900018624283e-8, r)
    q = quarter.to(tl.int32)
    r2 = r * r
    sine = tl.fma(r2, -1.9515295891e-4, 8.3321608736e-3)
    sine = tl.fma(sine, r2, -1.6666654611e-1)
    sine = tl.fma(sine * r2, r, r)
    cosine = tl.fma(r2, 2.443315711809948e-5, -1.388731625493765e-3)
    cosine = tl.fma(cosine, r2, 4.166664568298827e-2)
    cosine = tl.fma(cosine * r2, r2, tl.fma(r2, -0.5, 1.0))
    swapped = (q & 1) != 0
    s = tl.where(swapped, cosine, sine)
    c = tl.where(swapped, sine, cosine)
    return tl.where((q & 2) != 0, -s, s), tl.where(((q + 1) & 2) != 0, -c, c)


@triton.jit
def product(a, b):
    return a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]


@triton.jit
def product_conjugate(a, b):
    """a conj(b)"""
    return a[0] * b[0] + a[1] * b[1], a[1] * b[0] - a[0] * b[1]


@triton.jit
def total(a, b):
    return a[0] + b[0], a[1] + b[1]


@triton.jit
def difference(a, b):
    return a[0] - b[0], a[1] - b[1]


@triton.jit
def rotated(a, C: tl.constexpr, S: tl.constexpr, SIGN: tl.constexpr):
    """a (C + i SIGN S)"""
    if SIGN < 0:
        return a[0] * C + a[1] * S, a[1] * C - a[0] * S
    else:
        return a[0] * C - a[1] * S, a[1] * C + a[0] * S


@triton.jit
def quarter_turned(a, SIGN: tl.constexpr):
    """SIGN i a"""
    if SIGN < 0:
        return a[1], -a[0]
    else:
        return -a[1], a[0]


@triton.jit
def dft4(a, b, c, d, SIGN: tl.constexpr):
    s0 = total(a, c)
    d0 = difference(a, c)
    s1 = total(b, d)
    d1 = quarter_turned(difference(b, d), SIGN)
    return total(s0, s1), total(d0, d1), difference(s0, s1), difference(d0, d1)


@triton.jit
def dft8(x, SIGN: tl.constexpr):
    a0, a1, a2, a3 = dft4(x[0], x[2], x[4], x[6], SIGN)
    b0, b1, b2, b3 = dft4(x[1], x[3], x[5], x[7], SIGN)
    b1 = rotated(b1, EIGHTH, EIGHTH, SIGN)
    b2 = quarter_turned(b2, SIGN)
    b3 = rotated(b3, -EIGHTH, EIGHTH, SIGN)
    y0, y1, y2, y3 = total(a0, b0), total(a1, b1), total(a2, b2), total(a3, b3)
    y4, y5, y6, y7 = difference(a0, b0), difference(a1, b1), difference(a2, b2), difference(a3, b3)
    return y0, y1, y2, y3, y4, y5, y6, y7


@triton.jit
def dft16(x, SIGN: tl.constexpr):
    # 16 = 4 × 4: but for eight rotations there are only additions
    a0, a1, a2, a3 = dft4(x[0], x[4], x[8], x[12], SIGN)
    b0, b1, b2, b3 = dft4(x[1], x[5], x[9], x[13], SIGN)
    c0, c1, c2, c3 = dft4(x[2], x[6], x[10], x[14], SIGN)
    d0, d1, d2, d3 = dft4(x[3], x[7], x[11], x[15], SIGN)
    b1 = rotated(b1, COS_16, SIN_16, SIGN)
    b2 = rotated(b2, EIGHTH, EIGHTH, SIGN)
    b3 = rotated(b3, SIN_16, COS_16, SIGN)
    c1 = rotated(c1, EIGHTH, EIGHTH, SIGN)
    c2 = quarter_turned(c2, SIGN)
    c3 = rotated(c3, -EIGHTH, EIGHTH, SIGN)
    d1 = rotated(d1, SIN_16, COS_16, SIGN)
    d2 = rotated(d2, -EIGHTH, EIGHTH, SIGN)
    d3 = rotated(d3, -COS_16, -SIN_16, SIGN)
    y0, y4, y8, y12 = dft4(a0, b0, c0, d0, SIGN)
    y1, y5, y9, y13 = dft4(a1, b1, c1, d1, SIGN)
    y2, y6, y10, y14 = dft4(a2, b2, c2, d2, SIGN)
    y3, y7, y11, y15 = dft4(a3, b3, c3, d3, SIGN)
    return y0, y1, y2, y3, y4, y5, y6, y7, y8, y9, y10, y11, y12, y13, y14, y15


@triton.jit
def dft(x, SIGN: tl.constexpr):
    if len(x) == 2:
        return total(x[0], x[1]), difference(x[0], x[1])
    elif len(x) == 4:
        return dft4(x[0], x[1], x[2], x[3], SIGN)
    elif len(x) == 8:
        return dft8(x, SIGN)
    else:
        return dft16(x, SIGN)
