"""What every detector has."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from physembed.networks.detectors.reading import Reading, readings


class Detector(ABC):
    """Maps a field (cases, channels, points) to real features (cases, channels, features)."""

    @abstractmethod
    def n_features(self, n_points: int) -> int:
        """Number of features per channel for a field of ``n_points`` points."""

    @abstractmethod
    def __call__(self, field: Tensor) -> Tensor:
        """Detect."""

    def readings(self, n_points: int) -> list[Reading]:
        """What each feature of a channel is of, in the order of the features."""
        return readings("field", "value", self.n_features(n_points))

    def module(self, n_channels: int, n_points: int) -> "DetectorModule":
        """The detector as a module for fields of these sizes, uncalibrated."""
        return DetectorModule(self)


class PointDetector(Detector):
    """A detector as fast as the field: it gives one or more real records, and keeps every point.

    What follows it, such as a comparator with its counter, takes the records.
    """

    @property
    def n_records(self) -> int:
        """Number of records per channel."""
        return 1

    @property
    def record_names(self) -> tuple[str, ...]:
        """What every record is called."""
        return tuple(f"record {k}" for k in range(1, self.n_records + 1))

    @abstractmethod
    def records(self, field: Tensor) -> Tensor:
        """Real records, shape (cases, channels, n_records, points)."""

    def n_features(self, n_points: int) -> int:
        return self.n_records * n_points

    def readings(self, n_points: int) -> list[Reading]:
        return [r for name in self.record_names for r in readings(name, "value", n_points)]

    def __call__(self, field: Tensor) -> Tensor:
        return self.records(field).flatten(2)


class DetectorModule(nn.Module):
    """A detector at work; this one has nothing to calibrate and nothing to train.

    Parameters
    ----------
    detector : Detector
    """

    needs_calibration = False
    """Whether :meth:`calibrate` takes anything from the training cases."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        """Take from the fields of training cases, (cases, channels, points), what is set by them.

        Nothing here.
        """

    def forward(self, field: Tensor) -> Tensor:
        return self.detector(field)


def intensity(field: Tensor) -> Tensor:
    """|E|^2."""
    return field.real**2 + field.imag**2
