"""A chart described: panels of maps, lines, bars, points or moving lines, and their words.

Where a panel takes an array of positions along an axis, it takes a sequence of names as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from physembed.charts.arrays import Numbers

Axis: TypeAlias = Numbers | Sequence[str]
"""Positions along an axis, or the names of places."""

Key: TypeAlias = tuple[tuple[str, int, str], ...]
"""Names in a legend, each with its place in the palette and its dash or mark."""

MOST_TICKS = 8
"""Places on a logarithmic axis that are all named."""

STILLS = 5
"""Frames of an animation in a picture that does not move."""


def positions(axis: Axis) -> Numbers:
    """Where along an axis its places are; names stand at 0, 1, 2, ..."""
    return axis if isinstance(axis, np.ndarray) else np.arange(len(axis), dtype=float)


def names_of(axis: Axis) -> list[str] | None:
    """What the places along an axis are called; None where they are numbers."""
    return None if isinstance(axis, np.ndarray) else list(axis)


@dataclass(frozen=True)
class Map:
    """Values over two axes as colours.

    Parameters
    ----------
    title : str
    x, y : ndarray of shape (n_x,) and (n_y,), or sequence of str
        Middles of the cells, equally spaced, or the names of columns and rows.
    values : ndarray of shape (n_y, n_x)
    unit : str
        What the colours mean.
    x_label, y_label : str, default=""
    scale : {"intensity", "decibels", "diverging", "linear", "share"}
        Colours: rising with the root from zero; rising from -40 to 0; from blue through white at
        zero to red; rising from the smallest value; or from white at zero to dark.
    limit : float or None, default=None
        The value at the end of the colours; None takes the largest.
    marks : sequence of float, default=()
        Heights of horizontal lines, such as the ends of layers.
    downwards : bool, default=False
        Whether the first row is on top, as in a table.
    written : ndarray of shape (n_y, n_x) or None, default=None
        Whole numbers to be written into the cells.
    x_range : (float, float) or None, default=None
        What of the horizontal axis is shown; None is all.
    """

    title: str
    x: Axis
    y: Axis
    values: Numbers
    unit: str
    x_label: str = ""
    y_label: str = ""
    scale: str = "intensity"
    limit: float | None = None
    marks: Sequence[float] = ()
    downwards: bool = False
    written: Numbers | None = None
    x_range: tuple[float, float] | None = None

    @property
    def colours(self) -> tuple[float, float]:
        """The values at both ends of the colours."""
        magnitude = float(np.nanmax(np.abs(self.values))) if self.values.size else 0.0
        largest = self.limit if self.limit is not None else magnitude or 1.0
        smallest = float(np.nanmin(self.values)) if self.values.size else 0.0
        return {
            "intensity": (0.0, largest),
            "decibels": (-40.0, 0.0),
            "diverging": (-largest, largest),
            "linear": (min(smallest, largest - 1e-9), largest),
            "share": (0.0, largest),
        }[self.scale]


@dataclass(frozen=True)
class Line:
    """One line of :class:`Lines`, perhaps in a band, perhaps the mean of others.

    Parameters
    ----------
    label : str
    y : ndarray of shape (n_x,)
        Not a number where there is nothing to draw.
    band : (ndarray, ndarray) or None, default=None
        Its lower and upper edge.
    members : ndarray of shape (members, n_x) or None, default=None
        What it is the mean of, drawn thin.
    colour : int or None, default=None
        Place in :data:`PALETTE <physembed.charts.style.PALETTE>`; None takes the next one.
    dash : {"solid", "dash", "dot", "dashdot"}, default="solid"
    """

    label: str
    y: Numbers
    band: tuple[Numbers, Numbers] | None = None
    members: Numbers | None = None
    colour: int | None = None
    dash: str = "solid"


@dataclass(frozen=True)
class Lines:
    """Lines over a common axis.

    Parameters
    ----------
    title : str
    x : ndarray of shape (n_x,) or sequence of str
    lines : sequence of Line
    x_label, y_label : str, default=""
    logarithmic : {"", "x", "y", "xy"}, default=""
    marked : bool, default=False
        Whether every value has a mark, over which a line goes on where one is missing.
    ordered : bool, default=False
        Whether colours run from dark to light in the order of the lines, such as that of layers.
    marks : sequence of (float, str), default=()
        Heights of horizontal lines with their words.
    x_range, y_range : (float, float) or None, default=None
    """

    title: str
    x: Axis
    lines: Sequence[Line]
    x_label: str = ""
    y_label: str = ""
    logarithmic: str = ""
    marked: bool = False
    ordered: bool = False
    marks: Sequence[tuple[float, str]] = ()
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None

    @property
    def key(self) -> Key:
        """The lines' names, colours and dashes."""
        return tuple(
            (line.label, k if line.colour is None else line.colour, line.dash)
            for k, line in enumerate(self.lines)
        )


