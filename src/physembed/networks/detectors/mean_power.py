"""A slow power meter: the mean intensity of the whole series."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.networks.detectors.detector import Detector, Reading, intensity, readings

FLOOR = 1e-8
"""Added to the mean intensity under the logarithm: 80 dB below one is not told from nothing."""


@dataclass(frozen=True)
class MeanPower(Detector):
    r"""A photodetector slower than the series, with a logarithmic amplifier.

    The one feature of a channel is :math:`\tfrac12 \log(\overline{|E|^2} + 10^{-8})`, the mean
    over all points: how much of the series passes an arm, and no more.
    """

    def n_features(self, n_points: int) -> int:
        return 1

    def readings(self, n_points: int) -> list[Reading]:
        return readings("|E|²", "log mean", 1)

    def __call__(self, field: Tensor) -> Tensor:
        return torch.log(intensity(field).mean(dim=-1, keepdim=True) + FLOOR) / 2
