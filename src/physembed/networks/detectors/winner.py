"""Winner counts: the fraction of time for which each record is the largest, or the smallest."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np
import torch
from torch import Tensor

from physembed._checks import check_integer
from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import (
    SHARE_RESPONSES,
    ScaledRecordModule,
    check_record_source,
    check_response,
)
from physembed.networks.detectors.detector import Detector, PointDetector, Reading, readings
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.sweeping.measurements import (
    Comparison,
    Measurements,
    Quantity,
    Reach,
    gate_ends,
)


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
    response : {"share", "arcsine"}, default="share"
        As of :class:`Counter`.

    References
    ----------
    Dempster, Schmidt and Webb, Hydra: competing convolutional kernels (2023), which counts the
    winner of groups of random kernels.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.WinnerCounter()
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'homodyne 0°, 6.06 timepoints, time as the largest'
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    gates: int = 1
    response: str = "share"

    sees_all_channels = True

    def __post_init__(self) -> None:
        check_record_source(self.source)
        check_response(self.response)
        check_integer("gates", self.gates, least=1)

    def n_features(self, n_points: int) -> int:
        return 2 * self.source.n_records * min(self.gates, n_points)

    def readings(self, n_points: int) -> list[Reading]:
        return [
            reading
            for name in self.source.record_names
            for quantity in ("time as the largest", "time as the smallest")
            for reading in readings(name, quantity, min(self.gates, n_points))
        ]

    def __call__(self, field: Tensor) -> Tensor:
        raise InvalidInputError(
            "a WinnerCounter takes its scales from training cases; use its module()."
        )

    def module(self, n_channels: int, n_points: int) -> "WinnerCounterModule":
        return WinnerCounterModule(self, n_channels)


class WinnerCounterModule(ScaledRecordModule):
    """Selectors and counters at work; ``mean`` and ``spread`` are (channels, records).

    Parameters
    ----------
    detector : WinnerCounter
    n_channels : int
        Channels of the field.
    """

    reads_measurements_singly = True

    def __init__(self, detector: WinnerCounter, n_channels: int) -> None:
        super().__init__(detector, detector.source, (n_channels, detector.source.n_records))
        self.winner = detector

    def detect(self, records: Tensor) -> Tensor:
        mean, gain = self.get_buffer("mean"), 1 / self.get_buffer("spread")
        offset = (-mean * gain)[..., None].to(records.dtype)
        scaled = torch.addcmul(offset, records, gain[..., None].to(records.dtype))
        gates = min(self.winner.gates, records.shape[-1])
        shares = [
            1 - part.mean(dim=-1)
            for loser in self.losers(scaled)
            for part in loser.tensor_split(gates, dim=-1)
        ]
        return SHARE_RESPONSES[self.winner.response](torch.stack(shares, dim=-1).flatten(2))

    def measurements(self, n_points: int) -> Measurements | None:
        laws = self.winner.source.laws()
        if laws is None:
            return None
        mean, gain = self.get_buffer("mean").flatten(), 1 / self.get_buffer("spread").flatten()
        reaches = [
            Reach(quantity, first, last)
            for quantity in (Quantity.TIMES_LARGEST, Quantity.TIMES_SMALLEST)
            for first, last in self._gates(n_points)
        ]
        return Measurements.of(
            laws,
            np.arange(mean.numel()),
            reaches,
            comparison=Comparison.AMONG_ALL,
            gains=gain.numpy(),
            offsets=(-mean * gain).numpy(),
        )

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        length = [last - first for first, last in self._gates(n_points)]
        shares = raw.unflatten(1, (-1, len(length))) / torch.tensor(length).to(raw)
        n_channels = len(self.get_buffer("mean"))
        return SHARE_RESPONSES[self.winner.response](shares).reshape(len(raw), n_channels, -1)

    def _gates(self, n_points: int) -> list[tuple[int, int]]:
        return gate_ends(n_points, min(self.winner.gates, n_points))

    def losers(self, scaled: Tensor) -> tuple[Tensor, Tensor]:
        """1 where a record is not the largest of all, and where it is not the smallest."""
        return (
            torch.sign(scaled.amax(dim=(1, 2), keepdim=True) - scaled),
            torch.sign(scaled - scaled.amin(dim=(1, 2), keepdim=True)),
        )
