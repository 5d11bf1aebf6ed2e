"""How large a fibre may be, and beyond which length a series passes it in windows."""

from typing import TYPE_CHECKING

from physembed._checks import is_integer
from physembed.errors import InvalidInputError

if TYPE_CHECKING:
    from physembed.networks.fibre import Fibre

MOST_STEPS = 2**16
"""Steps of a cascade, each of them an object in memory."""
LARGEST_WINDOW = 2**21
"""Points of a field that is computed as a whole: a million timepoints beside as much of a guard
band."""
WINDOW, OVERLAP = 2**16, 2**13
"""Points of the windows in which a longer series passes a linear fibre, and by how many each of
their ends is too near to count."""
MOST_POINTS = 2**25
"""Points of a case's field over all steps and arms of a fibre: half a gigabyte of tables."""


def check_size(fibre: "Fibre", n_timepoints: int) -> None:
    """Refuse a fibre that no machine could compute with, before memory is asked for.

    Raises
    ------
    InvalidInputError
    """
    if not (is_integer(fibre.n_layers) and is_integer(fibre.steps_per_layer)):
        # the medium says what is wrong
        return
    n_steps = fibre.n_layers * fibre.steps_per_layer
    if n_steps > MOST_STEPS:
        raise InvalidInputError(
            f"n_layers times steps_per_layer must be at most {MOST_STEPS:,}, got {n_steps:,}."
        )
    window = fibre.grid(n_timepoints).n_points
    if window > LARGEST_WINDOW:
        raise InvalidInputError(
            f"{n_timepoints:,} timepoints and guard_band {fibre.encoder.guard_band:g} make a "
            f"window of {window:,} points, where at most {LARGEST_WINDOW:,} are computed; lower "
            "guard_band, or shorten the series."
        )
    points = window * (n_steps + len(fibre.arms))
    if points > MOST_POINTS:
        raise InvalidInputError(
            f"{n_steps:,} steps and {len(fibre.arms)} arms of {window:,} points make {points:,}, "
            f"where at most {MOST_POINTS:,} are computed; lower n_layers, or shorten the series."
        )
