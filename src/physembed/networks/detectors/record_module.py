"""What works on the records of a point detector."""

from abc import abstractmethod

import torch
from torch import Tensor

from physembed.networks.detectors.calibration import sampled_values
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector


class RecordModule(DetectorModule):
    """A detector behind a point detector, calibrated on the values of its records.

    Parameters
    ----------
    detector : Detector
    source : PointDetector
        What gives the records; detectors side by side on the same source share them.
    """

    needs_calibration = True

    def __init__(self, detector: Detector, source: PointDetector) -> None:
        super().__init__(detector)
        self.source = source

    @abstractmethod
    def take(self, values: Tensor) -> None:
        """Set what depends on the training cases: ascending ``values``, (channels, records, n)."""

    @abstractmethod
    def detect(self, records: Tensor) -> Tensor:
        """Features (cases, channels, features) of records (cases, channels, records, points)."""

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        self.take(sampled_values(self.source.records(field), generator))

    def forward(self, field: Tensor) -> Tensor:
        return self.detect(self.source.records(field))
