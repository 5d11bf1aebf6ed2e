"""What all figures share: colours that colour-blind readers can tell apart, sizes, writing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from physembed.errors import RunFolderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, BLACK = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#E69F00",
    "#56B4E9",
    "#CC79A7",
    "#222222",
)
"""Okabe and Ito (2008), Color Universal Design; yellow left out, too faint on white."""

_RC: Any = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "legend.fontsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.dpi": 150,
    "savefig.dpi": 150,
}


@contextmanager
def figure_style() -> Iterator[None]:
    """Draw and save in the style of this library, and leave matplotlib's settings as they were."""
    from matplotlib import rc_context

    with rc_context(_RC):
        yield


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of a size in inches, bound to no window."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def whole_epochs(axes: "Axes") -> None:
    """Label no half epochs."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def save_figure(figure: "Figure", path: Path) -> Path:
    """Write a figure in the format of the suffix, complete or not at all; PNG at 150 dpi."""
    temporary = path.parent / f".{path.stem}.{uuid4().hex[:12]}.physembed-tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with figure_style(), temporary.open("wb") as stream:
            figure.savefig(stream, format=path.suffix.lstrip("."))
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise RunFolderError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return path
