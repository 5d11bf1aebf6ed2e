"""A slow power meter: the mean intensity of the whole series."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from physembed.networks.detectors.detector import (
    Detector,
    DetectorModule,
    Reading,
    intensity,
    readings,
)
from physembed.networks.detectors.sweeping.measurements import (
    Law,
    Measurements,
    Quantity,
    Reach,
    Record,
)

FLOOR = 1e-8
"""Added to the mean intensity under the logarithm: 80 dB below one is not told from nothing."""


@dataclass(frozen=True)
class MeanPower(Detector):
    r"""A photodetector slower than the series, with a logarithmic amplifier.

    The one feature of a channel is :math:`\tfrac12 \log(\overline{|E|^2} + 10^{-8})`, the mean
    over all points: how much of the series passes an arm, and no more.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.MeanPower()
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[:2].tolist()
    ['intensity, 6.06 timepoints, log mean']
    """

    def n_features(self, n_points: int) -> int:
        return 1

    def readings(self, n_points: int) -> list[Reading]:
        return readings("|E|²", "log mean", 1)

    def __call__(self, field: Tensor) -> Tensor:
        return torch.log(intensity(field).mean(dim=-1, keepdim=True) + FLOOR) / 2

    def module(self, n_channels: int, n_points: int) -> "MeanPowerModule":
        return MeanPowerModule(self, n_channels)


class MeanPowerModule(DetectorModule):
    """Power meters at work.

    Parameters
    ----------
    detector : MeanPower
    n_channels : int
        Channels of the field.
    """

    def __init__(self, detector: MeanPower, n_channels: int) -> None:
        super().__init__(detector)
        self.n_channels = n_channels

    def measurements(self, n_points: int) -> Measurements:
        reach = Reach(Quantity.SUM, 0, n_points)
        return Measurements.of((Law(Record.INTENSITY),), np.arange(self.n_channels), [reach])

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        return torch.log(raw[..., None] / n_points + FLOOR) / 2
