"""From the field that leaves the medium to real features; one detector per file."""

from physembed.networks.detectors.amplitude import Amplitude
from physembed.networks.detectors.binned_intensity import BinnedIntensity
from physembed.networks.detectors.cell_bands import CellBands
from physembed.networks.detectors.cell_statistics import CellStatistics
from physembed.networks.detectors.counter import Counter
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector
from physembed.networks.detectors.intensity import Intensity
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.side_by_side import SideBySide
from physembed.networks.detectors.winner import WinnerCounter

DETECTORS: dict[str, type[Detector]] = {
    "amplitude": Amplitude,
    "intensity": Intensity,
    "quadratures": Quadratures,
    "binned-intensity": BinnedIntensity,
    "cell-bands": CellBands,
    "cell-statistics": CellStatistics,
    "counter": Counter,
    "winner-counter": WinnerCounter,
    "side-by-side": SideBySide,
}
"""Every detector by its name; it drives the docs and the tests."""

__all__ = [
    "DETECTORS",
    "Amplitude",
    "BinnedIntensity",
    "CellBands",
    "CellStatistics",
    "Counter",
    "Detector",
    "DetectorModule",
    "Intensity",
    "PointDetector",
    "Quadratures",
    "SideBySide",
    "WinnerCounter",
]
