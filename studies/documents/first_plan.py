"""What this project's first plan was to reach beside the paper's figures, and whether it has."""

from collections.abc import Callable
from dataclasses import dataclass

from physembed._markdown import markdown_table
from physembed.experiments.grid.plan import OFFICIAL
from physembed.experiments.reproduction.protocol import DIGITS, FORD
from physembed.experiments.reproduction.summary import Archive, published, summarise
from physembed.experiments.results.frame import Summary
from physembed.experiments.results.numbers_as_text import as_mean


@dataclass(frozen=True)
class Goal:
    """One goal.

    Parameters
    ----------
    role : str
    model, title, wording : str
    is_met : callable
        Whether a summary meets it.
    """

    role: str
    model: str
    title: str
    wording: str
    is_met: Callable[[Summary], bool]


def _at_least(accuracy: float) -> Callable[[Summary], bool]:
    return lambda summary: summary.mean >= accuracy


GOALS = (
    Goal(
        DIGITS,
        "nlse",
        "NLSE, 18 embedding parameters",
        "78 or better, standard deviation under 2",
        lambda s: s.mean >= 78 and s.deviation is not None and s.deviation < 2,
    ),
    Goal(DIGITS, "nlse-without-nonlinearity", "dispersion only", "62 or better", _at_least(62)),
    Goal(
        DIGITS,
        "nlse-without-dispersion",
        "nonlinearity only",
        "within 15 points of the paper",
        lambda s: abs(s.mean - (published(DIGITS, "nlse-without-dispersion") or 0)) <= 15,
    ),
    Goal(FORD, "nlse", "NLSE, 18 embedding parameters", "91 or better", _at_least(91)),
    Goal(
        FORD,
        "gpe-without-nonlinearity",
        "GPE, dispersion and potential",
        "91 or better",
        _at_least(91),
    ),
    Goal(FORD, "gpe", "GPE, all terms", "91 or better", _at_least(91)),
)
"""From the project's first plan, before any of the runs here."""


def first_plan_table(archive: Archive) -> str:
    """Every goal, what was measured and from how many seeds, as Markdown."""
    columns = ["Data set", "Model", "Paper / %", "Goal / %", "Measured / %", "Seeds", "Met"]
    rows = []
    for goal in GOALS:
        dataset = archive["datasets"].get(goal.role, "")
        summary = summarise(archive, dataset, goal.model, OFFICIAL)
        figure = published(goal.role, goal.model)
        measured, seeds, met = "", "0", "not measured yet"
        if summary is not None:
            measured, seeds = as_mean(summary.mean, summary.deviation_of_runs), str(summary.n)
            met = "yes" if goal.is_met(summary) else "no" if summary.n > 1 else "open: one seed"
        paper = "" if figure is None else f"{figure:.1f}"
        name = dataset or goal.role
        rows.append([name, goal.title, paper, goal.wording, measured, seeds, met])
    return markdown_table(columns, rows, n_text_columns=2)
