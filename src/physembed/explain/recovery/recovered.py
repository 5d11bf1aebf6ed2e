"""Coefficients that were recovered, and whether the medium they describe explains the pairs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.errors import TrainingError

STEPS_ARE_SEEN = 0.5
"""Standard errors that halved steps move a value by, from which they are no longer the noise's."""

STRONGLY = 0.95
"""Correlation of two errors from which they are named."""


@dataclass(frozen=True)
class Recovered:
    """What a fit came to.

    Parameters
    ----------
    values : dict of str to float
        In the grid's units.
    covariance : ndarray of shape (coefficients, coefficients)
        Of the errors, by noise and by the steps' length, in the order of ``values``; none to be
        trusted unless ``explains``.
    freedom : int
        Pairs without coefficients.
    residual : float
        Root mean square of what is not explained, relative to that of the outputs.
    misfit : float or None
        Power of what is not explained over that of the noise: 1 where the medium is right. None
        where the noise is not known.
    refusal : str
        Why there are no error bars, in a sentence; empty where the medium explains the pairs.
    advice : str
        Which inputs would tell coefficients apart that these do not, or how many steps would
        tell more; else empty.
    step_error : float
        Largest change of a value, in standard errors of the noise, were the steps half as long;
        where it is not small, the error bars are those of the steps, and ``advice`` says how many
        would do.
    evaluations : int
        Propagations.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> found = pe.Recovered(
    ...     {"beta2": -0.8},
    ...     covariance=np.array([[1e-4]]),
    ...     freedom=9,
    ...     residual=0.01,
    ...     misfit=1.0,
    ...     refusal="",
    ...     advice="",
    ...     step_error=0.0,
    ...     evaluations=20,
    ... )
    >>> [round(bound, 3) for bound in found.interval("beta2")]
    [-0.823, -0.777]
    """

    values: dict[str, float]
    covariance: NDArray[np.float64]
    freedom: int
    residual: float
    misfit: float | None
    refusal: str
    advice: str
    step_error: float
    evaluations: int

    @property
    def explains(self) -> bool:
        """Whether what is not explained is no more than noise, so that error bars mean anything."""
        return not self.refusal

    @property
    def standard_errors(self) -> dict[str, float]:
        """Of every value.

        Raises
        ------
        TrainingError
            If the medium does not explain the pairs.
        """
        if self.refusal:
            raise TrainingError(self.refusal)
        deviation = np.sqrt(np.diag(self.covariance))
        return dict(zip(self.values, deviation.tolist(), strict=True))

    @property
    def correlation(self) -> NDArray[np.float64]:
        """Correlation of the errors; near ±1, only a combination of two coefficients is known."""
        deviation = np.sqrt(np.diag(self.covariance))
        correlation: NDArray[np.float64] = self.covariance / np.outer(deviation, deviation)
        return correlation

    @property
    def correlated(self) -> list[tuple[str, str, float]]:
        """Pairs of coefficients whose errors are strongly correlated, and how strongly."""
        names, correlation = list(self.values), self.correlation
        return [
            (names[j], names[k], float(correlation[j, k]))
            for j in range(len(names))
            for k in range(j + 1, len(names))
            if abs(correlation[j, k]) > STRONGLY
        ]

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """The confidence interval of a coefficient, by Student's t of the pairs' freedom.

        Raises
        ------
        TrainingError
            If the medium does not explain the pairs.
        """
        from scipy.stats import t

        half = float(t.ppf(0.5 + level / 2, self.freedom)) * self.standard_errors[name]
        return self.values[name] - half, self.values[name] + half

    def __str__(self) -> str:
        """Values and error bars, or why there are none, one to a line."""
        if self.refusal:
            lines = [f"{name} = {value:.6g}" for name, value in self.values.items()]
        else:
            errors = self.standard_errors
            lines = [f"{name} = {value:.6g} ± {errors[name]:.2g}"
                     for name, value in self.values.items()]  # fmt: skip
        noise = "" if self.misfit is None else f", of {self.misfit:.3g} times the noise's power"
        lines.append(f"left over: {self.residual:.2%} of the outputs{noise}")
        # errors of the steps go together whatever the inputs are
        by_noise = self.correlated if self.step_error < STEPS_ARE_SEEN else []
        lines += [
            f"the errors of {one} and {other} are correlated by {r:.3f}: these inputs tell one "
            "combination of them better than each"
            for one, other, r in by_noise
        ]
        return "\n".join([*lines, *filter(None, [self.refusal, self.advice])])
