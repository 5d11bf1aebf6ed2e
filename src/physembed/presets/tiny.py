"""A handful of detectors, chosen out of a bank and tuned: the best physics for a small readout.

The bank has the fibres and interferometers of `homodyne`, and ideal comparators with thresholds at
the same levels everywhere: at each scale s a fibre of dispersion s², five interferometers, four
phases of the local oscillator, and comparators with counters. The training cases choose detectors
one by one, by the left-out error of their readout
(:func:`physembed.training.selection.by_left_out_error.choose_detectors`). Each is then built on its
own, with four numbers, dispersion, delay, phase and threshold, that a search by projection tunes:
the comparators are smooth, so that the left-out error has a slope.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from physembed.networks import Component, Counter, Fibre, Quadratures, Trainable
from physembed.physics import PhaseShifter
from physembed.presets.detector_bank import DetectorBank
from physembed.presets.homodyne import (
    ANGLES,
    dispersive,
    interferometers,
    linear_fibre,
    scales,
)
from physembed.presets.preset import Preset
from physembed.training import ProjectionSettings

LEVELS = (0.03, 0.15, 0.35, 0.65, 0.85, 0.97)
"""Quantiles of a record over the training cases at which the bank's thresholds stand."""

WIDTH = 0.15
"""Of the tuned comparators, in standard deviations of their records."""

DISPERSION_SPAN = (0.25, 4.0)
DELAY_SPAN = (0.4, 2.5)
"""What the search may multiply a fibre's dispersion and an interferometer's delay by."""

QUARTER = math.pi / 2
"""How far it may turn the local oscillator, in radians."""


def _bank(n_timepoints: int, guard_band: float) -> tuple[Fibre, ...]:
    counter = Counter(
        Quadratures(ANGLES), thresholds=len(LEVELS), levels=LEVELS, response="arcsine"
    )
    return tuple(
        linear_fibre(s, n_timepoints, counter, guard_band) for s in scales(n_timepoints, guard_band)
    )


def _alone(n_timepoints: int, guard_band: float, place: int) -> Fibre:
    all_scales = scales(n_timepoints, guard_band)
    shape = (len(all_scales), len(interferometers(1.0)), len(ANGLES), len(LEVELS))
    scale, arm, angle, level = (int(index) for index in np.unravel_index(place, shape))
    s = all_scales[scale]
    phase = math.radians(ANGLES[angle])
    turned = Trainable(phase, span=(phase - QUARTER, phase + QUARTER))
    oscillator = Component(PhaseShifter(), {"phase": turned})
    tuned = [
        replace(part, coefficients={k: around(v, DELAY_SPAN) for k, v in part.coefficients.items()})
        for part in interferometers(s)[arm]
    ]
    return replace(
        dispersive(n_timepoints, lambda unit: around(s**2 / unit, DISPERSION_SPAN), guard_band),
        arms=((*tuned, oscillator),),
        detector=Counter(
            Quadratures((0.0,)),
            thresholds=1,
            levels=(LEVELS[level],),
            width=WIDTH,
            trainable=True,
            response="arcsine",
        ),
        gated=True,
    )


def around(value: Trainable | float | Sequence[float], span: tuple[float, float]) -> Trainable:
    """A coefficient that is looked for where its own value, times what the span holds, lies."""
    assert isinstance(value, float)
    return Trainable(value, span=(span[0] * value, span[1] * value))


BANK = DetectorBank("tiny", fibres=_bank, alone=_alone)

TINY = Preset(
    "tiny",
    BANK.compositions,
    choose=BANK.chosen,
    training=ProjectionSettings(
        rungs=((1, 60, 400),), step_points=2**19, rate=0.01, prior=0.1, proving_folds=4
    ),
    signed_readout=True,
    has_a_budget=True,
)
