"""Comparators at work: what all detectors share that ask when a record is above a threshold."""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from physembed._checks import check_choice, check_integer, check_number, check_numbers
from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import (
    RecordModule,
    SampledValues,
    check_record_source,
    golden_levels,
    quantiles,
)
from physembed.networks.detectors.chosen_features import Choice
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector
from physembed.networks.detectors.sweeping.measurements import Comparison, Measurements, Reach

SHAPES = ("logistic", "ramp")


class ComparatorDetector(Detector):
    """A detector that reads what comparators say of the records of a point detector.

    A dataclass derives from it, with the fields below as :class:`Counter` explains them, and says
    in :meth:`read` what is read from the output of a comparator.
    """

    source: PointDetector
    thresholds: int
    first: int
    levels: Sequence[float] | None
    width: float = 0.0
    shape: str = "logistic"
    trainable: bool = False

    @abstractmethod
    def per_comparator(self, n_points: int) -> int:
        """Number of features that are read from each comparator."""

    @abstractmethod
    def read(self, outputs: Tensor) -> Tensor:
        """Features (..., per comparator) of outputs (..., points) in [-1, 1]."""

    @abstractmethod
    def reaches(self, n_points: int) -> list[Reach]:
        """What a compiled sweep measures on the output of a comparator in place of :meth:`read`."""

    @abstractmethod
    def respond(self, raw: Tensor, n_points: int) -> Tensor:
        """What :meth:`read` gives, of the numbers of :meth:`reaches`, (..., per comparator)."""

    def n_features(self, n_points: int) -> int:
        return self.source.n_records * self.thresholds * self.per_comparator(n_points)

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError(
            f"a {type(self).__name__} takes its thresholds from training cases; use its module()."
        )

    def module(self, n_channels: int, n_points: int) -> "ComparatorModule":
        return ComparatorModule(self, n_channels)

    def chosen_module(self, choice: Choice, n_points: int) -> "ChosenComparatorModule":
        return ChosenComparatorModule(self, choice, n_points)

    def _check_comparators(self) -> None:
        """Refuse comparators that cannot be built; levels become a tuple.

        Raises
        ------
        InvalidInputError
        """
        check_record_source(self.source)
        check_integer("thresholds", self.thresholds, least=1)
        check_integer("first", self.first, least=1)
        check_choice("shape", self.shape, SHAPES)
        check_number("width", self.width, least=0)
        if self.shape != "logistic" and self.width == 0:
            raise InvalidInputError(
                f"a hard comparator has no shape; shape={self.shape!r} needs a width, such as 0.1."
            )
        check_numbers("levels", self.levels, length=self.thresholds, least=0, most=1, optional=True)
        if self.levels is not None:
            object.__setattr__(self, "levels", tuple(float(level) for level in self.levels))

    def quantile_levels(self, n_records: int) -> Tensor:
        """Of the records of all channels, (records, thresholds)."""
        if self.levels is None:
            return golden_levels(self.thresholds, self.first, n_records)
        return torch.tensor(self.levels, dtype=torch.float64).expand(n_records, -1)

    def measurements(
        self, lanes: NDArray[np.int64], levels: Tensor, spread: Tensor, n_points: int
    ) -> Measurements | None:
        """What comparators on lanes with these levels and spreads, (comparators,), measure."""
        laws = self.source.laws()
        if laws is None or (self.width > 0 and self.shape != "ramp"):
            return None
        levels, spread = levels.detach().float(), spread.detach().float()
        reaches = self.reaches(n_points)
        if self.width == 0:
            threshold = (levels * spread).numpy()
            return Measurements.of(
                laws, lanes, reaches, comparison=Comparison.HARD, offsets=threshold
            )
        gain, offset = 1 / (2 * self.width * spread), -levels / (2 * self.width)
        return Measurements.of(
            laws,
            lanes,
            reaches,
            comparison=Comparison.RAMP,
            gains=gain.numpy(),
            offsets=offset.numpy(),
        )

    def compared(self, excess: Tensor, spread: Tensor) -> Tensor:
        """1 above, -1 below the threshold, and 0, which counts a half, on it.

        ``excess`` is overwritten.
        """
        if self.width == 0:
            return torch.sign(excess)
        return self.saturated(excess.div_((2 * self.width * spread).to(excess.dtype)))

    def saturated(self, scaled: Tensor) -> Tensor:
        """The response to an excess in units of twice the width, in its place."""
        # tanh(u / 2) is the logistic function, from -1 to 1
        return scaled.clamp_(-1, 1) if self.shape == "ramp" else scaled.tanh_()


