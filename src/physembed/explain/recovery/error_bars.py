"""Error bars of a fit: how much it moves when a pair is left out."""

import numpy as np
from numpy.typing import NDArray


def jackknife_covariance(
    jacobian: NDArray[np.float64], residual: NDArray[np.float64], n_cases: int
) -> NDArray[np.float64]:
    """How much the values move when a pair is left out, summed over the pairs: the jackknife.

    Noise may be neither white nor what it was taken for, and few strong pairs may carry the fit;
    that pairs are independent is all that is assumed. Leaving out pair k moves the values by
    (JᵀJ - J_kᵀJ_k)⁻¹ J_kᵀ r_k to first order.
    """
    n = jacobian.shape[1]
    of_case = jacobian.reshape(n_cases, -1, n)
    scores = np.einsum("krp,kr->kp", of_case, residual.reshape(n_cases, -1))
    without = jacobian.T @ jacobian - np.einsum("krp,krq->kpq", of_case, of_case)
    moves = np.linalg.solve(without, scores[..., None])[..., 0]
    covariance: NDArray[np.float64] = moves.T @ moves * (n_cases - 1) / n_cases
    return covariance
