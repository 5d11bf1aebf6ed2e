"""Peak detectors: the highest and the lowest value of a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import (
    SampledValues,
    ScaledRecordModule,
    check_record_source,
)
from physembed.networks.detectors.chosen_features import Choice
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector, Reading
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.sweeping.measurements import Measurements, Quantity, Reach

HELD = ("highest", "lowest")


@dataclass(frozen=True)
class PeakHold(Detector):
    r"""A diode and a capacitor, which keep the highest value that a record has had; or the lowest.

    With the mean m and the standard deviation s of the record r over the training cases, a feature
    is :math:`\operatorname{arsinh}((\max_t r(t) - m) / s)`, or that of the minimum: linear for
    ordinary values, logarithmic for rare ones. A counter says for how long a record is above a
    threshold, however much; this says how much, however short.

    Parameters
    ----------
    source : PointDetector, default=Quadratures()
        What gives the records.
    held : sequence of {"highest", "lowest"}, default=("highest", "lowest")
        What is kept of each record.

    References
    ----------
    Horowitz and Hill, The Art of Electronics (2015), section 4.5, on peak detectors.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.PeakHold()
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[:2].tolist()
    ['homodyne 0°, 6.06 timepoints, highest value', 'homodyne 0°, 6.06 timepoints, lowest value']
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    held: Sequence[str] = HELD

    def __post_init__(self) -> None:
        check_record_source(self.source)
        listed = isinstance(self.held, (list, tuple)) and len(self.held) > 0
        if not listed or not set(self.held) <= set(HELD):
            raise InvalidInputError(
                f"held must be a sequence of {' and '.join(HELD)}, or of one, got {self.held!r}."
            )
        object.__setattr__(self, "held", tuple(self.held))

    def n_features(self, n_points: int) -> int:
        return self.source.n_records * len(self.held)

    def readings(self, n_points: int) -> list[Reading]:
        return [
            Reading(name, f"{kind} value", 0, 1)
            for name in self.source.record_names
            for kind in self.held
        ]

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError(
            "a PeakHold takes its scales from training cases; use its module()."
        )

    def module(self, n_channels: int, n_points: int) -> "PeakHoldModule":
        return PeakHoldModule(self, n_channels)

    def chosen_module(self, choice: Choice, n_points: int) -> "ChosenPeakHoldModule":
        return ChosenPeakHoldModule(self, choice)

    def read(self, records: Tensor, mean: Tensor, spread: Tensor) -> Tensor:
        """(..., held) of records (..., points) and their means and spreads (...)."""
        peaks = {"highest": torch.amax, "lowest": torch.amin}
        largest = torch.stack([peaks[kind](records, dim=-1) for kind in self.held], dim=-1)
        return self.respond(largest, mean, spread)

    def respond(self, largest: Tensor, mean: Tensor, spread: Tensor) -> Tensor:
        """What :meth:`read` gives, of the values (..., held) that are kept."""
        return torch.asinh((largest - mean[..., None]) / spread[..., None])

    def measurements(self, lanes: NDArray[np.int64], n_points: int) -> Measurements | None:
        """What peak detectors on lanes measure."""
        laws = self.source.laws()
        if laws is None:
            return None
        quantities = {"highest": Quantity.HIGHEST, "lowest": Quantity.LOWEST}
        reaches = [Reach(quantities[kind], 0, n_points) for kind in self.held]
        return Measurements.of(laws, lanes, reaches)


class PeakHoldModule(ScaledRecordModule):
    """Peak detectors at work; ``mean`` and ``spread`` are (channels, records).

    Parameters
    ----------
    detector : PeakHold
    n_channels : int
        Channels of the field.
    """

    def __init__(self, detector: PeakHold, n_channels: int) -> None:
        super().__init__(detector, detector.source, (n_channels, detector.source.n_records))
        self.peaks = detector

    def detect(self, records: Tensor) -> Tensor:
        mean, spread = self.get_buffer("mean"), self.get_buffer("spread")
        return self.peaks.read(records, mean.to(records.dtype), spread.to(records.dtype)).flatten(2)

    def measurements(self, n_points: int) -> Measurements | None:
        return self.peaks.measurements(np.arange(self.get_buffer("mean").numel()), n_points)

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        mean, spread = self.get_buffer("mean").to(raw), self.get_buffer("spread").to(raw)
        largest = raw.reshape(len(raw), *mean.shape, len(self.peaks.held))
        return self.peaks.respond(largest, mean, spread).flatten(2)


class ChosenPeakHoldModule(PeakHoldModule):
    """Peak detectors on a few records; ``mean`` and ``spread`` are (1, records).

    Parameters
    ----------
    detector : PeakHold
    choice : Choice
    """

    def __init__(self, detector: PeakHold, choice: Choice) -> None:
        super().__init__(detector, 1)
        lanes = choice.grouped(detector.source.n_records, len(detector.held))
        self._in_bank = lanes.in_bank
        self.register_buffer("_record", lanes.among_seen, persistent=False)
        self.register_buffer("_order", lanes.order, persistent=False)
        self.register_buffer("mean", torch.zeros(1, len(lanes.in_bank)))
        self.register_buffer("spread", torch.ones(1, len(lanes.in_bank)))

    def take(self, values: SampledValues) -> None:
        super().take(values.of_records(self.get_buffer("_record")))

    def record_numbers(self) -> list[int]:
        return [int(lane) for lane in self._in_bank]

    def adopt(self, whole: DetectorModule) -> None:
        for name in ("mean", "spread"):
            self.get_buffer(name)[0] = whole.get_buffer(name).flatten()[self._in_bank]

    def detect(self, records: Tensor) -> Tensor:
        lanes = records.flatten(1, 2).index_select(1, self.get_buffer("_record"))
        return self._ordered(super().detect(lanes[:, None]))

    def measurements(self, n_points: int) -> Measurements | None:
        return self.peaks.measurements(self.get_buffer("_record").numpy(), n_points)

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        return self._ordered(super().finish(raw, n_points))

    def _ordered(self, read: Tensor) -> Tensor:
        return read.flatten(1).index_select(1, self.get_buffer("_order"))
