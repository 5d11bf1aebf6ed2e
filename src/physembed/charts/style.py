"""What all pictures share: colours that colour-blind readers can tell apart, sizes, writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from physembed._files import file_replaced_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE, BLACK, GREY = PALETTE = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#E69F00",
    "#56B4E9",
    "#CC79A7",
    "#222222",
    "#777777",
)
"""Okabe and Ito (2008), Color Universal Design, in the order of their use; yellow left out, too
faint on white, and grey put behind."""

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


def save_figure(figure: "Figure", path: Path) -> Path:
    """Write a figure in the format of the suffix, complete or not at all; PNG at 150 dpi.

    Raises
    ------
    RunFolderError
        If the file cannot be written.
    """
    with figure_style(), file_replaced_atomically(path) as temporary:
        figure.savefig(temporary, format=path.suffix.lstrip("."))
    return path
