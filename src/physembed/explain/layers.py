"""What each layer of a medium does, in timepoints and radians, whatever its equation calls it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.networks import Medium
from physembed.physics import CoefficientValues

SMALL_FREQUENCY = 1e-3
"""Share of the band's edge at which dispersion is measured: that of higher order is nothing there,
and the phases are still far above their rounding."""

SMALL_INTENSITY = 1e-6


@dataclass(frozen=True)
class LayerAction:
    """What a layer does to a field of little power.

    Parameters
    ----------
    dispersion : float
        β₂ of the layer, in timepoints².
    loss : float
        Power attenuation, in nepers; negative is gain.
    is_phase : bool
        Whether the local law is a phase, of which alone the following tell.
    kerr : float
        Phase per intensity, in radians; positive is self-focusing.
    lens : float
        Largest minus smallest phase of the potential over the window, in radians.
    curvature : float
        s of a potential s t² at its deepest point, in radians per timepoint².
    """

    dispersion: float
    loss: float
    is_phase: bool
    kerr: float = 0.0
    lens: float = 0.0
    curvature: float = 0.0


def layer_actions(medium: Medium) -> list[LayerAction]:
    """What every layer of a medium does."""
    dispersion = dispersions(medium).tolist()
    symbol_at_rest = medium.symbol(torch.zeros(1, dtype=torch.float64)).detach()
    loss = (-2 * symbol_at_rest.real[:, 0]).tolist()
    return [
        LayerAction(dispersion[layer], loss[layer], *_local_law(medium, layer))
        for layer in range(medium.n_layers)
    ]


def dispersions(medium: Medium) -> Tensor:
    """β₂ = d² Im L / dω² of every layer at ω = 0, in timepoints², shape (layers,)."""
    step = SMALL_FREQUENCY * torch.pi / medium.grid.spacing
    omega = step * torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64)
    phase = medium.symbol(omega).detach().imag
    return (phase[:, 0] - 2 * phase[:, 1] + phase[:, 2]) / step**2


def group_delay(medium: Medium) -> Tensor:
    """-d arg H / dω of all layers, in the order of increasing ω, shape (points,)."""
    omega = torch.fft.fftshift(medium.grid.omega)
    phase = medium.symbol(omega).detach().imag.sum(dim=0)
    return -torch.gradient(phase, spacing=(omega,))[0]


def coefficients_of_layer(medium: Medium, layer: int) -> CoefficientValues:
    """The coefficients of one layer in the grid's units, as attributes of shape (1,), float64."""
    return CoefficientValues(**{k: v[layer].reshape(1) for k, v in medium.physical().items()})


def _local_law(medium: Medium, layer: int) -> tuple[bool, float, float, float]:
    """Whether it is a phase, its slope in the intensity, and the depth and bend of its potential"""
    if not medium.equation.is_conservative or len(medium.grid.shape) > 1:
        return False, 0.0, 0.0, 0.0
    c = coefficients_of_layer(medium, layer)
    t = medium.grid.coordinates[0]
    dark = torch.zeros(1, len(t), dtype=torch.float64)
    rest = medium.equation.local_phase(dark, t, c)[0].expand(len(t))
    lit = medium.equation.local_phase(dark + SMALL_INTENSITY, t, c)[0].expand(len(t))
    bend = (rest[2:] - 2 * rest[1:-1] + rest[:-2]) / medium.grid.spacing**2
    length = medium.lengths[layer]
    return (
        True,
        length * float((lit - rest).mean()) / SMALL_INTENSITY,
        length * float(rest.max() - rest.min()),
        # the cusps between the cells of a lattice are no lenses: take the middle of the values
        -length * float(bend.median()) / 2,
    )
