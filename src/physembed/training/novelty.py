"""How far a case is from the training cases, as a p-value, and what that leaves of confidence.

Two ellipsoids are laid around the training cases: one in what detectors read, one in what slow
meters say of the series as it comes, which a normalised field no longer knows. How far the training
cases themselves are from an ellipsoid that is laid without them says what is far.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import t as student

from physembed.errors import InvalidInputError
from physembed.networks.encoded_series import far_levels
from physembed.training.ellipsoid_and_meters import (
    LEAST_DEVIATION,
    METERS,
    MOST_NUMBERS,
    Belief,
    Ellipsoid,
    meters,
    told_by_meters,
)

Numbers = NDArray[np.float64]

MOST_READINGS = 64
"""Features that are looked at, spread evenly over all."""
BULK = 0.9
"""Share of the training cases among which a rank is the p-value; beyond, their tail tells it."""
LEAST_SPREAD = 1e-3
"""Of a feature over the cases, in units of that of all features."""
LEAST_METER = 0.03
"""Deviation of a meter over the cases, at least: it reads logarithms, and 3 % are no news."""

COPIES = 400
"""Disturbed copies of training cases by which it is told how far confidence goes."""
GAIN, NOISE = (0.4, 1.0), (0.03, 3.0)
"""Least and largest gain, which sensors lose, and noise in deviations of a series, of copies."""
COPIES_OF_ONE = 4
"""Of a training case, at most: more of them cost, and a small fit is to remain small."""


@dataclass(frozen=True, eq=False)
class Novelty:
    """What is known of the training cases.

    Parameters
    ----------
    places : ndarray of shape (k,), int64
        The features that are looked at.
    unit : ndarray of shape (channels,)
        The usual deviation of a series.
    zero : ndarray of shape (channels,)
        The usual level, where it lies far from zero.
    spread : ndarray of shape (features,), or None
        The deviation of every feature, also of those that are not looked at; the first models that
        knew what is novel did not keep it.
    detected, metered : Ellipsoid
        Of these features, and of the series' meters.
    knots, belief : ndarray of shape (knots,)
        ln d of what is detected, ascending, and how far probabilities are believed there; between
        them straight lines.
    """

    places: NDArray[np.int64]
    unit: Numbers
    zero: Numbers
    spread: Numbers | None
    detected: Ellipsoid
    metered: Ellipsoid
    knots: Numbers
    belief: Numbers

    @classmethod
    def of(
        cls,
        features: Numbers,
        series: Numbers,
        are_metered: NDArray[np.bool_] | None = None,
        groups: NDArray[np.int64] | None = None,
    ) -> Self:
        """What training cases tell.

        Parameters
        ----------
        features : ndarray of shape (cases, features)
            At least :data:`FEWEST_CASES` cases.
        series : ndarray of shape (cases, channels, timepoints)
        are_metered : ndarray of shape (features,) or None, default=None
            Which of them read levels, as the meters do. Where cases are fewer than the readings
            looked at, these are passed over for others: a comparator of levels that moves in one or
            two cases makes each of them look far from the rest, and then nothing is.
        groups : ndarray of shape (cases,), int64, or None, default=None
            Cases of one are left out together; at least two.
        """
        spread = features.std(axis=0)
        bright = np.flatnonzero(spread > 0)
        if are_metered is not None and len(features) < MOST_READINGS:
            others = bright[~are_metered[bright]]
            bright = others if len(others) else bright
        if not len(bright):
            bright = np.arange(len(spread))
        evenly = np.linspace(0, len(bright) - 1, min(MOST_READINGS, len(bright)))
        places = bright[np.rint(evenly).astype(np.int64)]
        unit = np.median(told_by_meters(series)[1], axis=0)
        unit = np.where(unit > 0, unit, 1.0)
        zero = far_levels(torch.from_numpy(series)).numpy()
        usual = float(np.sqrt(np.square(spread).mean())) or 1.0
        return cls(
            places,
            unit,
            zero,
            spread,
            Ellipsoid.around(features[:, places], LEAST_SPREAD * usual, groups),
            Ellipsoid.around(meters(series, unit, zero), LEAST_METER, groups),
            knots=np.zeros(1),
            belief=np.ones(1),
        )

    def p_values(self, readings: Numbers, series: Numbers) -> Numbers:
        """The share of cases like the training cases that would be as far, or farther.

        Parameters
        ----------
        readings : ndarray of shape (cases, k)
            Their features at ``places``.
        series : ndarray of shape (cases, channels, timepoints)

        Returns
        -------
        ndarray of shape (cases,)
            The rank among the training cases left out, of a case that is nearer than a tenth of
            these; of others, as far as the tail of a Student distribution goes on from there.
        """
        measured = (
            (self.detected, self.detected.log_distance(readings)),
            (self.metered, self.metered_distance(series)),
        )
        farthest = np.max([e.standardised(distance) for e, distance in measured], axis=0)
        known = np.sort(np.max([e.standardised(e.left_out) for e, _ in measured], axis=0))
        n_cases = len(known)
        nearer = np.searchsorted(known, farthest, side="left")
        ranked = (1 + n_cases - nearer) / (n_cases + 1)
        deviation = max(float(known.std(ddof=1)), LEAST_DEVIATION) * np.sqrt(1 + 1 / n_cases)

        def tail(distance: Numbers | float) -> Numbers:
            beyond: Numbers = student.sf((distance - known.mean()) / deviation, n_cases - 1)
            return beyond

        edge = float(np.quantile(known, BULK))
        beyond = (1 - BULK) * tail(farthest) / tail(edge)
        return np.where(farthest > edge, np.minimum(beyond, 1 - BULK), ranked)

    def metered_distance(self, series: Numbers) -> Numbers:
        """ln d of what the meters say of series (cases, channels, timepoints)."""
        told = meters(series, self.unit, self.zero)[:, : len(self.metered.centre)]
        return self.metered.log_distance(told)

    def tempered(self, probabilities: Numbers, readings: Numbers) -> Numbers:
        r"""Probabilities as far as they are to be believed, :math:`w p + (1 - w) / C` of C classes.

        The belief w is 1 of cases like the training cases, and falls with their distance; never to
        nothing, so that the order of the classes remains.

        Parameters
        ----------
        probabilities : ndarray of shape (cases, C)
        readings : ndarray of shape (cases, k)
            The cases' features at ``places``.
        """
        distance = self.detected.log_distance(readings)
        return Belief(self.knots, self.belief).tempered(probabilities, distance)

    def believed(
        self,
        readings: Numbers,
        probabilities: Numbers,
        labels: NDArray[np.int64],
    ) -> "Novelty":
        """The same with the belief that disturbed copies of training cases tell.

        Not by what the meters say, also where copies would have it so: these differ in gain and
        noise, and a series of a new shape would be believed in full.

        Parameters
        ----------
        readings, probabilities
            Of the copies, as of :meth:`tempered`.
        labels : ndarray of shape (copies,), int64
        """
        edge = float(np.quantile(self.detected.left_out, BULK))
        distance = self.detected.log_distance(readings)
        belief = Belief.fitted(distance, edge, probabilities, labels)
        return replace(self, knots=belief.knots, belief=belief.values)

    def check_fits(self, n_features: int, sizes: Mapping[str, int]) -> None:
        """Refuse what was learned of another network.

        Raises
        ------
        InvalidInputError
        """
        sizes_agree = self.spread is None or len(self.spread) == n_features
        if not (sizes_agree and len(self.unit) == sizes["n_channels"]) or not (
            len(self.places) and 0 <= self.places.min() <= self.places.max() < n_features
        ):
            raise InvalidInputError("the measure of novelty is of another network")

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """What is stored, by name."""
        arrays: dict[str, NDArray[np.generic]] = {
            "places": self.places,
            "unit": self.unit,
            "knots": self.knots,
            "belief": self.belief,
        }
        if self.spread is not None:
            arrays["spread"] = self.spread
        if self.zero.any():
            arrays["zero"] = self.zero
        return arrays | self.detected.to_arrays("detected") | self.metered.to_arrays("metered")

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What :meth:`to_arrays` gave.

        Raises
        ------
        InvalidInputError
            If the arrays do not go together.
        """
        detected, metered = (Ellipsoid.from_arrays(arrays, of) for of in ("detected", "metered"))
        places = arrays["places"].astype(np.int64)
        unit, knots, belief = (
            arrays[name].astype(np.float64) for name in ("unit", "knots", "belief")
        )
        # models of before know neither
        zero = arrays.get("zero", np.zeros_like(unit)).astype(np.float64)
        spread = arrays["spread"].astype(np.float64) if "spread" in arrays else None
        is_before = metered.centre.size == (METERS - 1) * len(unit)
        detected.check(len(places))
        metered.check((METERS - is_before) * len(unit))
        if knots.ndim != 1 or knots.shape != belief.shape or not len(knots):
            raise InvalidInputError(f"the measure of novelty has {belief.shape} of {knots.shape}")
        return cls(places, unit, zero, spread, detected, metered, knots, belief)


