"""A handful of short filters and counters, in whole numbers: for a processor without fractions.

The fibres and interferometers of `homodyne` up to a scale of 5.6 timepoints are, at one phase of
the local oscillator, filters of a few dozen taps. Here they are written as such, as tapped delay
lines of whole weights, before ideal comparators and counters: no transform, no tuning, no
fraction. A filter is dear and a comparator cheap, so that every filter that is built has eight
comparators. The training cases choose filters one by one, each with its comparators, by the
left-out error of their readout; and how many taps a filter may have, by the same error.
`physembed export --to c` writes what is fitted as a program without a floating-point number.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed.networks import (
    Component,
    Counter,
    Detector,
    Fibre,
    Medium,
    PhysicalEmbeddingNetwork,
    Quadratures,
    SideBySide,
)
from physembed.networks.light_path import LightPath
from physembed.physics import TappedDelayLine
from physembed.presets.detector_bank import DetectorBank, chosen_places
from physembed.presets.homodyne import ANGLES, GUARD_BAND, dispersive, linear_fibre
from physembed.presets.preset import Asked, Preset
from physembed.training.readout.ridge import fit_ridge
from physembed.training.recipe import Candidates

SCALES = (0.7, 1.4, 2.8, 5.6)
"""s of the fibres that are written as filters, in timepoints."""

HALVES = (8, 16, 24)
"""Taps on either side of the middle one that a filter may have."""

TIMES, CROSSINGS = (0.03, 0.15, 0.35, 0.65, 0.85, 0.97), (0.35, 0.65)
"""Quantiles of a record at which its comparators stand; behind the latter, changes are counted."""

COMPARATORS = len(TIMES) + len(CROSSINGS)
DETECTORS = 8 * COMPARATORS
"""Where no budget is given."""

LARGEST_TAP, LARGEST_SUM = 2**13 - 1, 2**16 - 64
"""Of the magnitudes of a filter: with samples of 15 bits, no sum exceeds 32."""

LONG_SERIES = 512
"""Timepoints on which responses are computed: many times as long as any of them."""


def taps_of(half: int) -> tuple[tuple[int, ...], ...]:
    """The filters with at most so many taps on either side, scale by scale, arm by arm.

    Parameters
    ----------
    half : int
    """
    responses = _responses()
    middle = responses.shape[1] // 2
    cut = responses[:, middle - half : middle + half + 1]
    sums, peaks = np.abs(cut).sum(axis=1), np.abs(cut).max(axis=1)
    gains = np.minimum(LARGEST_TAP / peaks, LARGEST_SUM / sums)
    whole = np.rint(cut * gains[:, None]).astype(int)
    return tuple(_trimmed(taps) for taps in whole.tolist())


@cache
def _responses() -> NDArray[np.float64]:
    """What leaves each arm of each scale at each phase of an impulse, real; the middle is now."""
    fibres = [linear_fibre(s, LONG_SERIES, Quadratures(ANGLES)) for s in SCALES]
    network = PhysicalEmbeddingNetwork(fibres, n_channels=1, n_timepoints=LONG_SERIES, n_classes=1)
    transfers = []
    for path, medium in zip(network.paths, network.media, strict=True):
        assert isinstance(path, LightPath)
        assert isinstance(medium, Medium)
        transfers.append(path.transfer(medium).numpy(force=True))
    turned = np.concatenate(transfers)[:, None] * np.exp(-1j * np.radians(ANGLES))[:, None]
    real = np.fft.fftshift(np.fft.ifft(turned).real, axes=-1).reshape(-1, turned.shape[-1])[:, 1:]
    # media and interferometers are even or odd; the one frequency without a partner is neither
    mirrored = real[:, ::-1]
    parity = np.sign((real * mirrored).sum(axis=1, keepdims=True))
    return (real + parity * mirrored) / 2


def _trimmed(taps: list[int]) -> tuple[int, ...]:
    """Without zeros at both ends."""
    half = len(taps) // 2
    reach = max(abs(j - half) for j, w in enumerate(taps) if w)
    return tuple(taps[half - reach : half + reach + 1])


def _counters() -> Detector:
    real = Quadratures((0.0,))
    return SideBySide(
        (
            Counter(real, thresholds=len(TIMES), levels=TIMES, response="arcsine"),
            Counter(
                real,
                thresholds=len(CROSSINGS),
                levels=CROSSINGS,
                counted="crossings",
                response="arcsine",
            ),
        )
    )


def _fibre(n_timepoints: int, guard_band: float, taps: Sequence[tuple[int, ...]]) -> Fibre:
    """The series itself, continued by its ends, before filters with comparators."""
    return replace(
        dispersive(n_timepoints, lambda unit: 0.0, guard_band),
        arms=tuple((Component(TappedDelayLine(weights)),) for weights in taps),
        detector=_counters(),
        gated=True,
    )


def _short_enough(n_timepoints: int, half: int) -> int:
    # half of the guard band is on either side
    return max(1, min(half, n_timepoints // 2))


def _whole_bank(half: int, n_timepoints: int, guard_band: float) -> tuple[Fibre, ...]:
    return (_fibre(n_timepoints, guard_band, taps_of(_short_enough(n_timepoints, half))),)


def _one_filter(half: int, n_timepoints: int, guard_band: float, place: int) -> Fibre:
    taps = taps_of(_short_enough(n_timepoints, half))[place : place + 1]
    return _fibre(n_timepoints, guard_band, taps)


BANKS = {
    half: DetectorBank(
        "tiny-integer",
        fibres=partial(_whole_bank, half),
        alone=partial(_one_filter, half),
        together=COMPARATORS,
        default=DETECTORS,
    )
    for half in HALVES
}


def _chosen(
    asked: Asked, compositions: Sequence[Sequence[Fibre]], x: Tensor, y: Tensor
) -> Candidates:
    """The filters of the least left-out error over all lengths."""
    n_channels, n_timepoints, n_outputs = asked.sizes
    guard_band = asked.changes.guard_band_or(GUARD_BAND)
    halves = sorted({_short_enough(n_timepoints, half) for half in HALVES})
    errors, choices = [], []
    for half in halves:
        bank = BANKS[min(h for h in HALVES if h >= half)]
        places, features = chosen_places(
            bank,
            x,
            y,
            bank.n_groups(n_channels, n_outputs, asked.budget),
            seed=asked.seed,
            device=asked.device,
            guard_band=guard_band,
        )
        errors.append(fit_ridge(features, y.numpy(force=True)).error)
        choices.append(bank.some(n_timepoints, places, guard_band))
    # of equals the shortest
    return Candidates("tiny-integer", [asked.maker(choices[int(np.argmin(errors))])])


TINY_INTEGER = Preset(
    "tiny-integer",
    BANKS[max(HALVES)].compositions,
    choose=_chosen,
    signed_readout=True,
    has_a_budget=True,
)
"""Filters of whole taps, chosen with their comparators, and counters."""
