"""The table of detectors by name."""

from physembed.networks.detectors.amplitude import Amplitude, Intensity
from physembed.networks.detectors.autocoincidence import Autocoincidence
from physembed.networks.detectors.binned_intensity import BinnedIntensity
from physembed.networks.detectors.cell_bands import CellBands
from physembed.networks.detectors.cell_statistics import CellStatistics
from physembed.networks.detectors.counter import Counter
from physembed.networks.detectors.detector import Detector
from physembed.networks.detectors.level import Level
from physembed.networks.detectors.lock_in import LockInCounter
from physembed.networks.detectors.longest_dwell import LongestDwell
from physembed.networks.detectors.mean_power import MeanPower
from physembed.networks.detectors.peak_hold import PeakHold
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.side_by_side import SideBySide
from physembed.networks.detectors.spectrogram import Spectrogram
from physembed.networks.detectors.spectrometer import Spectrometer
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
    "autocoincidence": Autocoincidence,
    "level": Level,
    "lock-in-counter": LockInCounter,
    "longest-dwell": LongestDwell,
    "mean-power": MeanPower,
    "peak-hold": PeakHold,
    "spectrogram": Spectrogram,
    "spectrometer": Spectrometer,
    "side-by-side": SideBySide,
}
"""Every detector by its name; it drives the docs and the tests."""
