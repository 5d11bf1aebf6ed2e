"""What every detector has."""

from abc import ABC, abstractmethod

from torch import Tensor


class Detector(ABC):
    """Maps a field (cases, channels, points) to real features (cases, channels, features)."""

    @abstractmethod
    def n_features(self, n_points: int) -> int:
        """Number of features per channel for a field of ``n_points`` points."""

    @abstractmethod
    def __call__(self, field: Tensor) -> Tensor:
        """Detect."""


def intensity(field: Tensor) -> Tensor:
    """|E|^2."""
    return field.real**2 + field.imag**2
