"""Several detectors on one field."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor, nn

from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import (
    RecordModule,
    SampledValues,
    sampled_values,
)
from physembed.networks.detectors.chosen_features import Choice
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector, Reading


@dataclass(frozen=True)
class SideBySide(Detector):
    """A splitter in front of several detectors; their features side by side.

    Parameters
    ----------
    detectors : sequence of Detector
        At least one.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.SideBySide([pe.MeanPower(), pe.Spectrometer(bands=4)])
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'intensity, 6.06 timepoints, log mean'
    """

    detectors: Sequence[Detector]

    def __post_init__(self) -> None:
        listed = isinstance(self.detectors, (list, tuple)) and len(self.detectors) > 0
        if not listed or not all(isinstance(d, Detector) for d in self.detectors):
            raise InvalidInputError(
                f"detectors must be a sequence of at least one Detector, got {self.detectors!r}."
            )
        object.__setattr__(self, "detectors", tuple(self.detectors))

    @property
    def reads_real_series(self) -> bool:  # type: ignore[override]
        """Whether all of them do."""
        return all(detector.reads_real_series for detector in self.detectors)

    @property
    def takes_zero(self) -> bool:  # type: ignore[override]
        """Whether all of them do."""
        return all(detector.takes_zero for detector in self.detectors)

    def needs_all_channels(self, features: Sequence[int], n_points: int) -> bool:
        """Whether one of these features of a channel depends on the other channels."""
        return any(
            part.sees_all_channels and any(first <= f < last for f in features)
            for part, first, last in self.ranges(n_points)
        )

    def ranges(self, n_points: int) -> list[tuple[Detector, int, int]]:
        """Every detector, its first feature of a channel, and one past its last."""
        sizes = [detector.n_features(n_points) for detector in self.detectors]
        ends = list(accumulate(sizes))
        return [
            (part, end - size, end)
            for part, size, end in zip(self.detectors, sizes, ends, strict=True)
        ]

    def n_features(self, n_points: int) -> int:
        return sum(detector.n_features(n_points) for detector in self.detectors)

    def readings(self, n_points: int) -> list[Reading]:
        return [r for detector in self.detectors for r in detector.readings(n_points)]

    def __call__(self, field: Tensor) -> Tensor:
        return torch.cat([detector(field) for detector in self.detectors], dim=-1)

    def module(self, n_channels: int, n_points: int) -> "SideBySideModule":
        return SideBySideModule(
            self, [part.module(n_channels, n_points) for part in self.detectors]
        )

    def chosen_module(self, choice: Choice, n_points: int) -> "ChosenSideBySideModule":
        return ChosenSideBySideModule(self, choice, n_points)


class SideBySideModule(DetectorModule):
    """The detectors' modules on one field; those on the same source share its records.

    Parameters
    ----------
    detector : SideBySide
    modules : sequence of DetectorModule
    """

    def __init__(self, detector: SideBySide, modules: Sequence[DetectorModule]) -> None:
        super().__init__(detector)
        self.parts = nn.ModuleList(modules)
        self.needs_calibration = any(module.needs_calibration for module in modules)

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        sampled: dict[PointDetector, SampledValues] = {}
        for part in self.side_by_side():
            if isinstance(part, RecordModule):
                if part.source not in sampled:
                    records = part.source.records(field)
                    sampled[part.source] = sampled_values(records, generator)
                part.take(sampled[part.source])
            else:
                part.calibrate(field, generator)

    def forward(self, field: Tensor) -> Tensor:
        recorded: dict[PointDetector, Tensor] = {}
        features = []
        for part in self.side_by_side():
            if isinstance(part, RecordModule):
                if part.source not in recorded:
                    recorded[part.source] = part.source.records(field)
                features.append(part.detect(recorded[part.source]))
            else:
                features.append(part(field))
        return self.joined(features)

    def side_by_side(self) -> list[DetectorModule]:
        return [part for part in self.parts if isinstance(part, DetectorModule)]

    def joined(self, features: Sequence[Tensor]) -> Tensor:
        return torch.cat(list(features), dim=-1)


class ChosenSideBySideModule(SideBySideModule):
    """Those of the detectors of which a feature is chosen, and of them the chosen features.

    Parameters
    ----------
    detector : SideBySide
    choice : Choice
    n_points : int
    """

    def __init__(self, detector: SideBySide, choice: Choice, n_points: int) -> None:
        modules, order, self._numbers = [], [], []
        for number, (part, first, last) in enumerate(detector.ranges(n_points)):
            of_part, places = choice.among(first, last - first)
            if places:
                modules.append(part.chosen_module(of_part, n_points))
                order += places
                self._numbers.append(number)
        super().__init__(detector, modules)
        self.register_buffer("_order", torch.tensor(order).argsort(), persistent=False)

    def adopt(self, whole: DetectorModule) -> None:
        assert isinstance(whole, SideBySideModule)
        all_parts = whole.side_by_side()
        for part, number in zip(self.side_by_side(), self._numbers, strict=True):
            part.adopt(all_parts[number])

    def joined(self, features: Sequence[Tensor]) -> Tensor:
        return super().joined(features).index_select(1, self.get_buffer("_order"))
