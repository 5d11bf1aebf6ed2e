"""What every detector has: what its features are of, and the response of its amplifier."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from physembed.networks.detectors.chosen_features import Choice
from physembed.networks.detectors.sweeping.measurements import Law, Measurements
from physembed.physics.transforms import is_dual, is_transformed


@dataclass(frozen=True)
class Reading:
    """What one feature of a detector says.

    Parameters
    ----------
    record : str
        Of which record of the field, such as "|E|²" or "45°".
    quantity : str
        What of it, such as "mean" or "time above threshold 2".
    place : int
        In which bin or gate, from 0.
    places : int
        How many of them there are.
    where : str, default=""
        What the place is in words, such as its frequencies; where empty, its number says it.
    """

    record: str
    quantity: str
    place: int
    places: int
    where: str = ""


def readings(record: str, quantity: str, places: int) -> list[Reading]:
    """One for every bin or gate."""
    return [Reading(record, quantity, place, places) for place in range(places)]


class Detector(ABC):
    """Maps a field (cases, channels, points) to real features (cases, channels, features).

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> fields = torch.ones(2, 1, 8, dtype=torch.complex64)  # cases, channels, points
    >>> pe.MeanPower()(fields).shape  # cases, channels, features
    torch.Size([2, 1, 1])
    """

    sees_all_channels = False
    """Whether a feature of one channel depends on the others."""
    reads_real_series = False
    """Whether it reads the real part alone, as is right where no medium is before it."""
    takes_real_part = False
    """Whether it reads the real part alone, and may be given that in place of the field."""
    takes_zero = False
    """Whether what it reads of a level is told as well from another zero."""

    def needs_all_channels(self, features: Sequence[int], n_points: int) -> bool:
        """Whether one of these features of a channel depends on the other channels."""
        return self.sees_all_channels

    @abstractmethod
    def n_features(self, n_points: int) -> int:
        """Number of features per channel for a field of ``n_points`` points."""

    @abstractmethod
    def __call__(self, field: Tensor) -> Tensor:
        """Detect."""

    def readings(self, n_points: int) -> list[Reading]:
        """What each feature of a channel is of, in the order of the features."""
        return readings("field", "value", self.n_features(n_points))

    def module(self, n_channels: int, n_points: int) -> "DetectorModule":
        """The detector as a module for fields of these sizes, uncalibrated."""
        return DetectorModule(self)

    def chosen_module(self, choice: Choice, n_points: int) -> "DetectorModule":
        """Some of its features as a module, from the seen channels to (cases, chosen features)."""
        inner = self.module(len(choice.seen), n_points)
        return ChosenModule(self, inner, choice, self.n_features(n_points))


class PointDetector(Detector):
    """A detector as fast as the field: it gives one or more real records, and keeps every point.

    What follows it, such as a comparator with its counter, takes the records.

    Examples
    --------
    >>> import physembed as pe
    >>> isinstance(pe.Intensity(), pe.PointDetector), isinstance(pe.MeanPower(), pe.PointDetector)
    (True, False)
    >>> pe.Counter(pe.Intensity(), thresholds=2).n_features(64)  # comparators on its one record
    2
    """

    @property
    def n_records(self) -> int:
        """Number of records per channel."""
        return 1

    @property
    def record_names(self) -> tuple[str, ...]:
        """What every record is called."""
        return tuple(f"record {k}" for k in range(1, self.n_records + 1))

    def laws(self) -> tuple[Law, ...] | None:
        """How each record follows from the field, for a compiled sweep; None where it cannot."""
        return None

    @abstractmethod
    def records(self, field: Tensor) -> Tensor:
        """Real records, shape (cases, channels, n_records, points)."""

    def n_features(self, n_points: int) -> int:
        return self.n_records * n_points

    def readings(self, n_points: int) -> list[Reading]:
        return [r for name in self.record_names for r in readings(name, "value", n_points)]

    def __call__(self, field: Tensor) -> Tensor:
        return self.records(field).flatten(2)


class DetectorModule(nn.Module):
    """A detector at work; this one has nothing to calibrate and nothing to train.

    Parameters
    ----------
    detector : Detector
    """

    needs_calibration = False
    """Whether :meth:`calibrate` takes anything from the training cases."""

    reads_measurements_singly = False
    """Whether each feature is made of the one measurement of the same number."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        """Take from the fields of training cases, (cases, channels, points), what is set by them.

        Nothing here.
        """

    def forward(self, field: Tensor) -> Tensor:
        return self.detector(field)

    def side_by_side(self) -> "list[DetectorModule]":
        """The modules that see the same field, one after the other."""
        return [self]

    def joined(self, features: Sequence[Tensor]) -> Tensor:
        """The features of all of :meth:`side_by_side` as :meth:`forward` gives them."""
        return features[0]

    def measurements(self, n_points: int) -> Measurements | None:
        """What a compiled sweep can measure in place of :meth:`forward`; None where it cannot."""
        return None

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        """What :meth:`forward` gives, of numbers (cases, measurements) that were measured."""
        raise NotImplementedError

    def adopt(self, whole: "DetectorModule") -> None:
        """Take over what was calibrated from the module of all channels and features.

        Parameters
        ----------
        whole : DetectorModule
            What the detector's :meth:`~Detector.module` made for all channels.
        """


class ChosenModule(DetectorModule):
    """Some features of a module that detects all of the channels that it sees.

    Parameters
    ----------
    detector : Detector
    inner : DetectorModule
        For the channels that are seen.
    choice : Choice
    n_features : int
        Of a channel.
    """

    def __init__(
        self, detector: Detector, inner: DetectorModule, choice: Choice, n_features: int
    ) -> None:
        super().__init__(detector)
        self.inner = inner
        self.needs_calibration = inner.needs_calibration
        self.seen = choice.seen
        places = choice.grouped(n_features, 1)
        self.register_buffer("_places", places.among_seen[places.order], persistent=False)

    def calibrate(self, field: Tensor, generator: torch.Generator) -> None:
        self.inner.calibrate(field, generator)

    def adopt(self, whole: DetectorModule) -> None:
        # whatever a detector calibrates, it calibrates for every channel
        state = {name: value[list(self.seen)] for name, value in whole.state_dict().items()}
        self.inner.load_state_dict(state)

    def measurements(self, n_points: int) -> Measurements | None:
        asked = self.inner.measurements(n_points)
        if asked is None or not self.inner.reads_measurements_singly:
            return asked
        is_read = np.zeros(len(asked.lanes), dtype=bool)
        is_read[self.get_buffer("_places").numpy()] = True
        return replace(asked, is_read=is_read)

    def finish(self, raw: Tensor, n_points: int) -> Tensor:
        return self._chosen(self.inner.finish(raw, n_points))

    def forward(self, field: Tensor) -> Tensor:
        return self._chosen(self.inner(field))

    def _chosen(self, features: Tensor) -> Tensor:
        return features.flatten(1).index_select(1, self.get_buffer("_places"))


def intensity(field: Tensor) -> Tensor:
    """|E|^2."""
    is_plain = not (torch.compiler.is_compiling() or is_transformed() or is_dual(field))
    is_trained = torch.is_grad_enabled() and field.requires_grad and field.is_complex()
    # the slope of a real part is a field of zeros, and every operation on a GPU is a launch
    if (field.device.type == "cuda" and not is_transformed()) or (is_plain and is_trained):
        squared: Tensor = _Intensity.apply(field)  # type: ignore[no-untyped-call]
        return squared
    return field.real**2 + field.imag**2


class _Intensity(torch.autograd.Function):
    """|E|² with the slope 2 E, in few operations."""

    @staticmethod
    def forward(ctx: Any, field: Tensor) -> Tensor:
        ctx.save_for_backward(field)
        if field.device.type != "cuda":
            return field.real**2 + field.imag**2
        return torch.view_as_real(field).square().sum(dim=-1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (field,) = ctx.saved_tensors
        if field.device.type == "cuda":
            slope: Tensor = 2 * grad * field
            return slope
        # a real number times a complex one would first become complex
        parts = torch.view_as_real(field.resolve_conj())
        return torch.view_as_complex(parts * (2 * grad)[..., None])


FLOOR = 1e-12
"""Added to the intensity under the root, whose slope at zero is infinite."""


def square_root(binned: Tensor) -> Tensor:
    """The amplitude of an intensity, with a finite slope where there is no light."""
    return (binned + FLOOR).sqrt()


def _log_contrast(binned: Tensor) -> Tensor:
    """log(I / mean + 0.01): the mean over the bins of a channel is the unit, 20 dB the floor."""
    mean = binned.mean(dim=-1, keepdim=True)
    return torch.log(binned / torch.where(mean > 0, mean, 1.0) + 0.01)


def _linear(binned: Tensor) -> Tensor:
    return binned


RESPONSES: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": _linear,
    "sqrt": square_root,
    "log": _log_contrast,
}
"""Every response of the detector's amplifier by its name."""
