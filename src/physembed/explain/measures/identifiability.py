"""Which coefficients the data tell, and which combinations they leave open."""

from dataclasses import dataclass

import numpy as np

from physembed.charts.arrays import Numbers, numbers
from physembed.explain.measures.importance import Importance
from physembed.explain.measures.variation import Knob

FLAT = 1.0
"""Standard error, in natural units, from which a direction counts as flat: the data would hardly
notice that the medium is another one."""


@dataclass(frozen=True)
class Identifiability:
    """Fisher information of the coefficients, at the readout as it is.

    Parameters
    ----------
    knobs : list of Knob
    information : ndarray of shape (knobs, knobs)
        For all cases looked at, in natural units.
    eigenvalues : ndarray of shape (knobs,)
        From the sharpest direction to the flattest.
    directions : ndarray of shape (knobs, knobs)
        Row k is the direction of eigenvalue k.
    standard_errors : ndarray of shape (knobs,)
        Cramér and Rao's bound on each coefficient with all others unknown, infinite where the
        data do not tell it.
    n_cases : int
    """

    knobs: list[Knob]
    information: Numbers
    eigenvalues: Numbers
    directions: Numbers
    standard_errors: Numbers
    n_cases: int

    @property
    def n_flat(self) -> int:
        """Directions along which one natural unit changes less than one standard error."""
        return int((self.eigenvalues < 1 / FLAT**2).sum())


def identifiability(measured: Importance) -> Identifiability:
    """Fisher information F = Σ_cases Jᵀ (diag p - p pᵀ) J of the softmax, J = d logits / dc.

    It is the curvature of the expected cross-entropy, exact up to the central differences of J,
    and positive semi-definite: a Hessian of the loss without the terms of the residual.

    References
    ----------
    Martens, New insights on the natural gradient method, JMLR 21 (2020), section 9.
    """
    slopes, p = numbers(measured.slopes), numbers(measured.probabilities)
    mean = np.einsum("nk,nkp->np", p, slopes)
    information = np.einsum("nk,nkp,nkq->pq", p, slopes, slopes) - mean.T @ mean
    eigenvalues, directions = np.linalg.eigh(information)
    eigenvalues = eigenvalues[::-1].clip(0)
    directions = directions[:, ::-1].T
    largest = eigenvalues.max(initial=0.0)
    told = eigenvalues > 1e-12 * largest
    variance = np.zeros(len(eigenvalues))
    for value, direction, tells in zip(eigenvalues, directions, told, strict=True):
        share = direction**2
        # rounding is no part of a direction
        variance = variance + np.where(share < 1e-10, 0.0, share / value if tells else np.inf)
    return Identifiability(
        measured.knobs,
        information,
        eigenvalues,
        directions,
        np.sqrt(variance),
        measured.n_sloped,
    )
