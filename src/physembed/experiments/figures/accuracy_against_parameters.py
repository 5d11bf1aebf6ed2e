"""What each trained number buys: accuracy against the number of parameters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from physembed._figure_style import (
    BLACK,
    BLUE,
    VERMILION,
    figure_style,
    new_figure,
)
from physembed.estimators.catalogue import KNOWN
from physembed.experiments.tables import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

_GREY = "#777777"
_ORIGINS = {
    "paper": ("the paper's networks", VERMILION, "o"),
    "ours": ("our networks", BLUE, "D"),
    "baseline": ("baselines", _GREY, "s"),
    "reference": ("references", BLACK, "^"),
}
# where a label may stand around its marker, in points, the best place first
_PLACES = [
    (x * r, y * r, ha, va)
    for r in (7, 13, 21, 30)
    for x, y, ha, va in (
        (1, 0, "left", "center"),
        (-1, 0, "right", "center"),
        (0, 1, "center", "bottom"),
        (0, -1, "center", "top"),
        (0.7, 0.7, "left", "bottom"),
        (0.7, -0.7, "left", "top"),
        (-0.7, 0.7, "right", "bottom"),
        (-0.7, -0.7, "right", "top"),
    )
]


def accuracy_against_parameters(rows: Sequence[Row], *, title: str = "") -> "Figure":
    """Draw mean accuracy against total parameters, with the deviation over the seeds.

    Parameters
    ----------
    rows : sequence of Row
        The models of one data set.
    title : str, default=""

    Returns
    -------
    matplotlib.figure.Figure
    """
    with figure_style():
        figure = new_figure(6.4, 4.4)
        axes = figure.subplots()
        for origin, (label, colour, marker) in _ORIGINS.items():
            members = [row for row in rows if KNOWN[row.model].origin == origin]
            if members:
                axes.errorbar(
                    [row.total_parameters[1] for row in members],
                    [row.mean for row in members],
                    yerr=[row.deviation or 0.0 for row in members],
                    color=colour,
                    marker=marker,
                    linestyle="none",
                    markersize=7,
                    capsize=3,
                    label=label,
                )
        axes.set_xscale("log")
        axes.set(xlabel="trained parameters, embedding and readout", ylabel="test accuracy / %")
        axes.margins(x=0.14, y=0.14)
        axes.set_title(title)
        figure.legend(loc="outside lower center", ncols=len(_ORIGINS))
        _label(figure, axes, rows)
    return figure


def _label(figure: "Figure", axes: "Axes", rows: Sequence[Row]) -> None:
    """Write each model's name where it covers least of markers, bars and other names."""
    figure.draw_without_rendering()
    taken = [_extent(axes, row) for row in rows]
    frame = axes.get_window_extent()
    for row in sorted(rows, key=lambda r: (r.total_parameters[1], r.mean)):
        text = axes.annotate(
            row.model,
            (row.total_parameters[1], row.mean),
            xytext=_PLACES[0][:2],
            textcoords="offset points",
            color=BLACK,
            fontsize=9,
            annotation_clip=False,
        )
        # or the name would move the axes, whose extents the choice of its place rests on
        text.set_in_layout(False)
        costs = []
        for place in _PLACES:
            _put(text, place)
            box = text.get_window_extent()
            covered = sum(_overlap(box, other) for other in taken)
            outside = box.width * box.height - _overlap(box, frame)
            costs.append(covered + outside)
        _put(text, _PLACES[costs.index(min(costs))])
        taken.append(text.get_window_extent().padded(1))


def _extent(axes: "Axes", row: Row) -> "Bbox":
    """The box of a marker and its error bar, in pixels."""
    from matplotlib.transforms import Bbox

    spread = row.deviation or 0.0
    x, low = axes.transData.transform((row.total_parameters[1], row.mean - spread))
    _, high = axes.transData.transform((row.total_parameters[1], row.mean + spread))
    half = 5 * axes.figure.dpi / 72
    return Bbox.from_extents(x - half, min(low, high - half), x + half, max(high, low + half))


def _put(text: Any, place: tuple[float, float, str, str]) -> None:
    x, y, ha, va = place
    text.set(position=(x, y), ha=ha, va=va)


def _overlap(a: "Bbox", b: "Bbox") -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return float(max(width, 0) * max(height, 0))
