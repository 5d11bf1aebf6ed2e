"""The numbers by which an optician knows a medium, layer by layer."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.explain.layers import dispersions, layer_actions
from physembed.explain.subject import Subject
from physembed.physics.coefficient import NaturalScale, far_field_dispersion


@dataclass(frozen=True)
class LayerOptics:
    """What the layers of a fibre do to the cases looked at; medians over cases and channels.

    Lengths are in layers, and infinite where there is nothing to be long for. All have the shape
    (layers,), except what is also known at the input, (layers + 1,).

    Parameters
    ----------
    dispersion_length : Tensor
        T²/|β₂| with T = 1 / 2Δω, the coherence time of the field that enters the layer: after so
        many layers its finest structure has changed.
    nonlinear_length : Tensor
        1 / |γ P| at the peak P where the local law acts.
    b_integral : Tensor
        Nonlinear phase at that peak, in radians.
    accumulated_dispersion : Tensor
        Σ β₂ of the layers so far, over the far field's.
    energy : Tensor of shape (layers + 1,)
        Over the energy that enters.
    duration : Tensor of shape (layers + 1,)
        Root mean square, in timepoints.
    bandwidth : Tensor of shape (layers + 1,)
        Root mean square, in cycles per timepoint.
    peak : Tensor of shape (layers,)
        Largest |E|² after each layer.
    """

    dispersion_length: Tensor
    nonlinear_length: Tensor
    b_integral: Tensor
    accumulated_dispersion: Tensor
    energy: Tensor
    duration: Tensor
    bandwidth: Tensor
    peak: Tensor

    @property
    def ratio(self) -> Tensor:
        """N² = dispersion length over nonlinear length; zero without nonlinearity."""
        return torch.where(
            torch.isinf(self.nonlinear_length), 0.0, self.dispersion_length / self.nonlinear_length
        )

    @property
    def broadening(self) -> Tensor:
        """Bandwidth after each layer over that of the input."""
        return self.bandwidth[1:] / self.bandwidth[0]


def layer_optics(subject: Subject, fibre: int) -> LayerOptics:
    """Measure the layers of a fibre on training cases."""
    _, medium = subject.fibres[fibre]
    x = subject.x_train[subject.few_train]
    far_field = far_field_dispersion(2)(medium.equation, NaturalScale(medium.grid))
    t, omega = medium.grid.coordinates[0], medium.grid.omega
    fields = torch.cat(
        [
            torch.cat([field[None], medium.layers(field)])
            for field in (subject.entering(fibre, part) for part in subject.batches(x))
        ],
        dim=1,
    ).flatten(1, 2)
    lit = fields[0].abs().square().sum(dim=-1) > 0
    fields = fields[:, lit]
    intensity = fields.abs().square()
    energy = intensity.sum(dim=-1)
    duration = rms_width(intensity, t)
    bandwidth = rms_width(torch.fft.fft(fields).abs().square(), omega)
    beta2 = dispersions(medium)
    slope = torch.tensor([layer.kerr for layer in layer_actions(medium)], dtype=torch.float64)
    # a local law that is a phase leaves the intensity with which the layer ends
    peak = intensity[1:].amax(dim=-1).median(dim=-1).values
    coherence = (1 / (2 * bandwidth[:-1]).clamp(min=1e-30)).median(dim=-1).values
    return LayerOptics(
        dispersion_length=_over(coherence.square(), beta2.abs()),
        nonlinear_length=_over(torch.ones_like(peak), (slope * peak).abs()),
        b_integral=slope * peak,
        accumulated_dispersion=beta2.cumsum(0) / far_field,
        energy=(energy / energy[0]).median(dim=-1).values,
        duration=duration.median(dim=-1).values,
        bandwidth=bandwidth.median(dim=-1).values / (2 * math.pi),
        peak=peak,
    )


def rms_width(weight: Tensor, axis: Tensor) -> Tensor:
    """√(⟨x²⟩ - ⟨x⟩²) over the last axis."""
    total = weight.sum(dim=-1).clamp(min=torch.finfo(weight.dtype).tiny)
    mean = (weight * axis).sum(dim=-1) / total
    return ((weight * (axis - mean[..., None]) ** 2).sum(dim=-1) / total).sqrt()


def _over(numerator: Tensor, denominator: Tensor) -> Tensor:
    nothing = denominator <= 1e-12
    return torch.where(nothing, torch.inf, numerator / torch.where(nothing, 1.0, denominator))
