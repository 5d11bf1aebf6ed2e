"""Names beside the markers of a scatter, where they hide least."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.charts.arrays import Numbers
from physembed.charts.style import BLACK, GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

_DIAGONAL = 0.7
_ROUND_THE_MARKER = (
    (1, 0, "left", "center"),
    (-1, 0, "right", "center"),
    (0, 1, "center", "bottom"),
    (0, -1, "center", "top"),
    (_DIAGONAL, _DIAGONAL, "left", "bottom"),
    (_DIAGONAL, -_DIAGONAL, "left", "top"),
    (-_DIAGONAL, _DIAGONAL, "right", "bottom"),
    (-_DIAGONAL, -_DIAGONAL, "right", "top"),
)
_DISTANCES = (6.0, 10.0, 16.0, 24.0)
"""Points from a marker to its name, the best first."""

_LED_FROM = 10.0
"""Distance from which a thin line leads from a name to its marker."""

_PIXELS_PER_POINT_AWAY = 1.0
"""What a point of distance costs, in square pixels covered: enough to stay near in free space."""

_ROUNDS = 3
"""Each name is placed anew so often, knowing where the others stand."""


@dataclass(frozen=True)
class LabelledPoint:
    """A marker with an error bar and a name.

    Parameters
    ----------
    name : str
        "" is a marker without a name, which those of others leave free.
    x, y : float
    spread : float, default=0.0
        Half the length of the error bar.
    """

    name: str
    x: float
    y: float
    spread: float = 0.0


def place_labels(
    axes: "Axes", points: Sequence[LabelledPoint], through: Numbers | None = None
) -> None:
    """Write each point's name where it covers least of markers, bars, lines and other names.

    Parameters
    ----------
    axes : Axes
        With its final limits and place in the figure.
    points : sequence of LabelledPoint
    through : ndarray of shape (2, n) or None, default=None
        A line in the axes that is better not covered.
    """
    # limits and places are known from here on
    axes.figure.draw_without_rendering()  # type: ignore[union-attr]
    fixed = [_extent(axes, point) for point in points]
    points = [point for point in points if point.name]
    if through is not None:
        fixed += _pieces(axes, through)
    texts = [
        axes.annotate(
            point.name,
            (point.x, point.y),
            xytext=(_DISTANCES[0], 0),
            textcoords="offset points",
            color=BLACK,
            fontsize=9,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkB": 3.0},
            annotation_clip=False,
        )
        for point in points
    ]
    placed: dict[int, Bbox] = {}
    order = sorted(range(len(points)), key=lambda k: (points[k].x, points[k].y))
    for _ in range(_ROUNDS):
        for k in order:
            others = [box for other, box in placed.items() if other != k]
            placed[k] = _put_best(axes, texts[k], [*fixed, *others])


def _put_best(axes: "Axes", text: "Annotation", taken: Sequence["Bbox"]) -> "Bbox":
    """Put a name at the cheapest of its places, and give the box that it takes there."""
    frame, size = axes.get_window_extent(), _size(text)
    best: tuple[float, Any] | None = None
    for distance in _DISTANCES:
        for x, y, ha, va in _ROUND_THE_MARKER:
            place = {"position": (distance * x, distance * y), "ha": ha, "va": va}
            box = _box(axes, text, place, size)
            covered = sum(_overlap(box, other) for other in taken)
            outside = box.width * box.height - _overlap(box, frame)
            cost = covered + outside + _PIXELS_PER_POINT_AWAY * distance
            if best is None or cost < best[0]:
                best = cost, (place, distance, box)
    assert best is not None
    place, distance, box = best[1]
    text.set(**place)
    assert text.arrow_patch is not None
    text.arrow_patch.set_visible(distance >= _LED_FROM)
    return box.padded(1)


def _size(text: "Annotation") -> tuple[float, float]:
    """Width and height of the words alone, without the line that leads to them, in pixels."""
    from matplotlib.text import Text

    box = Text.get_window_extent(text)
    return box.width, box.height


def _box(
    axes: "Axes", text: "Annotation", place: dict[str, Any], size: tuple[float, float]
) -> "Bbox":
    """Where words of a size stand; to ask matplotlib lays them out and draws their line anew."""
    from matplotlib.transforms import Bbox

    x, y = axes.transData.transform(text.xy) + np.array(place["position"]) * axes.figure.dpi / 72
    width, height = size
    x0 = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[place["ha"]]
    y0 = y - height * {"bottom": 0.0, "center": 0.5, "top": 1.0}[place["va"]]
    return Bbox.from_bounds(x0, y0, width, height)


def _extent(axes: "Axes", point: LabelledPoint) -> "Bbox":
    """The box of a marker and its error bar, in pixels."""
    from matplotlib.transforms import Bbox

    x, low = axes.transData.transform((point.x, point.y - point.spread))
    _, high = axes.transData.transform((point.x, point.y + point.spread))
    half = 5 * axes.figure.dpi / 72
    return Bbox.from_extents(x - half, min(low, high - half), x + half, max(high, low + half))


def _pieces(axes: "Axes", through: Numbers) -> list["Bbox"]:
    """Small boxes along a line, in pixels."""
    from matplotlib.transforms import Bbox

    corners = axes.transData.transform(through.T)
    boxes = []
    for start, end in pairwise(corners):
        n_pieces = max(2, int(np.hypot(*(end - start)) / 6))
        for x, y in start + np.linspace(0, 1, n_pieces)[:, None] * (end - start):
            boxes.append(Bbox.from_extents(x - 3, y - 3, x + 3, y + 3))
    return boxes


def _overlap(a: "Bbox", b: "Bbox") -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return float(max(width, 0) * max(height, 0))
