"""Coefficients that were found, with their error bars."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Recovered:
    """What a fit found.

    Parameters
    ----------
    values, standard_errors : dict of str to float
        In the grid's units.
    covariance : ndarray of shape (coefficients, coefficients)
        Of the errors, in the order of ``values``.
    freedom : int
        Pairs without coefficients.
    residual : float
        Root mean square of what is not explained, relative to that of the outputs.
    step_error : float
        Largest change of a value, in standard errors, were the steps half as long; where it is
        not small, the error bars tell of the noise but not of the steps.
    evaluations : int
        Propagations of all cases.
    """

    values: dict[str, float]
    standard_errors: dict[str, float]
    covariance: NDArray[np.float64]
    freedom: int
    residual: float
    step_error: float
    evaluations: int

    @property
    def correlation(self) -> NDArray[np.float64]:
        """Correlation of the errors; near ±1, only a combination of two coefficients is known."""
        deviation = np.sqrt(np.diag(self.covariance))
        correlation: NDArray[np.float64] = self.covariance / np.outer(deviation, deviation)
        return correlation

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """The confidence interval of a coefficient, by Student's t of the pairs' freedom."""
        from scipy.stats import t

        half = float(t.ppf(0.5 + level / 2, self.freedom)) * self.standard_errors[name]
        return self.values[name] - half, self.values[name] + half
