"""How large fibres are, and whether a machine could compute with them."""

from collections.abc import Sequence

from physembed._checks import is_integer
from physembed.errors import InvalidInputError
from physembed.networks.fibre import Fibre
from physembed.networks.sizes import LARGEST_WINDOW

MOST_STEPS = 2**16
"""Steps of a cascade, each of them an object in memory."""
MOST_POINTS = 2**25
"""Points of a case's field over all steps and arms of a fibre: half a gigabyte of tables."""


def count_features(fibres: Sequence[Fibre], n_timepoints: int, n_channels: int) -> int:
    """Features that all fibres together detect in a series."""
    return sum(fibre.n_features(n_timepoints, n_channels) for fibre in fibres)


def check_size(fibre: Fibre, n_timepoints: int) -> None:
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
