"""The panels of a chart, each as Plotly's traces."""

from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.arrays import bars_within
from physembed.charts.marks import place_of_words
from physembed.charts.panels import (
    MOST_TICKS,
    Animation,
    Bars,
    Lines,
    Map,
    Panel,
    Points,
    names_of,
    positions,
)
from physembed.charts.plotly_maps import paint_map
from physembed.charts.plotly_space import (
    HEIGHT,
    LETTERS_BESIDE,
    LETTERS_BESIDE_NAMES,
    row_height,
    short,
    wrapped,
)
from physembed.charts.style import GREY, PALETTE

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MILLISECONDS_PER_FRAME = 120
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "triangle-down")
"""Marks that tell classes apart without their colours."""


def paint(figure: "Figure", panel: Panel) -> None:
    """Add a panel to an empty figure, and what its axes need beyond the style of all."""
    _PAINTERS[type(panel)](figure, panel)


def _lines(figure: "Figure", panel: Lines) -> None:
    x = positions(panel.x)
    for k, (line, colour) in enumerate(zip(panel.lines, _line_colours(panel), strict=True)):
        if line.band is not None:
            low, high = line.band
            figure.add_scatter(
                x=short(np.concatenate([x, x[::-1]])),
                y=short(np.concatenate([low, high[::-1]])),
                mode="lines",
                fill="toself",
                fillcolor=_faint(colour),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        for member in () if line.members is None else line.members:
            figure.add_scatter(
                x=short(x),
                y=short(member),
                mode="lines",
                line={"color": colour, "width": 0.7, "dash": line.dash},
                opacity=0.45,
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=short(x),
            y=short(line.y),
            name=line.label,
            mode="lines+markers" if panel.marked or len(x) == 1 else "lines",
            connectgaps=panel.marked,
            line={"color": colour, "width": 2, "dash": line.dash},
            marker={"symbol": SYMBOLS[k % len(SYMBOLS)], "size": 7},
            hovertemplate="%{x:.4g}: %{y:.4g}",
        )
    for height, words in panel.marks:
        side, above = place_of_words(panel, height, words)
        figure.add_hline(
            y=height,
            line={"color": "#666666", "width": 1, "dash": "dash"},
            annotation={"text": words, "font": {"size": 11}},
            annotation_position=f"{above} {side}",
        )
    if "x" in panel.logarithmic:
        figure.update_xaxes(type="log")
        if len(x) <= MOST_TICKS:
            figure.update_xaxes(tickvals=list(x), ticktext=[f"{place:g}" for place in x])
    if "y" in panel.logarithmic:
        figure.update_yaxes(type="log")
    figure.update_xaxes(range=panel.x_range)
    figure.update_yaxes(range=panel.y_range)
    if (names := names_of(panel.x)) is not None:
        figure.update_xaxes(tickvals=list(x), ticktext=names)


def _line_colours(panel: Lines) -> list[str]:
    if not panel.ordered:
        return [PALETTE[colour % len(PALETTE)] for _, colour, _ in panel.key]
    from plotly.colors import sample_colorscale

    # the light end of the scale is too faint on white
    return list(sample_colorscale("Viridis", list(np.linspace(0, 0.92, len(panel.lines)))))


def _bars(figure: "Figure", panel: Bars) -> None:
    names = [wrapped(name, LETTERS_BESIDE) for name in panel.names]
    for k, (label, values) in enumerate(panel.series):
        errors = None if panel.errors is None else {"array": short(panel.errors[k])}
        figure.add_bar(
            x=short(values),
            y=names,
            name=label,
            orientation="h",
            marker={"color": PALETTE[k % len(PALETTE)]},
            error_x=errors,
            hovertemplate="%{y}: %{x:.4g}",
        )
    rows = len(names) * row_height(names, 13 * (len(panel.series) + 0.6))
    figure.update_layout(height=max(HEIGHT, int(120 + rows)), barmode="group")
    figure.update_xaxes(title_text=wrapped(panel.x_label, LETTERS_BESIDE_NAMES))
    # tables and bars are read from the top
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 11}, dtick=1)
    if panel.logarithmic:
        figure.update_xaxes(type="log")
    figure.add_annotation(
        text=panel.emptiness, xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False
    )


def _points(figure: "Figure", panel: Points) -> None:
    if panel.through is not None:
        x, y = panel.through
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": GREY, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    for k, (cloud, (_, colour, _)) in enumerate(zip(panel.clouds, panel.key, strict=True)):
        bars = bars_within(cloud.y, cloud.spread, panel.most)
        figure.add_scatter(
            x=short(cloud.x),
            y=short(cloud.y),
            name=cloud.label,
            mode="markers+text" if cloud.names else "markers",
            text=list(cloud.names),
            textposition="top center",
            error_y=None
            if bars is None
            else {"array": short(bars[1]), "arrayminus": short(bars[0]), "symmetric": False},
            marker={
                "color": PALETTE[colour % len(PALETTE)],
                "symbol": SYMBOLS[k % len(SYMBOLS)],
                "size": 6 if not panel.numbered else 9,
                "opacity": 0.8,
            },
            hovertemplate="%{fullData.name}<extra></extra>"
            if not panel.numbered
            else "%{text}: %{x:.4g}, %{y:.4g}<extra></extra>",
        )
    figure.update_xaxes(showticklabels=panel.numbered)
    figure.update_yaxes(showticklabels=panel.numbered)
    if "x" in panel.logarithmic:
        figure.update_xaxes(type="log")


def _animation(figure: "Figure", panel: Animation) -> None:
    from plotly.graph_objects import Frame, Scatter

    for k, (label, y) in enumerate(zip(panel.labels, panel.frames[0], strict=True)):
        figure.add_scatter(
            x=short(panel.x), y=short(y), name=label, line={"color": PALETTE[k], "width": 1.6}
        )
    figure.frames = [
        Frame(name=str(n), data=[Scatter(y=short(y)) for y in frame])
        for n, frame in enumerate(panel.frames)
    ]
    timing = {"duration": MILLISECONDS_PER_FRAME, "redraw": False}
    play = {"frame": timing, "transition": {"duration": 0}, "fromcurrent": True}
    still = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate"}
    figure.update_yaxes(range=panel.y_range)
    figure.update_layout(
        # the slider has a line of its own, long enough for a finger
        height=HEIGHT + 130,
        margin={"b": 170},
        updatemenus=[
            {
                "type": "buttons",
                "direction": "left",
                "x": 0,
                "y": -0.56,
                "xanchor": "left",
                "yanchor": "top",
                "buttons": [
                    {"label": "play", "method": "animate", "args": [None, play]},
                    {"label": "stop", "method": "animate", "args": [[None], still]},
                ],
            }
        ],
        sliders=[
            {
                "x": 0,
                "len": 1,
                "y": -0.26,
                "yanchor": "top",
                "currentvalue": {"prefix": "", "font": {"size": 12}},
                "pad": {"t": 6},
                "ticklen": 0,
                "font": {"size": 1, "color": "white"},
                "steps": [
                    {"label": step, "method": "animate", "args": [[str(n)], still]}
                    for n, step in enumerate(panel.steps)
                ],
            }
        ],
    )
    figure.layout.sliders[0].currentvalue.font.color = "#222222"
    figure.update_layout(showlegend=len(panel.labels) > 1)


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


_PAINTERS: dict[type, Any] = {
    Map: paint_map,
    Lines: _lines,
    Bars: _bars,
    Points: _points,
    Animation: _animation,
}
