"""Square-law detectors as fast as the field: its amplitude and its intensity."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from physembed.networks.detectors.detector import FLOOR, PointDetector, intensity, square_root
from physembed.networks.detectors.sweeping.measurements import Law, Record
from physembed.physics.transforms import is_transformed


def amplitude(field: Tensor) -> Tensor:
    """|E|, with a finite slope where there is no light."""
    if field.device.type == "cuda" and not is_transformed():
        root: Tensor = _Amplitude.apply(field)  # type: ignore[no-untyped-call]
        return root
    return square_root(intensity(field))


class _Amplitude(torch.autograd.Function):
    """√(|E|² + ε) with the slope of E over it, in few operations."""

    @staticmethod
    def forward(ctx: Any, field: Tensor) -> Tensor:
        # a number on the CPU is passed along with the launch
        root = torch.hypot(field.abs(), torch.tensor(FLOOR**0.5))
        ctx.save_for_backward(field, root)
        return root

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        field, root = ctx.saved_tensors
        slope: Tensor = (grad / root) * field
        return slope


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
