"""Names beside the markers of a scatter, where they hide least."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from physembed.charts.style import BLACK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

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


@dataclass(frozen=True)
class LabelledPoint:
    """A marker with an error bar and a name.

    Parameters
    ----------
    name : str
    x, y : float
    spread : float, default=0.0
        Half the length of the error bar.
    """

    name: str
    x: float
    y: float
    spread: float = 0.0


def place_labels(figure: "Figure", axes: "Axes", points: Sequence[LabelledPoint]) -> None:
    """Write each point's name where it covers least of markers, bars and other names."""
    figure.draw_without_rendering()
    taken = [_extent(axes, point) for point in points]
    frame = axes.get_window_extent()
    for point in sorted(points, key=lambda p: (p.x, p.y)):
        text = axes.annotate(
            point.name,
            (point.x, point.y),
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


def _extent(axes: "Axes", point: LabelledPoint) -> "Bbox":
    """The box of a marker and its error bar, in pixels."""
    from matplotlib.transforms import Bbox

    x, low = axes.transData.transform((point.x, point.y - point.spread))
    _, high = axes.transData.transform((point.x, point.y + point.spread))
    half = 5 * axes.figure.dpi / 72
    return Bbox.from_extents(x - half, min(low, high - half), x + half, max(high, low + half))


def _put(text: Any, place: tuple[float, float, str, str]) -> None:
    x, y, ha, va = place
    text.set(position=(x, y), ha=ha, va=va)


def _overlap(a: "Bbox", b: "Bbox") -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return float(max(width, 0) * max(height, 0))
