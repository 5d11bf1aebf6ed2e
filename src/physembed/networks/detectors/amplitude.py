"""Square-law detectors as fast as the field: its amplitude and its intensity."""

from dataclasses import dataclass

from torch import Tensor

from physembed.networks.detectors.detector import PointDetector, intensity, square_root
from physembed.networks.detectors.sweeping.measurements import Law, Record


@dataclass(frozen=True)
class Amplitude(PointDetector):
    """|E| at every point of the window."""

    @property
    def record_names(self) -> tuple[str, ...]:
        return ("|E|",)

    def laws(self) -> tuple[Law, ...]:
        return (Law(Record.AMPLITUDE),)

    def records(self, field: Tensor) -> Tensor:
        return square_root(intensity(field))[:, :, None]


@dataclass(frozen=True)
class Intensity(PointDetector):
    """|E|^2 at every point of the window."""

    @property
    def record_names(self) -> tuple[str, ...]:
        return ("|E|²",)

    def laws(self) -> tuple[Law, ...]:
        return (Law(Record.INTENSITY),)

    def records(self, field: Tensor) -> Tensor:
        return intensity(field)[:, :, None]
