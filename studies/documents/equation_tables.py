"""The tables of coefficients in the documents, written from the equations themselves."""

import inspect
from collections.abc import Callable
from itertools import groupby
from typing import Any

from physembed._markdown import markdown_table
from physembed.errors import InvalidInputError
from physembed.physics import (
    EQUATIONS,
    POTENTIALS,
    FreeFormPotential,
    HarmonicTrap,
    MasterEquation,
    OpticalLattice,
    PolynomialPotential,
    Potential,
    SumOfPotentials,
)
from physembed.physics.coefficient import Coefficient

NATURAL_UNITS: dict[str, tuple[str, str]] = {
    "per_layer": ("one neper, or radian, per layer", "1 / h"),
    "far_field_dispersion(2)": (
        "the far field: the band's edge is delayed by half the window",
        "N dt² / (2π h)",
    ),
    "far_field_dispersion(3)": ("the band's edge is delayed by half the window", "N dt³ / (π² h)"),
    "far_field_dispersion(4)": (
        "the band's edge is delayed by half the window",
        "3 N dt⁴ / (π³ h)",
    ),
    "radian_at_mean_intensity": ("one radian per layer at the mean intensity", "1 / (⟨I⟩ h)"),
    "mean_amplitude_per_layer": ("the root of the mean intensity per layer", "√⟨I⟩ / h"),
    "_inverse_intensity": ("saturation at the mean intensity", "1 / ⟨I⟩"),
    "point_spacing": ("one point", "dt"),
    "one": ("a pure number", "1"),
    "_focal_kinetic": (
        "a cell of length P, of natural strength, is brought to focus",
        "P dt / (2π h)",
    ),
    "focal_strength": ("a cell of length P is a lens of the natural focus", "π / (P dt h)"),
    "window_length": ("the window", "N dt"),
    "_term": ("as strong at the window's edge as a trap of strength 1", "π N / (4 (N dt/2)ᵏ h)"),
}
"""Every natural unit in words and as a formula, by the name of the function that gives it."""

EXAMPLES: dict[str, Potential] = {
    "harmonic-trap": HarmonicTrap(),
    "optical-lattice": OpticalLattice(64.0),
    "polynomial": PolynomialPotential(),
    "free-form": FreeFormPotential(8, 1024.0),
}
"""One of every potential that has coefficients of its own."""


def coefficient_table(owner: MasterEquation | Potential) -> str:
    """The coefficients of an equation or a potential as a Markdown table.

    Parameters
    ----------
    owner : MasterEquation or Potential

    Returns
    -------
    str
        A row per coefficient: name, what it is, unit, natural unit, default. Numbered
        coefficients that are otherwise alike share a row.

    Raises
    ------
    InvalidInputError
        If a natural unit has no words in :data:`NATURAL_UNITS`.
    """
    columns = ("Coefficient", "What it is", "Unit", "Natural unit", "Default")
    table = []
    described = [(name, *_describe(name, c)) for name, c in _own_coefficients(owner).items()]
    for cells, rows in groupby(described, key=lambda row: row[1:]):
        names = [f"`{row[0]}`" for row in rows]
        name = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
        table.append((name, *cells))
    return markdown_table(columns, table, n_text_columns=len(columns))


def natural_unit_name(natural: Callable[[Any, Any], float]) -> str:
    """The name of the function that gives a natural unit, with the arguments of its maker."""
    name = natural.__qualname__
    if ".<locals>" not in name:
        return name
    maker = name.partition(".<locals>")[0]
    order = inspect.getclosurevars(natural).nonlocals.get("order")
    return maker if order is None else f"{maker}({order})"


def blocks() -> dict[str, Callable[[], str]]:
    """What stands in every generated block of the page, by the block's name."""
    writers: dict[str, Callable[[], str]] = {}
    for name, equation_class in EQUATIONS.items():
        writers[name] = lambda owner=equation_class: _block(owner())  # type: ignore[misc]
    for name, potential_class in POTENTIALS.items():
        if potential_class is not SumOfPotentials:
            writers[name] = lambda key=name: _block(EXAMPLES[key])  # type: ignore[misc]
    return writers


def _block(owner: MasterEquation | Potential) -> str:
    equation = " ".join((inspect.getdoc(owner) or "").split("\n\n", 1)[0].split())
    return f"```text\n{equation.split(', with coefficients')[0].rstrip('.')}\n```\n\n" + (
        coefficient_table(owner)
    )


def _own_coefficients(owner: MasterEquation | Potential) -> dict[str, Coefficient]:
    """The coefficients of an equation without those of its potential."""
    potential = getattr(owner, "potential", None)
    others = potential.coefficients if isinstance(potential, Potential) else {}
    return {name: c for name, c in owner.coefficients.items() if name not in others}


def _describe(name: str, coefficient: Coefficient) -> tuple[str, str, str, str]:
    unit = natural_unit_name(coefficient.natural)
    if unit not in NATURAL_UNITS:
        raise InvalidInputError(
            f"the natural unit {unit!r} of {name!r} needs words and a formula in NATURAL_UNITS; "
            f"known: {', '.join(NATURAL_UNITS)}."
        )
    words, formula = NATURAL_UNITS[unit]
    description = coefficient.description
    # control value 3 of 8 is described like the others
    number = name.removeprefix("v")
    if unit == "per_layer" and number.isdigit():
        description = description.removesuffix(f" {number}")
    default = "required" if coefficient.default is None else f"{coefficient.default:g}"
    return description, _in_unicode(coefficient.unit), f"`{formula}` ({words})", default


def _in_unicode(unit: str) -> str:
    """Powers as in the other units: position² for position^2."""
    for power, superscript in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹"):
        unit = unit.replace(f"^{power}", "" if power == 1 else superscript)
    return unit
