"""What detectors take from training cases: quantiles, scales, and modules that are set by them."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from physembed._checks import check_choice
from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import Detector, DetectorModule, PointDetector

GOLDEN_RATIO = 0.618034
LOWEST, HIGHEST = 0.02, 0.98
MOST_VALUES = 2**14
"""Values of a record whose quantiles are taken; their levels are then true to half a per cent."""


FAINTEST_SHARE = 1e-4
"""Added to a share under the root, whose slope at zero is infinite."""


def _share(shares: Tensor) -> Tensor:
    return shares


def _arcsine(shares: Tensor) -> Tensor:
    """arcsin(sqrt(p)): the transformation of shares to equal variance (Anscombe, 1948)."""
    return torch.asin((FAINTEST_SHARE + (1 - 2 * FAINTEST_SHARE) * shares).sqrt())


SHARE_RESPONSES: dict[str, Callable[[Tensor], Tensor]] = {"share": _share, "arcsine": _arcsine}
"""Every response of a counter by its name."""


def check_response(response: object) -> None:
    """Refuse a response that is not one of :data:`SHARE_RESPONSES`."""
    check_choice("response", response, SHARE_RESPONSES)


def check_record_source(source: object) -> None:
    """Refuse a source that gives no records."""
    if not isinstance(source, PointDetector):
        raise InvalidInputError(
            f"source must be a PointDetector such as Quadratures(), got {source!r}."
        )


def golden_levels(n_thresholds: int, first: int, n_records: int) -> Tensor:
    """Levels of a golden sequence, shape (records, thresholds), float64.

    Level k of record c = first, first + 1, ... is (k + frac(0.618034 c)) / K, clipped.
    """
    numbers = torch.arange(first, first + n_records, dtype=torch.float64)
    fraction = (GOLDEN_RATIO * numbers) % 1
    k = torch.arange(n_thresholds, dtype=torch.float64)
    return ((k + fraction[:, None]) / n_thresholds).clamp(LOWEST, HIGHEST)


@dataclass(frozen=True, eq=False)
class SampledValues:
    """Values of every record, and what detectors that share its source all ask of them.

    Parameters
    ----------
    ascending : Tensor of shape (channels, records, values)
    """

    ascending: Tensor

    @cached_property
    def mean_and_spread(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation, each (channels, records), float64.

        A record that does not move has a spread of 1.
        """
        values = self.ascending
        spread, mean = torch.std_mean(values.double(), dim=2, correction=0)
        moves = spread > torch.finfo(values.dtype).eps * values.abs().amax(dim=2).double()
        return mean, torch.where(moves, spread, 1.0)

    def of_records(self, places: Tensor) -> "SampledValues":
        """Those of some records over all channels, as records of one channel."""
        return SampledValues(self.ascending.flatten(0, 1)[places][None])


def sampled_values(records: Tensor, generator: torch.Generator) -> SampledValues:
    """Values of every record over cases and points.

    Parameters
    ----------
    records : Tensor of shape (cases, channels, records, points)
    generator : torch.Generator
        Draws the values where there are more than :data:`MOST_VALUES`, the same for all records.
    """
    values = records.permute(1, 2, 0, 3).flatten(2)
    if values.shape[2] > MOST_VALUES:
        chosen = torch.randint(values.shape[2], (MOST_VALUES,), generator=generator)
        values = values[:, :, chosen.to(values.device)]
    # sorted once for all detectors that take quantiles of the same records; NumPy sorts by vectors
    ascending = np.sort(values.numpy(force=True), axis=2)
    return SampledValues(torch.from_numpy(ascending).to(values.device))


def quantiles(sampled: SampledValues, levels: Tensor) -> Tensor:
    """Quantiles of sampled values, shape (channels, records, thresholds).

    ``levels`` has the shape (channels * records, thresholds); of the values beside a level the
    nearer one is taken.
    """
    values = sampled.ascending
    place = (levels * (values.shape[2] - 1)).round().long().to(values.device)
    return values.gather(2, place.reshape(*values.shape[:2], -1))


class RecordModule(DetectorModule):
    """A detector behind a point detector, calibrated on the values of its records.

    Parameters
    ----------
    detector : Detector
    source : PointDetector
        What gives the records; detectors side by side on the same source share them.
    """

    needs_calibration = True

    def __init__(self, detector: Detector, source: PointDetector) -> None:
        super().__init__(detector)
        self.source = source

    @abstractmethod
    def take(self, values: SampledValues) -> None:
        """Set what depends on the training cases."""

    def record_numbers(self) -> list[int]:
        """Of each entry of its spread, the number of the record among those of all channels."""
        return list(range(self.get_buffer("spread").numel()))

    @abstractmethod
    def detect(self, records: Tensor) -> Tensor:
        """Features (cases, channels, features) of records (cases, channels, records, points)."""

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        self.take(sampled_values(self.source.records(field), generator))

    def forward(self, field: Tensor) -> Tensor:
        return self.detect(self.source.records(field))


class ScaledRecordModule(RecordModule):
    """A detector that brings records to zero mean and unit deviation over the training cases.

    Parameters
    ----------
    detector : Detector
    source : PointDetector
    shape : tuple of int
        Channels and records: that of the buffers ``mean`` and ``spread``.
    """

    def __init__(self, detector: Detector, source: PointDetector, shape: tuple[int, int]) -> None:
        super().__init__(detector, source)
        self.register_buffer("mean", torch.zeros(shape))
        self.register_buffer("spread", torch.ones(shape))

    def take(self, values: SampledValues) -> None:
        mean, spread = values.mean_and_spread
        self.get_buffer("mean").copy_(mean)
        self.get_buffer("spread").copy_(spread)
