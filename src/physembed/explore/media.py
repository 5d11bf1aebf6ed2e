"""Media and elements as the page computes them: coefficients in natural units, with their roles."""

from collections.abc import Iterable
from typing import Any

import torch

from physembed.errors import InvalidInputError
from physembed.networks import Medium
from physembed.networks.component import ComponentModule
from physembed.physics import (
    Coefficient,
    DelayLine,
    GrossPitaevskii,
    HarmonicTrap,
    Lens,
    MachZehnder,
    NonlinearSchrodinger,
    OpticalLattice,
    PhaseShifter,
    PolynomialPotential,
    Potential,
    Prism,
    SumOfPotentials,
    ThreePathInterferometer,
)

KNOWN_ELEMENTS = (
    *(DelayLine, PhaseShifter, MachZehnder),
    *(ThreePathInterferometer, Prism, Lens),
)
"""Elements that the page computes from their coefficients; of others it has the table."""

ROLES = {
    NonlinearSchrodinger: {
        name: (name, 1) for name in ("alpha", "beta2", "beta3", "beta4", "gamma")
    },
    GrossPitaevskii: {"beta2": ("kinetic", -1), "gamma": ("g", -1)},
}
"""What an equation's coefficients are to the page's one law, with their signs."""

DIGITS = 8
"""Of numbers on the page: more than a field in single precision has."""


def medium_data(medium: Medium) -> dict[str, Any]:
    """A medium with its coefficients, layer by layer.

    Raises
    ------
    InvalidInputError
        If the page has no law for it.
    """
    equation = medium.equation
    if type(equation) not in ROLES:
        raise InvalidInputError(
            f"explore computes the fields of NonlinearSchrodinger and GrossPitaevskii in the "
            f"browser, and the model has a {type(equation).__name__}; `physembed explain` draws "
            "every medium."
        )
    roles = ROLES[type(equation)]
    potentials = []
    if isinstance(equation, GrossPitaevskii):
        potentials = list(_potentials(equation.potential, ""))
    values, stated = medium.dimensionless(), set(medium.stated)
    return {
        "layers": medium.n_layers,
        "lengths": medium.lengths,
        "steps": medium.steps_per_layer,
        "scheme": medium.scheme,
        "coefficients": {
            name: _coefficient(
                name,
                coefficient,
                values[name].tolist(),
                medium.natural_units[name],
                shown=name in stated,
            )
            for name, coefficient in equation.coefficients.items()
        },
        "roles": {
            role: {"name": name, "sign": sign}
            for role, (name, sign) in roles.items()
            if name in equation.coefficients
        },
        "potentials": potentials,
    }


def _potentials(potential: Potential, prefix: str) -> Iterable[dict[str, Any]]:
    """Terms of a potential, with the names that their coefficients have in the equation."""
    names = {name: f"{prefix}{name}" for name in potential.coefficients}
    match potential:
        case SumOfPotentials():
            for label, term in zip(potential.labels(), potential.terms, strict=True):
                yield from _potentials(term, f"{prefix}{label}_")
        case HarmonicTrap():
            yield {"kind": "trap", "names": names}
        case OpticalLattice():
            cells = {"period": potential.period, "cells": potential.cells}
            yield {"kind": "lattice", "names": names, **cells}
        case PolynomialPotential():
            yield {"kind": "polynomial", "names": names}
        case _:
            raise InvalidInputError(
                "explore computes traps, lattices and polynomials in the browser, and the model "
                f"has a {type(potential).__name__}; `physembed explain` draws every medium."
            )


def elements_data(components: torch.nn.Module) -> list[dict[str, Any]]:
    """Elements one after the other: with their coefficients, or as a table."""
    described = []
    for component in components.children():
        assert isinstance(component, ComponentModule)
        element = component.element
        entry: dict[str, Any] = {"name": type(element).__name__, "domain": element.domain}
        if type(element) in KNOWN_ELEMENTS:
            values, stated = component.dimensionless(), set(component.stated)
            entry["coefficients"] = {
                name: _coefficient(
                    name,
                    coefficient,
                    values[name].tolist(),
                    component.natural_units[name],
                    shown=name in stated,
                )
                for name, coefficient in element.coefficients.items()
            }
        else:
            c = component.physical()
            ones = torch.ones(component.grid.n_points, dtype=torch.complex128)
            at_points = element.domain == "time"
            field = ones if at_points else torch.fft.ifft(ones)
            through = element(field, component.grid, c)
            table = through if at_points else torch.fft.fft(through)
            entry["table"] = [rounded(table.real), rounded(table.imag)]
        described.append(entry)
    return described


def _coefficient(
    name: str, coefficient: Coefficient, values: list[float], unit: float, *, shown: bool
) -> dict[str, Any]:
    low, high = coefficient.span
    # a trained value beyond the span has room on both sides
    return {
        "values": values,
        "scale": unit,
        "label": coefficient.description + ("" if name in coefficient.description else f" {name}"),
        "low": min(low, *(1.5 * value for value in values)),
        "high": max(high, *(1.5 * value for value in values)),
        "shown": shown,
    }


def rounded(values: Any) -> Any:
    """Nested lists of numbers that are no longer than they need to be."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, list):
        return [rounded(value) for value in values]
    return float(f"{values:.{DIGITS}g}")
