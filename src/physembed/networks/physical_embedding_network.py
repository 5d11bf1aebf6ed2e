"""The network of this library: parallel fibres, their detectors side by side, a linear head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from physembed._checks import is_integer
from physembed._dtypes import complex_dtype
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.networks.detectors import Amplitude, Detector
from physembed.networks.encoders import SeriesEncoder
from physembed.networks.head import LinearHead
from physembed.networks.medium import CoefficientSetting, Medium
from physembed.networks.series_network import SeriesNetwork
from physembed.physics import MasterEquation, TimeGrid


@dataclass(frozen=True)
class Fibre:
    """One cascade with its own encoder and detector, described.

    Parameters
    ----------
    equation : MasterEquation
    coefficients : mapping of str to Trainable, float or sequence of float
        In natural units; see :class:`~physembed.networks.Medium`.
    n_layers : int, default=6
    encoder : SeriesEncoder
    detector : Detector
    scheme : str, default="lie"
    steps_per_layer : int, default=1
    """

    equation: MasterEquation
    coefficients: Mapping[str, CoefficientSetting]
    n_layers: int = 6
    encoder: SeriesEncoder = field(default_factory=SeriesEncoder)
    detector: Detector = field(default_factory=Amplitude)
    scheme: str = "lie"
    steps_per_layer: int = 1

    def __post_init__(self) -> None:
        for name, kind in [
            ("equation", MasterEquation),
            ("coefficients", Mapping),
            ("encoder", SeriesEncoder),
            ("detector", Detector),
        ]:
            if not isinstance(getattr(self, name), kind):
                raise InvalidInputError(
                    f"{name} must be a {kind.__name__}, got {getattr(self, name)!r}."
                )

        known = self.equation.coefficients
        for name in self.coefficients:
            if name not in known:
                raise UnknownNameError(
                    f"coefficient of {type(self.equation).__name__}", name, list(known)
                )

    def grid(self, n_timepoints: int) -> TimeGrid:
        """The grid of the field for series of ``n_timepoints``; the timepoint is the unit."""
        return TimeGrid(self.encoder.window(n_timepoints), self.encoder.spacing())


class PhysicalEmbeddingNetwork(SeriesNetwork):
    """Series in, a field through each fibre, features detected, logits out.

    Shapes: real (cases, channels, timepoints) to (cases, classes). Channels travel apart, each
    through the same medium.

    Parameters
    ----------
    fibres : sequence of Fibre
        At least one; their features are laid side by side.
    n_channels, n_timepoints, n_classes : int
        The series' and the task's sizes.

    Examples
    --------
    >>> import physembed as pe
    >>> fibre = pe.Fibre(
    ...     pe.NonlinearSchrodinger(),
    ...     {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.1, shared=True)},
    ...     n_layers=3,
    ... )
    >>> network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=64, n_classes=2)
    >>> network.parameter_counts()["embedding"]
    4
    """

    def __init__(
        self,
        fibres: Sequence[Fibre],
        *,
        n_channels: int,
        n_timepoints: int,
        n_classes: int,
    ) -> None:
        super().__init__()
        for name, value in [
            ("n_channels", n_channels),
            ("n_timepoints", n_timepoints),
            ("n_classes", n_classes),
        ]:
            if not is_integer(value) or value < 1:
                raise InvalidInputError(f"{name} must be a positive integer, got {value!r}.")
        if not isinstance(fibres, Sequence) or not all(isinstance(f, Fibre) for f in fibres):
            raise InvalidInputError(f"fibres must be a sequence of Fibre, got {fibres!r}.")
        if not fibres:
            raise InvalidInputError("fibres must hold at least one Fibre, got none.")
        self.fibres = tuple(fibres)
        self.n_channels = n_channels
        self.n_timepoints = n_timepoints
        self.media = nn.ModuleList(
            Medium(
                fibre.equation,
                fibre.grid(n_timepoints),
                fibre.coefficients,
                fibre.n_layers,
                scheme=fibre.scheme,
                steps_per_layer=fibre.steps_per_layer,
            )
            for fibre in self.fibres
        )
        per_channel = sum(
            fibre.detector.n_features(fibre.grid(n_timepoints).n_points) for fibre in self.fibres
        )
        self.head = LinearHead(n_channels * per_channel, n_classes)

    def features(self, x: Tensor) -> Tensor:
        if x.ndim != 3 or x.shape[1:] != (self.n_channels, self.n_timepoints):
            raise InvalidInputError(
                f"x must have shape (cases, {self.n_channels}, {self.n_timepoints}), "
                f"got {tuple(x.shape)}."
            )
        dtype = complex_dtype(self.head.linear.weight.dtype)
        detected = [
            fibre.detector(medium(fibre.encoder(x).to(dtype))).flatten(1)
            for fibre, medium in zip(self.fibres, self.media, strict=True)
        ]
        return torch.cat(detected, dim=1)

    def coefficients(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for number, medium in enumerate(self.media, start=1):
            assert isinstance(medium, Medium)
            values = medium.dimensionless()
            for name in medium.stated:
                for layer, value in enumerate(values[name].tolist(), start=1):
                    found[f"fibre{number}/layer{layer}/{name}"] = value
        return found
