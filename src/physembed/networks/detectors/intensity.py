"""A square-law detector as fast as the field."""

from dataclasses import dataclass

from torch import Tensor

from physembed.networks.detectors.detector import PointDetector, intensity


@dataclass(frozen=True)
class Intensity(PointDetector):
    """|E|^2 at every point of the window."""

    @property
    def record_names(self) -> tuple[str, ...]:
        return ("|E|²",)

    def records(self, field: Tensor) -> Tensor:
        return intensity(field)[:, :, None]
