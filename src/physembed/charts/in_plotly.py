"""Charts drawn by Plotly: one plot for every panel, so that a narrow page can stack them."""

from typing import TYPE_CHECKING

from physembed.charts.chart import key_of
from physembed.charts.panels import Animation, Bars, Map, Panel
from physembed.charts.plotly_panels import paint
from physembed.charts.plotly_space import HEIGHT, LETTERS_OF_A_LABEL, wrapped

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
LEGEND = 30
"""Pixels of a legend's line."""
LETTERS_ABOVE = 32
"""Of a legend on one line of a narrow page, on which the tool bar still has a place beside it."""


def draw(panel: Panel) -> "Figure":
    """A panel as a Plotly figure without a width and a title, which the page gives it."""
    from plotly.graph_objects import Figure

    axis = {
        "showgrid": not isinstance(panel, Map),
        "gridcolor": "#e4e4e4",
        "zeroline": False,
        "linecolor": "#444444",
        "ticks": "outside",
        "automargin": True,
    }
    # in one piece: each update of a figure is checked anew, which is most of the time it takes
    figure = Figure(
        layout={
            "template": "none",
            "font": {"family": FONT, "size": 12, "color": "#222222"},
            "margin": {"l": 62, "r": 16, "t": 12, "b": 50},
            "height": HEIGHT,
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "hoverlabel": {"font": {"size": 12}},
            "legend": {
                "orientation": "h",
                "y": 1.0,
                "yanchor": "bottom",
                "x": 0,
                "xanchor": "left",
            },
            "xaxis": {"title": {"text": wrapped(panel.x_label, LETTERS_OF_A_LABEL)}, **axis},
            # beside the names along it, not over them
            "yaxis": {
                "title": {"text": "" if isinstance(panel, Bars) else panel.y_label, "standoff": 8},
                **axis,
            },
        }
    )
    paint(figure, panel)
    if not isinstance(panel, Animation):
        # which names its frames on a slider
        _place_legend(figure, panel)
    return figure


def _place_legend(figure: "Figure", panel: Panel) -> None:
    key = key_of(panel)
    figure.update_layout(showlegend=bool(key))
    if not key:
        return
    if len(key) <= 3 and sum(len(name) for name, *_ in key) <= LETTERS_ABOVE:
        figure.update_layout(margin={"t": LEGEND}, height=figure.layout.height + LEGEND)
    else:
        figure.update_layout(
            # from the lower end, so that it is below the axis's label however tall the panel is
            legend={"yref": "container", "y": 0.0, "yanchor": "bottom"},
            height=figure.layout.height + LEGEND * -(-len(key) // 3),
        )
