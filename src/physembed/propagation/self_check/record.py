"""What a check of a device finds out, and how much of it rounding may be.

The limits follow from the dtype's unit roundoff u, the number of Fourier transforms and their
lengths alone; no machine was measured.

One transform
    A fast transform of n = 2^k points has k levels. Each multiplies by a rounded twiddle factor and
    adds, which is off by (4 √2 + 1) u at most, relative to the norm (Higham, Accuracy and Stability
    of Numerical Algorithms, 2002, theorem 24.2). Errors of levels add up, at worst. A length with
    large prime factors may be computed as a convolution: three transforms of the power of two that
    is next to 2 n (Bluestein, 1970).

Many passes
    Rounding that differs from pass to pass grows with their root and is soon the smaller part. What
    is rounded the *same* way in every pass grows with their number: the modulus of a table's H (u)
    and of a rotation's sine and cosine, which libraries give to two units in the last place, 4 u;
    and of the twiddle factors, which differ from point to point and level to level, so that of
    2 log2(n) levels √(2 log2 n) u is seen. The energy changes by twice that. Where γ |E|² turns the
    field, an amplitude that is off by δ turns it too far by 2 δ for every radian.
"""

import math
from dataclasses import dataclass

import torch

UNIT_ROUNDOFF = {torch.complex64: 2.0**-24, torch.complex128: 2.0**-53}
"""Unit roundoff u of the real numbers in a field of each dtype."""

ROUNDINGS_PER_LEVEL = 4 * math.sqrt(2) + 1
"""Of one level of a transform, at most."""

ROUNDINGS_OF_FACTORS = 5
"""Of the modulus of H and of a rotation, at most: 1 + 4."""


@dataclass(frozen=True)
class CheckRecord:
    """The result of one check: passed where ``measured`` is at most ``limit``.

    Parameters
    ----------
    name : str
    measured : float
        A dimensionless error; not finite where the check could not be carried out.
    limit : float
    meaning : str
        What was compared with what, in one sentence.
    """

    name: str
    measured: float
    limit: float
    meaning: str

    @property
    def passed(self) -> bool:
        """Whether the measured error is within the limit; never true of NaN."""
        return math.isfinite(self.measured) and self.measured <= self.limit


def transform_limit(dtype: torch.dtype, n_points: int, transforms: int) -> float:
    """The relative error that rounding may cause in Fourier transforms and factors between them."""
    levels = math.log2(n_points)
    if not levels.is_integer():
        levels = 3 * math.ceil(math.log2(2 * n_points))
    return UNIT_ROUNDOFF[dtype] * transforms * (ROUNDINGS_PER_LEVEL * levels + 1)


def pass_limit(
    dtype: torch.dtype,
    n_points: int,
    passes: int,
    *,
    nonlinear_phase: float = 0.0,
    at_least: float = 0.0,
) -> float:
    """The relative error of a field that rounding may cause in a number of passes.

    Parameters
    ----------
    dtype : complex64 or complex128
    n_points : int
        A power of two.
    passes : int
    nonlinear_phase : float, default=0.0
        ∫ γ |E|² dz at the pulse's peak, in radians.
    at_least : float, default=0.0
        The error of the method itself, where that is more.
    """
    per_pass = ROUNDINGS_OF_FACTORS + math.sqrt(2 * math.log2(n_points))
    amplitude = UNIT_ROUNDOFF[dtype] * per_pass * passes
    return max(at_least, amplitude * math.hypot(1, 2 * nonlinear_phase))
