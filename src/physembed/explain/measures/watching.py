"""What the field looks like on its way: intensity, spectrum, phase, and their means by class."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.explain.measures.slow_motion import slow_motion
from physembed.explain.subject import POINTS_AT_ONCE, Subject
from physembed.networks import Medium

FRAMES = 48
FAINT = 1e-3
"""Share of the peak intensity below which a phase is noise."""

ROUNDING = 1e-9
"""Share of the largest amplitude below which an imaginary part is rounding of transforms."""


@dataclass(frozen=True)
class Passage:
    """The field of one case on its way through a fibre.

    Parameters
    ----------
    z : Tensor of shape (frames,)
        In layers.
    t : Tensor of shape (points,)
        In timepoints of the series, from the middle of the window.
    frequency : Tensor of shape (points,)
        In cycles per timepoint, increasing.
    fields : Tensor of shape (frames, channels, points), complex
    """

    z: Tensor
    t: Tensor
    frequency: Tensor
    fields: Tensor

    @property
    def intensity(self) -> Tensor:
        """|E(t, z)|², of the shape of the fields."""
        return self.fields.abs().square()

    @property
    def spectrum(self) -> Tensor:
        """|E(ω, z)|², of the shape of the fields, in the order of ``frequency``."""
        return torch.fft.fftshift(torch.fft.fft(self.fields), dim=-1).abs().square()

    @property
    def phase(self) -> Tensor:
        """arg E, unwrapped along t, not a number where there is no light to speak of."""
        angle = self.fields.angle()
        step = torch.diff(angle, dim=-1)
        turns = torch.round(step / (2 * torch.pi)).cumsum(dim=-1)
        unwrapped = angle.clone()
        unwrapped[..., 1:] -= 2 * torch.pi * turns
        return torch.where(self._lit(), unwrapped, torch.nan)

    @property
    def is_real(self) -> bool:
        """Whether the field is real on all its way, but for rounding: nothing turns its phase."""
        return bool((self.fields.imag.abs() <= ROUNDING * self.fields.abs().amax()).all())

    @property
    def instantaneous_frequency(self) -> Tensor:
        """(1/2π) dφ/dt in cycles per timepoint: Im(E* dE/dt) / 2π|E|², E differentiated exactly.

        Not a number where there is no light to speak of.
        """
        n, spacing = self.fields.shape[-1], float(self.t[1] - self.t[0])
        omega = 2 * torch.pi * torch.fft.fftfreq(n, d=spacing, dtype=torch.float64)
        slope = torch.fft.ifft(1j * omega * torch.fft.fft(self.fields))
        rate = (self.fields.conj() * slope).imag / (2 * torch.pi)
        intensity = self.intensity
        return torch.where(
            self._lit(), rate / intensity.clamp(min=torch.finfo(intensity.dtype).tiny), torch.nan
        )

    def _lit(self) -> Tensor:
        intensity = self.intensity
        return intensity > FAINT * intensity.amax(dim=-1, keepdim=True)


@dataclass(frozen=True)
class ClassPassage:
    """Mean and standard deviation of intensity and spectrum over the cases of every class.

    Shapes: (classes, frames, channels, points); ``counts`` (classes,).
    """

    z: Tensor
    t: Tensor
    frequency: Tensor
    counts: Tensor
    intensity: Tensor
    intensity_deviation: Tensor
    spectrum: Tensor
    spectrum_deviation: Tensor

    def difference(self, first: int, second: int) -> tuple[Tensor, Tensor]:
        """Difference of two classes in their pooled standard deviation, of both quantities.

        Cohen's d of |E(t, z)|² and of |E(ω, z)|²; shapes (frames, channels, points).
        """

        def effect(mean: Tensor, deviation: Tensor) -> Tensor:
            pooled = ((deviation[first] ** 2 + deviation[second] ** 2) / 2).sqrt()
            # where next to nothing arrives, a deviation is no yardstick
            floor = 1e-3 * mean.amax()
            return (mean[first] - mean[second]) / (pooled + floor)

        return (
            effect(self.intensity, self.intensity_deviation),
            effect(self.spectrum, self.spectrum_deviation),
        )


def watch_case(subject: Subject, fibre: int, x: Tensor) -> Passage:
    """Send one series, of shape (channels, timepoints), through a fibre."""
    _, medium = subject.fibres[fibre]
    field = subject.entering(fibre, x[None])
    frames = list(slow_motion(medium, field, _frames_per_layer(medium, FRAMES)))
    return Passage(
        *_axes(subject, fibre, [z for z, _ in frames]), torch.stack([f[0] for _, f in frames])
    )


def watch_classes(subject: Subject, fibre: int, *, columns: int = 400) -> ClassPassage:
    """Send training cases of every class through a fibre, and average what is seen.

    Parameters
    ----------
    subject : Subject
    fibre : int
    columns : int, default=400
        Neighbouring points are averaged to about as many.
    """
    _, medium = subject.fibres[fibre]
    cases = subject.few_train
    x, y = subject.x_train[cases], subject.y_train[cases]
    n_classes, n_points = len(subject.classes), medium.grid.shape[-1]
    together = -(-n_points // columns)
    counts = torch.stack([(y == k).sum() for k in range(n_classes)])
    sums: list[Tensor] = []
    z: list[float] = []
    per_layer = _frames_per_layer(medium, FRAMES // 2)
    # one frame at a time is worked on, not all layers
    size = max(1, POINTS_AT_ONCE // (subject.network.n_channels * n_points))
    for series, labels in zip(x.split(size), y.split(size), strict=True):
        member = torch.nn.functional.one_hot(labels, n_classes).double()
        fields = slow_motion(medium, subject.entering(fibre, series), per_layer)
        for frame, (place, field) in enumerate(fields):
            spectrum = torch.fft.fftshift(torch.fft.fft(field), dim=-1)
            seen = torch.stack(
                [
                    _coarse(field.abs().square(), together),
                    _coarse(spectrum.abs().square(), together),
                ]
            )
            moments = torch.stack([seen, seen.square()])
            summed = torch.einsum("nk,qmncp->qmkcp", member, moments)
            if frame == len(sums):
                sums.append(summed)
                z.append(place)
            else:
                sums[frame] = sums[frame] + summed
    moments = torch.stack(sums, dim=3) / counts.clamp(min=1)[:, None, None, None]
    deviation = (moments[1] - moments[0].square()).clamp(min=0).sqrt()
    axes = _axes(subject, fibre, z)
    return ClassPassage(
        axes[0],
        _coarse(axes[1], together),
        _coarse(axes[2], together),
        counts,
        moments[0, 0],
        deviation[0],
        moments[0, 1],
        deviation[1],
    )


def _axes(subject: Subject, fibre: int, z: list[float]) -> tuple[Tensor, Tensor, Tensor]:
    grid = subject.network.fibres[fibre].grid(subject.network.n_timepoints)
    frequency = torch.fft.fftshift(grid.omega) / (2 * torch.pi)
    return torch.tensor(z, dtype=torch.float64), grid.t, frequency


def _frames_per_layer(medium: Medium, total: int) -> int:
    """How many frames each layer should have for about ``total`` over all."""
    return max(2, round(total / medium.n_layers))


def _coarse(values: Tensor, together: int) -> Tensor:
    whole = values.shape[-1] // together * together
    return values[..., :whole].reshape(*values.shape[:-1], -1, together).mean(dim=-1)
