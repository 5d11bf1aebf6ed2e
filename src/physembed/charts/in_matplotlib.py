"""Charts drawn by matplotlib: still pictures for papers."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from physembed.charts.chart import Chart, key_of
from physembed.charts.matplotlib_maps import is_slanted, scale_of_colours
from physembed.charts.matplotlib_panels import handles_of, paint
from physembed.charts.panels import Bars, Key, Map, Panel, names_of
from physembed.charts.style import figure_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEFT, RIGHT, BELOW, ABOVE = 0.75, 0.2, 0.62, 0.36
"""Inches beside, below and above the axes of a panel."""

UNTITLED, TITLE, TITLE_ROW = 0.15, 0.4, 0.2
"""Inches above all panels without a title, with one, and of each further row of it."""

COLOURS = 0.62
"""Inches that a scale of colours takes at the right of its map."""

AXIS_LABEL = 0.2
"""Inches of an axis's label beside the names along it."""

INCHES_PER_LETTER, INCHES_PER_LETTER_OF_TITLE = 0.068, 0.112

SLANTED = 0.82
"""Inches sideways of an inch that is written aslant, at 35 degrees."""

PANEL_ROW, INCHES_PER_LETTER_OF_PANEL = 0.17, 0.08
"""Inches of each further row of a panel's title, and of a letter in it."""

LEGEND_ROW, LEGEND_MARK, INCHES_PER_LETTER_OF_LEGEND = 0.19, 0.5, 0.066
"""Inches of a row of a legend, of a line's mark in it, and of a letter."""


def draw(chart: Chart) -> "Figure":
    """A chart as a matplotlib figure, bound to no window.

    An animation shows its first and its last frame and three between them. Axes are laid at fixed
    places, because an automatic layout takes longer than the drawing. Legends stand below, where
    they hide nothing: one for all panels where the same lines are in all of them.
    """
    from matplotlib.figure import Figure

    with figure_style():
        layout = _Layout.of(chart)
        figure = Figure(figsize=(layout.width, layout.height), facecolor="white")
        for panel, place in zip(chart.panels, layout.places, strict=True):
            _draw_panel(figure, panel, place, layout)
        if layout.legend:
            figure.legend(
                handles=handles_of(chart.panels, layout.legend),
                ncols=_in_a_row(layout.legend, layout.width),
                loc="lower center",
                bbox_to_anchor=(0.5, 0.02 / layout.height),
                **_LEGEND_STYLE,
            )
        _write_title(figure, layout)
    return figure


@dataclass(frozen=True)
class _Place:
    """Inches of a panel's axes, of its scale of colours, and of its own legend below.

    And its title, in as many rows as it takes.
    """

    left: float
    low: float
    width: float
    height: float
    legend: Key
    title: str


@dataclass(frozen=True)
class _Layout:
    """Inches of a figure, where its panels are, and the legend that serves all of them."""

    width: float
    height: float
    places: list[_Place]
    legend: Key
    title: list[str]
    words: list[str]

    @classmethod
    def of(cls, chart: Chart) -> "_Layout":
        columns = min(chart.columns, len(chart.panels))
        in_column = [chart.panels[column::columns] for column in range(columns)]
        in_row = [chart.panels[k : k + columns] for k in range(0, len(chart.panels), columns)]
        inner = chart.size[0] - LEFT
        margins = [max(_left(panel, inner) for panel in panels) for panels in in_column]
        # panels above each other share their axis, so a map's scale of colours narrows all
        scales = [COLOURS * any(isinstance(p, Map) for p in panels) for panels in in_column]
        width = sum(margins) + columns * inner
        common = chart.common_key or ()
        legends = [() if common else key_of(panel) for panel in chart.panels]
        below = [
            BELOW + _slant(panel) + _legend_height(key, inner)
            for panel, key in zip(chart.panels, legends, strict=True)
        ]
        first, *further = chart.title.splitlines() or [""]
        title, words = _wrapped([first], width), _wrapped(further, width)
        top = UNTITLED
        if chart.title:
            top = TITLE + TITLE_ROW * (len(title) + len(words) - 1)
        letters = max(20, int((inner - RIGHT) / INCHES_PER_LETTER_OF_PANEL))
        titles = [textwrap.wrap(panel.title, letters) for panel in chart.panels]
        in_rows = [titles[k : k + columns] for k in range(0, len(titles), columns)]
        rows = [
            (
                _above(max(map(len, in_rows[row]))),
                max(_axes_height(panel, chart.size[1]) for panel in panels),
                max(below[row * columns : row * columns + len(panels)]),
            )
            for row, panels in enumerate(in_row)
        ]
        height = top + sum(map(sum, rows)) + _legend_height(common, width)
        places = []
        for k in range(len(chart.panels)):
            row, column = divmod(k, columns)
            above, axes, _ = rows[row]
            low = height - top - sum(map(sum, rows[:row])) - above - axes
            left = sum(margins[: column + 1]) + column * inner
            title_of = "\n".join(titles[k])
            wide = inner - RIGHT - scales[column]
            places.append(_Place(left, low, wide, axes, legends[k], title_of))
        return cls(width, height, places, common, title, words)


