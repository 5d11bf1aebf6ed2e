"""A cascade of layers worked out into alternating passes: the readable oracle.

Every other way to compute a cascade is tested against :func:`run_cascade` under autograd.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.coefficient_values import at_layer
from physembed.propagation.local_step import local_step
from physembed.propagation.noise import Noise
from physembed.propagation.schemes import SplittingScheme


@dataclass(frozen=True)
class Pass:
    """One linear step, exp(exponent) in the Fourier domain, and then one local step.

    ``exponent`` None is the identity, and so is a ``local_length`` of zero.
    """

    exponent: Tensor | None
    local_length: float
    c: CoefficientValues
    ends_layer: bool = False


def plan_cascade(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    n_layers: int,
    grid: Grid,
    scheme: SplittingScheme,
    *,
    layer_length: float,
    steps_per_layer: int,
    separate_layers: bool,
) -> list[Pass]:
    """The passes of a cascade; neighbouring linear parts are merged into one.

    ``separate_layers`` keeps the linear parts of neighbouring layers apart, because the field
    between them is asked for.
    """
    device = next((value.device for value in values.values()), None)
    omega = grid.omega.to(device)
    step = layer_length / steps_per_layer
    passes: list[Pass] = []
    pending: Tensor | None = None
    for layer in range(n_layers):
        c = at_layer(values, layer)
        symbol = equation.linear_symbol(omega, c)
        for _ in range(steps_per_layer):
            for linear_fraction, local_fraction in scheme.stages:
                exponent = symbol * (linear_fraction * step)
                if pending is not None:
                    exponent = exponent + pending
                    pending = None
                passes.append(Pass(exponent, local_fraction * step, c))
            if scheme.closing:
                pending = symbol * (scheme.closing * step)
        if separate_layers or layer == n_layers - 1:
            passes.append(Pass(pending, 0.0, c, ends_layer=True))
            pending = None
    return passes


def run_cascade(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    passes: list[Pass],
    noise: Noise | None = None,
) -> list[Tensor]:
    """The field at the end of every pass that ends a layer, each of the shape of ``field``."""
    ends: list[Tensor] = []
    generator = None if noise is None else noise.generator()
    for step in passes:
        if step.exponent is not None:
            field = linear_step(field, step.exponent)
        if step.local_length:
            field = local_step(field, equation, grid, step.c, step.local_length)
        if step.ends_layer:
            if noise is not None and generator is not None:
                field = field + noise.sample(field, grid, generator)
            ends.append(field)
    return ends


def run_cascade_backwards(
    field: Tensor, equation: MasterEquation, grid: Grid, passes: list[Pass]
) -> list[Tensor]:
    """Undo the passes, last one first: the fields at the beginning of every layer, last to first.

    Exact to rounding for an equation whose local law is a phase.
    """
    starts: list[Tensor] = []
    for step in reversed(passes):
        if step.ends_layer and step is not passes[-1]:
            starts.append(field)
        if step.local_length:
            field = local_step(field, equation, grid, step.c, -step.local_length)
        if step.exponent is not None:
            field = linear_step(field, -step.exponent)
    return [*starts, field]


def linear_step(field: Tensor, exponent: Tensor) -> Tensor:
    """Multiply by exp(exponent) in the Fourier domain; the exponential is taken in float64."""
    transfer = torch.exp(exponent).to(field.dtype)
    axes = tuple(range(-exponent.ndim, 0))
    return torch.fft.ifftn(torch.fft.fftn(field, dim=axes) * transfer, dim=axes)
