"""Charts drawn by matplotlib: still pictures for papers."""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.chart import Chart
from physembed.charts.panels import PALETTE, Animation, Bars, Lines, Map, Panel, Points
from physembed.charts.style import figure_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOUR_MAPS = {
    "intensity": "magma",
    "decibels": "magma",
    "diverging": "RdBu_r",
    "linear": "cividis",
}
DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}
MARKERS = ("o", "s", "D", "^", "P", "X", "*", "v")
WIDTH, HEIGHT = 4.9, 3.1
"""Inches of a panel with its labels."""

LEFT, RIGHT, BELOW, ABOVE, TITLE = 0.75, 0.2, 0.62, 0.36, 0.4
"""Inches beside, below and above the axes of a panel, and above all panels."""

COLOURS = 0.62
"""Inches that a scale of colours takes at the right of its map."""

INCHES_PER_LETTER = 0.068
INCHES_PER_LETTER_OF_TITLE = 0.112
LETTERS_BESIDE = 44
"""Letters that fit below a map; names with more are written aslant."""

MOST_NAMED_INSIDE = 4
"""Lines with a legend among them; that of more stands below."""

LONGEST_LEGEND = 14
LEGEND_ROW, LEGEND_MARK, INCHES_PER_LETTER_OF_LEGEND = 0.16, 0.42, 0.058
"""Inches of a row of a legend that stands below, of a line's mark in it, and of a letter."""

LABEL_BELOW = 0.5
"""Inches below the axes that their numbers and their name take."""


