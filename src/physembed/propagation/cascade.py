"""A cascade of layers carried out pass by pass: the readable oracle.

Every other way to compute a cascade, or its gradient, is tested against this one under autograd.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import at_layer
from physembed.physics.derivatives import band, to_field, to_spectrum
from physembed.propagation.exponential import Weights, exponential_step, multiply, weights
from physembed.propagation.local_step import in_dtype, local_step
from physembed.propagation.noise import Noise
from physembed.propagation.schedule import Pass


@dataclass(frozen=True)
class Step:
    """A pass with its numbers: exp(exponent) in the Fourier domain, and then one local step.

    ``exponent`` None is the identity, and so is a ``local_length`` of zero. With ``exponential``,
    the name of a scheme and its weights, it is one step of that scheme instead.
    """

    exponent: Tensor | None
    local_length: float
    c: CoefficientValues
    ends_layer: bool = False
    exponential: tuple[str, Weights] | None = None


def cascade_steps(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> list[Step]:
    """The passes of a schedule with the coefficients' values in them; exponents in complex128."""
    device = next((value.device for value in values.values()), None)
    omega = band(grid, is_real=equation.is_real).to(device)
    known: dict[tuple[int, float], Weights] = {}
    coefficients: dict[int, CoefficientValues] = {}
    symbols: dict[int, Tensor] = {}
    steps: list[Step] = []
    for step in schedule:
        for layer in [*dict(step.linear), *([step.local[0]] if step.local else [])]:
            if layer not in symbols:
                coefficients[layer] = at_layer(values, layer)
                symbols[layer] = equation.linear_symbol(omega, coefficients[layer])
        if step.exponential is not None and step.local is not None:
            layer, length = step.local
            if step.local not in known:
                are_matrices = equation.couples_linearly
                known[step.local] = weights(symbols[layer], length, are_matrices=are_matrices)
            scheme = (step.exponential, known[step.local])
            steps.append(Step(None, 0.0, coefficients[layer], step.ends_layer, scheme))
            continue
        parts = [symbols[layer] * length for layer, length in step.linear]
        if equation.couples_linearly:
            # matrices of neighbouring layers do not commute
            steps += [Step(part, 0.0, coefficients[step.linear[0][0]]) for part in parts[:-1]]
            parts = parts[-1:]
        exponent = sum(parts[1:], start=parts[0]) if parts else None
        last = step.local[0] if step.local else step.linear[-1][0]
        local_length = step.local[1] if step.local else 0.0
        steps.append(Step(exponent, local_length, coefficients[last], step.ends_layer))
    return steps


def run_cascade(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    steps: Sequence[Step],
    noise: Noise | None = None,
) -> list[Tensor]:
    """The field at the end of every step that ends a layer, each of the shape of ``field``."""
    ends: list[Tensor] = []
    generator = None if noise is None else noise.generator()
    for step in steps:
        field = step_forwards(field, equation, grid, step)
        if step.ends_layer:
            if noise is not None and generator is not None:
                field = field + noise.sample(field, grid, generator)
            ends.append(field)
    return ends


def run_cascade_backwards(
    field: Tensor, equation: MasterEquation, grid: Grid, steps: Sequence[Step]
) -> list[Tensor]:
    """Undo the steps, last one first: the fields at the beginning of every layer, last to first.

    Exact to rounding for an equation whose local law is a phase.
    """
    starts: list[Tensor] = []
    for step in reversed(steps):
        if step.ends_layer and step is not steps[-1]:
            starts.append(field)
        field = step_backwards(field, equation, grid, step)
    return [*starts, field]


def step_forwards(field: Tensor, equation: MasterEquation, grid: Grid, step: Step) -> Tensor:
    """The field after one step."""
    if step.exponential is not None:
        scheme, w = step.exponential
        c = in_dtype(step.c, field)
        return exponential_step(field, equation, grid, c, scheme=scheme, w=w)
    if step.exponent is not None and (equation.is_real or equation.couples_linearly):
        field = _coupled_linear_step(field, equation, grid, step.exponent)
    elif step.exponent is not None:
        field = linear_step(field, step.exponent)
    if step.local_length:
        field = local_step(field, equation, grid, step.c, step.local_length)
    return field


def _coupled_linear_step(
    field: Tensor, equation: MasterEquation, grid: Grid, exponent: Tensor
) -> Tensor:
    """As :func:`linear_step`, of real fields by their half band and of matrices by theirs."""
    is_matrix = equation.couples_linearly
    transfer = torch.linalg.matrix_exp(exponent) if is_matrix else torch.exp(exponent)
    spectrum = multiply(transfer, to_spectrum(field, grid), is_matrix=is_matrix)
    return to_field(spectrum, grid, is_real=equation.is_real)


def step_backwards(field: Tensor, equation: MasterEquation, grid: Grid, step: Step) -> Tensor:
    """The field before one step, for an equation whose local law is a phase."""
    if step.local_length:
        field = local_step(field, equation, grid, step.c, -step.local_length)
    if step.exponent is not None:
        field = linear_step(field, -step.exponent)
    return field


def linear_step(field: Tensor, exponent: Tensor) -> Tensor:
    """Multiply by exp(exponent) in the Fourier domain; the exponential is taken in float64."""
    transfer = torch.exp(exponent).to(field.dtype)
    axes = tuple(range(-exponent.ndim, 0))
    return torch.fft.ifftn(torch.fft.fftn(field, dim=axes) * transfer, dim=axes)
