"""Axes that several pictures share: time, frequency, and the places along the light."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Bars, Line, Lines
from physembed.charts.arrays import Numbers

TIME = "t / timepoints"
FREQUENCY = "frequency / (1 / timepoint)"
LAYERS = "z / layers"

COLUMNS = 400
"""Columns of a map, or points of a line that is smooth enough to be averaged."""

POINTS = 800
"""Points of a line of which every stride-th is drawn as it is."""

FEWEST_PLACES = 3
"""Places with a line through them; fewer are bars."""

MOST_FIBRES = 7
"""Fibres with a line each; of a bank of more, the lines go across the fibres."""

STILL = 1e-6
"""Relative change below which a quantity is drawn as one that stays as it is."""


def along_fibres(
    title: str, unit: str, places: Sequence[str], rows: Sequence[tuple[str, Numbers]]
) -> Lines | Bars:
    """A panel of values at named places.

    A line for each fibre along the places, or bars where they are two; of a bank of many fibres, a
    line for each place across the fibres.

    Parameters
    ----------
    title, unit : str
    places : sequence of str
    rows : sequence of (str, ndarray of shape (places,))
        What every fibre is called and its values; not a number where it has no such place.
    """
    table = np.stack([values for _, values in rows])
    names = [name for name, _ in rows]
    if len(places) < FEWEST_PLACES:
        return Bars(title, names, [(p, table[:, k]) for k, p in enumerate(places)], unit)
    across = len(rows) > MOST_FIBRES
    if across:
        lines = [Line(place, table[:, k]) for k, place in enumerate(places)]
        x = [name.removeprefix("fibre ") for name in names]
    else:
        lines = [Line(name, values) for name, values in rows]
        x = list(places)
    largest, smallest = np.nanmax(np.abs(table)), np.nanmin(table)
    still = stays(table) and smallest > 0
    y_range = (0.0, 1.2 * largest) if still else None
    return Lines(
        title,
        x,
        lines,
        "fibre" if across else "",
        unit,
        marked=True,
        y_range=accuracy_range(smallest) if unit.endswith("%") else y_range,
    )


def accuracy_range(lowest: float) -> tuple[float, float]:
    """An axis of per cent that ends at a hundred, with room for the mark that stands there."""
    low = max(0.0, lowest - 5)
    return low, 100 + 0.03 * (100 - low)


def stays(values: Numbers) -> bool:
    """Whether numbers are one and the same."""
    return bool(np.nanmax(values) - np.nanmin(values) <= STILL * np.nanmax(np.abs(values)))


def all_places(of_fibres: Sequence[Sequence[str]]) -> list[str]:
    """Every place that any fibre has, in the order of the light: input, layers, arms."""
    layers = max((sum(p.startswith("layer") for p in places) for places in of_fibres), default=0)
    ends = ["arms"] if any("arms" in places for places in of_fibres) else []
    return ["input", *(f"layer {k}" for k in range(1, layers + 1)), *ends]


def laid_out(places: Sequence[str], of_fibre: Sequence[str], values: Numbers) -> Numbers:
    """Values at the places of a fibre, at the places of all."""
    row = np.full(len(places), np.nan)
    for place, value in zip(of_fibre, values, strict=True):
        row[places.index(place)] = value
    return row


def thinned(values: Numbers) -> Numbers:
    """Every stride-th of many values, as they are, over the last axis."""
    return values[..., :: max(1, values.shape[-1] // POINTS)]


def dash_of(place: int) -> str:
    """A dash that tells a line from its neighbours without its colour."""
    return ("solid", "dash", "dashdot", "dot")[place % 4]
