"""Detectors as plain data, with what they took from the training cases."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed import networks as trained
from physembed.deploy.detectors import (
    Bands,
    Bins,
    CellStatistics,
    Counter,
    Detector,
    Peak,
    Points,
    Records,
    Winner,
)
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.deploy.meters import Level, Power, Sections, Spectrogram, Spectrum
from physembed.networks.detectors.cell_bands import _places
from physembed.networks.detectors.comparators import ComparatorDetector
from physembed.networks.detectors.level import QUANTITIES
from physembed.networks.detectors.side_by_side import SideBySideModule
from physembed.networks.detectors.spectrogram import bands_of, first_openings
from physembed.networks.detectors.spectrometer import _edges as band_edges

Array = NDArray[np.float64]

KNOWN = "Counter, WinnerCounter, BinnedIntensity, CellBands, CellStatistics or SideBySide of them"


def lower_module(module: trained.DetectorModule, points: int) -> tuple[Detector, ...]:
    """A calibrated detector, as detectors of a plan side by side.

    Parameters
    ----------
    module : DetectorModule
    points : int
        Of the field that it sees.

    Raises
    ------
    NoLoweringError
    """
    if isinstance(module, SideBySideModule):
        parts = [d for part in module.parts for d in lower_module(part, points)]  # type: ignore[arg-type]
        return _behind_one_shutter(parts)
    return (_lower(module.detector, module, points),)


def _behind_one_shutter(detectors: Sequence[Detector]) -> tuple[Detector, ...]:
    """Spectrograms that stand beside each other and have the same openings, as one."""
    merged: list[Detector] = []
    for detector in detectors:
        last = merged[-1] if merged else None
        if isinstance(detector, Spectrogram) and isinstance(last, Spectrogram):
            together = replace(last, sections=(*last.sections, *detector.sections))
            if replace(detector, sections=together.sections) == together:
                merged[-1] = together
                continue
        merged.append(detector)
    return tuple(merged)


@singledispatch
def _lower(detector: trained.Detector, module: trained.DetectorModule, points: int) -> Detector:
    raise NoLoweringError(detector, f"a detector such as {KNOWN}")


@singledispatch
def lower_records(source: trained.PointDetector) -> Records:
    """What a point detector reads, by its class."""
    raise NoLoweringError(source, "Quadratures, Intensity or Amplitude")


@lower_records.register
def _(source: trained.Quadratures) -> Records:
    return Records("quadratures", tuple(math.radians(angle) for angle in source.angles))


@lower_records.register
def _(source: trained.Intensity) -> Records:
    return Records("intensity")


@lower_records.register
def _(source: trained.Amplitude) -> Records:
    return Records("amplitude")


@_lower.register
def _(detector: trained.PointDetector, module: trained.DetectorModule, points: int) -> Detector:
    return Points(lower_records(detector), points)


@_lower.register
def _(detector: trained.BinnedIntensity, module: trained.DetectorModule, points: int) -> Detector:
    return equal_bins(min(detector.bins, points), points, detector.response)


@_lower.register
def _(detector: trained.CellStatistics, module: trained.DetectorModule, points: int) -> Detector:
    bins = equal_bins(detector.cells * detector.bins, points, detector.response)
    return CellStatistics(bins, detector.cells)


@_lower.register
def _(detector: trained.CellBands, module: trained.DetectorModule, points: int) -> Detector:
    places = _places(detector, points)[0].numpy()
    n_bands = detector.cells * detector.bands
    # within a cell the bands go up, so that the points of each are neighbours
    seen = [np.flatnonzero(places == band) for band in range(n_bands)]
    return Bands(
        starts=tuple(int(where[0]) for where in seen),
        stops=tuple(int(where[-1]) + 1 for where in seen),
        cells=detector.cells,
        alternating=detector.coupling == "alternating",
    )


@_lower.register
def _(detector: ComparatorDetector, module: trained.DetectorModule, points: int) -> Detector:
    known = dict(module.named_parameters()) | dict(module.named_buffers())
    spread, levels = _array(known["spread"]), _array(known["levels"])
    return lower_comparators(detector, lower_records(detector.source), spread, levels, points)


def lower_comparators(
    detector: ComparatorDetector, records: Records, spread: Array, levels: Array, points: int
) -> Counter:
    """What is read behind comparators of some records.

    Parameters
    ----------
    detector : ComparatorDetector
    records : Records
    spread : ndarray of shape (rows, records)
    levels : ndarray of shape (rows, records, thresholds)
        In units of the spread.
    points : int
    """
    hard = detector.width == 0
    return Counter(
        records=records,
        # rounded to the field's precision, as the module does
        thresholds=(levels * spread[..., None]).astype(np.float32).astype(np.float64),
        gains=np.ones_like(spread) if hard else 1 / (2 * detector.width * spread),
        shape="hard" if hard else detector.shape,
        **_counted(detector, points),
    )


@singledispatch
def _counted(detector: ComparatorDetector, points: int) -> dict[str, Any]:
    """What is counted, by the detector's class: arguments of a Counter."""
    raise NoLoweringError(detector, f"a detector such as {KNOWN}")


