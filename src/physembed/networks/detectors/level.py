"""A slow meter on the series as it comes: its level, size, slope and range."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import Detector, DetectorModule, Reading

QUANTITIES = (
    "log deviation",
    "mean",
    "arsinh mean",
    "deviation",
    "arsinh slope",
    "arsinh range",
)
LEAST = 2e-9
"""Of the usual deviation, below which a series is told from a flat one no more: e^-20."""


@dataclass(frozen=True)
class Level(Detector):
    r"""A voltmeter on the series itself: what a normalised field no longer knows.

    To be used where the encoder leaves the series as it is (``normalisation="none"``) and nothing
    is before it. With the mean :math:`\bar x` and the deviation :math:`\sigma` of the real part of
    a case over its points, the unit u of a channel is the median of :math:`\sigma` over the
    training cases, and the features are :math:`\log(\sigma / u)` (at least -20),
    :math:`\bar x / u`, :math:`\operatorname{arsinh}(\bar x / u)`, :math:`\sigma / u`, and the
    arsinh of the rise of the straight line through the series and of its range, both over u. All
    are numbers without a dimension: a change of the series' unit changes none. In a network a
    channel whose training cases lie far from zero is told from their median
    (:attr:`~physembed.networks.PhysicalEmbeddingNetwork.zero`), and so is its mean.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> series = pe.SeriesEncoder(normalisation="none", alignment="left", guard_band=0.0)
    >>> medium = {"beta2": 0.0, "gamma": 0.0}
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), medium, encoder=series, detector=pe.Level())
    >>> X = np.random.default_rng(0).normal(size=(4, 1, 64))
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[:2].tolist()
    ['series, log deviation', 'series, mean']
    """

    reads_real_series = True
    takes_zero = True

    def n_features(self, n_points: int) -> int:
        return len(QUANTITIES)

    def readings(self, n_points: int) -> list[Reading]:
        return [Reading("series", quantity, 0, 1) for quantity in QUANTITIES]

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError("a Level takes its unit from training cases; use its module().")

    def module(self, n_channels: int, n_points: int) -> "LevelModule":
        return LevelModule(self, n_channels)


class LevelModule(DetectorModule):
    """A voltmeter at work; ``unit`` is (channels,).

    Parameters
    ----------
    detector : Level
    n_channels : int
        Channels of the field.
    """

    needs_calibration = True

    def __init__(self, detector: Level, n_channels: int) -> None:
        super().__init__(detector)
        self.register_buffer("unit", torch.ones(n_channels))

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        series = field.real.double()
        deviation = series.std(dim=-1, correction=0)
        unit = deviation.median(dim=0).values
        # flat series have no deviation of their own, but those that are not have
        unit = torch.where(unit > _rounding(series).amax(dim=0), unit, deviation.amax(dim=0))
        self.get_buffer("unit").copy_(torch.where(unit > 0, unit, 1.0))

    def forward(self, field: Tensor) -> Tensor:
        series = field.real.double()
        n_points = series.shape[-1]
        unit = self.get_buffer("unit").double()
        mean = series.mean(dim=-1)
        centred = series - mean[..., None]
        # a root has no slope at zero
        deviation = (centred.square().mean(dim=-1) / unit**2 + LEAST**2).sqrt()
        t = torch.arange(n_points, dtype=series.dtype, device=series.device)
        t -= t.mean()
        rise = (centred @ t) / t.square().sum().clamp(min=1) * n_points / unit
        extent = (series.amax(dim=-1) - series.amin(dim=-1)) / unit
        features = (
            deviation.log(),
            mean / unit,
            torch.asinh(mean / unit),
            deviation,
            torch.asinh(rise),
            torch.asinh(extent),
        )
        return torch.stack(features, dim=-1).to(field.real.dtype)


def _rounding(series: Tensor) -> Tensor:
    """Deviation that is nothing but rounding in single precision, (cases, channels)."""
    return series.abs().amax(dim=-1) * 2 * torch.finfo(torch.float32).eps
