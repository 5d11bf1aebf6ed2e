"""Winner counts: the fraction of time for which each record is the largest, or the smallest."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field

import torch
from torch import Tensor

from physembed._checks import is_integer
from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import check_record_source, mean_and_spread
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector
from physembed.networks.detectors.quadratures import Quadratures


@dataclass(frozen=True)
class WinnerCounter(Detector):
    """A maximum and a minimum selector over all records of all channels, and their counters.

    Every record is brought to zero mean and unit deviation over the training cases. At each point
    the selectors say which record of all is the largest and which the smallest; the features of a
    record are the fractions of time for which it was. Of equal ones, all win.

    Parameters
    ----------
    source : PointDetector, default=Quadratures()
        What gives the records.
    gates : int, default=1
        Equal stretches of time in which the counters are read out and cleared.

    References
    ----------
    Dempster, Schmidt and Webb, Hydra: competing convolutional kernels (2023), which counts the
    winner of groups of random kernels.
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    gates: int = 1

    def __post_init__(self) -> None:
        check_record_source(self.source)
        if not is_integer(self.gates) or self.gates < 1:
            raise InvalidInputError(f"gates must be a positive integer, got {self.gates!r}.")

    def n_features(self, n_points: int) -> int:
        return 2 * self.source.n_records * min(self.gates, n_points)

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError(
            "a WinnerCounter takes its scales from training cases; use its module()."
        )

    def module(self, n_channels: int, n_points: int) -> "WinnerCounterModule":
        return WinnerCounterModule(self, n_channels)


class WinnerCounterModule(DetectorModule):
    """Selectors and counters at work; ``mean`` and ``spread`` are (channels, records).

    Parameters
    ----------
    detector : WinnerCounter
    n_channels : int
        Channels of the field.
    """

    needs_calibration = True

    def __init__(self, detector: WinnerCounter, n_channels: int) -> None:
        super().__init__(detector)
        self.winner = detector
        shape = (n_channels, detector.source.n_records)
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("spread", torch.ones(shape))

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        mean, spread = mean_and_spread(self.winner.source.records(field))
        self.get_buffer("mean").copy_(mean)
        self.get_buffer("spread").copy_(spread)

    def forward(self, field: Tensor) -> Tensor:
        records = self.winner.source.records(field)
        mean, gain = self.get_buffer("mean"), 1 / self.get_buffer("spread")
        offset = (-mean * gain)[..., None].to(records.dtype)
        scaled = torch.addcmul(offset, records, gain[..., None].to(records.dtype))
        gates = min(self.winner.gates, records.shape[-1])
        extremes = (scaled.amax(dim=(1, 2), keepdim=True), scaled.amin(dim=(1, 2), keepdim=True))
        counts = [
            part.sum(dim=-1, dtype=torch.int32).to(records.dtype) / part.shape[-1]
            for extreme in extremes
            for part in (scaled == extreme).tensor_split(gates, dim=-1)
        ]
        return torch.stack(counts, dim=-1).flatten(2)
