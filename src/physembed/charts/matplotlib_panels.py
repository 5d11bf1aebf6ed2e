"""The panels of a chart, each painted into matplotlib's axes."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.arrays import bars_within
from physembed.charts.chart import key_of
from physembed.charts.labels import LabelledPoint, place_labels
from physembed.charts.marks import place_of_words
from physembed.charts.matplotlib_maps import paint_map
from physembed.charts.panels import (
    MOST_TICKS,
    Animation,
    Bars,
    Key,
    Lines,
    Map,
    Panel,
    Points,
    names_of,
    positions,
)
from physembed.charts.style import GREY, PALETTE

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

DASHES: dict[str, Any] = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}
MARKERS = ("o", "s", "D", "^", "P", "X", "*", "v")

FEW_DECADES = 100.0
"""Ratio up to which a logarithmic axis is labelled within its decades."""


def paint(axes: "Axes", panel: Panel) -> None:
    """Draw a panel into empty axes, without a legend."""
    _PAINTERS[type(panel)](axes, panel)
    # matplotlib looks for a place that is free, which takes a sixth of a picture's time; beside a
    # map nothing is written above
    place = 1.0 if isinstance(panel, Map) else None
    axes.set_title(panel.title, loc="left", fontsize=10, y=place)


def handles_of(panels: Sequence[Panel], key: Key) -> "list[Artist]":
    """What stands in a legend, like the lines, bars or points that it names."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    panel = next(panel for panel in panels if key_of(panel) == key)
    colours = _colours(panel, key)
    if isinstance(panel, Bars):
        return [Patch(color=c, label=name) for c, (name, *_) in zip(colours, key, strict=True)]
    handles: list[Artist] = []
    for place, ((name, _, look), colour) in enumerate(zip(key, colours, strict=True)):
        points = isinstance(panel, Points)
        marked = points or getattr(panel, "marked", False)
        handles.append(
            Line2D(
                [],
                [],
                color=colour,
                label=name,
                linestyle="none" if points else DASHES[look],
                linewidth=1.4,
                marker=MARKERS[place % len(MARKERS)] if marked else None,
                markersize=4,
            )
        )
    return handles


def _colours(panel: Panel, key: Key) -> list[Any]:
    if isinstance(panel, Lines) and panel.ordered:
        from matplotlib import colormaps

        # the light end of the map is too faint on white
        return list(colormaps["viridis"](np.linspace(0, 0.92, len(key))))
    return [PALETTE[colour % len(PALETTE)] for _, colour, _ in key]


def _lines(axes: "Axes", panel: Lines) -> None:
    from matplotlib.ticker import MaxNLocator

    x = positions(panel.x)
    for place, (line, colour) in enumerate(
        zip(panel.lines, _colours(panel, panel.key), strict=True)
    ):
        if line.members is not None:
            axes.plot(x, line.members.T, DASHES[line.dash], color=colour, linewidth=0.7, alpha=0.45)
        # a line with marks goes on over what is missing
        there = np.isfinite(line.y) if panel.marked else slice(None)
        axes.plot(
            x[there],
            line.y[there],
            DASHES[line.dash],
            color=colour,
            linewidth=1.4 if line.members is None else 2.2,
            # a single value would be nothing without a mark
            marker=MARKERS[place % len(MARKERS)] if panel.marked or len(x) == 1 else None,
            markersize=4,
            label=line.label,
        )
        if line.band is not None:
            axes.fill_between(x, *line.band, color=colour, alpha=0.18, linewidth=0)
    for height, words in panel.marks:
        axes.axhline(height, color="#666666", linewidth=0.8, linestyle="--")
        side, above = place_of_words(panel, height, words)
        axes.annotate(
            words,
            (0.99 if side == "right" else 0.01, height),
            xycoords=("axes fraction", "data"),
            xytext=(0, 2 if above == "top" else -2),
            textcoords="offset points",
            fontsize=8,
            ha=side,
            va="bottom" if above == "top" else "top",
            color="#444444",
        )
    if "x" in panel.logarithmic:
        axes.set_xscale("log")
        if len(x) <= MOST_TICKS:
            axes.set_xticks(x, [f"{place:g}" for place in x])
            axes.minorticks_off()
    elif not np.mod(x, 1).any():
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS, integer=True))
    if "y" in panel.logarithmic:
        axes.set_yscale("log")
    if (names := names_of(panel.x)) is not None:
        axes.set_xticks(x, names)
    axes.set(xlabel=panel.x_label, ylabel=panel.y_label, xlim=panel.x_range, ylim=panel.y_range)


def _bars(axes: "Axes", panel: Bars) -> None:
    from matplotlib.ticker import LogLocator

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
    lengths = np.concatenate([values[values > 0] for _, values in panel.series])
    # where no bar has a length there is nothing to scale
    if panel.logarithmic and len(lengths):
        axes.set_xscale("log")
        if lengths.max() < FEW_DECADES * lengths.min():
            # powers of ten alone would be one label or two
            axes.xaxis.set_major_locator(LogLocator(10, (1.0, 2.0, 5.0), numticks=6))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter("")
    axes.set_xlabel(panel.x_label)
    axes.text(
        0.5, 0.5, panel.emptiness, transform=axes.transAxes, ha="center", color=GREY, fontsize=10
    )


def _points(axes: "Axes", panel: Points) -> None:
    if panel.through is not None:
        axes.plot(*panel.through, color=GREY, linewidth=1, zorder=1)
    for k, (cloud, colour) in enumerate(zip(panel.clouds, _colours(panel, panel.key), strict=True)):
        axes.errorbar(
            cloud.x,
            cloud.y,
            yerr=bars_within(cloud.y, cloud.spread, panel.most),
            color=colour,
            marker=MARKERS[k % len(MARKERS)],
            linestyle="none",
            markersize=6 if panel.numbered else 4,
            markeredgecolor="none",
            alpha=1.0 if panel.numbered else 0.8,
            capsize=3,
            capthick=1,
            label=cloud.label,
        )
    if "x" in panel.logarithmic:
        axes.set_xscale("log")
    axes.set(xlabel=panel.x_label, ylabel=panel.y_label)
    if not panel.numbered:
        axes.set(xticks=[], yticks=[])
    points = [
        LabelledPoint(name, x, y, spread)
        for cloud in panel.clouds
        for name, x, y, spread in zip(
            chain(cloud.names, repeat("")),
            cloud.x,
            cloud.y,
            np.zeros(len(cloud.x)) if cloud.spread is None else cloud.spread,
            strict=False,  # names go on for ever
        )
    ]
    if any(point.name for point in points):
        # room for names beside the outermost points
        axes.margins(x=0.14, y=0.14)
        axes.set_ylim(top=min(axes.get_ylim()[1], 1.02 * (panel.most or np.inf)))
        place_labels(axes, points, panel.through)


def _animation(axes: "Axes", panel: Animation) -> None:
    _lines(axes, panel.still)


_PAINTERS: dict[type, Any] = {
    Map: paint_map,
    Lines: _lines,
    Bars: _bars,
    Points: _points,
    Animation: _animation,
}
