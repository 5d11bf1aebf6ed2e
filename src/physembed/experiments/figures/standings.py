"""The pictures of a benchmark: critical differences, pairs of models, and what accuracy costs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from physembed.charts import Chart, Cloud, Points, write_pictures
from physembed.charts.style import save_figure
from physembed.experiments.figures.accuracy_against_price import (
    PricedModel,
    accuracy_against_price,
)
from physembed.experiments.grid.records import Record
from physembed.experiments.results.frame import accuracy_table
from physembed.experiments.results.standings import standings
from physembed.experiments.results.statistics import FEWEST_SETS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIGNIFICANCE = 0.05


def write_standings_figures(records: Sequence[Record], first: str, folder: Path) -> list[Path]:
    """Write all figures of a benchmark into ``folder``; none where no data set is complete."""
    datasets, models, table = accuracy_table(records)
    if not datasets:
        return []
    order = standings(records, first)
    charts = [
        accuracy_against_price(
            [PricedModel(s.model, s.model, getattr(s, attribute), s.mean) for s in order],
            price,
            name=name,
            title="",
            accuracy="accuracy, mean over data sets / %",
        )
        for name, attribute, price in (
            ("accuracy_against_parameters", "total_parameters", "trained parameters, mean"),
            ("accuracy_against_fit_time", "fit_seconds", "time to fit, mean / s"),
        )
    ]
    charts += [
        pairwise_chart(table[:, models.index(first)], table[:, k], first, model)
        for k, model in enumerate(models)
        if model != first
    ]
    written = [path for chart in charts for path in write_pictures(chart, folder, (".png",))]
    # two models are told by the chart of their pair; a rank test asks for three
    if len(datasets) >= FEWEST_SETS and len(models) > 2:
        figure = critical_difference_figure(table, models)
        written.append(save_figure(figure, folder / "critical_difference.png"))
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
    words = f"mean rank over {len(table)} data sets; a bar joins what does not differ significantly"
    figure.suptitle(words, fontsize=9, y=0.98, va="top")
    # saved, never shown
    pyplot.close(figure)
    return figure


def pairwise_chart(
    a: NDArray[np.float64], b: NDArray[np.float64], name_a: str, name_b: str
) -> Chart:
    """One model's accuracy against another's, a point per data set; ``name_a`` upwards."""
    low = min(float(a.min()), float(b.min())) - 3
    wins, draws, losses = (int(n.sum()) for n in (a > b, a == b, a < b))
    counts = f"{name_a} wins {wins}, draws {draws}, loses {losses}"
    return Chart(
        name=f"{name_a}_against_{name_b}",
        title=counts,
        caption="A point for each data set; on the line both are as accurate.",
        alternative=f"Points of {len(a)} data sets: {counts}.",
        panels=(
            Points(
                "",
                [Cloud("data sets", b, a)],
                f"{name_b}: accuracy / %",
                f"{name_a}: accuracy / %",
                through=np.array([[low, 101.0], [low, 101.0]]),
            ),
        ),
        # axes as wide as they are high
        size=(4.95, 4.98),
    )