class ComparatorModule(RecordModule):
    """A bank of comparators at work, and what reads their outputs.

    ``spread`` (channels, records) is the standard deviation of each record over the training
    cases, ``levels`` (channels, records, thresholds) are the thresholds in its units.

    Parameters
    ----------
    detector : ComparatorDetector
    n_channels : int
        Channels of the field.
    """

    def __init__(self, detector: ComparatorDetector, n_channels: int) -> None:
        super().__init__(detector, detector.source)
        self.comparator = detector
        shape = (n_channels, detector.source.n_records)
        self.register_buffer("spread", torch.ones(shape))
        levels = torch.zeros(*shape, detector.thresholds)
        if detector.trainable:
            self.levels = nn.Parameter(levels)
        else:
            self.register_buffer("levels", levels)

    def take(self, values: SampledValues) -> None:
        n_channels, n_records, _ = values.ascending.shape
        levels = self.comparator.quantile_levels(n_channels * n_records)
        _, spread = values.mean_and_spread
        with torch.no_grad():
            self.get_buffer("spread").copy_(spread)
            self.levels.copy_(quantiles(values, levels) / spread[..., None])

    def detect(self, records: Tensor) -> Tensor:
        spread = self.get_buffer("spread")[..., None]
        thresholds = (self.levels * spread).to(records.dtype)
        # one threshold at a time: what is compared stays in the cache
        read = [
            self.comparator.read(
                self.comparator.compared(records - thresholds[..., k, None], spread)
            )
            for k in range(self.comparator.thresholds)
        ]
        return torch.stack(read, dim=3).flatten(2)

    def measurements(self, n_points: int) -> Measurements | None:
        n_thresholds = self.comparator.thresholds
        spread = self.get_buffer("spread")
        return self.comparator.measurements(
            np.repeat(np.arange(spread.numel()), n_thresholds),
            self.levels.flatten(),
            spread.flatten().repeat_interleave(n_thresholds),
            n_points,
        )

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        n_channels, n_each = (
            len(self.get_buffer("spread")),
            self.comparator.per_comparator(n_points),
        )
        return self.comparator.respond(raw.unflatten(1, (-1, n_each)), n_points).reshape(
            len(raw), n_channels, -1
        )


class ChosenComparatorModule(RecordModule):
    """A few comparators of a bank at work; only what is read from them is computed.

    ``spread`` and ``levels`` are as those of :class:`ComparatorModule`, of shape (comparators,).

    Parameters
    ----------
    detector : ComparatorDetector
    choice : Choice
    n_points : int
    """

    def __init__(self, detector: ComparatorDetector, choice: Choice, n_points: int) -> None:
        super().__init__(detector, detector.source)
        self.comparator = detector
        n_thresholds = detector.thresholds
        lanes = choice.grouped(
            detector.source.n_records * n_thresholds, detector.per_comparator(n_points)
        )
        self._in_bank = lanes.in_bank
        self._n_channels = 1 + max(choice.seen)
        self.register_buffer("_record", lanes.among_seen // n_thresholds, persistent=False)
        self.register_buffer("_order", lanes.order, persistent=False)
        self.register_buffer("spread", torch.ones(len(lanes.in_bank)))
        self.register_buffer("levels", torch.zeros(len(lanes.in_bank)))

    def take(self, values: SampledValues) -> None:
        levels = self.comparator.quantile_levels(self._n_channels * values.ascending.shape[1])
        levels = levels.flatten()[self._in_bank][:, None]
        chosen = values.of_records(self.get_buffer("_record"))
        _, spread = chosen.mean_and_spread
        thresholds = quantiles(chosen, levels)[0, :, 0]
        self.get_buffer("spread").copy_(spread[0])
        self.get_buffer("levels").copy_(thresholds / spread[0])

    def record_numbers(self) -> list[int]:
        return [int(lane) // self.comparator.thresholds for lane in self._in_bank]

    def adopt(self, whole: DetectorModule) -> None:
        spread = whole.get_buffer("spread").flatten()
        self.get_buffer("spread").copy_(spread[self._in_bank // self.comparator.thresholds])
        levels = whole.state_dict()["levels"].flatten()
        self.get_buffer("levels").copy_(levels[self._in_bank])

    def detect(self, records: Tensor) -> Tensor:
        spread, levels = self.get_buffer("spread")[:, None], self.get_buffer("levels")[:, None]
        lanes = records.flatten(1, 2).index_select(1, self.get_buffer("_record"))
        if self.comparator.width == 0:
            outputs = torch.sign(lanes - (levels * spread).to(lanes.dtype))
        else:
            # (r - level spread) / (2 width spread) in one pass
            gain = (1 / (2 * self.comparator.width * spread)).to(lanes.dtype)
            offset = (-levels / (2 * self.comparator.width)).to(lanes.dtype)
            outputs = self.comparator.saturated(torch.addcmul(offset, lanes, gain))
        return self._ordered(self.comparator.read(outputs))

    def measurements(self, n_points: int) -> Measurements | None:
        levels, spread = self.get_buffer("levels"), self.get_buffer("spread")
        return self.comparator.measurements(
            self.get_buffer("_record").numpy(), levels, spread, n_points
        )

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        n_each = self.comparator.per_comparator(n_points)
        return self._ordered(self.comparator.respond(raw.unflatten(1, (-1, n_each)), n_points))

    def _ordered(self, read: Tensor) -> Tensor:
        return read.flatten(1).index_select(1, self.get_buffer("_order"))
