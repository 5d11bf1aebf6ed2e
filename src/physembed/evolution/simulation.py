"""A named pulse through a named equation."""

import math
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.evolution.evolution import Evolution
from physembed.evolution.evolve import evolve
from physembed.evolution.scene import Scene
from physembed.evolution.scenes import POTENTIAL_COEFFICIENTS
from physembed.physics import (
    POTENTIALS,
    FieldEquation,
    FreeFormPotential,
    GrossPitaevskii,
    MasterEquation,
    OpticalLattice,
    Potential,
    SumOfPotentials,
    TimeGrid,
    equation_named,
)
from physembed.physics.coefficient import at_layer
from physembed.physics.pulses import PULSES, pulse
from physembed.propagation.coefficient_values import checked_coefficients

N_CHANNELS = 2
N_CONTROL_POINTS = 8

CLOSED_FORM = "closed-form"
"""The name of a pulse that is an equation's own exact solution."""


def simulate(scene: Scene) -> Evolution:
    """Launch the pulse of a scene into its medium.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    Evolution
        In complex128. Of a medium that couples channels there are two, which share the energy;
        their carriers are shifted by plus and minus the shape's ``frequency``.

    Raises
    ------
    InvalidInputError
        If something in the scene is not as described; see :func:`evolve`.

    Warns
    -----
    SamplingWarning
        See :func:`evolve`.
    """
    equation, coefficients = medium_of(scene)
    checked_coefficients(equation, coefficients, torch.device("cpu"))
    check_integer("steps", scene.steps, least=1)
    grid = _grid_of(scene)
    field = _launched_field(scene, equation, coefficients, grid)
    return evolve(
        field,
        equation,
        coefficients,
        grid,
        length=scene.length,
        steps=scene.steps,
        scheme=scene.scheme,
    )


def _grid_of(scene: Scene) -> TimeGrid:
    """The grid of a scene: ``points`` over ``window``."""
    check_number("window", scene.window, above=0)
    check_integer("points", scene.points, least=2)
    return TimeGrid(scene.points, scene.window / scene.points)


def medium_of(scene: Scene) -> tuple[MasterEquation, dict[str, float]]:
    """The equation of a scene, and the coefficients that it states.

    Raises
    ------
    UnknownNameError
        If the equation or a potential is unknown.
    """
    named = equation_named(scene.equation)
    if not isinstance(named, GrossPitaevskii):
        return named, dict(scene.coefficients)
    potential, defaults = _potential(scene)
    equation, stated = GrossPitaevskii(potential), defaults | dict(scene.coefficients)
    in_order = {name: stated[name] for name in equation.coefficients if name in stated}
    return equation, in_order | stated


def _launched_field(
    scene: Scene, equation: MasterEquation, coefficients: Mapping[str, float], grid: TimeGrid
) -> Tensor:
    """The field at z = 0: shape (points,), of several fields or coupled channels one more axis."""
    if scene.pulse == CLOSED_FORM:
        return _closed_form(equation, coefficients, grid)
    amplitude = scene.amplitude
    if amplitude is None:
        soliton = "soliton" in scene.pulse
        amplitude = soliton_amplitude(coefficients, scene.shape.width) if soliton else 1.0
    shape = replace(scene.shape, amplitude=amplitude)
    field = pulse(scene.pulse, grid, shape)
    if isinstance(equation, FieldEquation):
        first = field.real if equation.is_real else field
        rest = [torch.zeros_like(first)] * (len(equation.components) - 1)
        return torch.stack([first, *rest]) if rest else first
    if not equation.needs_channels:
        return field
    other = pulse(scene.pulse, grid, replace(shape, frequency=-shape.frequency))
    return torch.stack([field, other]) / math.sqrt(N_CHANNELS)


def _closed_form(
    equation: MasterEquation, coefficients: Mapping[str, float], grid: TimeGrid
) -> Tensor:
    """An equation's exact solution where it begins."""
    values, _ = checked_coefficients(equation, coefficients, torch.device("cpu"))
    field = equation.exact_solution(
        grid, 0.0, at_layer({k: v.reshape(()) for k, v in values.items()}, 0)
    )
    if field is None:
        raise InvalidInputError(
            f"pulse must be one of {', '.join(PULSES)}: {type(equation).__name__} has no closed "
            "form with these coefficients."
        )
    return field


def soliton_amplitude(coefficients: Mapping[str, float], width: float) -> float:
    """√abs(beta2 / gamma) / width, of a condensate √abs(kinetic / g) / width; else 1.

    Agrawal, Nonlinear Fiber Optics (2019), eq. 5.2.3, for order 1.
    """
    dispersion = coefficients.get("beta2", coefficients.get("kinetic", 0.0))
    nonlinearity = coefficients.get("gamma", coefficients.get("g", 0.0))
    if dispersion == 0 or nonlinearity == 0:
        return 1.0
    return math.sqrt(abs(dispersion / nonlinearity)) / width


def _potential(scene: Scene) -> tuple[Potential, dict[str, float]]:
    """The potential that a scene names, and what its coefficients are unless stated."""
    names = scene.potential.split("+")
    known = [name for name in POTENTIALS if POTENTIALS[name] is not SumOfPotentials]
    for name in names:
        if name not in known:
            raise UnknownNameError("potential", name, known)
    terms = [_one_potential(name, scene) for name in names]
    if len(terms) == 1:
        return terms[0], dict(POTENTIAL_COEFFICIENTS[names[0]])
    total = SumOfPotentials(terms)
    defaults = {
        f"{label}_{coefficient}": value
        for label, name in zip(total.labels(), names, strict=True)
        for coefficient, value in POTENTIAL_COEFFICIENTS[name].items()
    }
    return total, defaults


def _one_potential(name: str, scene: Scene) -> Potential:
    kind = POTENTIALS[name]
    if kind is OpticalLattice:
        return OpticalLattice(scene.window / 10 if scene.period is None else scene.period)
    if kind is FreeFormPotential:
        return FreeFormPotential(N_CONTROL_POINTS, scene.window)
    return kind()
