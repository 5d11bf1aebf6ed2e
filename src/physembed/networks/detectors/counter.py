"""Comparators with counters: the fraction of time for which a record is above a threshold."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field

import torch
from torch import Tensor, nn

from physembed._checks import is_integer, is_number
from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import (
    check_record_source,
    golden_levels,
    spread_and_quantiles,
)
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector
from physembed.networks.detectors.quadratures import Quadratures

COUNTED = ("time", "crossings")


@dataclass(frozen=True)
class Counter(Detector):
    """Comparators on every record of a detector, and a slow counter behind each.

    A comparator is 1 where its record is above its threshold, else 0; the counter gives the mean
    over the time of a gate. The thresholds are quantiles of the record over the training cases,
    taken at levels that a golden sequence spreads evenly over all comparators: threshold k of the
    record with number c has the level ((k + frac(0.618034 c)) / K), clipped to [0.02, 0.98].

    Parameters
    ----------
    source : PointDetector, default=Quadratures()
        What gives the records.
    thresholds : int, default=2
        Comparators per record, K.
    gates : int, default=1
        Equal stretches of time in which the counter is read out and cleared.
    counted : {"time", "crossings"}, default="time"
        The fraction of time above the threshold, or the number of its crossings per point.
    width : float, default=0.0
        0 is a hard comparator. A smooth one has a logistic response of this width, in standard
        deviations of its record, and so a slope with respect to the field and the threshold.
    trainable : bool, default=False
        Whether the thresholds are trained; they start at the quantiles.
    first : int, default=1
        Number c of the first record in the golden sequence, so that detectors of several fibres
        do not repeat each other's levels.

    References
    ----------
    Dempster, Schmidt and Webb, MiniRocket (2021), whose "proportion of positive values" a
    comparator with a counter measures.
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    thresholds: int = 2
    gates: int = 1
    counted: str = "time"
    width: float = 0.0
    trainable: bool = False
    first: int = 1

    def __post_init__(self) -> None:
        check_record_source(self.source)
        for name in ("thresholds", "gates", "first"):
            value = getattr(self, name)
            if not is_integer(value) or value < 1:
                raise InvalidInputError(f"{name} must be a positive integer, got {value!r}.")
        if self.counted not in COUNTED:
            raise InvalidInputError(
                f"counted must be one of {', '.join(COUNTED)}, got {self.counted!r}."
            )
        if not (is_number(self.width) and self.width >= 0):
            raise InvalidInputError(f"width must be zero or a positive number, got {self.width!r}.")
        if self.trainable and self.width == 0:
            raise InvalidInputError(
                "a hard comparator has no slope; trainable thresholds need a width, such as 0.1."
            )

    def n_features(self, n_points: int) -> int:
        return self.source.n_records * self.thresholds * min(self.gates, n_points)

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError(
            "a Counter takes its thresholds from training cases; use its module()."
        )

    def module(self, n_channels: int, n_points: int) -> "CounterModule":
        return CounterModule(self, n_channels)


class CounterModule(DetectorModule):
    """Comparators and counters at work.

    ``spread`` (channels, records) is the standard deviation of each record over the training
    cases, ``levels`` (channels, records, thresholds) are the thresholds in its units.

    Parameters
    ----------
    detector : Counter
    n_channels : int
        Channels of the field.
    """

    needs_calibration = True

    def __init__(self, detector: Counter, n_channels: int) -> None:
        super().__init__(detector)
        self.counter = detector
        shape = (n_channels, detector.source.n_records)
        self.register_buffer("spread", torch.ones(shape))
        levels = torch.zeros(*shape, detector.thresholds)
        if detector.trainable:
            self.levels = nn.Parameter(levels)
        else:
            self.register_buffer("levels", levels)

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        records = self.counter.source.records(field)
        n_records = records.shape[1] * records.shape[2]
        levels = golden_levels(self.counter.thresholds, self.counter.first, n_records)
        spread, quantiles = spread_and_quantiles(records, levels, generator)
        with torch.no_grad():
            self.get_buffer("spread").copy_(spread)
            self.levels.copy_(quantiles / spread[..., None])

    def forward(self, field: Tensor) -> Tensor:
        records = self.counter.source.records(field)
        thresholds = self.levels * self.get_buffer("spread")[..., None]
        counted = [
            self._count(records, thresholds[..., k].to(records.dtype))
            for k in range(self.counter.thresholds)
        ]
        return torch.stack(counted, dim=3).flatten(2)

    def _count(self, records: Tensor, thresholds: Tensor) -> Tensor:
        """One threshold per record: shape (cases, channels, records, gates)."""
        gates = min(self.counter.gates, records.shape[-1])
        parts = [
            self._counted(part, thresholds[..., None])
            for part in records.tensor_split(gates, dim=-1)
        ]
        return torch.stack(parts, dim=-1)

    def _counted(self, records: Tensor, thresholds: Tensor) -> Tensor:
        if self.counter.width > 0:
            width = self.counter.width * self.get_buffer("spread")[..., None]
            above = torch.sigmoid((records - thresholds) / width.to(records.dtype))
            if self.counter.counted == "time":
                return above.mean(dim=-1)
            return (above[..., 1:] - above[..., :-1]).abs().sum(dim=-1) / records.shape[-1]
        hard = records > thresholds
        if self.counter.counted == "crossings":
            hard = hard[..., 1:] != hard[..., :-1]
        return _share(hard, records.shape[-1], records.dtype)


def _share(flags: Tensor, n_points: int, dtype: torch.dtype) -> Tensor:
    return flags.sum(dim=-1, dtype=torch.int32).to(dtype) / n_points
