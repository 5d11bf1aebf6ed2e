"""φ₀(z) = exp z and φₖ₊₁(z) = (φₖ(z) - 1/k!)/z, of numbers and of matrices.

Near zero the quotients cancel: numbers within the unit circle are summed from the series
φₖ(z) = Σ zⁿ/(n + k)!, whose terms there fall to rounding within twenty.
"""

import math

import torch
from torch import Tensor

TERMS = 20


def phi_functions(z: Tensor) -> list[Tensor]:
    """[φ₀, φ₁, φ₂, φ₃] of every number; complex or real, of the shape of ``z``.

    References
    ----------
    Hochbruck and Ostermann, Acta Numerica 19, 209 (2010), eq. 2.10.
    """
    is_small = z.abs() < 1
    near, far = torch.where(is_small, z, 0.0), torch.where(is_small, 1.0, z)
    values, quotient = [torch.exp(z)], torch.exp(far)
    for k in range(1, 4):
        quotient = (quotient - 1 / math.factorial(k - 1)) / far
        series = torch.full_like(near, 1 / math.factorial(TERMS + k))
        for n in reversed(range(TERMS)):
            series = series * near + 1 / math.factorial(n + k)
        values.append(torch.where(is_small, series, quotient))
    return values


def phi_matrices(matrices: Tensor) -> list[Tensor]:
    """[φ₀, φ₁, φ₂, φ₃] of every matrix (..., n, n): the first row of blocks of one exponential.

    References
    ----------
    Al-Mohy and Higham, SIAM J. Sci. Comput. 33, 488 (2011), theorem 2.1.
    """
    n = matrices.shape[-1]
    one = torch.eye(n, dtype=matrices.dtype, device=matrices.device).expand(matrices.shape)
    none = torch.zeros_like(one)
    rows = [[matrices, one, none, none], [none, none, one, none], [none, none, none, one]]
    # not written into one array, which torch.func could not map
    blocks = torch.cat([torch.cat(row, dim=-1) for row in (*rows, [none] * 4)], dim=-2)
    return list(torch.linalg.matrix_exp(blocks)[..., :n, :].unflatten(-1, (4, n)).unbind(dim=-2))
