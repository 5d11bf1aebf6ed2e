"""What tells new cases from those of training: an ellipsoid around these, and slow meters.

The ellipsoid is laid around what is read of training cases. Meters say of a series as it comes what
a normalised field no longer knows. Belief in what is said of a case falls with its distance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf_shrinkage

from physembed.errors import InvalidInputError

Numbers = NDArray[np.float64]

FEWEST_CASES = 8
"""Training cases below which there is no telling what is far."""
MOST_CASES = 500
"""Training cases that ellipsoids are laid around."""
MOST_NUMBERS = 2**22
"""In the training cases that are looked at, and in copies of them."""
LEAST_SHRINKAGE = 0.01
LEAST_DEVIATION = 0.03
"""Of the logarithm of a distance over the cases, at least."""
METERS = 4
"""Of a channel; models of before know the first three."""
FLAT = 1e-6
"""Of the usual deviation, below which one flat series is like another."""
KNOTS = 8
"""Distances between which belief is told, at most."""
FEWEST_OF_A_KNOT = 8
"""Disturbed cases by which it is told how far one distance is believed."""
LEAST_BELIEF = 1e-3
"""However far a case is: with none at all no class would be more likely than another."""


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
        :math:`\ln d` of each training case by the ellipsoid around the others, or around those of
        other groups.

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

    def check(self, k: int) -> None:
        """Refuse arrays that are not of k readings.

        Raises
        ------
        InvalidInputError
        """
        shapes = (self.centre.shape, self.spread.shape, self.precision.shape)
        if shapes != ((k,), (k,), (k, k)) or self.left_out.ndim != 1:
            raise InvalidInputError(f"the measure of novelty has arrays of shapes {shapes}")

    @classmethod
    def around(
        cls, readings: Numbers, least_spread: float, groups: NDArray[np.int64] | None = None
    ) -> Self:
        """The ellipsoid of training cases' readings, (cases, k); groups are left out as a whole."""
        n_cases, k = readings.shape
        centre = readings.mean(axis=0)
        spread = np.maximum(readings.std(axis=0), least_spread)
        z = (readings - centre) / spread
        shrinkage = max(LEAST_SHRINKAGE, float(ledoit_wolf_shrinkage(z, assume_centered=True)))
        covariance = z.T @ z / n_cases
        level = max(float(np.trace(covariance)) / k, LEAST_SHRINKAGE)
        target = shrinkage * level * np.eye(k)
        precision = np.linalg.inv((1 - shrinkage) * covariance + target)
        if groups is not None:
            left_out = _without_groups(z, groups, covariance, 1 - shrinkage, target)
            return cls(centre, spread, precision, _log_distance(left_out, k))
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


def some_evenly(series: Numbers) -> NDArray[np.int64]:
    """The training cases that ellipsoids are laid around, spread evenly over all."""
    most = min(MOST_CASES, max(FEWEST_CASES, MOST_NUMBERS // series[0].size))
    return np.rint(np.linspace(0, len(series) - 1, min(most, len(series)))).astype(np.int64)


def _without_groups(
    z: Numbers, groups: NDArray[np.int64], covariance: Numbers, share: float, target: Numbers
) -> Numbers:
    """d² times k of each case by mean and covariance of the cases of other groups."""
    squared = np.empty(len(z))
    for group in np.unique(groups):
        among = groups == group
        n_others = len(z) - int(among.sum())
        mean = -z[among].sum(axis=0) / n_others
        of_others = (len(z) * covariance - z[among].T @ z[among]) / n_others - np.outer(mean, mean)
        away = z[among] - mean
        precision = np.linalg.inv(share * of_others + target)
        squared[among] = np.einsum("ij,jk,ik->i", away, precision, away)
    return squared


def _log_distance(squared: Numbers, k: int) -> Numbers:
    # readings that are the centre's own are very near, not infinitely
    return 0.5 * np.log(np.maximum(squared / k, 1e-24))


def meters(series: Numbers, unit: Numbers, zero: Numbers) -> Numbers:
    """Of every channel arsinh of the mean, and ln of the deviation, of that from step to step and
    of the floor of noise, in units of the usual deviation, (cases, meters times channels).

    Of a channel far from zero, where a logarithm would say next to nothing, the distance from what
    is usual in place of the arsinh."""
    mean, *sizes = told_by_meters(series)
    level = np.where(zero != 0, (mean - zero) / unit, np.arcsinh(mean / unit))
    return np.concatenate([level, *(np.log(s / unit + FLAT) for s in sizes)], axis=1)


def told_by_meters(series: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Mean, deviation, that from step to step, and floor of noise, (cases, channels) each."""
    # squares of very large and very small values are no numbers
    largest = np.abs(series).max(axis=2)
    scale = np.where(largest > 0, largest, 1.0)
    scaled = series / scale[..., None]
    steps = np.diff(scaled, axis=2) if series.shape[2] > 1 else np.zeros_like(scaled)
    # a few large steps are the series' own, but a sensor's noise is there all the time
    bends = np.diff(steps, axis=2) if series.shape[2] > 2 else np.zeros_like(scaled)
    turns, floor = np.sqrt(np.square(steps).mean(axis=2) / 2), np.median(np.abs(bends), axis=2)
    return scale * scaled.mean(axis=2), scale * scaled.std(axis=2), scale * turns, scale * floor


@dataclass(frozen=True, eq=False)
class Belief:
    """Straight lines between knots; 1 of what is nearer than the first, and of what is farther than
    the last less and less, since nobody has looked there.

    Parameters
    ----------
    knots, values : ndarray of shape (knots,)
        ln d, ascending, and how far probabilities are believed there.
    """

    knots: Numbers
    values: Numbers

    @classmethod
    def fitted(
        cls, distance: Numbers, edge: float, probabilities: Numbers, labels: NDArray[np.int64]
    ) -> Self:
        r"""The belief by which cases have the least Brier score.

        That of a group of cases with labels e (one-hot) is
        :math:`w = \sum (p - 1/C) \cdot (e - 1/C) / \sum |p - 1/C|^2`, between 0 and 1.

        Parameters
        ----------
        distance : ndarray of shape (cases,)
            ln d.
        edge : float
            Up to which all is believed.
        probabilities : ndarray of shape (cases, C)
        labels : ndarray of shape (cases,), int64
        """
        n_classes = probabilities.shape[1]
        said, true = probabilities - 1 / n_classes, np.eye(n_classes)[labels] - 1 / n_classes
        knots, belief = [edge], [1.0]
        far = np.flatnonzero(distance > edge)
        n_groups = min(KNOTS, len(far) // FEWEST_OF_A_KNOT)
        groups = np.array_split(far[np.argsort(distance[far])], n_groups) if n_groups else []
        for some in groups:
            squares = float(np.square(said[some]).sum())
            least_brier = float((said[some] * true[some]).sum()) / squares if squares > 0 else 1.0
            knots.append(float(distance[some].mean()))
            belief.append(min(belief[-1], max(least_brier, 0.0)))
        return cls(np.array(knots), np.array(belief))

    def tempered(self, probabilities: Numbers, distance: Numbers) -> Numbers:
        """:math:`w p + (1 - w) / C` of probabilities (cases, C) at distances (cases,)."""
        beyond = np.maximum(distance - self.knots[-1], 0.0)
        believed = np.interp(distance, self.knots, self.values) * np.exp(-beyond)
        belief = np.maximum(believed, LEAST_BELIEF)[:, None]
        return belief * probabilities + (1 - belief) / probabilities.shape[1]
