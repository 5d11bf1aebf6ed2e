"""The longest dwell: for how long at a stretch a record stays on one side of a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import torch
from torch import Tensor

from physembed.networks.detectors.comparators import ComparatorDetector
from physembed.networks.detectors.detector import PointDetector, Reading
from physembed.networks.detectors.quadratures import Quadratures
from physembed.networks.detectors.sweeping.measurements import Quantity, Reach


@dataclass(frozen=True)
class LongestDwell(ComparatorDetector):
    """A clock that a comparator starts and stops, and a register that keeps its longest reading.

    A clock runs while a record is above its threshold and is cleared when it falls below: what is
    kept is the longest run n of neighbouring points, as sqrt(n / T) of T points, whose scatter is
    alike for short and for long runs. A second clock does the same below the threshold. A counter
    adds many short stays to the same time as one long one; this tells them apart. A step of one
    point has no slope with respect to the field.

    Parameters
    ----------
    source : PointDetector, default=Quadratures()
        What gives the records.
    thresholds, first, levels
        Of the comparators, as of :class:`Counter`; they are hard.

    References
    ----------
    Kreuz et al., J. Neurosci. Methods 165, 151 (2007), for what intervals between events tell that
    their number does not.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.LongestDwell()
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'homodyne 0°, 6.06 timepoints, longest time above q 0.62'
    """

    source: PointDetector = dataclass_field(default_factory=Quadratures)
    thresholds: int = 1
    first: int = 1
    levels: Sequence[float] | None = None

    def __post_init__(self) -> None:
        self._check_comparators()

    def per_comparator(self, n_points: int) -> int:
        return 2

    def readings(self, n_points: int) -> list[Reading]:
        return [
            Reading(name, f"longest time {side} threshold {k}", 0, 1)
            for name in self.source.record_names
            for k in range(1, self.thresholds + 1)
            for side in ("above", "below")
        ]

    def read(self, outputs: Tensor) -> Tensor:
        above = outputs > 0
        share = _longest_runs(above).to(outputs.dtype) / outputs.shape[-1]
        return share.sqrt()

    def reaches(self, n_points: int) -> list[Reach]:
        return [
            Reach(quantity, 0, n_points)
            for quantity in (Quantity.LONGEST_ABOVE, Quantity.LONGEST_BELOW)
        ]

    def respond(self, raw: Tensor, n_points: int) -> Tensor:
        return (raw / n_points).sqrt()


def _longest_runs(above: Tensor) -> Tensor:
    """Length of the longest run of True, and of False, (..., 2), of booleans (..., points)."""
    # no operation here has a result whose size depends on the record: torch maps it over media
    position = torch.arange(above.shape[-1], device=above.device)
    changes = torch.cat(
        [torch.ones_like(above[..., :1]), above[..., 1:] != above[..., :-1]], dim=-1
    )
    begin = torch.where(changes, position, 0).cummax(dim=-1).values
    so_far = position - begin + 1
    sides = [torch.where(side, so_far, 0).amax(dim=-1) for side in (above, ~above)]
    return torch.stack(sides, dim=-1)
