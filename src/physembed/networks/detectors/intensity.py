"""A square-law detector as fast as the field."""

from dataclasses import dataclass

from torch import Tensor

from physembed.networks.detectors.detector import Detector, intensity


@dataclass(frozen=True)
class Intensity(Detector):
    """|E|^2 at every point of the window."""

    def n_features(self, n_points: int) -> int:
        return n_points

    def __call__(self, field: Tensor) -> Tensor:
        return intensity(field)
