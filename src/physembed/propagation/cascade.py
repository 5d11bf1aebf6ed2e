"""A cascade of layers worked out into alternating passes: the readable oracle.

Every other way to compute a cascade is tested against :func:`run_cascade` under autograd.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, MasterEquation, TimeGrid
from physembed.propagation.coefficient_values import at_layer
from physembed.propagation.schemes import SplittingScheme


@dataclass(frozen=True)
class Pass:
    """One linear step, exp(exponent) in the Fourier domain, and then one local step.

    ``exponent`` None is the identity, and so is a ``local_length`` of zero.
    """

    exponent: Tensor | None
    local_length: float
    layer: int
    ends_layer: bool = False


def plan_cascade(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    n_layers: int,
    grid: TimeGrid,
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
    device = next(iter(values.values())).device
    omega = grid.omega.to(device)
    step = layer_length / steps_per_layer
    passes: list[Pass] = []
    pending: Tensor | None = None
    for layer in range(n_layers):
        symbol = equation.linear_symbol(omega, at_layer(values, layer))
        for _ in range(steps_per_layer):
            for linear_fraction, local_fraction in scheme.stages:
                exponent = symbol * (linear_fraction * step)
                if pending is not None:
                    exponent = exponent + pending
                    pending = None
                passes.append(Pass(exponent, local_fraction * step, layer))
            if scheme.closing:
                pending = symbol * (scheme.closing * step)
        last = layer == n_layers - 1
        if separate_layers or last:
            passes.append(Pass(pending, 0.0, layer, ends_layer=True))
            pending = None
    return passes


def run_cascade(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: TimeGrid,
    passes: list[Pass],
) -> list[Tensor]:
    """The field at the end of every pass that ends a layer, each of the shape of ``field``."""
    t = grid.t.to(field.device)
    ends: list[Tensor] = []
    for step in passes:
        if step.exponent is not None:
            field = linear_step(field, step.exponent)
        if step.local_length:
            field = local_step(field, equation, t, at_layer(values, step.layer), step.local_length)
        if step.ends_layer:
            ends.append(field)
    return ends


def linear_step(field: Tensor, exponent: Tensor) -> Tensor:
    """Multiply by exp(exponent) in the Fourier domain; the exponential is taken in float64."""
    transfer = torch.exp(exponent).to(field.dtype)
    return torch.fft.ifft(torch.fft.fft(field) * transfer)


def local_step(
    field: Tensor, equation: MasterEquation, t: Tensor, c: CoefficientValues, length: float
) -> Tensor:
    """Multiply by exp(i phi(|E|^2, t) length); exact, because the phase leaves |E|^2 as it is."""
    intensity = field.real**2 + field.imag**2
    phase = local_phase(equation, intensity, t, c, length)
    return field * torch.complex(torch.cos(phase), torch.sin(phase))


def local_phase(
    equation: MasterEquation, intensity: Tensor, t: Tensor, c: CoefficientValues, length: float
) -> Tensor:
    """phi(|E|^2, t) length, in the dtype of the intensity.

    An affine phase V(t) + gamma |E|^2 is split, so that V, which reaches thousands of radians, is
    computed in float64 and reduced to one turn before it meets a float32 intensity.
    """
    if not equation.local_phase_is_affine:
        return equation.local_phase(intensity, t.to(intensity.dtype), c) * length
    at_rest = equation.local_phase(torch.zeros_like(t), t, c)
    slope = equation.local_phase(torch.ones_like(t), t, c) - at_rest
    turn = torch.remainder(at_rest * length, 2 * math.pi)
    return turn.to(intensity.dtype) + (slope * length).to(intensity.dtype) * intensity
