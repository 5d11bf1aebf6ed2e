"""The paper's readout: |E| at every point."""

from dataclasses import dataclass

from torch import Tensor

from physembed.networks.detectors.detector import Detector, intensity

FLOOR = 1e-12
"""Added to the intensity under the root, whose slope at zero is infinite."""


@dataclass(frozen=True)
class Amplitude(Detector):
    """|E| at every point of the window."""

    def n_features(self, n_points: int) -> int:
        return n_points

    def __call__(self, field: Tensor) -> Tensor:
        return (intensity(field) + FLOOR).sqrt()
