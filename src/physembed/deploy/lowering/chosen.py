"""A few features of a bank, each as the smallest detector that gives it.

A fibre of which a few features are built (``Fibre.built``) is lowered arm by arm: every lane, a
record or a comparator, becomes a detector on one row. What is read from a lane beside the chosen
features is read, too, and has no weight.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import singledispatch

import numpy as np
from torch import nn

from physembed import networks as trained
from physembed.deploy.detectors import Detector, Peak, Records
from physembed.deploy.lowering.detectors import (
    lower_comparators,
    lower_module,
    lower_records,
    one_row,
)
from physembed.deploy.meters import Level, Spectrum
from physembed.networks.detectors.chosen_features import Choice
from physembed.networks.detectors.comparators import ComparatorDetector


@dataclass(frozen=True, eq=False)
class Chosen:
    """A detector on one row of a bank, and where its features stand among the chosen ones.

    Parameters
    ----------
    row : int
        Channel times arms plus arm; -1 where the detector compares all rows.
    detector : Detector
    places : tuple of int
        Of every feature of the detector, its place among the fibre's built features, or -1.
    """

    row: int
    detector: Detector
    places: tuple[int, ...]


def lower_chosen(
    detector: trained.Detector, module: nn.Module, choice: Choice, points: int
) -> Iterator[Chosen]:
    """The chosen features of a calibrated detector, row by row.

    Parameters
    ----------
    detector : Detector
    module : Module
        What its ``chosen_module`` made for the choice.
    choice : Choice
    points : int

    Raises
    ------
    NoLoweringError
    """
    if isinstance(detector, trained.SideBySide):
        parts = iter(module.get_submodule("parts").children())
        for part, first, last in detector.ranges(points):
            of_part, numbers = choice.among(first, last - first)
            if numbers:
                for chosen in lower_chosen(part, next(parts), of_part, points):
                    outer = tuple(numbers[place] if place >= 0 else -1 for place in chosen.places)
                    yield replace(chosen, places=outer)
        return
    yield from _lanes(detector, module, choice, points)


@singledispatch
def _lanes(
    detector: trained.Detector, module: nn.Module, choice: Choice, points: int
) -> Iterator[Chosen]:
    """Of any detector whose rows are apart: its rows of which something is chosen."""
    inner = module.get_submodule("inner")
    n_features = detector.n_features(points)
    (lowered,) = lower_module(inner, points)  # type: ignore[arg-type]
    if detector.sees_all_channels:
        chosen = {c * n_features + f: place for place, (c, f) in enumerate(choice.places)}
        every = range(len(choice.seen) * n_features)
        yield Chosen(-1, lowered, tuple(chosen.get(k, -1) for k in every))
        return
    for number, row in enumerate(choice.seen):
        wanted = {f: place for place, (c, f) in enumerate(choice.places) if c == row}
        if wanted:
            yield _of_row(one_row(lowered, number), row, wanted)


def _of_row(detector: Detector, row: int, wanted: dict[int, int]) -> Chosen:
    """Without the features that nobody asks for, where the detector can leave them out."""
    features = sorted(wanted)
    places = tuple(wanted[f] for f in features)
    if isinstance(detector, Level):
        quantities = tuple(detector.quantities[f] for f in features)
        return Chosen(row, replace(detector, quantities=quantities), places)
    if isinstance(detector, Spectrum):
        starts, stops = (tuple(v[f] for f in features) for v in (detector.starts, detector.stops))
        return Chosen(row, replace(detector, starts=starts, stops=stops), places)
    return Chosen(row, detector, tuple(wanted.get(f, -1) for f in range(detector.n_features)))


@_lanes.register
def _(
    detector: ComparatorDetector, module: nn.Module, choice: Choice, points: int
) -> Iterator[Chosen]:
    n_records, n_thresholds = detector.source.n_records, detector.thresholds
    spread, levels = (np.asarray(module.get_buffer(n).double()) for n in ("spread", "levels"))

    def lowered(lane: int, number: int) -> Detector:
        record = lane // n_thresholds % n_records
        return lower_comparators(
            detector,
            replace_record(detector, record),
            np.full((1, 1), spread[number]),
            np.full((1, 1, 1), levels[number]),
            points,
        )

    yield from _by_lane(choice, n_records * n_thresholds, detector.per_comparator(points), lowered)


@_lanes.register
def _(
    detector: trained.PeakHold, module: nn.Module, choice: Choice, points: int
) -> Iterator[Chosen]:
    n_records = detector.source.n_records
    mean, spread = (np.asarray(module.get_buffer(n).double()) for n in ("mean", "spread"))

    def lowered(lane: int, number: int) -> Detector:
        records = replace_record(detector, lane % n_records)
        means, spreads = (np.full((1, 1), values[0, number]) for values in (mean, spread))
        return Peak(records, means, spreads, tuple(detector.held), points)

    yield from _by_lane(choice, n_records, len(detector.held), lowered)


def replace_record(detector: ComparatorDetector | trained.PeakHold, record: int) -> Records:
    """What a detector reads, of one record alone."""
    records = lower_records(detector.source)
    angles = (records.angles[record],) if records.angles else ()
    return replace(records, angles=angles)


def _by_lane(
    choice: Choice, n_lanes: int, n_each: int, lowered: Callable[[int, int], Detector]
) -> Iterator[Chosen]:
    """The lanes of which something is chosen, as the bank's module numbers them."""
    lanes = choice.grouped(n_lanes, n_each)
    where = {int(feature): place for place, feature in enumerate(lanes.order)}
    for number, lane in enumerate(lanes.in_bank.tolist()):
        places = tuple(where.get(number * n_each + f, -1) for f in range(n_each))
        yield Chosen(lane // n_lanes, lowered(lane, number), places)
