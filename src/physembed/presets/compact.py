"""The smallest accurate classifier for a budget: a large pool of detectors, of which few are built.

The pool has the fibres, interferometers and counters of `homodyne`, and behind the same arms what
counters do not see: the height of peaks, the longest dwell, agreement with itself a little later,
the envelope of each arm, and counters weighted by slow cosines, which tell when. Beside them are
a spectrometer on the series, and a voltmeter and comparators on the series as it was before it was
normalised. The training cases choose as many of them as are asked for: a ridge on the whole pool
is the teacher, and those are built that reproduce its scores
(:mod:`physembed.training.selection`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physembed.networks import (
    Amplitude,
    Autocoincidence,
    Counter,
    Detector,
    Fibre,
    Level,
    LockInCounter,
    LongestDwell,
    MeanPower,
    PeakHold,
    Quadratures,
    SeriesEncoder,
    SideBySide,
    Spectrometer,
    WinnerCounter,
)
from physembed.physics import NonlinearSchrodinger
from physembed.presets.homodyne import (
    ANGLES,
    FAST,
    GUARD_BAND,
    RECORDS,
    SLOW,
    counter,
    linear_fibre,
    scales,
)
from physembed.presets.preset import Asked, Preset
from physembed.training.selection.settings import SelectionSettings

ENVELOPE = 7
"""How far the envelopes' levels are moved along the golden sequence from those of the records."""
DELAY = 2.0
"""Of the autocoincidence, in units of the fibre's time s."""

GAINS: dict[type[Detector], float] = {LockInCounter: 0.3, Spectrometer: 2.0}
"""How much a kind of detector counts before a case is seen; 1 where nothing is said. What tells
when helps a few sets and misleads many. Gains that were learnt over thirty sets were worth nothing
on others."""
LEVEL_GAINS = (3.0, 3.0, 3.0, 3.0, 1.0, 1.0)
"""Of deviation, mean and their logarithms; of slope and range, which a shape has as well."""
LOUD = 10.0
"""What levels are multiplied by where they are most of what there is to know, which the training
cases tell: among thousands of features a ridge hardly hears six of them."""
LEVEL_THRESHOLDS, LOUD_THRESHOLDS = 16, 20.0
"""Comparators on the series as it comes, and what they count where levels are loud; elsewhere
nothing. Scores are linear in a level, so of three classes of level none would ever be the middle
one, which lies between two thresholds."""


def pool(
    n_timepoints: int, guard_band: float = GUARD_BAND, *, differences: bool = False
) -> tuple[Fibre, ...]:
    """All detectors, for series of so many timepoints.

    Parameters
    ----------
    n_timepoints : int
    guard_band : float, default=GUARD_BAND
    differences : bool, default=False
        Whether all look at the differences of neighbouring channels too, as they come, one after
        the other.
    """
    behind_arms = (
        linear_fibre(s, n_timepoints, _detectors(number, s), guard_band)
        for number, s in enumerate(scales(n_timepoints, guard_band))
    )
    meters = (_straight("z-score", Spectrometer()), _straight("none", Level()))
    fibres = (*behind_arms, *meters)
    levels = Counter(
        Quadratures((0.0,)),
        thresholds=LEVEL_THRESHOLDS,
        width=FAST,
        shape="ramp",
        response="arcsine",
    )
    # last, so that all others have the thresholds that they would have without them
    comparing = _straight("none", levels)

    def between(fibres: Iterable[Fibre]) -> Iterable[Fibre]:
        return (
            replace(fibre, encoder=replace(fibre.encoder, channel_differences=True))
            for fibre in fibres
            if differences
        )

    return (*fibres, *between(fibres), comparing, *between([comparing]))


def _pools(asked: Asked) -> list[tuple[Fibre, ...]]:
    """One pool; with differences where there are several real channels, of which levels count."""
    (n_channels, n_timepoints, _), changes = asked.sizes, asked.changes
    differences = n_channels > 1 and changes.levels and not changes.of_fields
    return [pool(n_timepoints, changes.guard_band_or(GUARD_BAND), differences=differences)]


def pool_gains(fibres: Sequence[Fibre], n_timepoints: int, n_channels: int) -> NDArray[np.float64]:
    """The gains of all features, in the order of a network of these fibres, (3, features).

    In the second row levels are loud, and in the third comparators on them count as well.
    """
    usual: list[float] = []
    louder: list[float] = []
    compared: list[float] = []
    for fibre in fibres:
        of_arm = _gains(fibre.detector, fibre.n_detected(n_timepoints))
        of_fibre = of_arm * (fibre.encoder.n_fields(n_channels) * len(fibre.arms))
        sees_level = fibre.encoder.normalisation == "none"
        if sees_level and isinstance(fibre.detector, Counter):
            factors = 0.0, 0.0, LOUD_THRESHOLDS
        else:
            factors = 1.0, *((LOUD if sees_level else 1.0,) * 2)
        for row, factor in zip((usual, louder, compared), factors, strict=True):
            row += [factor * gain for gain in of_fibre]
    return np.array([usual, louder, compared])


def _gains(detector: Detector, n_points: int) -> list[float]:
    if isinstance(detector, SideBySide):
        return [gain for part in detector.detectors for gain in _gains(part, n_points)]
    if isinstance(detector, Level):
        return list(LEVEL_GAINS)
    return [GAINS.get(type(detector), 1.0)] * detector.n_features(n_points)


def _detectors(number: int, s: float) -> Detector:
    """Of the fibre of a number, whose dispersion is s²."""
    records, envelope = Quadratures(ANGLES), Amplitude()
    first = 1 + number * RECORDS
    of_envelope = first + ENVELOPE

    def on_envelope(thresholds: int, counted: str, width: float) -> Counter:
        return Counter(
            envelope,
            thresholds=thresholds,
            counted=counted,
            width=width,
            shape="ramp",
            first=of_envelope,
            response="arcsine",
        )

    return SideBySide(
        (
            counter(number, thresholds=3),
            counter(number, thresholds=1, width=SLOW),
            counter(number, thresholds=2, counted="crossings"),
            WinnerCounter(records, response="arcsine"),
            PeakHold(records),
            LongestDwell(records, first=first),
            Autocoincidence(
                records, max(1, round(DELAY * s)), width=FAST, shape="ramp", first=first
            ),
            on_envelope(2, "time", FAST),
            on_envelope(1, "time", SLOW),
            on_envelope(2, "crossings", FAST),
            PeakHold(envelope, held=("highest",)),
            MeanPower(),
            LockInCounter(records, thresholds=2, width=FAST, shape="ramp", first=first),
            LockInCounter(records, width=SLOW, shape="ramp", first=first),
            LockInCounter(envelope, width=SLOW, shape="ramp", first=of_envelope),
        )
    )


def _straight(normalisation: str, detector: Detector) -> Fibre:
    """No medium: the series itself into a detector."""
    return Fibre(
        NonlinearSchrodinger(),
        {"beta2": 0.0, "gamma": 0.0},
        n_layers=1,
        encoder=SeriesEncoder(normalisation=normalisation, alignment="left", guard_band=0.0),
        detector=detector,
        gated=True,
    )


COMPACT = Preset(
    "compact",
    _pools,
    training=SelectionSettings(),
    has_a_budget=True,
    gains=pool_gains,
)