@dataclass(frozen=True)
class Bars:
    """Horizontal bars: one group for each name, one colour for each series.

    Parameters
    ----------
    title : str
    names : sequence of str
    series : sequence of (str, ndarray of shape (len(names),))
    x_label : str, default=""
    errors : sequence of ndarray or None, default=None
        Half the length of the error bar of every bar.
    logarithmic : bool, default=False
    """

    title: str
    names: Sequence[str]
    series: Sequence[tuple[str, Numbers]]
    x_label: str = ""
    errors: Sequence[Numbers] | None = None
    logarithmic: bool = False

    @property
    def emptiness(self) -> str:
        """Why no bar has a length, in words that stand in its place; empty where one has."""
        values = np.concatenate([values for _, values in self.series])
        if np.nan_to_num(values).any():
            return ""
        return "no value is known" if np.isnan(values).all() else "all are zero"

    @property
    def key(self) -> Key:
        """The series' names and colours."""
        return tuple((label, k, "") for k, (label, _) in enumerate(self.series))


@dataclass(frozen=True)
class Cloud:
    """Points of one kind.

    Parameters
    ----------
    label : str
    x, y : ndarray of shape (points,)
    names : sequence of str, default=()
        What every point is called, to be written beside it.
    spread : ndarray of shape (points,) or None, default=None
        Half the height of every point's error bar.
    colour : int or None, default=None
        Place in :data:`PALETTE <physembed.charts.style.PALETTE>`; None takes the next one.
    """

    label: str
    x: Numbers
    y: Numbers
    names: Sequence[str] = ()
    spread: Numbers | None = None
    colour: int | None = None


@dataclass(frozen=True)
class Points:
    """Points in the plane, a colour and a mark for each cloud.

    Parameters
    ----------
    title : str
    clouds : sequence of Cloud
    x_label, y_label : str, default=""
    logarithmic : {"", "x"}, default=""
    numbered : bool, default=True
        Whether the axes' numbers mean something.
    through : ndarray of shape (2, n) or None, default=None
        A thin line behind the points, such as a frontier or a diagonal.
    most : float or None, default=None
        What no value can exceed, as 100 %: there error bars end.
    """

    title: str
    clouds: Sequence[Cloud]
    x_label: str = ""
    y_label: str = ""
    logarithmic: str = ""
    numbered: bool = True
    through: Numbers | None = None
    most: float | None = None

    @property
    def key(self) -> Key:
        """The clouds' names, colours and marks."""
        return tuple(
            (cloud.label, k if cloud.colour is None else cloud.colour, str(k))
            for k, cloud in enumerate(self.clouds)
        )


@dataclass(frozen=True)
class Animation:
    """Lines that move: a frame for each step of the way.

    Parameters
    ----------
    title : str
    x : ndarray of shape (n_x,)
    labels : sequence of str
        Names of the lines.
    frames : ndarray of shape (n_frames, n_lines, n_x)
    steps : sequence of str
        Where each frame is, in words.
    x_label, y_label : str, default=""
    """

    title: str
    x: Numbers
    labels: Sequence[str]
    frames: Numbers
    steps: Sequence[str]
    x_label: str = ""
    y_label: str = ""

    @property
    def y_range(self) -> tuple[float, float]:
        """What all frames need, with a margin where they reach below zero."""
        low, high = float(self.frames.min()), float(self.frames.max())
        margin = 0.04 * (high - low) or 1.0
        return low - margin * (low < 0), high + margin

    @property
    def still(self) -> Lines:
        """The first and the last frame and three between them."""
        shown = np.unique(np.linspace(0, len(self.frames) - 1, STILLS).round().astype(int))
        lines = [
            Line(self.steps[frame], line, colour=k)
            for k, frame in enumerate(shown)
            for line in self.frames[frame]
        ]
        return Lines(self.title, self.x, lines, self.x_label, self.y_label, y_range=self.y_range)


Panel: TypeAlias = Map | Lines | Bars | Points | Animation
