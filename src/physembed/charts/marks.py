"""Where the words of a horizontal line stand, so that they hide least of what is drawn."""

from collections.abc import Iterator

import numpy as np

from physembed.charts.arrays import Numbers
from physembed.charts.panels import Lines, positions

LETTER, TALL = 0.02, 0.1
"""Of the width of the axes, what a letter takes; of their height, what words take."""

APART = 0.015
"""Of the height, what lies between the line and its words: what goes along it hides nothing."""

SAMPLES = 200
"""Places along every line at which it is looked for behind words."""

CORNERS = (("right", "top"), ("right", "bottom"), ("left", "bottom"), ("left", "top"))
"""Side of the axes and of the line; the first is taken where several are free."""


def place_of_words(panel: Lines, height: float, words: str) -> tuple[str, str]:
    """At which end of a horizontal line its words hide least, and on which side of it.

    Parameters
    ----------
    panel : Lines
    height : float
        Of the line, in the panel's units.
    words : str

    Returns
    -------
    (str, str)
        "left" or "right"; "top", which is above the line, or "bottom".
    """
    low, high = _y_range(panel, height)
    level = _share(np.array([height]), low, high, logarithmic="y" in panel.logarithmic)[0]
    drawn = np.concatenate(list(_drawn(panel, low, high)), axis=1)

    def hidden(corner: tuple[str, str]) -> float:
        side, above = corner
        x0, x1 = (0.0, LETTER * len(words)) if side == "left" else (1 - LETTER * len(words), 1.0)
        y0, y1 = (APART, TALL) if above == "top" else (-TALL, -APART)
        y0, y1 = level + y0, level + y1
        behind = (drawn[0] >= x0) & (drawn[0] <= x1) & (drawn[1] >= y0) & (drawn[1] <= y1)
        # outside the axes stand titles and legends
        outside = max(0.0, y1 - 1) + max(0.0, -y0)
        return float(behind.sum()) + SAMPLES * outside / TALL

    return min(CORNERS, key=hidden)


def _drawn(panel: Lines, low: float, high: float) -> Iterator[Numbers]:
    """Points along every line and every edge of a band, in shares of the axes, (2, points)."""
    x = positions(panel.x)
    x0, x1 = panel.x_range or (float(x.min()), float(x.max()))
    places = _share(x, x0, x1, logarithmic="x" in panel.logarithmic)
    even = np.linspace(0.0, 1.0, SAMPLES)
    for line in panel.lines:
        for values in (line.y, *(line.band or ())):
            there = np.isfinite(values)
            heights = _share(values[there], low, high, logarithmic="y" in panel.logarithmic)
            yield np.stack([even, np.interp(even, places[there], heights)])


def _y_range(panel: Lines, height: float) -> tuple[float, float]:
    if panel.y_range is not None:
        return panel.y_range
    edges = [values for line in panel.lines for values in (line.y, *(line.band or ()))]
    together = np.concatenate([*edges, [height]])
    return float(np.nanmin(together)), float(np.nanmax(together))


def _share(values: Numbers, low: float, high: float, *, logarithmic: bool) -> Numbers:
    """How far along an axis values are, from 0 to 1."""
    if logarithmic:
        values, low, high = np.log(values), float(np.log(low)), float(np.log(high))
    return (values - low) / ((high - low) or 1.0)
