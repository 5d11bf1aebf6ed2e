"""Training cases as a normal distribution, and how far each is from that of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf_shrinkage

Numbers = NDArray[np.float64]

LEAST_SHRINKAGE = 0.01
LEAST_DEVIATION = 0.03
"""Of the logarithm of a distance over the cases, at least."""


@dataclass(frozen=True, eq=False)
class Ellipsoid:
    r"""The training cases as a normal distribution, of which far cases are outside.

    The distance of readings r is :math:`d = \sqrt{z^T P z / k}` with :math:`z = (r - \mu) / \sigma`
    and P the inverse of the covariance of the training cases' z, which is shrunk towards a multiple
    of the identity.

    Parameters
    ----------
    centre, spread : ndarray of shape (k,)
    precision : ndarray of shape (k, k)
    left_out : ndarray of shape (training cases,)
        :math:`\ln d` of each training case by the ellipsoid around the others.

    References
    ----------
    Ledoit and Wolf, J. Multivariate Analysis 88, 365 (2004), for the shrinkage.
    """

    centre: Numbers
    spread: Numbers
    precision: Numbers
    left_out: Numbers

    def to_arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """What is stored, under names that begin with that of the ellipsoid."""
        return {f"{name}.{field.name}": getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], name: str) -> Self:
        """What :meth:`to_arrays` gave."""
        return cls(*(arrays[f"{name}.{f.name}"].astype(np.float64) for f in fields(cls)))

    @classmethod
    def around(cls, readings: Numbers, least_spread: float) -> Self:
        """The ellipsoid of training cases' readings, (cases, k)."""
        n_cases, k = readings.shape
        centre = readings.mean(axis=0)
        spread = np.maximum(readings.std(axis=0), least_spread)
        z = (readings - centre) / spread
        shrinkage = max(LEAST_SHRINKAGE, float(ledoit_wolf_shrinkage(z, assume_centered=True)))
        covariance = z.T @ z / n_cases
        level = max(float(np.trace(covariance)) / k, LEAST_SHRINKAGE)
        target = shrinkage * level * np.eye(k)
        precision = np.linalg.inv((1 - shrinkage) * covariance + target)
        # the others' covariance is that of all but a multiple of z z^T, whose inverse is known
        # (Sherman and Morrison), and their centre is farther from the case than that of all
        others = n_cases / (n_cases - 1)
        without = np.linalg.inv((1 - shrinkage) * others * covariance + target)
        length = np.einsum("ij,jk,ik->i", z, without, z)
        share = (1 - shrinkage) * others / (n_cases - 1)
        squared = others**2 * length / np.maximum(1 - share * length, 1e-9)
        return cls(centre, spread, precision, _log_distance(squared, k))

    def log_distance(self, readings: Numbers) -> Numbers:
        """ln d of cases' readings, (cases, k)."""
        z = (readings - self.centre) / self.spread
        squared = np.einsum("ij,jk,ik->i", z, self.precision, z)
        return _log_distance(squared, len(self.centre))

    def standardised(self, log_distance: Numbers) -> Numbers:
        """ln d from the mean of the training cases', in their deviations."""
        return (log_distance - self.left_out.mean()) / max(
            float(self.left_out.std()), LEAST_DEVIATION
        )


def _log_distance(squared: Numbers, k: int) -> Numbers:
    # readings that are the centre's own are very near, not infinitely
    return 0.5 * np.log(np.maximum(squared / k, 1e-24))
