"""The paper's readout: |E| at every point."""

from dataclasses import dataclass

from torch import Tensor

from physembed.networks.detectors.detector import PointDetector, intensity

FLOOR = 1e-12
"""Added to the intensity under the root, whose slope at zero is infinite."""


@dataclass(frozen=True)
class Amplitude(PointDetector):
    """|E| at every point of the window."""

    @property
    def record_names(self) -> tuple[str, ...]:
        return ("|E|",)

    def records(self, field: Tensor) -> Tensor:
        return (intensity(field) + FLOOR).sqrt()[:, :, None]
