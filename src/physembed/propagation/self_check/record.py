"""What a check of a device finds out, and how much of it rounding may be.

The limits follow from the dtype's unit roundoff u, the number of passes and the lengths of their
Fourier transforms alone; no machine was measured.

Rounded independently
    Roundings of at most c u each, independent and of mean zero, add up to more than λ √(Σ c²) u
    with a probability of 2 exp(-λ²/2) at most (Higham and Mary, SIAM J. Sci. Comput. 41, A2815
    (2019)). With λ = 6 that is once in thirty million.

    A fast transform of n = 2^k points has k levels, each of which leaves a norm as it is but for
    its factor of √2. A level multiplies (√5 u: Brent, Percival and Zimmermann, Math. Comp. 76, 1469
    (2007)) by a rounded factor (u) and adds (u): Σ c² = 7. A length with large prime factors may be
    computed as a convolution: three transforms of the power of two that is next to 2 n (Bluestein,
    1970). A product with a rounded H has Σ c² = 5 + 1, one with a rotation 5 + 4²: libraries give
    sine and cosine to two units in the last place, 4 u. A pass has two transforms and one of each.

Rounded alike
    What is the same number in every pass adds up as the passes do. Of a norm these are the moduli
    of a rotation, 4 u, which may be off to one side at all points; of H, u; and of the 2 log2(n)
    factors of the transforms, u each. These differ from point to point and level to level, and a
    norm sums their squares: 4 + √(1 + 2 log2 n) times u a pass.

Turned by what is off
    Where γ |E|² turns the field by Φ in all, an amplitude that is off by δ turns it too far by
    2 δ dΦ. Along the way a δ that grows with the passes to A is A/2 in the mean, and turns the
    field by Φ A too far; one that walks at random to B turns it by 2 Φ B / √3. There and back the
    turn on the way there, at a small δ, is taken back at a larger one: with the Φ of one way the
    two sums are the same.
"""

import math
from dataclasses import dataclass

import torch

UNIT_ROUNDOFF = {torch.complex64: 2.0**-24, torch.complex128: 2.0**-53}
"""Unit roundoff u of the real numbers in a field of each dtype."""

CONFIDENCE = 6.0
"""λ."""

SQUARES_OF_LEVEL = 5 + 1 + 1
SQUARES_OF_PRODUCT = 5 + 1
ROTATION = 4
SQUARES_OF_ROTATION = 5 + ROTATION**2
"""Σ c² of a level of a transform, of a product with H and of a rotation, the c of which is 4."""


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
    squares = transforms * (_squares_of_transform(n_points) + SQUARES_OF_PRODUCT)
    return CONFIDENCE * math.sqrt(squares) * UNIT_ROUNDOFF[dtype]


def norm_limit(dtype: torch.dtype, n_points: int, passes: int) -> float:
    """The relative error of a field's norm: what is rounded alike in every pass."""
    return passes * (ROTATION + math.sqrt(1 + 2 * math.log2(n_points))) * UNIT_ROUNDOFF[dtype]


def independent_limit(dtype: torch.dtype, n_points: int, passes: int) -> float:
    """The relative error of a field that independent rounding may cause in a number of passes."""
    squares = 2 * _squares_of_transform(n_points) + SQUARES_OF_PRODUCT + SQUARES_OF_ROTATION
    return CONFIDENCE * math.sqrt(squares * passes) * UNIT_ROUNDOFF[dtype]


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
        There and back, where the field is brought back.
    nonlinear_phase : float, default=0.0
        Φ = ∫ γ |E|² dz at the pulse's peak, in radians; one way where the field is brought back.
    at_least : float, default=0.0
        The error of the method itself, where that is more.
    """
    independent = independent_limit(dtype, n_points, passes)
    alike = norm_limit(dtype, n_points, passes)
    turned = math.hypot(alike, alike * nonlinear_phase)
    walked = math.hypot(independent, independent * 2 * nonlinear_phase / math.sqrt(3))
    return max(at_least, turned + walked)


def _squares_of_transform(n_points: int) -> float:
    """Σ c² of one transform."""
    levels = math.log2(n_points)
    if not levels.is_integer():
        levels = 3 * math.ceil(math.log2(2 * n_points))
    return SQUARES_OF_LEVEL * levels
