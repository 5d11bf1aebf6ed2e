"""How long series may be, and what is not to be had of those that pass a fibre in windows."""

from physembed.errors import InvalidInputError

LARGEST_CASE = 2**24
"""Numbers in a case, over all of its channels: up to so many single precision counts."""
MOST_CHANNELS = 2**16
LARGEST_WINDOW = 2**21
"""Points of a field that is computed as a whole: a million timepoints beside as much of a guard
band."""
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
