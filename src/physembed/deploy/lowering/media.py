"""Equations as factors: the linear step of a pass, and its local step."""

import math
from collections.abc import Mapping, Sequence
from functools import singledispatch

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.deploy.factor import Factor, polynomial
from physembed.deploy.lowering.elements import ascending
from physembed.deploy.lowering.potentials import lower_potential
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.physics import (
    CoefficientValues,
    GrossPitaevskii,
    MasterEquation,
    NonlinearSchrodinger,
    TimeGrid,
)

Layers = Sequence[tuple[Mapping[str, float], float]]
"""Coefficients of layers, in the grid's units, each with the length that is passed."""


@singledispatch
def lower_symbol(equation: MasterEquation, layers: Layers, grid: TimeGrid) -> Factor:
    """exp(Σ L(ω) length) over layers, by the equation's class; any equation has a table.

    Parameters
    ----------
    equation : MasterEquation
    layers : sequence of (mapping of str to float, float)
    grid : TimeGrid
    """
    total = torch.zeros(grid.n_points, dtype=torch.complex128)
    for values, length in layers:
        total = total + length * equation.linear_symbol(grid.omega, _values(values))
    return Factor(table=ascending(torch.exp(total), in_fft_order=True)) if total.any() else Factor()


@lower_symbol.register
def _(equation: NonlinearSchrodinger, layers: Layers, grid: TimeGrid) -> Factor:
    alpha, *dispersions = (
        sum(values[name] * length for values, length in layers)
        for name in ("alpha", "beta2", "beta3", "beta4")
    )
    scales = (1 / 2, -1 / 6, 1 / 24)
    step = 2 * math.pi / grid.window
    turns = [
        scale * beta * step**order / (2 * math.pi)
        for order, (scale, beta) in enumerate(zip(scales, dispersions, strict=True), start=2)
    ]
    factor = polynomial((0.0, 0.0, *turns), grid.n_points)
    return factor * Factor(gain=math.exp(-alpha / 2))


@lower_symbol.register
def _(equation: GrossPitaevskii, layers: Layers, grid: TimeGrid) -> Factor:
    kinetic = sum(values["kinetic"] * length for values, length in layers)
    step = 2 * math.pi / grid.window
    return polynomial((0.0, 0.0, -kinetic / 2 * step**2 / (2 * math.pi)), grid.n_points)


def lower_local(
    equation: MasterEquation, values: Mapping[str, float], length: float, grid: TimeGrid
) -> tuple[Factor, NDArray[np.float64]]:
    """The local step exp(i (V + s |E|²)): the factor at rest, and s of shape (1,) or (points,).

    Raises
    ------
    NoLoweringError
        If the local law is another than that.
    """
    if equation.needs_channels or not (equation.is_conservative and equation.local_phase_is_affine):
        raise NoLoweringError(
            equation, "an equation whose local phase is V(t) + γ |E|², such as NonlinearSchrodinger"
        )
    slope = length * (_phase(equation, 1.0, values, grid) - _phase(equation, 0.0, values, grid))
    if bool((slope == slope[0]).all()):
        slope = slope[:1]
    return _at_rest(equation, values, length, grid), slope


@singledispatch
def _at_rest(
    equation: MasterEquation, values: Mapping[str, float], length: float, grid: TimeGrid
) -> Factor:
    phase = length * _phase(equation, 0.0, values, grid)
    return Factor(table=np.exp(1j * phase)) if phase.any() else Factor()


@_at_rest.register
def _(
    equation: GrossPitaevskii, values: Mapping[str, float], length: float, grid: TimeGrid
) -> Factor:
    return lower_potential(equation.potential, values, length, grid)


def _phase(
    equation: MasterEquation, intensity: float, values: Mapping[str, float], grid: TimeGrid
) -> NDArray[np.float64]:
    light = torch.full_like(grid.t, intensity)
    phase = equation.local_phase(light, grid.t, _values(values)).expand(grid.n_points)
    return np.array(phase.detach().numpy(force=True))


def _values(values: Mapping[str, float]) -> CoefficientValues:
    return CoefficientValues(
        **{k: torch.tensor([v], dtype=torch.float64) for k, v in values.items()}
    )
