"""What each trained number buys: accuracy against the number of parameters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from physembed.charts.labels import LabelledPoint, place_labels
from physembed.charts.style import (
    BLACK,
    BLUE,
    VERMILION,
    figure_style,
    new_figure,
)
from physembed.estimators.catalogue import KNOWN
from physembed.experiments.results.frame import Summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_GREY = "#777777"
_ORIGINS = {
    "paper": ("the paper's networks", VERMILION, "o"),
    "ours": ("our networks", BLUE, "D"),
    "baseline": ("baselines", _GREY, "s"),
    "reference": ("references", BLACK, "^"),
}


def accuracy_against_parameters(rows: Sequence[Summary], *, title: str = "") -> "Figure":
    """Draw mean accuracy against total parameters, with the deviation over the seeds.

    Parameters
    ----------
    rows : sequence of Summary
        The models of one data set.
    title : str, default=""

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure_style():
        figure = new_figure(6.4, 4.4)
        axes = figure.subplots()
        for origin, (label, colour, marker) in _ORIGINS.items():
            members = [row for row in rows if KNOWN[row.base_model].origin == origin]
            if members:
                axes.errorbar(
                    [row.total_parameters[1] for row in members],
                    [row.mean for row in members],
                    yerr=[row.deviation or 0.0 for row in members],
                    color=colour,
                    marker=marker,
                    linestyle="none",
                    markersize=7,
                    capsize=3,
                    label=label,
                )
        axes.set_xscale("log")
        axes.set(xlabel="trained parameters, embedding and readout", ylabel="test accuracy / %")
        axes.margins(x=0.14, y=0.14)
        axes.set_title(title)
        figure.legend(loc="outside lower center", ncols=len(_ORIGINS))
        points = [
            LabelledPoint(row.model, row.total_parameters[1], row.mean, row.deviation or 0.0)
            for row in rows
        ]
        place_labels(figure, axes, points)
    return figure
