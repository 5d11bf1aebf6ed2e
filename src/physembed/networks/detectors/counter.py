"""Comparators with counters: the fraction of time for which a record is above a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import torch
from torch import Tensor

from physembed._checks import check_choice, check_integer
from physembed.errors import InvalidInputError
from physembed.networks.detectors.calibration import SHARE_RESPONSES, check_response
from physembed.networks.detectors.comparators import ComparatorDetector
from physembed.networks.detectors.detector import PointDetector, Reading, readings
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.sweeping.measurements import Quantity, Reach, gate_ends

COUNTED = ("time", "crossings")


@dataclass(frozen=True)
class Counter(ComparatorDetector):
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

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Counter(thresholds=2)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'homodyne 0°, 6.06 timepoints, fraction above q 0.31'
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
        self._check_comparators()
        check_integer("gates", self.gates, least=1)
        check_choice("counted", self.counted, COUNTED)
        check_response(self.response)
        if self.trainable and self.width == 0:
            raise InvalidInputError(
                "a hard comparator has no slope; trainable thresholds need a width, such as 0.1."
            )

    @property
    def takes_real_part(self) -> bool:  # type: ignore[override]
        """Where its records are that, and it is smooth: a hard one counts what is rounded."""
        is_real = isinstance(self.source, Quadratures) and not any(self.source.angles)
        return is_real and self.width > 0 and self.shape == "logistic"

    @property
    def takes_zero(self) -> bool:  # type: ignore[override]
        """Where its records are linear in the series, as their thresholds then are."""
        return isinstance(self.source, Quadratures)

    def per_comparator(self, n_points: int) -> int:
        return min(self.gates, n_points)

    def readings(self, n_points: int) -> list[Reading]:
        words = {"time": "time above", "crossings": "crossings of"}[self.counted]
        soft = f" (width {self.width:g})" if self.width else ""
        return [
            reading
            for name in self.source.record_names
            for k in range(1, self.thresholds + 1)
            for reading in readings(name, f"{words} threshold {k}{soft}", min(self.gates, n_points))
        ]

    def read(self, outputs: Tensor) -> Tensor:
        gates = self.per_comparator(outputs.shape[-1])
        counts = [self._count(part) for part in outputs.tensor_split(gates, dim=-1)]
        return SHARE_RESPONSES[self.response](torch.stack(counts, dim=-1))

    def reaches(self, n_points: int) -> list[Reach]:
        quantity, delay = (Quantity.SUM, 0)
        if self.counted == "crossings":
            quantity, delay = (Quantity.COINCIDENCES, 1)
        return [
            Reach(quantity, first, last, delay)
            for first, last in gate_ends(n_points, self.per_comparator(n_points))
        ]

    def respond(self, raw: Tensor, n_points: int) -> Tensor:
        ends = gate_ends(n_points, self.per_comparator(n_points))
        length = torch.tensor([last - first for first, last in ends]).to(raw)
        counted = length + raw if self.counted == "time" else length - 1 - raw
        return SHARE_RESPONSES[self.response](counted / (2 * length))

    def _count(self, outputs: Tensor) -> Tensor:
        if self.counted == "time":
            return (1 + outputs.mean(dim=-1)) / 2
        n_points = outputs.shape[-1]
        products = (outputs[..., 1:] * outputs[..., :-1]).sum(dim=-1)
        return (n_points - 1 - products) / (2 * n_points)
