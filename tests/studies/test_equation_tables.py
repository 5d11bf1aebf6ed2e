"""The tables on the page of equations are those of the equations."""

import math
from pathlib import Path

import pytest

import physembed as pe
from physembed.physics import EQUATIONS, POTENTIALS
from studies.documents.equation_tables import (
    EXAMPLES,
    NATURAL_UNITS,
    blocks,
    coefficient_table,
    natural_unit_name,
)
from studies.documents.generated_blocks import as_block, read_block, replace_block

PAGE = Path(__file__).parents[2] / "docs" / "equations.md"
GRID = pe.TimeGrid(48, spacing=0.25)
SCALE = pe.NaturalScale(GRID, layer_length=0.7, mean_intensity=2.3)


def test_every_equation_and_potential_has_a_block() -> None:
    assert set(blocks()) == (EQUATIONS.keys() | POTENTIALS.keys()) - {"sum"}


@pytest.mark.parametrize("name", blocks())
def test_page_and_equations_agree(name: str) -> None:
    assert read_block(PAGE, name) == as_block(blocks()[name]()), "run `make docs`"


def test_writing_a_block_changes_only_what_is_outdated(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8")
    copy = tmp_path / "equations.md"
    copy.write_text(text.replace("group-velocity dispersion", "something else", 1), "utf-8")
    for name, write in blocks().items():
        replace_block(copy, name, write())
    assert copy.read_text("utf-8") == text


def test_the_page_names_every_symbol_and_reference() -> None:
    text = PAGE.read_text("utf-8")
    for name, equation in EQUATIONS.items():
        assert f"| `{name}` |" in text
        assert f"`{equation.__name__}" in text
    for part in ("**Linear symbol**", "**Local law**", "**Conserves", "**Checked", "**Referen"):
        assert text.count(part) == len(EQUATIONS)


def by_formula(formula: str, length: float, power: int) -> float:
    n, dt, h, mean = GRID.n_points, GRID.spacing, SCALE.layer_length, SCALE.mean_intensity
    return {
        "1 / h": 1 / h,
        "N dt² / (2π h)": n * dt**2 / (2 * math.pi * h),
        "N dt³ / (π² h)": n * dt**3 / (math.pi**2 * h),
        "3 N dt⁴ / (π³ h)": 3 * n * dt**4 / (math.pi**3 * h),
        "1 / (⟨I⟩ h)": 1 / (mean * h),
        "√⟨I⟩ / h": math.sqrt(mean) / h,
        "1 / ⟨I⟩": 1 / mean,
        "dt": dt,
        "1": 1.0,
        "P dt / (2π h)": length * dt / (2 * math.pi * h),
        "π / (P dt h)": math.pi / (length * dt * h),
        "N dt": n * dt,
        "π N / (4 (N dt/2)ᵏ h)": math.pi * n / (4 * (n * dt / 2) ** power * h),
    }[formula]


@pytest.mark.parametrize(
    "owner",
    [
        *(kind() for kind in EQUATIONS.values()),
        pe.GrossPitaevskii(pe.OpticalLattice(3.0)),
        *EXAMPLES.values(),
    ],
    ids=lambda owner: type(owner).__name__,
)
def test_formulas_of_natural_units_are_what_is_computed(owner) -> None:
    potential = getattr(owner, "potential", owner)
    cells = getattr(potential, "cell_length", lambda grid: grid.window)
    for name, coefficient in owner.coefficients.items():
        _, formula = NATURAL_UNITS[natural_unit_name(coefficient.natural)]
        power = int(name[1:]) if name[1:].isdigit() else 0
        expected = by_formula(formula, cells(GRID), power)
        assert owner.natural_unit(name, SCALE) == pytest.approx(expected, rel=1e-12), name


def test_a_natural_unit_without_words_is_named() -> None:
    class Unworded(pe.NonlinearSchrodinger):
        extra = pe.Coefficient("something", unit="1", natural=lambda equation, scale: 2.0)

    with pytest.raises(pe.InvalidInputError, match="of 'extra' needs words and a formula"):
        coefficient_table(Unworded())
