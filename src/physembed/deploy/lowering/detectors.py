"""Detectors as plain data, with what they took from the training cases."""

import math
from functools import singledispatch

import numpy as np
from torch import Tensor

from physembed import networks as trained
from physembed.deploy.detectors import (
    Bands,
    Bins,
    CellStatistics,
    Counter,
    Detector,
    Points,
    Records,
    Winner,
)
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.networks.detectors.cell_bands import _places
from physembed.networks.detectors.side_by_side import SideBySideModule

KNOWN = "Counter, WinnerCounter, BinnedIntensity, CellBands, CellStatistics or SideBySide of them"


def lower_detector(module: trained.DetectorModule, points: int) -> tuple[Detector, ...]:
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
        return tuple(d for part in module.parts for d in lower_detector(part, points))  # type: ignore[arg-type]
    return (_lower(module.detector, module, points),)


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
def _(detector: trained.Counter, module: trained.DetectorModule, points: int) -> Detector:
    spread = _array(module.get_buffer("spread"))
    # thresholds are rounded to the field's precision, as the module does
    levels = dict(module.named_parameters()) | dict(module.named_buffers())
    thresholds = _array((levels["levels"] * levels["spread"][..., None]).float())
    hard = detector.width == 0
    return Counter(
        records=lower_records(detector.source),
        thresholds=thresholds,
        gains=np.ones_like(spread) if hard else 1 / (2 * detector.width * spread),
        shape="hard" if hard else detector.shape,
        crossings=detector.counted == "crossings",
        gates=gates(detector.gates, points),
        arcsine=detector.response == "arcsine",
    )


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


def _array(values: Tensor) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return np.asarray(values.detach().double().numpy(force=True))
