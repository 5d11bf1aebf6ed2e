"""Dispersive fibres, interferometers and homodyne detectors with comparators: a bank of counters.

A fibre of dispersion s² blurs the series over the time s; s doubles from fibre to fibre up to a
quarter of the series. Behind each, five interferometers with delays in proportion to s take what
is left of it: the field, its first and its second difference over short and over long delays.
Their outputs are mixed with a local oscillator at four phases. Comparators with counters say for
which part of the time each record is above a threshold: *fast* ones, whose gain is high but
finite, and *slow* ones, which respond over four deviations of the record and so weigh by how
much it is above; others how often it crosses the threshold or dwells there, and for how long each
record is the largest and the smallest of its fibre. Everything is designed but the thresholds,
which are quantiles of the training cases, and the readout.

A little softness is worth having: on the training cases of UCR sets these banks have a lower
left-out error than banks of ideal comparators, whose counts jump by whole timepoints, with as many
weights (docs/benchmark.md).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from physembed.networks import (
    Component,
    Counter,
    Detector,
    Fibre,
    Quadratures,
    SeriesEncoder,
    SideBySide,
    Trainable,
    WinnerCounter,
)
from physembed.physics import (
    FrequencyAmplitudeMask,
    MachZehnder,
    NaturalScale,
    NonlinearSchrodinger,
    ThreePathInterferometer,
)
from physembed.presets.preset import Preset, for_every_window

GUARD_BAND = 1.0
"""Beside the series, in its lengths, where none is asked for."""
SHORTEST = 0.7
"""s of the first fibre, in timepoints."""
LONGEST = 0.25
"""Largest s, in lengths of the series."""
LONGEST_IN_WINDOWS = 45.0
"""The same in timepoints, of series that pass in windows: light at the edge of the band is late by
pi s^2 points, and windows overlap by 8,192."""
FIRST_DIFFERENCES = (1.0, 2.5)
SECOND_DIFFERENCES = (1.5, 3.0)
"""Delays of the interferometers, in units of s."""
ANGLES = (0.0, 45.0, 90.0, 135.0)
"""Phases of the local oscillator in degrees."""
FAST, SLOW = 0.05, 1.0
"""Widths of the comparators, in standard deviations of their records; ramps are four wide."""
RECORDS = (1 + len(FIRST_DIFFERENCES) + len(SECOND_DIFFERENCES)) * len(ANGLES)


BAND_EDGE = Component(FrequencyAmplitudeMask(32), {"v1": -24.0})
"""Of such series: a filter that is dark at the highest frequency, from seven eighths of the band
on. What a sharp edge would delay arrives nowhere late."""


def scales(n_timepoints: int, guard_band: float = GUARD_BAND) -> list[float]:
    """s of every fibre, in timepoints; at least one."""
    doubled = [SHORTEST]
    longest = LONGEST * n_timepoints
    if _in_windows(n_timepoints, guard_band):
        longest = LONGEST_IN_WINDOWS
    while 2 * doubled[-1] <= longest:
        doubled.append(2 * doubled[-1])
    return doubled


def _in_windows(n_timepoints: int, guard_band: float) -> bool:
    fibre = dispersive(2, lambda unit: 0.0, guard_band)
    return replace(fibre, gated=True).in_windows(n_timepoints)


def dispersive(
    n_timepoints: int,
    beta2: Callable[[float], Trainable | float],
    guard_band: float = GUARD_BAND,
) -> Fibre:
    """A fibre of dispersion alone, fed with the series continued by its edge values.

    Parameters
    ----------
    n_timepoints : int
    beta2 : callable
        The dispersion in natural units, given the unit in timepoints squared, which is another one
        in another window.
    guard_band : float, default=GUARD_BAND
    """
    encoder = SeriesEncoder(alignment="left", guard_band=guard_band, padding="edge")
    equation = NonlinearSchrodinger()
    fibre = Fibre(equation, {"beta2": 0.0, "gamma": 0.0}, n_layers=1, encoder=encoder)
    # where series pass in windows, that of a window
    grid = replace(fibre, gated=True).grid(n_timepoints)
    unit = equation.natural_unit("beta2", NaturalScale(grid))
    return replace(fibre, coefficients={"beta2": beta2(unit), "gamma": 0.0})


def linear_fibre(
    s: float, n_timepoints: int, detector: Detector, guard_band: float = GUARD_BAND
) -> Fibre:
    """A fibre of dispersion s^2 with its interferometers, before a detector."""
    return replace(
        dispersive(n_timepoints, lambda unit: s**2 / unit, guard_band),
        before=(BAND_EDGE,) if _in_windows(n_timepoints, guard_band) else (),
        arms=interferometers(s),
        detector=detector,
        gated=True,
    )


def interferometers(s: float) -> tuple[tuple[Component, ...], ...]:
    """The arms behind a fibre of dispersion s^2."""
    first = (Component(MachZehnder(unit=s), {"delay": r}) for r in FIRST_DIFFERENCES)
    second = (Component(ThreePathInterferometer(unit=s), {"delay": r}) for r in SECOND_DIFFERENCES)
    return ((), *((component,) for component in (*first, *second)))


def counter(
    number: int, *, thresholds: int, angles: tuple[float, ...] = ANGLES, **options: Any
) -> Counter:
    """Comparators and counters of the fibre of a number; fast ramps where options say no other.

    Parameters
    ----------
    number : int
        Of the fibre, so that fibres do not repeat each other's levels.
    thresholds : int
        Of every record.
    angles : tuple of float, default=ANGLES
        Phases of the local oscillator, in degrees.
    **options
        Of :class:`~physembed.networks.Counter`.
    """
    chosen: dict[str, Any] = {"width": FAST, "shape": "ramp"} | options
    return Counter(
        Quadratures(angles),
        thresholds=thresholds,
        first=1 + number * RECORDS,
        response="arcsine",
        **chosen,
    )


def _full_detector(number: int) -> Detector:
    return SideBySide(
        (
            counter(number, thresholds=3),
            counter(number, thresholds=1, width=SLOW),
            counter(number, thresholds=2, counted="crossings"),
            WinnerCounter(Quadratures(ANGLES), response="arcsine"),
        )
    )


def bank(
    n_timepoints: int, detector: Callable[[int], Detector], guard_band: float = GUARD_BAND
) -> tuple[Fibre, ...]:
    """A fibre for every scale, each before what ``detector`` makes for its number."""
    return tuple(
        linear_fibre(s, n_timepoints, detector(number), guard_band)
        for number, s in enumerate(scales(n_timepoints, guard_band))
    )


def _whole(n_timepoints: int, guard_band: float) -> tuple[Fibre, ...]:
    return bank(n_timepoints, _full_detector, guard_band)


HOMODYNE = Preset("homodyne", for_every_window(_whole, GUARD_BAND))
