"""The homodyne bank with a quarter of its detectors, which records call `homodyne-small`."""

from physembed.networks import Detector, Fibre, SideBySide
from physembed.presets.homodyne import SLOW, bank, counter

IN_PHASE = (0.0, 90.0)
"""Phases of the local oscillator in degrees: the two quadratures."""


def small_bank(n_timepoints: int) -> tuple[Fibre, ...]:
    """A fast comparator a record; a slow one, and a count of crossings, a quadrature."""
    return bank(n_timepoints, _detector)


def _detector(number: int) -> Detector:
    return SideBySide(
        (
            counter(number, thresholds=1),
            counter(number, thresholds=1, angles=IN_PHASE, width=SLOW),
            counter(number, thresholds=1, angles=IN_PHASE, counted="crossings"),
        )
    )
