"""The tables of the zoo: its equations, and which physics suits which data."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path

from physembed.experiments.results.markdown import markdown_table
from physembed.experiments.zoo.standings import standings
from physembed.experiments.zoo.sweep import MADE_BY, Fit, read_record
from physembed.physics import ZOO, MasterEquation

RECORD = Path("results/zoo")

EXACT = 1e-11
"""Error that is rounding and nothing else."""


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """What writes the generated blocks, by page and name."""
    fits = read_record(root / RECORD)
    page = root / "docs" / "which-physics.md"
    return {
        (root / "docs" / "equations.md", "zoo"): equations,
        (root / "docs" / "equations.md", "zoo-schemes"): lambda: schemes(root),
        (page, "data-sets"): lambda: _standings(fits, made=False),
        (page, "made"): lambda: _standings(fits, made=True),
        (page, "made-first"): lambda: _own_places(fits),
    }


def equations() -> str:
    """Every equation with its formula, fields, coefficients and closed form."""
    rows = [_row(name, kind()) for name, kind in ZOO.items()]
    columns = ("Name", "Equation", "Fields", "Coefficients", "Closed form")
    return markdown_table(columns, rows, n_text_columns=len(columns))


def _row(name: str, equation: MasterEquation) -> tuple[str, ...]:
    formula = " ".join((inspect.getdoc(equation) or "").split("\n\n", 1)[0].split())
    kind = type(equation)
    solution = " ".join((inspect.getdoc(kind.exact_solution) or "").split("\n\n")[0].split())
    has_one = kind.exact_solution is not MasterEquation.exact_solution
    number = {1: "one", 2: "two", 3: "three"}[len(equation.components)]
    return (
        f"`{name}`",
        formula.rstrip(".").replace("|", "\\|"),
        f"{number} {'real' if equation.is_real else 'complex'}",
        ", ".join(f"`{c}`" for c in equation.coefficients),
        solution.rstrip(".").replace("|", "\\|") if has_one else "",
    )


def schemes(root: Path) -> str:
    """The error of every scheme against closed forms, and which is the best."""
    rows = []
    for row in json.loads((root / RECORD / "schemes.json").read_text("utf-8")):
        errors = row["errors"]
        known = {k: e for k, e in errors.items() if e is not None}
        best = min(known, key=lambda k: known[k])
        if max(known.values()) < EXACT:
            best = "all"
        cells = ["lost" if e is None else f"{e:.1e}" for e in errors.values()]
        rows.append((f"`{row['equation']}`", str(row["steps"]), *cells, best))
    names = list(errors) if rows else []
    return markdown_table(("Equation", "Steps", *names, "Best"), rows)


def _standings(fits: list[Fit], *, made: bool) -> str:
    part = [fit for fit in fits if fit.data.startswith(MADE_BY) == made]
    data = sorted({fit.data for fit in part})
    rows = [
        (
            s.model,
            f"{100 * s.accuracy:.1f}",
            f"{s.first}",
            "" if s.p is None else f"{s.p:.2g}",
        )
        for s in standings(part)
    ]
    table = markdown_table(
        ("Model", "Mean accuracy / %", "First on", "p beside no physics (Holm)"), rows
    )
    return f"{len(data)} sets: {', '.join(data)}.\n\n{table}"


def _own_places(fits: list[Fit]) -> str:
    """Of the data that each equation has made, the place of its own medium."""
    rows = []
    for data in sorted({fit.data for fit in fits if fit.data.startswith(MADE_BY)}):
        own = data.removeprefix(MADE_BY)
        accuracies = {fit.model: fit.accuracy for fit in fits if fit.data == data}
        if own not in accuracies:
            continue
        place = 1 + sum(value > accuracies[own] for value in accuracies.values())
        best = max(accuracies, key=lambda model: accuracies[model])
        rows.append(
            (
                own,
                f"{100 * accuracies[own]:.1f}",
                f"{place} of {len(accuracies)}",
                f"{best} ({100 * accuracies[best]:.1f})",
            )
        )
    columns = ("Made by", "Its own medium / %", "Place", "Best")
    return markdown_table(columns, rows, n_text_columns=1)
