"""Several detectors on one field."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import sampled_values
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector
from physembed.networks.detectors.reading import Reading
from physembed.networks.detectors.record_module import RecordModule


@dataclass(frozen=True)
class SideBySide(Detector):
    """A splitter in front of several detectors; their features side by side.

    Parameters
    ----------
    detectors : sequence of Detector
        At least one.
    """

    detectors: Sequence[Detector]

    def __post_init__(self) -> None:
        listed = isinstance(self.detectors, (list, tuple)) and len(self.detectors) > 0
        if not listed or not all(isinstance(d, Detector) for d in self.detectors):
            raise InvalidInputError(
                f"detectors must be a sequence of at least one Detector, got {self.detectors!r}."
            )
        object.__setattr__(self, "detectors", tuple(self.detectors))

    def n_features(self, n_points: int) -> int:
        return sum(detector.n_features(n_points) for detector in self.detectors)

    def readings(self, n_points: int) -> list[Reading]:
        return [r for detector in self.detectors for r in detector.readings(n_points)]

    def __call__(self, field: Tensor) -> Tensor:
        return torch.cat([detector(field) for detector in self.detectors], dim=-1)

    def module(self, n_channels: int, n_points: int) -> "SideBySideModule":
        return SideBySideModule(self, n_channels, n_points)


class SideBySideModule(DetectorModule):
    """The detectors' modules on one field; those on the same source share its records.

    Parameters
    ----------
    detector : SideBySide
    n_channels, n_points : int
        Sizes of the field.
    """

    def __init__(self, detector: SideBySide, n_channels: int, n_points: int) -> None:
        super().__init__(detector)
        modules = [part.module(n_channels, n_points) for part in detector.detectors]
        self.parts = nn.ModuleList(modules)
        self.needs_calibration = any(module.needs_calibration for module in modules)

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        found: dict[PointDetector, Tensor] = {}
        for part in self._parts():
            if isinstance(part, RecordModule):
                if part.source not in found:
                    records = part.source.records(field)
                    found[part.source] = sampled_values(records, generator)
                part.take(found[part.source])
            else:
                part.calibrate(field, generator)

    def forward(self, field: Tensor) -> Tensor:
        found: dict[PointDetector, Tensor] = {}
        features = []
        for part in self._parts():
            if isinstance(part, RecordModule):
                if part.source not in found:
                    found[part.source] = part.source.records(field)
                features.append(part.detect(found[part.source]))
            else:
                features.append(part(field))
        return torch.cat(features, dim=-1)

    def _parts(self) -> list[DetectorModule]:
        return [part for part in self.parts if isinstance(part, DetectorModule)]
