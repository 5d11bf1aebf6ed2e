"""The tables of the zoo: its equations, and which physics suits which data."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from statistics import median

from physembed._markdown import markdown_table
from physembed.experiments.zoo import identification, sweep
from physembed.experiments.zoo.identification import Identified, explained_by
from physembed.experiments.zoo.made_series import made_by
from physembed.experiments.zoo.record import read_record
from physembed.experiments.zoo.sweep import MADE_BY, Fit
from physembed.experiments.zoo.worth import accuracies_over_data, worth_of_models
from physembed.physics import ZOO, MasterEquation, NaturalScale, equation_named

RECORD = Path("results/zoo")

TWO_SIGMA = 2.0

EXACT = 1e-11
"""Error that is rounding and nothing else."""


def blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """What writes the generated blocks, by page and name."""
    fits = read_record(root / RECORD / sweep.RECORD, Fit)
    page = root / "docs" / "which-physics.md"
    return {
        (root / "docs" / "equations.md", "zoo"): equations,
        (root / "docs" / "equations.md", "zoo-schemes"): lambda: schemes(root),
        (page, "data-sets"): lambda: _worth(fits, made=False),
        (page, "made"): lambda: _worth(fits, made=True),
        (page, "made-first"): lambda: _own_places(fits),
        (page, "ways"): lambda: _told_by_pairs(root / RECORD / identification.RECORD),
        (page, "identified"): lambda: _identified(root / RECORD / identification.RECORD),
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
        formula.rstrip("."),
        f"{number} {'real' if equation.is_real else 'complex'}",
        ", ".join(f"`{c}`" for c in equation.coefficients),
        solution.rstrip(".") if has_one else "",
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


def _worth(fits: list[Fit], *, made: bool) -> str:
    part = [fit for fit in fits if fit.data.startswith(MADE_BY) == made]
    data = sorted({fit.data for fit in part})
    rows = [
        (
            s.model,
            f"{100 * s.accuracy:.1f}",
            f"{s.first}",
            "" if s.p is None else f"{s.p:.2g}",
        )
        for s in worth_of_models(part)
    ]
    table = markdown_table(
        ("Model", "Mean accuracy / %", "First on", "p beside no physics (Holm)"), rows
    )
    left_out = accuracies_over_data(part)[2]
    said = "".join(f"\n\nLeft out: {model}, {why}." for model, why in left_out.items())
    return f"{len(data)} sets: {', '.join(data)}.\n\n{table}{said}"


def _own_places(fits: list[Fit]) -> str:
    """Of the data that each equation has made, the place of its own medium."""
    rows = []
    for data in sorted({fit.data for fit in fits if fit.data.startswith(MADE_BY)}):
        maker = data.removeprefix(MADE_BY)
        of_data = [fit for fit in fits if fit.data == data]
        accuracies = {f.model: f.accuracy for f in of_data if f.accuracy is not None}
        if maker not in accuracies:
            continue
        place = 1 + sum(value > accuracies[maker] for value in accuracies.values())
        best = max(accuracies, key=lambda model: accuracies[model])
        rows.append(
            (
                maker,
                f"{100 * accuracies[maker]:.1f}",
                f"{place} of {len(accuracies)}",
                f"{best} ({100 * accuracies[best]:.1f})",
            )
        )
    columns = ("Made by", "Its own medium / %", "Place", "Best")
    return markdown_table(columns, rows, n_text_columns=1)


def _identified(record: Path) -> str:
    """What explains the pairs that each equation has made, and what comes back of it."""
    lines = read_record(record, Identified)
    rows, first, within, n_coefficients = [], 0, 0, 0
    for maker, seed in sorted({(line.made_by, line.seed) for line in lines}):
        same = [line for line in lines if (line.made_by, line.seed) == (maker, seed)]
        ranks = explained_by(same)
        if maker not in [line.medium for line in ranks]:
            continue
        right = next(line for line in ranks if line.medium == maker)
        other = next(line for line in ranks if line.medium != maker)
        place = 1 + ranks.index(right)
        first += place == 1
        offs = _offs(right)
        within += sum(off <= TWO_SIGMA for off in offs)
        n_coefficients += len(offs)
        rows.append(
            (
                f"`{maker}`",
                f"{place} of {len(ranks)}",
                f"{right.residual:.2f}",
                f"`{other.medium}` ({other.residual:.2f})",
                f"{100 * right.accuracy:.0f}",
                f"{sum(off <= TWO_SIGMA for off in offs)} of {len(offs)}",
            )
        )
    columns = ("Made by", "Place", "Its own leaves", "Best other", "Classes / %", "Within 2 σ")
    table = markdown_table(columns, rows, n_text_columns=1)
    return (
        f"What made the pairs explains them best in {first} of {len(rows)} cases; {within} of "
        f"{n_coefficients} coefficients lie within two standard errors.\n\n{table}"
    )


def _told_by_pairs(record: Path) -> str:
    """Classes of pairs told by which class's fitted medium leaves less: is the right one first?"""
    lines = read_record(record, Identified)
    best, alone, as_good = 0, 0, []
    for maker, seed in sorted({(line.made_by, line.seed) for line in lines}):
        accuracies = {
            line.medium: line.accuracy
            for line in lines
            if (line.made_by, line.seed) == (maker, seed)
        }
        n_first = sum(value == max(accuracies.values()) for value in accuracies.values())
        is_first = accuracies.get(maker) == max(accuracies.values())
        best += is_first
        alone += is_first and n_first == 1
        as_good.append(n_first)
    return (
        f"Told by which class's medium leaves less, what made the pairs is first in {best} of "
        f"{len(as_good)} cases, but alone there in {alone}: as a rule {median(as_good):.0f} media "
        "tell all classes."
    )


def _offs(line: Identified) -> list[float]:
    """By how many standard errors each coefficient is off, where it leaves a trace."""
    equation = equation_named(line.made_by)
    made = made_by(equation, n_cases=2, seed=line.seed)
    scale = NaturalScale(made.grid)
    offs = []
    for label, values in made.coefficients.items():
        for name, value in values.items():
            error = line.errors[label][name]
            if error is not None:
                true = value / equation.natural_unit(name, scale)
                offs.append(abs(line.coefficients[label][name] - true) / max(error, 1e-12))
    return offs
