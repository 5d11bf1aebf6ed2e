"""Maps as Plotly's traces."""

from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.panels import Axis, Map, names_of, positions
from physembed.charts.plotly_space import (
    HEIGHT,
    LETTERS_BELOW,
    LETTERS_BESIDE,
    LETTERS_BESIDE_NAMES,
    below_columns,
    row_height,
    short,
    wrapped,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def paint_map(figure: "Figure", panel: Map) -> None:
    """Add a map to an empty figure."""
    low, high = panel.colours
    scale: Any = {
        "intensity": _rooted("Magma"),
        "decibels": "Magma",
        "diverging": "RdBu_r",
        "linear": "Cividis",
        "share": "Blues",
    }[panel.scale]
    figure.add_heatmap(
        x=_places(panel.x, LETTERS_BELOW),
        y=_places(panel.y, LETTERS_BESIDE),
        z=short(panel.values),
        text=panel.written,
        texttemplate=None if panel.written is None else "%{text}",
        colorscale=scale,
        zmin=low,
        zmax=high,
        colorbar={
            "title": {"text": panel.unit, "side": "right", "font": {"size": 11}},
            "thickness": 10,
            "outlinewidth": 0,
            "tickfont": {"size": 10},
        },
        hovertemplate=f"%{{x{_format(panel.x)}}}, %{{y{_format(panel.y)}}}: "
        "%{z:.3g}<extra></extra>",
    )
    for mark in panel.marks:
        figure.add_hline(y=mark, line={"color": "#bbbbbb", "width": 0.7, "dash": "dot"})
    figure.update_xaxes(range=panel.x_range)
    height = HEIGHT
    if names_of(panel.y) is not None:
        rows = row_height(_places(panel.y, LETTERS_BESIDE), 19) * len(panel.y)
        height = max(HEIGHT, int(110 + rows))
        figure.update_yaxes(type="category", dtick=1, tickfont={"size": 11})
        figure.update_xaxes(title_text=wrapped(panel.x_label, LETTERS_BESIDE_NAMES))
    if names_of(panel.x) is not None:
        height += below_columns(_places(panel.x, LETTERS_BELOW))
        figure.update_xaxes(type="category", dtick=1, tickfont={"size": 11})
    figure.update_layout(height=height)
    if panel.downwards:
        figure.update_yaxes(autorange="reversed")


def _places(axis: Axis, letters: int) -> Any:
    """An axis as Plotly takes it, names on lines of so many letters."""
    names = names_of(axis)
    if names is None:
        return short(positions(axis))
    return [wrapped(name, letters) for name in names]


def _format(axis: Axis) -> str:
    """How a coordinate is written where it is a number."""
    return ":.4g" if names_of(axis) is None else ""


def _rooted(name: str) -> list[tuple[float, str]]:
    """A colour scale that follows the root of its value, in which a peak does not hide the rest."""
    from plotly.colors import get_colorscale, sample_colorscale

    places = np.linspace(0.0, 1.0, 33)
    colours = sample_colorscale(get_colorscale(name), list(places))
    return [(float(place) ** 2, colour) for place, colour in zip(places, colours, strict=True)]