def _draw_panel(figure: "Figure", panel: Panel, place: _Place, layout: _Layout) -> None:
    def share(left: float, low: float, width: float, height: float) -> tuple[float, ...]:
        return (
            left / layout.width,
            low / layout.height,
            width / layout.width,
            height / layout.height,
        )

    axes = figure.add_axes(share(place.left, place.low, place.width, place.height))  # type: ignore[arg-type]
    paint(axes, replace(panel, title=place.title))
    if isinstance(panel, Map):
        left = place.left + place.width + 0.08
        beside = figure.add_axes(share(left, place.low, 0.09, place.height))  # type: ignore[arg-type]
        scale_of_colours(axes, beside, panel)
    if place.legend:
        axes.legend(
            handles=handles_of([panel], place.legend),
            ncols=_in_a_row(place.legend, place.width),
            loc="upper center",
            bbox_to_anchor=(0.5, -(BELOW - 0.12 + _slant(panel)) / place.height),
            **_LEGEND_STYLE,
        )


_LEGEND_STYLE: dict[str, Any] = {
    "fontsize": 8,
    "handlelength": 1.6,
    "columnspacing": 1.2,
    "frameon": False,
    "borderaxespad": 0.0,
}


def _write_title(figure: "Figure", layout: _Layout) -> None:
    """Its first line in bold, further ones plain below it."""
    top = 1 - 0.12 / layout.height
    figure.suptitle("\n".join(layout.title), fontsize=12, fontweight="bold", y=top, va="top")
    if layout.words:
        below = top - (TITLE_ROW * len(layout.title) + 0.02) / layout.height
        figure.text(0.5, below, "\n".join(layout.words), fontsize=10, ha="center", va="top")


def _wrapped(lines: Sequence[str], width: float) -> list[str]:
    letters = max(20, int(width / INCHES_PER_LETTER_OF_TITLE))
    return [row for line in lines for row in textwrap.wrap(line, letters)]


def _above(n_rows: int) -> float:
    """Inches above axes whose title has so many rows."""
    return ABOVE + PANEL_ROW * (n_rows - 1) if n_rows else 0.0


def _in_a_row(key: Key, width: float) -> int:
    """Names that stand side by side in a legend."""
    longest = max(len(label) for label, *_ in key)
    return min(max(1, int(width / (LEGEND_MARK + INCHES_PER_LETTER_OF_LEGEND * longest))), len(key))


def _legend_height(key: Key, width: float) -> float:
    return LEGEND_ROW * -(-len(key) // _in_a_row(key, width)) + 0.06 if key else 0.0


def _slant(panel: Panel) -> float:
    """Inches that names of columns written aslant take below their axis."""
    if not isinstance(panel, Map) or not is_slanted(panel):
        return 0.0
    return 0.6 * INCHES_PER_LETTER * max(map(len, panel.x))


def _left(panel: Panel, inner: float) -> float:
    """Inches at the left of axes for the names of rows, and for those of columns that slant."""
    names: Sequence[str] = ()
    beside = slanted = 0.0
    if isinstance(panel, Bars):
        names = panel.names
    elif isinstance(panel, Map):
        names = names_of(panel.y) or ()
        beside = AXIS_LABEL * bool(panel.y_label)
        if is_slanted(panel):
            column = (inner - RIGHT - COLOURS) / len(panel.x)
            slanted = max(
                SLANTED * INCHES_PER_LETTER * len(name) - column * (k + 0.5)
                for k, name in enumerate(names_of(panel.x) or ())
            )
    longest = max(map(len, names), default=0)
    return max(LEFT, 0.2 + beside + INCHES_PER_LETTER * longest, 0.1 + slanted)


def _axes_height(panel: Panel, least: float) -> float:
    """Inches of the axes alone."""
    around = BELOW + ABOVE
    if isinstance(panel, Bars):
        least = max(least, 1.1 + 0.14 * len(panel.names) * (len(panel.series) + 0.6))
    if isinstance(panel, Map) and names_of(panel.y) is not None:
        least = max(least, 1.1 + 0.18 * len(panel.y))
    return least - around