def disturbed(
    series: Numbers, unit: Numbers, generator: np.random.Generator
) -> tuple[Numbers, NDArray[np.int64]]:
    """Copies of series as a sensor would give them that has lost gain and gained noise.

    Parameters
    ----------
    series : ndarray of shape (cases, channels, timepoints)
    unit : ndarray of shape (channels,)
        The usual deviation of a series, in which noise is told: a sensor's noise is the same
        whatever it measures.
    generator : numpy.random.Generator

    Returns
    -------
    copies : ndarray of shape (copies, channels, timepoints)
    parents : ndarray of shape (copies,), int64
        Which case each is of, ascending: cases may stand in the order of their classes, and are
        taken evenly.
    """
    n_cases = len(series)
    n_copies = min(COPIES, COPIES_OF_ONE * n_cases, MOST_NUMBERS // series[0].size)
    # the middles of as many stretches of equal length
    parents = (2 * np.arange(n_copies) + 1) * n_cases // (2 * max(n_copies, 1))
    shape = (n_copies, 1, 1)
    gain = np.exp(generator.uniform(np.log(GAIN[0]), np.log(GAIN[1]), shape))
    noise = np.exp(generator.uniform(np.log(NOISE[0]), np.log(NOISE[1]), shape))
    drawn = generator.standard_normal((n_copies, *series.shape[1:]))
    # next to the largest numbers that there are, some copies are none
    with np.errstate(over="ignore", invalid="ignore"):
        copies = gain * series[parents] + noise * unit[:, None] * drawn
    are_numbers = np.isfinite(copies).all(axis=(1, 2))
    return copies[are_numbers], parents[are_numbers]
