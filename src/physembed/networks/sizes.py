"""Beyond which length a series passes a fibre in windows, and what is not to be had then."""

from physembed.errors import InvalidInputError

LARGEST_WINDOW = 2**21
"""Points of a field that is computed as a whole: a million timepoints beside as much of a guard
band."""
WINDOW, OVERLAP = 2**16, 2**13
"""Points of the windows in which a longer series passes a linear fibre, and by how many each of
their ends is too near to count."""


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
