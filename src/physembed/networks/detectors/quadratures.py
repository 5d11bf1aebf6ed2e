"""Homodyne detection."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_numbers
from physembed.networks.detectors.detector import PointDetector
from physembed.networks.detectors.sweeping.measurements import Law, Record
from physembed.physics.on_device import numbers_on


@dataclass(frozen=True)
class Quadratures(PointDetector):
    """Re(exp(-i φ) E) at every point, for one or more phases φ of a local oscillator.

    The field is mixed with the oscillator on a balanced detector, whose difference current this
    is. Linear in the field: the sign that an intensity loses is kept.

    Parameters
    ----------
    angles : sequence of float, default=(0, 45, 90, 135)
        Phases of the oscillator, in degrees.

    References
    ----------
    Yuen and Chan, Noise in homodyne and heterodyne detection (1983), eq. 1.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Quadratures(angles=(0.0, 90.0))
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'homodyne 0°, 6.06 timepoints, value, 1 of 128'
    """

    angles: Sequence[float] = (0.0, 45.0, 90.0, 135.0)

    def __post_init__(self) -> None:
        check_numbers("angles", self.angles)
        object.__setattr__(self, "angles", tuple(float(angle) for angle in self.angles))

    @property
    def n_records(self) -> int:
        return len(self.angles)

    @property
    def record_names(self) -> tuple[str, ...]:
        return tuple(f"{angle:g}°" for angle in self.angles)

    def laws(self) -> tuple[Law, ...]:
        return tuple(
            Law(Record.QUADRATURE, math.cos(turn), math.sin(turn))
            for turn in map(math.radians, self.angles)
        )

    def records(self, field: Tensor) -> Tensor:
        if not field.is_complex():
            # the real part, where all phases are zero
            return field[:, :, None].expand(-1, -1, self.n_records, -1)
        parts = torch.view_as_real(field).transpose(-1, -2)
        turns = map(math.radians, self.angles)
        oscillator = tuple(f(turn) for turn in turns for f in (math.cos, math.sin))
        return numbers_on(oscillator, parts.dtype, parts.device).reshape(-1, 2) @ parts
