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

FILLED = 0.1
"""The same ratio from which the field fills the window, rather than reaches its edge by a tail."""

SMOOTH = 4.0
"""Second difference at the window's edge, in root mean squares of the others, that is smooth."""

EXACT_LIMIT = math.pi
"""Phase per step that an exact local step may turn by before the splitting loses sight of it."""

RUNGE_KUTTA_LIMIT = 1.0
"""Relative change that a Runge-Kutta step follows to a percent; far beyond it makes energy."""


class SamplingWarning(PhysembedWarning):
    """The grid undersamples the field, or a step turns its phase too far (π; 1 for Runge-Kutta).

    What is seen may then be aliasing, not physics. The message says what to enlarge.
    """


def warn_of_field(
    field: Tensor, grid: Grid, when: str, *, entered: Tensor | None = None, driven: bool = False
) -> None:
    """Warn where energy has reached the edge of the window or of the band.

    A field that fills the window and goes on smoothly across its edge, such as a tone or a
    continuous wave, is periodic on purpose. ``entered``, the field before the medium, tells a
    pulse that has spread to the edge from one that began there; a ``driven`` medium fills the
    window by itself.
    """
    if not field.numel():
        return
    with torch.no_grad():
        axes = tuple(range(-len(grid.shape), 0))
        share = _edge_share(field, axes)
        if entered is None:
            periodic = (share > FILLED) & _goes_on_across_the_edge(field, axes)
            reached = (share > TOLERATED) & ~periodic
        else:
            reached = (share > TOLERATED) & (_edge_share(entered, axes) <= TOLERATED)
        if not driven and bool(reached.any()):
            warnings.warn(
                f"the field {when} reaches the edge of the window, where it wraps round; enlarge "
                "the window (more points at the same spacing) if it should not.",
                SamplingWarning,
                stacklevel=3,
            )
        spectrum = torch.fft.fftshift(torch.fft.fftn(field, dim=axes), dim=axes)
        if bool((_edge_share(spectrum, axes) > TOLERATED).any()):
            warnings.warn(
                f"the spectrum of the field {when} reaches the edge of the band, where it is "
                "aliased; reduce the grid's spacing.",
                SamplingWarning,
                stacklevel=3,
            )


def is_driven(
    equation: MasterEquation, grid: Grid, layers: list[CoefficientValues], field: Tensor
) -> bool:
    """Whether the medium makes light of darkness, as a pumped cavity does."""
    if equation.is_conservative:
        return False
    with torch.no_grad():
        dark = torch.zeros_like(field)
        return any(bool(equation.local_derivative(dark, grid, c).any()) for c in layers)


def warn_of_phase(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    layers: list[CoefficientValues],
    step: float,
) -> None:
    """Warn where the nonlinear phase per step is beyond the splitting or the Runge-Kutta step."""
    if not field.numel():
        return
    limit = EXACT_LIMIT if equation.is_conservative else RUNGE_KUTTA_LIMIT
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
            if largest > limit:
                named = "π" if equation.is_conservative else f"{limit:g} for a Runge-Kutta step"
                warnings.warn(
                    f"the nonlinear phase in layer {number} reaches {largest:.3g} rad per step, "
                    f"more than {named}; increase steps_per_layer.",
                    SamplingWarning,
                    stacklevel=3,
                )
                return


def _edge_share(field: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Mean energy near the ends of any axis, relative to the mean energy, of every case."""
    energy = _as_cases(field, axes).abs().square()
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
    return torch.stack(shares).amax(dim=0) / torch.where(total > 0, total, 1.0)


def _goes_on_across_the_edge(field: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Whether the second difference at the window's edge is like those elsewhere, of every case."""
    cases = _as_cases(field, axes)
    rounding = 1e-10 * cases.abs().square().flatten(1).mean(dim=1)
    smooth = torch.ones_like(rounding, dtype=torch.bool)
    for axis in axes:
        bend = (cases.roll(1, axis) - 2 * cases + cases.roll(-1, axis)).abs().square()
        bend = bend.movedim(axis, 1).reshape(len(cases), cases.shape[axis], -1).mean(dim=2)
        edge = torch.maximum(bend[:, 0], bend[:, -1])
        smooth &= edge <= SMOOTH**2 * bend[:, 1:-1].mean(dim=1) + rounding
    return smooth


def _as_cases(field: Tensor, axes: tuple[int, ...]) -> Tensor:
    return field.reshape(-1, *field.shape[axes[0] :])