@_counted.register
def _(detector: trained.Counter, points: int) -> dict[str, Any]:
    return {
        "counted": detector.counted,
        "gates": gates(detector.gates, points),
        "arcsine": detector.response == "arcsine",
    }


@_counted.register
def _(detector: trained.Autocoincidence, points: int) -> dict[str, Any]:
    return {"counted": "autocoincidence", "gates": (0, points), "delay": detector.delay}


@_counted.register
def _(detector: trained.LockInCounter, points: int) -> dict[str, Any]:
    return {"counted": "lock-in", "gates": (0, points), "harmonics": detector.harmonics}


@_counted.register
def _(detector: trained.LongestDwell, points: int) -> dict[str, Any]:
    return {"counted": "dwell", "gates": (0, points)}


@_lower.register
def _(detector: trained.PeakHold, module: trained.DetectorModule, points: int) -> Detector:
    mean, spread = (_array(module.get_buffer(name)) for name in ("mean", "spread"))
    return Peak(lower_records(detector.source), mean, spread, tuple(detector.held), points)


@_lower.register
def _(detector: trained.MeanPower, module: trained.DetectorModule, points: int) -> Detector:
    return Power(points)


@_lower.register
def _(detector: trained.Level, module: trained.DetectorModule, points: int) -> Detector:
    return Level(_array(module.get_buffer("unit")), tuple(range(len(QUANTITIES))), points)


@_lower.register
def _(detector: trained.Spectrometer, module: trained.DetectorModule, points: int) -> Detector:
    edges = band_edges(detector.bands, points)
    return Spectrum(tuple(edges[:-1]), tuple(edges[1:]), points)


@_lower.register
def _(detector: trained.Spectrogram, module: trained.DetectorModule, points: int) -> Detector:
    starts, stops = bands_of(detector, points)
    read = Sections(
        starts, stops, tuple(first_openings(detector)), detector.coupling == "alternating"
    )
    return Spectrogram(points, detector.openings, detector.length(points), (read,))


@_lower.register
def _(detector: trained.WinnerCounter, module: trained.DetectorModule, points: int) -> Detector:
    gains = 1 / _array(module.get_buffer("spread"))
    return Winner(
        records=lower_records(detector.source),
        offsets=-_array(module.get_buffer("mean")) * gains,
        gains=gains,
        gates=gates(detector.gates, points),
        arcsine=detector.response == "arcsine",
    )


def equal_bins(bins: int, points: int, response: str) -> Bins:
    """Bins as torch's adaptive pooling has them: they share a point where they do not divide."""
    return Bins(
        starts=tuple(k * points // bins for k in range(bins)),
        stops=tuple(-(-(k + 1) * points // bins) for k in range(bins)),
        response=response,
    )


def gates(asked: int, points: int) -> tuple[int, ...]:
    """Edges of equal gates, the first ones longer by a point where they do not divide."""
    lengths = [len(part) for part in np.array_split(np.arange(points), min(asked, points))]
    return (0, *(int(edge) for edge in np.cumsum(lengths)))


def one_row(detector: Detector, row: int) -> Detector:
    """A detector as it is on one of its rows."""
    if isinstance(detector, Counter):
        thresholds, gains = detector.thresholds[row : row + 1], detector.gains[row : row + 1]
        return replace(detector, thresholds=thresholds, gains=gains)
    if isinstance(detector, Peak):
        means, spreads = detector.means[row : row + 1], detector.spreads[row : row + 1]
        return replace(detector, means=means, spreads=spreads)
    if isinstance(detector, Level):
        return replace(detector, units=detector.units[row : row + 1])
    return detector


def _array(values: Tensor) -> Array:
    return np.asarray(values.detach().double().numpy(force=True))
