"""A quantity of every fibre along the way: lines, or a map where there are too many of them."""

from collections.abc import Sequence

import numpy as np

from physembed.explain.arrays import Numbers
from physembed.explain.charts import PALETTE, Line, Lines, Map, Panel


def along_fibres(
    title: str, unit: str, places: Sequence[str], rows: Sequence[tuple[str, Numbers]]
) -> Panel:
    """A panel of values at named places.

    Parameters
    ----------
    title, unit : str
    places : sequence of str
    rows : sequence of (str, ndarray of shape (places,))
        What every fibre is called and its values; not a number where it has no such place.
    """
    x = np.arange(len(places), dtype=float)
    if len(rows) <= len(PALETTE):
        lines = [Line(name, values) for name, values in rows]
        return Lines(title, "", unit, x, lines, marked=True, x_names=places)
    return Map(
        title,
        "",
        "",
        x,
        np.arange(len(rows), dtype=float),
        np.stack([values for _, values in rows[::-1]]),
        unit,
        scale="linear",
        y_names=[name for name, _ in rows[::-1]],
        x_names=places,
    )


def all_places(of_fibres: Sequence[Sequence[str]]) -> list[str]:
    """Every place that any fibre has, in the order of the light: input, layers, arms."""
    layers = max((sum(p.startswith("layer") for p in places) for places in of_fibres), default=0)
    ends = ["arms"] if any("arms" in places for places in of_fibres) else []
    return ["input", *(f"layer {k}" for k in range(1, layers + 1)), *ends]


def laid_out(places: Sequence[str], own: Sequence[str], values: Numbers) -> Numbers:
    """Values of a fibre's own places at the places of all."""
    found = np.full(len(places), np.nan)
    for place, value in zip(own, values, strict=True):
        found[places.index(place)] = value
    return found
