"""How long series and how large fibres may be, and what is not to be had of those in windows."""

from physembed._checks import check_integer
from physembed.errors import InvalidInputError

LARGEST_CASE = 2**24
"""Numbers in a case, over all of its channels: up to so many single precision counts."""
MOST_CHANNELS = 2**16
LARGEST_WINDOW = 2**21
"""Points of a field that is computed as a whole: a million timepoints beside as much of a guard
band."""
MOST_NETWORK_STEPS = 2**16
"""Steps of a cascade, each of them an object in memory."""
MOST_POINTS = 2**25
"""Points of a case's field over all steps and arms of a fibre: half a gigabyte of tables."""
WINDOW, OVERLAP = 2**16, 2**13
"""Points of the windows in which a longer series passes a linear fibre, and by how many each of
their ends is too near to count."""


def check_case(n_channels: int, n_timepoints: int) -> None:
    """Refuse cases that no network is built for, here or out of a file.

    Raises
    ------
    InvalidInputError
    """
    if n_channels > MOST_CHANNELS:
        raise InvalidInputError(
            f"n_channels must be at most {MOST_CHANNELS:,}, got {n_channels:,}."
        )
    if n_channels * n_timepoints > LARGEST_CASE:
        raise InvalidInputError(
            f"n_timepoints over all channels must be at most {LARGEST_CASE:,}, got {n_channels:,} "
            f"channel(s) of {n_timepoints:,}; shorten the series, or cut it into windows."
        )


def check_steps(n_layers: int, steps_per_layer: int) -> None:
    """Refuse a cascade of no steps, and one of more than a machine would hold.

    Raises
    ------
    InvalidInputError
    """
    check_integer("n_layers", n_layers, least=1)
    check_integer("steps_per_layer", steps_per_layer, least=1)
    if (n_steps := n_layers * steps_per_layer) > MOST_NETWORK_STEPS:
        raise InvalidInputError(
            f"n_layers times steps_per_layer must be at most {MOST_NETWORK_STEPS:,}, got "
            f"{n_steps:,}."
        )


def check_size(
    n_timepoints: int, window: int, *, n_steps: int, n_arms: int, guard_band: float
) -> None:
    """Refuse a fibre that no machine could compute with, before memory is asked for.

    Raises
    ------
    InvalidInputError
    """
    if window > LARGEST_WINDOW:
        raise InvalidInputError(
            f"{n_timepoints:,} timepoints and guard_band {guard_band:g} make a window of "
            f"{window:,} points, where at most {LARGEST_WINDOW:,} are computed; lower guard_band, "
            "or shorten the series."
        )
    points = window * (n_steps + n_arms)
    if points > MOST_POINTS:
        raise InvalidInputError(
            f"{n_steps:,} steps and {n_arms} arms of {window:,} points make {points:,}, where at "
            f"most {MOST_POINTS:,} are computed; lower n_layers, or shorten the series."
        )


def no_seams(n_timepoints: int) -> InvalidInputError:
    """What is said where series would pass in windows what has no impulse response."""
    return InvalidInputError(
        f"series of {n_timepoints:,} timepoints pass a fibre in windows, whose seams are exact "
        "where medium and elements are linear and act on the spectrum alone: set nonlinearity and "
        "potential to zero, or shorten the series."
    )


def no_whole_field() -> InvalidInputError:
    """What is said where the field of a series is asked for that passes in windows."""
    return InvalidInputError(
        "series this long pass a fibre in windows, and their field is nowhere as a whole; look at "
        "the field of a shorter one."
    )
