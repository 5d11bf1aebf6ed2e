"""The pictures of a benchmark: critical differences, pairs of models, and what accuracy costs."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from physembed.charts.labels import LabelledPoint, place_labels
from physembed.charts.style import BLACK, BLUE, VERMILION, figure_style, new_figure, save_figure
from physembed.estimators.catalogue import KNOWN
from physembed.experiments.grid.records import Record
from physembed.experiments.results.frame import accuracy_table
from physembed.experiments.results.standings import FEWEST_SETS, Standing, standings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIGNIFICANCE = 0.05
_GREY = "#777777"
_COLOURS = {"paper": VERMILION, "ours": BLUE, "baseline": _GREY, "reference": BLACK}


def write_standings_figures(records: Sequence[Record], first: str, folder: Path) -> list[Path]:
    """Write all figures of a benchmark into ``folder``; none where no data set is complete."""
    datasets, models, table = accuracy_table(records)
    if not datasets:
        return []
    order = standings(records, first)
    written = [
        save_figure(
            price_figure(order, lambda s: s.total_parameters, "trained parameters, mean"),
            folder / "accuracy_against_parameters.png",
        ),
        save_figure(
            price_figure(order, lambda s: s.fit_seconds, "time to fit, mean / s"),
            folder / "accuracy_against_fit_time.png",
        ),
    ]
    if len(datasets) >= FEWEST_SETS:
        figure = critical_difference_figure(table, models)
        written.append(save_figure(figure, folder / "critical_difference.png"))
    mine = table[:, models.index(first)]
    for k, model in enumerate(models):
        if model != first:
            figure = pairwise_figure(mine, table[:, k], first, model)
            written.append(save_figure(figure, folder / f"{first}_against_{model}.png"))
    return written


def critical_difference_figure(table: NDArray[np.float64], models: list[str]) -> "Figure":
    """Mean ranks on a line, with bars over models that do not differ significantly.

    aeon's diagram: Wilcoxon's signed-rank test of every pair, corrected by Holm, at 5 %.

    Parameters
    ----------
    table : ndarray of shape (data sets, models)
        Accuracies.
    models : list of str

    References
    ----------
    Demsar, Statistical comparisons of classifiers over multiple data sets (2006).
    """
    import warnings

    from aeon.visualisation import plot_critical_difference
    from matplotlib import pyplot

    # inches beside the ranks, for the longest name
    beside = 0.8 + 0.15 * max(map(len, models))
    with warnings.catch_warnings():
        # Wilcoxon's test of a pair with ties takes the normal approximation, and says so
        warnings.simplefilter("ignore")
        figure, _ = plot_critical_difference(
            table, models, alpha=SIGNIFICANCE, width=2.8 + 2 * beside, textspace=beside
        )
    # saved, never shown
    pyplot.close(figure)
    return figure


def pairwise_figure(
    a: NDArray[np.float64], b: NDArray[np.float64], name_a: str, name_b: str
) -> "Figure":
    """One model's accuracy against another's, a point per data set; ``name_a`` upwards."""
    with figure_style():
        figure = new_figure(4.6, 4.6)
        axes = figure.subplots()
        low = min(float(a.min()), float(b.min())) - 3
        axes.plot([low, 100], [low, 100], color=_GREY, linewidth=1)
        axes.scatter(b, a, color=BLUE, s=22)
        axes.set(
            xlim=(low, 101),
            ylim=(low, 101),
            aspect="equal",
            xlabel=f"{name_b}: accuracy / %",
            ylabel=f"{name_a}: accuracy / %",
        )
        counts = [int((a > b).sum()), int((a == b).sum()), int((a < b).sum())]
        axes.set_title(f"{name_a} wins {counts[0]}, draws {counts[1]}, loses {counts[2]}")
    return figure


def price_figure(
    order: Sequence[Standing], price: Callable[[Standing], float], label: str
) -> "Figure":
    """Mean accuracy against a price, with the line of models that nothing cheaper reaches."""
    with figure_style():
        figure = new_figure(6.4, 4.4)
        axes = figure.subplots()
        frontier = pareto_frontier([(price(s), s.mean) for s in order])
        axes.plot(*zip(*frontier, strict=True), color=_GREY, linewidth=1, zorder=1)
        for s in order:
            axes.scatter(price(s), s.mean, color=_COLOURS[KNOWN[s.model].origin], s=36, zorder=2)
        axes.set_xscale("log")
        axes.margins(x=0.18, y=0.12)
        axes.set(xlabel=label, ylabel="accuracy, mean over data sets / %")
        place_labels(figure, axes, [LabelledPoint(s.model, price(s), s.mean) for s in order])
    return figure


def pareto_frontier(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points (price, accuracy) that no other one beats in both, by price."""
    frontier: list[tuple[float, float]] = []
    for price, accuracy in sorted(points, key=lambda p: (p[0], -p[1])):
        if not frontier or accuracy > frontier[-1][1]:
            frontier.append((price, accuracy))
    return frontier
