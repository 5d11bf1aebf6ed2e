"""What accuracy costs: against trained parameters, or the time to fit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from physembed.charts import Chart, Cloud, Points
from physembed.charts.style import BLACK, BLUE, GREY, PALETTE, VERMILION
from physembed.estimators.catalogue import entry_of
from physembed.experiments.results.frame import Summary

_ORIGINS = {
    "paper": ("the paper's networks", VERMILION),
    "ours": ("our networks", BLUE),
    "baseline": ("baselines", GREY),
    "reference": ("references", BLACK),
}


@dataclass(frozen=True)
class PricedModel:
    """A model, what it costs and what it reaches.

    Parameters
    ----------
    name : str
    base_model : str
        The catalogue's model, of which it may be a variant.
    price : float
    accuracy : float
        In %.
    deviation : float, default=0.0
        Over the seeds, in points.
    """

    name: str
    base_model: str
    price: float
    accuracy: float
    deviation: float = 0.0


def accuracy_against_parameters(summaries: Sequence[Summary], *, name: str, title: str) -> Chart:
    """Mean accuracy of the models of one data set against their total parameters."""
    models = [
        PricedModel(s.model, s.base_model, s.total_parameters[1], s.mean, s.deviation or 0.0)
        for s in summaries
    ]
    return accuracy_against_price(
        models,
        "trained parameters, embedding and readout",
        name=name,
        title=title,
        accuracy="test accuracy / %",
    )


def accuracy_against_price(
    models: Sequence[PricedModel], price: str, *, name: str, title: str, accuracy: str
) -> Chart:
    """Accuracy against a price, with the line of the models that nothing cheaper reaches.

    Parameters
    ----------
    models : sequence of PricedModel
    price, accuracy : str
        What stands at the axes.
    name, title : str
        Of the chart.
    """
    best = max(models, key=lambda m: m.accuracy)
    cheapest = min(models, key=lambda m: m.price)
    clouds = []
    for origin, (label, colour) in _ORIGINS.items():
        members = [m for m in models if entry_of(m.base_model).origin == origin]
        if members:
            clouds.append(
                Cloud(
                    label,
                    np.array([m.price for m in members], dtype=float),
                    np.array([m.accuracy for m in members]),
                    names=[m.name for m in members],
                    spread=np.array([m.deviation for m in members]),
                    colour=PALETTE.index(colour),
                )
            )
    return Chart(
        name=name,
        title=title,
        caption=(
            "Means, with standard deviations over the seeds where there are several; the line "
            "joins the models that no cheaper one reaches."
        ),
        alternative=(
            f"Best is {best.name} with {best.accuracy:.1f} percent at {best.price:,.3g}; cheapest "
            f"is {cheapest.name} at {cheapest.price:,.3g} with {cheapest.accuracy:.1f} percent."
        ),
        panels=(
            Points(
                "",
                clouds,
                price,
                accuracy,
                logarithmic="x",
                most=100.0,
                through=np.array(pareto_frontier([(m.price, m.accuracy) for m in models])).T,
            ),
        ),
        size=(6.8, 4.4),
    )


def pareto_frontier(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points (price, accuracy) that no other one beats in both, by price."""
    frontier: list[tuple[float, float]] = []
    for price, accuracy in sorted(points, key=lambda p: (p[0], -p[1])):
        if not frontier or accuracy > frontier[-1][1]:
            frontier.append((price, accuracy))
    return frontier
