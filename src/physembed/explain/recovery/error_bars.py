"""Error bars of a fit: how much it moves when a pair is left out."""

import numpy as np
from numpy.typing import NDArray

from physembed.explain.recovery.measured_channel import DIFFERENCE, MeasuredChannel, jacobian_of


def curvature_of(
    channel: MeasuredChannel, scale: NDArray[np.float64], values: NDArray[np.float64], steps: int
) -> NDArray[np.float64]:
    """Second derivative of half the sum of squares: JᵀJ and what noise in the inputs adds.

    Central differences of the gradient; long steps are good enough for error bars.
    """
    columns = []
    for k in range(len(values)):
        step = np.zeros(len(values))
        step[k] = 100 * DIFFERENCE
        gradients = [
            jacobian_of(channel, scale, place, steps).T @ channel.residual(place * scale, steps)
            for place in (values + step, values - step)
        ]
        columns.append((gradients[0] - gradients[1]) / (200 * DIFFERENCE))
    hessian = np.stack(columns, axis=1)
    return (hessian + hessian.T) / 2


def jackknife_covariance(
    curvature: NDArray[np.float64],
    jacobian: NDArray[np.float64],
    residual: NDArray[np.float64],
    n_cases: int,
) -> NDArray[np.float64]:
    """How much the values move when a pair is left out, summed over the pairs: the jackknife.

    Noise in the inputs goes through the channel with them, so it is neither white nor independent
    of the Jacobian, and few strong pairs may carry the fit; that pairs are independent is all
    that is assumed. Leaving out pair k moves the values by (H - J_kᵀJ_k)⁻¹ g_k to first order.
    """
    n = len(curvature)
    of_case = jacobian.reshape(n_cases, -1, n)
    scores = np.einsum("krp,kr->kp", of_case, residual.reshape(n_cases, -1))
    without = curvature - np.einsum("krp,krq->kpq", of_case, of_case)
    moves = np.linalg.solve(without, scores[..., None])[..., 0]
    covariance: NDArray[np.float64] = moves.T @ moves * (n_cases - 1) / n_cases
    return covariance
