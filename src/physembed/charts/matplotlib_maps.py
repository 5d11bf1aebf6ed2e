"""Maps, each painted into matplotlib's axes."""

from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.panels import Map, names_of, positions
from physembed.charts.style import BLACK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR_MAPS = {
    "intensity": "magma",
    "decibels": "magma",
    "diverging": "RdBu_r",
    "linear": "cividis",
    "share": "Blues",
}

LETTERS_BESIDE = 44
"""Letters that fit below a map; names with more are written aslant."""


def _edges(axis: Any) -> tuple[float, float]:
    x = positions(axis)
    half = (float(x[1]) - float(x[0])) / 2 if len(x) > 1 else 0.5
    return float(x[0]) - half, float(x[-1]) + half


def paint_map(axes: "Axes", panel: Map) -> None:
    """Draw a map into empty axes."""
    from matplotlib.colors import Normalize, PowerNorm

    low, high = panel.colours
    norm: Normalize = Normalize(low, high)
    if panel.scale == "intensity":
        # colours follow the amplitude, in which a peak does not hide the rest
        norm = PowerNorm(0.5, vmin=low, vmax=high)
    rows = _edges(panel.y)
    axes.imshow(
        panel.values,
        origin="upper" if panel.downwards else "lower",
        aspect="auto",
        extent=(*_edges(panel.x), *(rows[::-1] if panel.downwards else rows)),
        cmap=COLOUR_MAPS[panel.scale],
        norm=norm,
        # rows with names are things of their own
        interpolation="antialiased" if names_of(panel.y) is None else "nearest",
        rasterized=True,
    )
    for mark in panel.marks:
        axes.axhline(mark, color="#cccccc", linewidth=0.5, linestyle=":")
    axes.grid(visible=False)
    axes.set(xlabel=panel.x_label, ylabel=panel.y_label, xlim=panel.x_range)
    axes.xaxis.set_major_locator(_few(whole=not np.mod(positions(panel.x), 1).any()))
    axes.yaxis.set_major_locator(_few(whole=not np.mod(positions(panel.y), 1).any()))
    if (names := names_of(panel.y)) is not None:
        axes.set_yticks(positions(panel.y), names, fontsize=8)
    if (names := names_of(panel.x)) is not None:
        axes.set_xticks(positions(panel.x), names, fontsize=8)
        if is_slanted(panel):
            axes.tick_params("x", labelrotation=35)
            for label in axes.get_xticklabels():
                label.set(ha="right", rotation_mode="anchor")
    if panel.written is not None:
        _write(axes, panel, panel.written)


def _write(axes: "Axes", panel: Map, counts: Any) -> None:
    """Whole numbers in the cells of a map, in a size that fits and a colour that is seen."""
    n_columns = counts.shape[1]
    size = float(np.clip(90 / max(n_columns, len(str(counts.max())) * 3), 5, 10))
    low, high = panel.colours
    for (row, column), number in np.ndenumerate(counts):
        share = (panel.values[row, column] - low) / (high - low)
        # both ends of a scale that diverges are dark, the end of any other
        is_dark = abs(share - 0.5) > 0.35 if panel.scale == "diverging" else share > 0.5
        colour = "white" if is_dark else BLACK
        axes.text(column, row, f"{number}", ha="center", va="center", color=colour, fontsize=size)


def is_slanted(panel: Map) -> bool:
    """Whether the names of the columns are too long to be level."""
    names = names_of(panel.x) or []
    return max(map(len, names), default=0) * len(names) > LETTERS_BESIDE


def scale_of_colours(axes: "Axes", beside: "Axes", panel: Map) -> None:
    """Say beside a map what its colours mean."""
    bar = beside.figure.colorbar(axes.images[0], cax=beside)
    bar.outline.set_visible(False)
    bar.set_label(panel.unit, fontsize=8)
    bar.ax.yaxis.set_major_locator(_few())
    bar.ax.tick_params(labelsize=7)


def _few(*, whole: bool = False) -> Any:
    """Few places to be named; whole ones where cells are counted."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5, integer=whole)
