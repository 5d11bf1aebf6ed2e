"""Comparators with counters: the fraction of time for which a record is above a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import torch
from torch import Tensor, nn

from physembed._checks import is_integer, is_number
from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import (
    SHARE_RESPONSES,
    check_record_source,
    check_response,
    golden_levels,
    mean_and_spread,
    quantiles,
)
from physembed.networks.detectors.detector import Detector, PointDetector
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.reading import Reading, readings
from physembed.networks.detectors.record_module import RecordModule

COUNTED = ("time", "crossings")
SHAPES = ("logistic", "ramp")


@dataclass(frozen=True)
class Counter(Detector):
    """Comparators on every record of a detector, and a slow counter behind each.

    A comparator is 1 where its record is above its threshold, 0 where it is below, and 1/2 on it;
    the counter gives the mean over the time of a gate. The thresholds are quantiles of the record
    over the training cases, taken at levels that a golden sequence spreads evenly over all
    comparators: threshold k of the record with number c has the level
    (k + frac(0.618034 c)) / K, clipped to [0.02, 0.98].

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
        Between neighbouring points with outputs a and b a soft comparator crosses
        (1 - (2a - 1)(2b - 1)) / 2 times, so that dwelling near the threshold counts, too.
    width : float, default=0.0
        0 is a hard comparator. A soft one responds over some four of these widths, in standard
        deviations of its record, and so has a slope with respect to the field and the threshold.
    shape : {"logistic", "ramp"}, default="logistic"
        The response of a soft comparator to an excess u over the threshold: 1 / (1 + exp(-u / w)),
        smooth everywhere; or a straight line of the same slope at the threshold that saturates at
        2 w on either side, as an amplifier of finite gain between its rails does. A ramp costs
        as little as a hard comparator.
    trainable : bool, default=False
        Whether the thresholds are trained; they start at the quantiles.
    first : int, default=1
        Number c of the first record in the golden sequence, so that detectors of several fibres
        do not repeat each other's levels.
    levels : sequence of float or None, default=None
        The levels of every record's thresholds, in [0, 1], in place of the golden sequence; one
        for each of the ``thresholds``.
    response : {"share", "arcsine"}, default="share"
        The share of time p itself, or arcsin(sqrt(p)), whose scatter is the same for rare and for
        frequent events.

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
    shape: str = "logistic"
    trainable: bool = False
    first: int = 1
    levels: Sequence[float] | None = None
    response: str = "share"

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
        if self.shape not in SHAPES:
            raise InvalidInputError(
                f"shape must be one of {', '.join(SHAPES)}, got {self.shape!r}."
            )
        if self.shape != "logistic" and self.width == 0:
            raise InvalidInputError(
                f"a hard comparator has no shape; shape={self.shape!r} needs a width, such as 0.1."
            )
        check_response(self.response)
        self._check_levels()
        if not (is_number(self.width) and self.width >= 0):
            raise InvalidInputError(f"width must be zero or a positive number, got {self.width!r}.")
        if self.trainable and self.width == 0:
            raise InvalidInputError(
                "a hard comparator has no slope; trainable thresholds need a width, such as 0.1."
            )

    def _check_levels(self) -> None:
        if self.levels is None:
            return
        listed = isinstance(self.levels, (list, tuple)) and len(self.levels) == self.thresholds
        if not listed or not all(is_number(v) and 0 <= v <= 1 for v in self.levels):
            raise InvalidInputError(
                f"levels must be None or {self.thresholds} number(s) from 0 to 1, one for each of "
                f"the thresholds, got {self.levels!r}."
            )
        object.__setattr__(self, "levels", tuple(float(level) for level in self.levels))

    def n_features(self, n_points: int) -> int:
        return self.source.n_records * self.thresholds * min(self.gates, n_points)

    def readings(self, n_points: int) -> list[Reading]:
        words = {"time": "time above", "crossings": "crossings of"}[self.counted]
        soft = f" (width {self.width:g})" if self.width else ""
        return [
            reading
            for name in self.source.record_names
            for k in range(1, self.thresholds + 1)
            for reading in readings(name, f"{words} threshold {k}{soft}", min(self.gates, n_points))
        ]

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError(
            "a Counter takes its thresholds from training cases; use its module()."
        )

    def module(self, n_channels: int, n_points: int) -> "CounterModule":
        return CounterModule(self, n_channels)


class CounterModule(RecordModule):
    """Comparators and counters at work.

    ``spread`` (channels, records) is the standard deviation of each record over the training
    cases, ``levels`` (channels, records, thresholds) are the thresholds in its units.

    Parameters
    ----------
    detector : Counter
    n_channels : int
        Channels of the field.
    """

    def __init__(self, detector: Counter, n_channels: int) -> None:
        super().__init__(detector, detector.source)
        self.counter = detector
        shape = (n_channels, detector.source.n_records)
        self.register_buffer("spread", torch.ones(shape))
        levels = torch.zeros(*shape, detector.thresholds)
        if detector.trainable:
            self.levels = nn.Parameter(levels)
        else:
            self.register_buffer("levels", levels)

    def take(self, values: Tensor) -> None:
        n_records = values.shape[0] * values.shape[1]
        levels = self._quantile_levels(n_records)
        _, spread = mean_and_spread(values)
        with torch.no_grad():
            self.get_buffer("spread").copy_(spread)
            self.levels.copy_(quantiles(values, levels) / spread[..., None])

    def _quantile_levels(self, n_records: int) -> Tensor:
        if self.counter.levels is None:
            return golden_levels(self.counter.thresholds, self.counter.first, n_records)
        return torch.tensor(self.counter.levels, dtype=torch.float64).expand(n_records, -1)

    def detect(self, records: Tensor) -> Tensor:
        spread = self.get_buffer("spread")[..., None]
        thresholds = (self.levels * spread).to(records.dtype)
        gates = min(self.counter.gates, records.shape[-1])
        shares = []
        for k in range(self.counter.thresholds):
            outputs = self._comparator(records - thresholds[..., k, None], spread)
            parts = [self._count(part) for part in outputs.tensor_split(gates, dim=-1)]
            shares.append(torch.stack(parts, dim=-1))
        found = torch.stack(shares, dim=3).flatten(2)
        return SHARE_RESPONSES[self.counter.response](found)

    def _comparator(self, excess: Tensor, spread: Tensor) -> Tensor:
        """1 above, -1 below the threshold, and 0, which counts a half, on it."""
        if self.counter.width == 0:
            return torch.sign(excess)
        scaled = excess / (2 * self.counter.width * spread).to(excess.dtype)
        # tanh(u / 2) is the logistic function, from -1 to 1
        return scaled.clamp(-1, 1) if self.counter.shape == "ramp" else torch.tanh(scaled)

    def _count(self, outputs: Tensor) -> Tensor:
        if self.counter.counted == "time":
            return (1 + outputs.mean(dim=-1)) / 2
        n_points = outputs.shape[-1]
        products = (outputs[..., 1:] * outputs[..., :-1]).sum(dim=-1)
        return (n_points - 1 - products) / (2 * n_points)
