"""Autocoincidence: how often a comparator agrees with itself a little later."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from torch import Tensor

from physembed._checks import check_integer
from physembed.networks.detectors.comparators import ComparatorDetector
from physembed.networks.detectors.detector import PointDetector, Reading
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.sweeping.measurements import Quantity, Reach


@dataclass(frozen=True)
class Autocoincidence(ComparatorDetector):
    r"""A comparator's output, a delay line, and a coincidence circuit between the two.

    With the output :math:`o(t)` in [-1, 1] of a comparator, the delay d and T points, a feature is

    .. math:: \frac{1}{T} \sum_{t=d}^{T-1} o(t) \, o(t - d):

    positive where the record is usually on the same side of its threshold a time d later, negative
    where it is usually on the other one, as half a period of an oscillation later. It is the
    clipped autocorrelation, which a digital correlator computes from one bit per point. Of a series
    no longer than the delay it is 0.

    Parameters
    ----------
    source : PointDetector, default=Quadratures()
        What gives the records.
    delay : int, default=1
        d, in points.
    thresholds, width, shape, first, levels
        Of the comparators, as of :class:`Counter`.

    References
    ----------
    Van Vleck and Middleton, The spectrum of clipped noise, Proc. IEEE 54, 2 (1966), eq. 3.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Autocoincidence(delay=4)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'homodyne 0°, 6.06 timepoints, agreement at q 0.62 after 4 point(s)'
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    delay: int = 1
    thresholds: int = 1
    width: float = 0.0
    shape: str = "logistic"
    first: int = 1
    levels: Sequence[float] | None = None

    def __post_init__(self) -> None:
        self._check_comparators()
        check_integer("delay", self.delay, least=1)

    def per_comparator(self, n_points: int) -> int:
        return 1

    def readings(self, n_points: int) -> list[Reading]:
        return [
            Reading(name, f"agreement at threshold {k} after {self.delay} point(s)", 0, 1)
            for name in self.source.record_names
            for k in range(1, self.thresholds + 1)
        ]

    def read(self, outputs: Tensor) -> Tensor:
        products = outputs[..., self.delay :] * outputs[..., : -self.delay]
        return products.sum(dim=-1, keepdim=True) / outputs.shape[-1]

    def reaches(self, n_points: int) -> list[Reach]:
        return [Reach(Quantity.COINCIDENCES, 0, n_points, self.delay)]

    def respond(self, raw: Tensor, n_points: int) -> Tensor:
        return raw / n_points
