"""Warnings where a grid or a step is too coarse for what happens on it."""

import math
import warnings

import torch
from torch import Tensor

from physembed.errors import PhysembedWarning
from physembed.physics import CoefficientValues, Grid, MasterEquation

EDGE = 1 / 16
"""Share of the window, and of the band, at each of its ends that counts as its edge."""

TOLERATED = 1e-3
"""Mean energy at an edge, relative to the mean over all, from which a warning is given."""


class SamplingWarning(PhysembedWarning):
    """The grid undersamples the field, or a step turns its phase by more than π.

    What is seen may then be aliasing, not physics. The message says what to enlarge.
    """


def warn_of_field(field: Tensor, grid: Grid, when: str) -> None:
    """Warn where energy has reached the edge of the window or of the band."""
    with torch.no_grad():
        axes = tuple(range(-len(grid.shape), 0))
        spectrum = torch.fft.fftshift(torch.fft.fftn(field, dim=axes), dim=axes)
        if _edge_share(field, axes) > TOLERATED:
            warnings.warn(
                f"the field {when} reaches the edge of the window, where it wraps round; enlarge "
                "the window (more points at the same spacing) if it should not.",
                SamplingWarning,
                stacklevel=3,
            )
        if _edge_share(spectrum, axes) > TOLERATED:
            warnings.warn(
                f"the spectrum of the field {when} reaches the edge of the band, where it is "
                "aliased; reduce the grid's spacing.",
                SamplingWarning,
                stacklevel=3,
            )


def warn_of_phase(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    layers: list[CoefficientValues],
    step: float,
) -> None:
    """Warn where a nonlinear phase of more than π per step is beyond the splitting."""
    with torch.no_grad():
        intensity = field.abs().square()
        dark = torch.zeros_like(field)
        for number, c in enumerate(layers, start=1):
            if equation.is_conservative:
                t = grid.coordinates if len(grid.shape) > 1 else grid.coordinates[0]
                at_rest = equation.local_phase(torch.zeros_like(intensity), t, c)
                phase = (equation.local_phase(intensity, t, c) - at_rest).abs()
            else:
                slope = equation.local_derivative(field, grid, c)
                slope = slope - equation.local_derivative(dark, grid, c)
                strongest = field.abs().amax().clamp(min=torch.finfo(intensity.dtype).tiny)
                phase = (slope / strongest).abs()
            largest = float(phase.amax()) * step
            if largest > math.pi:
                warnings.warn(
                    f"the nonlinear phase in layer {number} reaches {largest:.3g} rad per step, "
                    "more than π; increase steps_per_layer.",
                    SamplingWarning,
                    stacklevel=3,
                )
                return


def _edge_share(field: Tensor, axes: tuple[int, ...]) -> float:
    """Mean energy near the ends of any axis, relative to the mean energy; the worst case."""
    energy = field.abs().square().reshape(-1, *field.shape[axes[0] :])
    total = energy.flatten(1).mean(dim=1)
    shares = [torch.zeros_like(total)]
    for axis in axes:
        width = max(1, round(EDGE * energy.shape[axis]))
        ends = torch.cat(
            [
                energy.narrow(axis, 0, width),
                energy.narrow(axis, energy.shape[axis] - width, width),
            ],
            dim=axis,
        )
        shares.append(ends.flatten(1).mean(dim=1))
    share = torch.stack(shares).amax(dim=0) / torch.where(total > 0, total, 1.0)
    return float(share.amax()) if share.numel() else 0.0
