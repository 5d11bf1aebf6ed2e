"""Features of different kinds on one scale, with a gain for each kind."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

FAINTEST = 1e-4
"""Deviation over the cases below which a feature is dark. Features are numbers without a dimension
whose whole range is of the order of one: what differs by less is rounding, not an answer."""

FARTHEST = 20.0
"""Deviations beyond which a feature of a case is not believed."""


@dataclass(frozen=True)
class Scaling:
    """An affine map of each feature to mean zero and a deviation of its gain; 0 of dark ones.

    Parameters
    ----------
    mean : ndarray of shape (features,)
    factor : ndarray of shape (features,)
        Gain over deviation; 0 of a feature that hardly changes.
    farthest : ndarray of shape (features,)
        Magnitude at which the result is clipped.
    """

    mean: NDArray[np.float64]
    factor: NDArray[np.float64]
    farthest: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        features: NDArray[np.float64],
        gains: NDArray[np.float64],
        usable: NDArray[np.bool_] | None = None,
    ) -> Self:
        """The map that the training cases' features, (cases, features), ask for.

        Parameters
        ----------
        features : ndarray of shape (cases, features)
        gains : ndarray of shape (features,)
            How much a feature's deviation counts: a ridge penalises weights alike, so a larger
            gain is a smaller penalty.
        usable : ndarray of shape (features,), bool, optional
            Others are made dark.
        """
        deviation = features.std(axis=0)
        dark = deviation < FAINTEST
        if usable is not None:
            dark = dark | ~usable
        factor = np.where(dark, 0.0, gains / np.where(dark, 1.0, deviation))
        return cls(features.mean(axis=0), factor, FARTHEST * gains)

    def __call__(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Features (cases, features) on this scale."""
        scaled = (features - self.mean) * self.factor
        return np.clip(scaled, -self.farthest, self.farthest, out=scaled)

    def limited(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Features (cases, features) as they come, none farther from its mean than is believed."""
        reach = self.farthest / np.where(self.factor == 0, np.inf, self.factor)
        return np.clip(features, self.mean - reach, self.mean + reach)

    def some(self, places: NDArray[np.int64]) -> Self:
        """The map of some features."""
        return replace(
            self,
            mean=self.mean[places],
            factor=self.factor[places],
            farthest=self.farthest[places],
        )

    @property
    def bright(self) -> NDArray[np.bool_]:
        """Which features are not dark."""
        return self.factor != 0
