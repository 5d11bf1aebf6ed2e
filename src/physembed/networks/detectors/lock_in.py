"""Lock-in counters: when in the series a record is above a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from torch import Tensor

from physembed._checks import check_integer
from physembed.networks.detectors.comparators import ComparatorDetector
from physembed.networks.detectors.detector import PointDetector, Reading
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.sweeping.measurements import Quantity, Reach, cosines


@dataclass(frozen=True)
class LockInCounter(ComparatorDetector):
    r"""Counters whose comparators are weighted by slow cosines, as a lock-in amplifier does.

    A lock-in amplifier multiplies a signal with a reference oscillation and averages the product.
    Here the signal is the output :math:`o(t)` of a comparator, from -1 below its threshold to 1
    above, and the references are the first cosines over the whole series,

    .. math:: \frac{1}{T} \sum_{t=0}^{T-1} o(t) \cos\frac{k \pi (t + 1/2)}{T},
              \qquad k = 1 \ldots K.

    k = 1 is positive where the record is above its threshold early, and negative where late. A
    plain counter is k = 0 and does not know when.

    Parameters
    ----------
    source : PointDetector, default=Quadratures()
        What gives the records.
    thresholds, width, shape, first, levels
        Of the comparators, as of :class:`Counter`.
    harmonics : int, default=3
        Number K of references.

    References
    ----------
    Dicke, Rev. Sci. Instrum. 17, 268 (1946), for detection in phase with a reference.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.LockInCounter(harmonics=2)
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'homodyne 0°, 6.06 timepoints, fraction above q 0.62 in phase with cosine 1'
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    thresholds: int = 1
    width: float = 0.0
    shape: str = "logistic"
    first: int = 1
    levels: Sequence[float] | None = None
    harmonics: int = 3

    def __post_init__(self) -> None:
        self._check_comparators()
        check_integer("harmonics", self.harmonics, least=1)

    def per_comparator(self, n_points: int) -> int:
        return self.harmonics

    def readings(self, n_points: int) -> list[Reading]:
        soft = f" (width {self.width:g})" if self.width else ""
        return [
            Reading(name, f"time above threshold {k}{soft} in phase with cosine {h}", 0, 1)
            for name in self.source.record_names
            for k in range(1, self.thresholds + 1)
            for h in range(1, self.harmonics + 1)
        ]

    def read(self, outputs: Tensor) -> Tensor:
        n_points = outputs.shape[-1]
        return outputs @ (cosines(self.harmonics, n_points).T / n_points).to(outputs)

    def reaches(self, n_points: int) -> list[Reach]:
        return [Reach(Quantity.COSINE, 0, n_points, k) for k in range(1, self.harmonics + 1)]

    def respond(self, raw: Tensor, n_points: int) -> Tensor:
        return raw / n_points
