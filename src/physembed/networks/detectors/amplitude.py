"""Square-law detectors as fast as the field: its amplitude and its intensity."""

from dataclasses import dataclass

from torch import Tensor

from physembed.networks.detectors.detector import PointDetector
from physembed.networks.detectors.square_law import amplitude, intensity
from physembed.networks.detectors.sweeping.measurements import Law, Record


@dataclass(frozen=True)
class Amplitude(PointDetector):
    """|E| at every point of the window.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Amplitude()
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'envelope, 6.06 timepoints, value, 1 of 128'
    """

    @property
    def record_names(self) -> tuple[str, ...]:
        return ("|E|",)

    def laws(self) -> tuple[Law, ...]:
        return (Law(Record.AMPLITUDE),)

    def records(self, field: Tensor) -> Tensor:
        return amplitude(field)[:, :, None]


@dataclass(frozen=True)
class Intensity(PointDetector):
    """|E|^2 at every point of the window.

    Examples
    --------
    >>> import numpy as np
    >>> import physembed as pe
    >>> detector = pe.Intensity()
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, detector=detector)
    >>> X = np.sin(np.outer(np.arange(1, 5), np.arange(64) / 5))[:, None]
    >>> embedding = pe.PhysicalEmbeddingTransformer(fibres=[fibre]).fit(X)
    >>> embedding.get_feature_names_out()[0]
    'intensity, 6.06 timepoints, value, 1 of 128'
    """

    @property
    def record_names(self) -> tuple[str, ...]:
        return ("|E|²",)

    def laws(self) -> tuple[Law, ...]:
        return (Law(Record.INTENSITY),)

    def records(self, field: Tensor) -> Tensor:
        return intensity(field)[:, :, None]
