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


def covariance_in_noise(
    jackknife: NDArray[np.float64],
    information: NDArray[np.float64],
    told: NDArray[np.float64],
    *,
    noise_is_known: bool,
) -> NDArray[np.float64]:
    """The jackknife's covariance with what noise does that it does not see.

    Of the information I = JᵀJ noise adds a part that moves the values, being noise, and does not
    bring them back, being no signal: of what is ``told``, T, they have the covariance T⁻¹ I T⁻¹,
    and every pair that is left out moves them by T⁻¹ I times what I alone says. (Of a line x that
    a medium turns by βω²/2, measured before and behind it with the noise σ² of each, the score is
    Σ ω² Im y* H x: it varies by Σ ω⁴ (|x|² σ² + σ⁴/2), and its slope is Σ ω⁴ |x|².)

    Where few pairs tell most of a coefficient, the jackknife has few pairs to tell its error by,
    and says too little about as often as too much; where the noise is known, it is a floor that
    deviations cannot be below.
    """
    further = np.linalg.solve(told, information)
    covariance: NDArray[np.float64] = further @ jackknife @ further.T
    if not noise_is_known:
        return covariance
    by_noise = np.diag(further @ np.linalg.inv(told))
    longer = np.sqrt(np.maximum(1.0, by_noise / np.diag(covariance)))
    raised: NDArray[np.float64] = covariance * np.outer(longer, longer)
    return raised
