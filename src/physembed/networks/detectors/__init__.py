"""From the field that leaves the medium to real features; one detector per file."""

from physembed.networks.detectors.amplitude import Amplitude
from physembed.networks.detectors.binned_intensity import BinnedIntensity
from physembed.networks.detectors.detector import Detector
from physembed.networks.detectors.intensity import Intensity

DETECTORS: dict[str, type[Detector]] = {
    "amplitude": Amplitude,
    "intensity": Intensity,
    "binned-intensity": BinnedIntensity,
}
"""Every detector by its name; it drives the docs and the tests."""

__all__ = ["DETECTORS", "Amplitude", "BinnedIntensity", "Detector", "Intensity"]
