"""Linear elements as factors: closed forms where the element has one, else its table."""

import math
from collections.abc import Mapping
from functools import singledispatch

import numpy as np
import torch
from numpy.typing import NDArray

from physembed.deploy.factor import Factor, polynomial
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.physics import (
    CoefficientValues,
    DelayLine,
    Element,
    Lens,
    MachZehnder,
    PhaseShifter,
    Prism,
    TappedDelayLine,
    ThreePathInterferometer,
    TimeGrid,
)


@singledispatch
def lower_element(element: object, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    """The factor of an element, by its class.

    Parameters
    ----------
    element : Element
    values : mapping of str to float
        Its coefficients, in the grid's units.
    grid : TimeGrid

    Raises
    ------
    NoLoweringError
        If the element is no multiplication.
    """
    raise NoLoweringError(element, "an element that multiplies the field, such as a Lens")


def turns_per_frequency(delay: float, grid: TimeGrid) -> float:
    """What a delay turns the phase by from one frequency to the next: ω = 2π k / (N dt)."""
    return delay / grid.window


@lower_element.register
def _(element: Element, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    if type(element).__call__ is not Element.__call__:
        raise NoLoweringError(element, "an element that multiplies the field, such as a Lens")
    c = CoefficientValues(**{k: _tensor(v) for k, v in values.items()})
    factor = element.factor(element.axis(grid), grid, c).expand(grid.n_points)
    return Factor(table=ascending(factor, in_fft_order=element.domain == "frequency"))


@lower_element.register
def _(element: DelayLine, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    slope = -turns_per_frequency(values["delay"], grid)
    return polynomial((values["phase"] / (2 * math.pi), slope), grid.n_points)


@lower_element.register
def _(element: MachZehnder, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    return Factor(sines=(turns_per_frequency(values["delay"], grid),))


@lower_element.register
def _(element: ThreePathInterferometer, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    return Factor(versines=(turns_per_frequency(values["delay"], grid),))


@lower_element.register
def _(element: PhaseShifter, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    return polynomial((-values["phase"] / (2 * math.pi),), grid.n_points)


@lower_element.register
def _(element: Prism, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    return polynomial((0.0, values["tilt"] * grid.spacing / (2 * math.pi)), grid.n_points)


@lower_element.register
def _(element: TappedDelayLine, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    return Factor(taps=tuple(element.taps))


@lower_element.register
def _(element: Lens, values: Mapping[str, float], grid: TimeGrid) -> Factor:
    tilt = polynomial((0.0, values["tilt"] * grid.spacing / (2 * math.pi)), grid.n_points)
    return tilt * polynomial(parabola(-values["strength"], values["centre"], grid), grid.n_points)


def parabola(curvature: float, centre: float, grid: TimeGrid) -> tuple[float, float, float]:
    """curvature · (t - centre)², in turns, as coefficients of the point's number."""
    scale = curvature / (2 * math.pi)
    dt = grid.spacing
    return (scale * centre**2, -2 * scale * centre * dt, scale * dt**2)


def ascending(values: torch.Tensor, *, in_fft_order: bool) -> NDArray[np.complex128]:
    """A table over a grid in ascending order of frequency or time, complex128."""
    table = values.detach().to(torch.complex128).numpy(force=True)
    return np.fft.fftshift(table) if in_fft_order else table.copy()


def _tensor(value: float) -> torch.Tensor:
    return torch.tensor([value], dtype=torch.float64)
