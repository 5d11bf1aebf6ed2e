"""The kinds of panels: maps, lines, bars, points, and lines that move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from physembed.charts.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION

Numbers: TypeAlias = NDArray[np.float64]

PALETTE = (BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, BLACK)
"""Colours of lines, bars and points in the order of their use."""

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "triangle-down")
"""Marks that tell classes apart without their colours."""

DASHES = ("solid", "dash", "dot", "dashdot")
"""Dashes that tell lines apart without their colours."""


@dataclass(frozen=True)
class Map:
    """Values over two axes as colours.

    Parameters
    ----------
    title, x_label, y_label : str
    x, y : ndarray of shape (n_x,) and (n_y,)
        Middles of the cells, equally spaced.
    values : ndarray of shape (n_y, n_x)
    unit : str
        What the colours mean.
    scale : {"intensity", "decibels", "diverging", "linear"}
        Colours: rising with the root from zero; rising from -40 to 0; from blue through white at
        zero to red; or rising from the smallest value.
    limit : float or None, default=None
        The value at the end of the colours; None takes the largest.
    y_names, x_names : sequence of str or None, default=None
        Names of the rows and of the columns, where they are no numbers.
    marks : sequence of float, default=()
        Heights of horizontal lines, such as the ends of layers.
    """

    title: str
    x_label: str
    y_label: str
    x: Numbers
    y: Numbers
    values: Numbers
    unit: str
    scale: str = "intensity"
    limit: float | None = None
    y_names: Sequence[str] | None = None
    marks: Sequence[float] = ()
    x_names: Sequence[str] | None = None

    @property
    def smallest(self) -> float:
        """The least value, below the largest."""
        found = float(np.nanmin(self.values)) if self.values.size else 0.0
        return min(found, self.largest - 1e-9)

    @property
    def largest(self) -> float:
        """The value at the end of the colours; one where all are zero."""
        if self.limit is not None:
            return self.limit
        found = float(np.nanmax(np.abs(self.values))) if self.values.size else 0.0
        return found if found > 0 else 1.0


@dataclass(frozen=True)
class Line:
    """One line of :class:`Lines`, perhaps in a band.

    Parameters
    ----------
    label : str
    y : ndarray of shape (n_x,)
        Not a number where there is nothing to draw.
    band : (ndarray, ndarray) or None, default=None
        Its lower and upper edge.
    colour : int or None, default=None
        Place in :data:`PALETTE`; None takes the next one.
    dash : str, default="solid"
    """

    label: str
    y: Numbers
    band: tuple[Numbers, Numbers] | None = None
    colour: int | None = None
    dash: str = "solid"


@dataclass(frozen=True)
class Lines:
    """Lines over a common axis; ``marks`` are heights of horizontal lines with their words."""

    title: str
    x_label: str
    y_label: str
    x: Numbers
    lines: Sequence[Line]
    logarithmic: str = ""
    marked: bool = False
    marks: Sequence[tuple[float, str]] = ()
    y_range: tuple[float, float] | None = None
    x_names: Sequence[str] | None = None


@dataclass(frozen=True)
class Bars:
    """Horizontal bars: one group for each name, one colour for each series.

    Parameters
    ----------
    title, x_label : str
    names : sequence of str
    series : sequence of (str, ndarray of shape (len(names),))
    errors : sequence of ndarray or None, default=None
        Half the length of the error bar of every bar.
    logarithmic : bool, default=False
    """

    title: str
    x_label: str
    names: Sequence[str]
    series: Sequence[tuple[str, Numbers]]
    errors: Sequence[Numbers] | None = None
    logarithmic: bool = False


@dataclass(frozen=True)
class Points:
    """Points in the plane, a colour and a mark for each group of (label, x, y)."""

    title: str
    x_label: str
    y_label: str
    groups: Sequence[tuple[str, Numbers, Numbers]]


@dataclass(frozen=True)
class Animation:
    """Lines that move: a frame for each step of the way.

    Parameters
    ----------
    title, x_label, y_label : str
    x : ndarray of shape (n_x,)
    labels : sequence of str
        Names of the lines.
    frames : ndarray of shape (n_frames, n_lines, n_x)
    steps : sequence of str
        Where each frame is, in words.
    """

    title: str
    x_label: str
    y_label: str
    x: Numbers
    labels: Sequence[str]
    frames: Numbers
    steps: Sequence[str]


Panel: TypeAlias = Map | Lines | Bars | Points | Animation