def draw(chart: Chart) -> "Figure":
    """A chart as a matplotlib figure, bound to no window.

    An animation shows its first and its last frame and three between them. Axes are laid at fixed
    places, because an automatic layout takes longer than the drawing.
    """
    from matplotlib.figure import Figure

    columns = min(chart.columns, len(chart.panels))
    rows = -(-len(chart.panels) // columns)
    margins = [
        max(_left(panel) for panel in chart.panels[column::columns]) for column in range(columns)
    ]
    heights = [
        max(_height(panel) for panel in chart.panels[row * columns : (row + 1) * columns])
        for row in range(rows)
    ]
    width = sum(margins) + columns * (WIDTH - LEFT)
    title = textwrap.wrap(chart.title, max(20, int(width / INCHES_PER_LETTER_OF_TITLE)))
    top = TITLE + 0.2 * (len(title) - 1)
    height = sum(heights) + top
    with figure_style():
        figure = Figure(figsize=(width, height), facecolor="white")
        for place, panel in enumerate(chart.panels):
            row, column = divmod(place, columns)
            left = sum(margins[: column + 1]) + column * (WIDTH - LEFT)
            below = BELOW + _slanted(panel) + _legend_below(panel)
            low = height - top - sum(heights[: row + 1]) + below
            wide = WIDTH - LEFT - RIGHT
            high = heights[row] - below - ABOVE
            beside = None
            if isinstance(panel, Map):
                wide -= COLOURS
                beside = figure.add_axes(
                    ((left + wide + 0.08) / width, low / height, 0.09 / width, high / height)
                )
            axes = figure.add_axes((left / width, low / height, wide / width, high / height))
            _PAINTERS[type(panel)](axes, panel)
            if isinstance(panel, Map) and beside is not None:
                _scale_of_colours(axes, beside, panel)
        figure.suptitle(
            "\n".join(title), fontsize=12, fontweight="bold", y=1 - 0.12 / height, va="top"
        )
    return figure


def _slanted(panel: Panel) -> float:
    """Inches that the names of columns take below their axis."""
    names = panel.x_names if isinstance(panel, Map) else None
    if not names or max(map(len, names)) * len(names) <= LETTERS_BESIDE:
        return 0.0
    return 0.6 * INCHES_PER_LETTER * max(map(len, names))


def _in_a_row(panel: Lines) -> int:
    """Names that stand side by side in a legend below the axes."""
    longest = max(len(line.label) for line in panel.lines)
    fitting = (WIDTH - LEFT - RIGHT) / (LEGEND_MARK + INCHES_PER_LETTER_OF_LEGEND * longest)
    return min(max(1, int(fitting)), len(panel.lines))


def _legend_below(panel: Panel) -> float:
    """Inches that a legend takes below the axes; 0 where it stands among the lines."""
    if not isinstance(panel, Lines) or not MOST_NAMED_INSIDE < len(panel.lines) <= LONGEST_LEGEND:
        return 0.0
    return LEGEND_ROW * -(-len(panel.lines) // _in_a_row(panel))


def _left(panel: Panel) -> float:
    names = panel.names if isinstance(panel, Bars) else getattr(panel, "y_names", None) or ()
    return max(LEFT, 0.2 + INCHES_PER_LETTER * max(map(len, names), default=0))


def _height(panel: Panel) -> float:
    if isinstance(panel, Bars):
        return max(HEIGHT, 1.1 + 0.14 * len(panel.names) * (len(panel.series) + 0.6))
    if isinstance(panel, Map) and panel.y_names is not None:
        return max(HEIGHT, 1.1 + 0.18 * len(panel.y_names)) + _slanted(panel)
    return HEIGHT + _legend_below(panel)


def _edges(x: Any) -> tuple[float, float]:
    half = (float(x[1]) - float(x[0])) / 2 if len(x) > 1 else 0.5
    return float(x[0]) - half, float(x[-1]) + half


def _map(axes: "Axes", panel: Map) -> None:
    from matplotlib.colors import Normalize, PowerNorm

    norms = {
        "intensity": PowerNorm(0.5, vmin=0.0, vmax=panel.largest),
        "decibels": Normalize(-40.0, 0.0),
        "diverging": Normalize(-panel.largest, panel.largest),
        "linear": Normalize(panel.smallest, panel.largest),
    }
    axes.imshow(
        panel.values,
        origin="lower",
        aspect="auto",
        extent=(*_edges(panel.x), *_edges(panel.y)),
        cmap=COLOUR_MAPS[panel.scale],
        norm=norms[panel.scale],
        # rows with names are things of their own
        interpolation="antialiased" if panel.y_names is None else "nearest",
        rasterized=True,
    )
    for mark in panel.marks:
        axes.axhline(mark, color="#cccccc", linewidth=0.5, linestyle=":")
    axes.grid(visible=False)
    axes.xaxis.set_major_locator(_few())
    axes.yaxis.set_major_locator(_few())
    if panel.y_names is not None:
        axes.set_yticks(panel.y, panel.y_names, fontsize=8)
    if panel.x_names is not None:
        slanted = max(map(len, panel.x_names)) * len(panel.x_names) > LETTERS_BESIDE
        axes.set_xticks(panel.x, panel.x_names, fontsize=8)
        if slanted:
            axes.tick_params("x", labelrotation=35)
            for label in axes.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
    _label(axes, panel.title, panel.x_label, panel.y_label)


def _scale_of_colours(axes: "Axes", beside: "Axes", panel: Map) -> None:
    bar = beside.figure.colorbar(axes.images[0], cax=beside)
    bar.outline.set_visible(False)
    bar.set_label(panel.unit, fontsize=8)
    bar.ax.yaxis.set_major_locator(_few())
    bar.ax.tick_params(labelsize=7)


def _lines(axes: "Axes", panel: Lines) -> None:
    from matplotlib.ticker import MaxNLocator

    for place, line in enumerate(panel.lines):
        colour = PALETTE[(place if line.colour is None else line.colour) % len(PALETTE)]
        # a line with marks goes on over what is missing
        there = np.isfinite(line.y) if panel.marked else slice(None)
        axes.plot(
            np.asarray(panel.x)[there],
            line.y[there],
            DASHES[line.dash],
            color=colour,
            linewidth=1.4,
            marker=MARKERS[place % len(MARKERS)] if panel.marked else None,
            markersize=4,
            label=line.label,
        )
        if line.band is not None:
            axes.fill_between(panel.x, *line.band, color=colour, alpha=0.18, linewidth=0)
    for height, words in panel.marks:
        axes.axhline(height, color="#666666", linewidth=0.8, linestyle="--")
        axes.annotate(
            words, (0.99, height), xycoords=("axes fraction", "data"), fontsize=8,
            ha="right", va="bottom", color="#444444",
        )  # fmt: skip
    if "x" in panel.logarithmic:
        axes.set_xscale("log")
    if "y" in panel.logarithmic:
        axes.set_yscale("log")
    if "x" not in panel.logarithmic and panel.marked and not np.mod(panel.x, 1).any():
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if panel.y_range is not None:
        axes.set_ylim(*panel.y_range)
    if panel.x_names is not None:
        axes.set_xticks(panel.x, panel.x_names)
        axes.minorticks_off()
    if 1 < len(panel.lines) <= LONGEST_LEGEND:
        # many lines leave no room among them
        below = _legend_below(panel) > 0
        tall = axes.bbox.height / axes.figure.dpi
        axes.legend(
            fontsize=7 if below else 8,
            handlelength=1.4 if below else 2.0,
            columnspacing=1.0,
            ncols=_in_a_row(panel) if below else 1,
            frameon=not below,
            framealpha=0.8,
            edgecolor="none",
            loc="upper center" if below else "best",
            bbox_to_anchor=(0.5, -LABEL_BELOW / tall) if below else None,
        )
    _label(axes, panel.title, panel.x_label, panel.y_label)


def _bars(axes: "Axes", panel: Bars) -> None:
    places = np.arange(len(panel.names))[::-1]
    thickness = 0.8 / len(panel.series)
    for k, (label, values) in enumerate(panel.series):
        axes.barh(
            places + thickness * ((len(panel.series) - 1) / 2 - k),
            values,
            height=thickness,
            color=PALETTE[k % len(PALETTE)],
            label=label,
            xerr=None if panel.errors is None else panel.errors[k],
            error_kw={"linewidth": 0.8, "ecolor": "#444444"},
        )
    axes.set_yticks(places, panel.names, fontsize=8)
    axes.set_ylim(-0.7, len(places) - 0.3)
    axes.grid(visible=False, axis="y")
    axes.axvline(0.0, color="#444444", linewidth=0.8)
    # where no bar has a length there is nothing to scale
    if panel.logarithmic and any((np.nan_to_num(v) > 0).any() for _, v in panel.series):
        axes.set_xscale("log")
    if len(panel.series) > 1:
        axes.legend(fontsize=8)
    _label(axes, panel.title, panel.x_label, "")


def _points(axes: "Axes", panel: Points) -> None:
    for k, (label, x, y) in enumerate(panel.groups):
        axes.scatter(
            x,
            y,
            s=14,
            color=PALETTE[k % len(PALETTE)],
            marker=MARKERS[k % len(MARKERS)],
            alpha=0.8,
            linewidths=0,
            label=label,
        )
    if len(panel.groups) <= LONGEST_LEGEND:
        axes.legend(fontsize=7, ncols=2, handletextpad=0.1, columnspacing=0.6)
    axes.set(xticks=[], yticks=[])
    _label(axes, panel.title, panel.x_label, panel.y_label)


def _animation(axes: "Axes", panel: Animation) -> None:
    shown = np.unique(np.linspace(0, len(panel.frames) - 1, 5).round().astype(int))
    for k, frame in enumerate(shown):
        for line in panel.frames[frame]:
            axes.plot(panel.x, line, color=PALETTE[k], linewidth=1.1)
        axes.plot([], [], color=PALETTE[k], label=panel.steps[frame])
    axes.legend(fontsize=8)
    _label(axes, panel.title, panel.x_label, panel.y_label)


def _label(axes: "Axes", title: str, x_label: str, y_label: str) -> None:
    axes.set_title(title, loc="left", fontsize=10)
    axes.set(xlabel=x_label, ylabel=y_label)


def _few() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5)


_PAINTERS: dict[type, Any] = {
    Map: _map,
    Lines: _lines,
    Bars: _bars,
    Points: _points,
    Animation: _animation,
}
