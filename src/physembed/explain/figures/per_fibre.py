"""A quantity of every fibre along the way, as lines along the light or across the fibres."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import PALETTE, Line, Lines
from physembed.explain.arrays import Numbers

STILL = 1e-6
"""Relative change below which a quantity is drawn as one that stays as it is."""


def along_fibres(
    title: str, unit: str, places: Sequence[str], rows: Sequence[tuple[str, Numbers]]
) -> Lines:
    """A panel of values at named places.

    A line for each fibre along the places; of a bank of many fibres, a line for each place across
    the fibres.

    Parameters
    ----------
    title, unit : str
    places : sequence of str
    rows : sequence of (str, ndarray of shape (places,))
        What every fibre is called and its values; not a number where it has no such place.
    """
    table = np.stack([values for _, values in rows])
    names = [name for name, _ in rows]
    across = len(rows) > len(PALETTE)
    if across:
        lines = [Line(place, table[:, k]) for k, place in enumerate(places)]
        x_names = [name.removeprefix("fibre ") for name in names]
    else:
        lines = [Line(name, values) for name, values in rows]
        x_names = list(places)
    largest, spread = np.nanmax(np.abs(table)), np.nanmax(table) - np.nanmin(table)
    still = spread <= STILL * largest
    return Lines(
        title,
        "fibre" if across else "",
        unit,
        np.arange(len(x_names), dtype=float),
        lines,
        marked=True,
        x_names=x_names,
        y_range=(0.0, 1.2 * largest) if still and np.nanmin(table) > 0 else None,
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
