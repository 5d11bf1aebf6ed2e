"""Charts drawn by Plotly: one plot for every panel, so that a narrow page can stack them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.panels import (
    PALETTE,
    SYMBOLS,
    Animation,
    Bars,
    Lines,
    Map,
    Numbers,
    Panel,
    Points,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
HEIGHT = 320
MILLISECONDS_PER_FRAME = 120
LONGEST_LEGEND = 14
LETTERS_BESIDE_TITLE = 24


def draw(panel: Panel) -> "Figure":
    """A panel as a Plotly figure without a width, which the page gives it."""
    from plotly.graph_objects import Figure

    figure = Figure()
    figure.update_layout(
        template="none",
        title={"text": panel.title, "font": {"size": 14}, "x": 0.01, "xanchor": "left"},
        font={"family": FONT, "size": 12, "color": "#222222"},
        margin={"l": 62, "r": 16, "t": 44, "b": 50},
        height=HEIGHT,
        paper_bgcolor="white",
        plot_bgcolor="white",
        hoverlabel={"font": {"size": 12}},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1, "xanchor": "right"},
    )
    _PAINTERS[type(panel)](figure, panel)
    return figure


def _axes(figure: "Figure", x_label: str, y_label: str, *, grid: bool = True) -> None:
    style = {
        "showgrid": grid,
        "gridcolor": "#e4e4e4",
        "zeroline": False,
        "linecolor": "#444444",
        "ticks": "outside",
        "automargin": True,
    }
    figure.update_xaxes(title={"text": x_label}, **style)
    figure.update_yaxes(title={"text": y_label}, **style)


def _short(values: Numbers) -> Any:
    """Four bytes a number: more than a screen can show."""
    return np.asarray(values, dtype=np.float32)


def _map(figure: "Figure", panel: Map) -> None:
    colours: dict[str, dict[str, Any]] = {
        "intensity": {"colorscale": _rooted("Magma"), "zmin": 0.0, "zmax": panel.largest},
        "decibels": {"colorscale": "Magma", "zmin": -40.0, "zmax": 0.0},
        "diverging": {"colorscale": "RdBu_r", "zmin": -panel.largest, "zmax": panel.largest},
        "linear": {"colorscale": "Cividis", "zmin": panel.smallest, "zmax": panel.largest},
    }
    figure.add_heatmap(
        x=_short(panel.x) if panel.x_names is None else list(panel.x_names),
        y=_short(panel.y) if panel.y_names is None else list(panel.y_names),
        z=_short(panel.values),
        colorbar={
            "title": {"text": panel.unit, "side": "right", "font": {"size": 11}},
            "thickness": 10,
            "outlinewidth": 0,
            "tickfont": {"size": 10},
        },
        hovertemplate=f"%{{x{_number(panel.x_names)}}}, %{{y{_number(panel.y_names)}}}: "
        "%{z:.3g}<extra></extra>",
        **colours[panel.scale],
    )
    for mark in panel.marks:
        figure.add_hline(y=mark, line={"color": "#bbbbbb", "width": 0.7, "dash": "dot"})
    _axes(figure, panel.x_label, panel.y_label, grid=False)
    if panel.y_names is not None:
        figure.update_layout(height=max(HEIGHT, 110 + 19 * len(panel.y_names)))
        figure.update_yaxes(type="category", dtick=1)
    if panel.x_names is not None:
        figure.update_xaxes(type="category", dtick=1)


def _number(names: Sequence[str] | None) -> str:
    """How a coordinate is written where it is a number."""
    return ":.4g" if names is None else ""


def _rooted(name: str) -> list[tuple[float, str]]:
    """A colour scale that follows the root of its value, in which a peak does not hide the rest."""
    from plotly.colors import get_colorscale, sample_colorscale

    places = np.linspace(0.0, 1.0, 33)
    colours = sample_colorscale(get_colorscale(name), list(places))
    return [(float(place) ** 2, colour) for place, colour in zip(places, colours, strict=True)]


def _lines(figure: "Figure", panel: Lines) -> None:
    for k, line in enumerate(panel.lines):
        colour = PALETTE[(k if line.colour is None else line.colour) % len(PALETTE)]
        if line.band is not None:
            low, high = line.band
            figure.add_scatter(
                x=_short(np.concatenate([panel.x, panel.x[::-1]])),
                y=_short(np.concatenate([low, high[::-1]])),
                mode="lines",
                fill="toself",
                fillcolor=_faint(colour),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=_short(panel.x),
            y=_short(line.y),
            name=line.label,
            mode="lines+markers" if panel.marked else "lines",
            connectgaps=panel.marked,
            line={"color": colour, "width": 2, "dash": line.dash},
            marker={"symbol": SYMBOLS[k % len(SYMBOLS)], "size": 7},
            hovertemplate="%{x:.4g}: %{y:.4g}",
        )
    for height, words in panel.marks:
        figure.add_hline(
            y=height,
            line={"color": "#666666", "width": 1, "dash": "dash"},
            annotation={"text": words, "font": {"size": 11}},
        )
    _axes(figure, panel.x_label, panel.y_label)
    if "x" in panel.logarithmic:
        figure.update_xaxes(type="log")
    if "y" in panel.logarithmic:
        figure.update_yaxes(type="log")
    if panel.y_range is not None:
        figure.update_yaxes(range=list(panel.y_range))
    if panel.x_names is not None:
        figure.update_xaxes(tickvals=list(panel.x), ticktext=list(panel.x_names))
    _legend(figure, len(panel.lines))


def _bars(figure: "Figure", panel: Bars) -> None:
    for k, (label, values) in enumerate(panel.series):
        errors = None if panel.errors is None else {"array": _short(panel.errors[k])}
        figure.add_bar(
            x=_short(values),
            y=list(panel.names),
            name=label,
            orientation="h",
            marker={"color": PALETTE[k % len(PALETTE)]},
            error_x=errors,
            hovertemplate="%{y}: %{x:.4g}",
        )
    rows = len(panel.names) * (len(panel.series) + 0.6)
    figure.update_layout(height=max(HEIGHT, int(120 + 13 * rows)), barmode="group")
    _axes(figure, panel.x_label, "")
    # tables and bars are read from the top
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 11}, dtick=1)
    if panel.logarithmic:
        figure.update_xaxes(type="log")
    _legend(figure, len(panel.series))


def _points(figure: "Figure", panel: Points) -> None:
    for k, (label, x, y) in enumerate(panel.groups):
        figure.add_scatter(
            x=_short(x),
            y=_short(y),
            name=label,
            mode="markers",
            marker={
                "color": PALETTE[k % len(PALETTE)],
                "symbol": SYMBOLS[k % len(SYMBOLS)],
                "size": 6,
                "opacity": 0.8,
            },
            hovertemplate="%{fullData.name}<extra></extra>",
        )
    _axes(figure, panel.x_label, panel.y_label)
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(showticklabels=False)
    _legend(figure, len(panel.groups))


def _animation(figure: "Figure", panel: Animation) -> None:
    from plotly.graph_objects import Frame, Scatter

    for k, (label, y) in enumerate(zip(panel.labels, panel.frames[0], strict=True)):
        figure.add_scatter(
            x=_short(panel.x), y=_short(y), name=label, line={"color": PALETTE[k], "width": 1.6}
        )
    figure.frames = [
        Frame(name=str(n), data=[Scatter(y=_short(y)) for y in frame])
        for n, frame in enumerate(panel.frames)
    ]
    timing = {"duration": MILLISECONDS_PER_FRAME, "redraw": False}
    play = {"frame": timing, "transition": {"duration": 0}, "fromcurrent": True}
    still = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate"}
    _axes(figure, panel.x_label, panel.y_label)
    low, high = float(panel.frames.min()), float(panel.frames.max())
    margin = 0.04 * (high - low) or 1.0
    figure.update_yaxes(range=[low - margin * (low < 0), high + margin])
    figure.update_layout(
        height=HEIGHT + 90,
        margin={"b": 130},
        updatemenus=[
            {
                "type": "buttons",
                "direction": "left",
                "x": 0,
                "y": -0.34,
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
                "x": 0.28,
                "len": 0.72,
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
    _legend(figure, len(panel.labels))


def _legend(figure: "Figure", n_lines: int) -> None:
    figure.update_layout(showlegend=1 < n_lines <= LONGEST_LEGEND)
    letters = sum(len(trace.name or "") for trace in figure.data)
    if n_lines > 3 or letters > LETTERS_BESIDE_TITLE:
        # beside a title there is room for a few names only
        figure.update_layout(
            legend={"y": -0.22, "yanchor": "top", "x": 0, "xanchor": "left"},
            height=(figure.layout.height or HEIGHT) + 18 * -(-n_lines // 4),
        )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"


_PAINTERS: dict[type, Any] = {
    Map: _map,
    Lines: _lines,
    Bars: _bars,
    Points: _points,
    Animation: _animation,
}
