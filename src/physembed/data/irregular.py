"""Series of unequal lengths and with missing values, brought to one grid of timepoints.

One rule serves both: between the values that are there, a series is interpolated linearly, and
beyond the first and the last of them it keeps their value.
"""

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError, PhysembedWarning


def on_one_grid(
    cases: Sequence[NDArray[np.float64]], n_timepoints: int | None = None, *, argument: str = "X"
) -> NDArray[np.float64]:
    """Lay series onto the same timepoints.

    Parameters
    ----------
    cases : sequence of array of shape (channels, timepoints)
        NaN is a missing value. Lengths may differ, channels may not.
    n_timepoints : int, optional
        What to lay them onto; the longest series' where it is None. Longer series are read up to
        there, with a warning.
    argument : str
        The name by which errors call them.

    Returns
    -------
    array of shape (cases, channels, n_timepoints), float64
        A shorter series keeps its last value, a missing value lies on the line between its
        neighbours, at either end it is its neighbour's value.

    Raises
    ------
    InvalidInputError
        If a channel of a case has no value at all.
    """
    lengths = np.array([series.shape[-1] for series in cases])
    n_points = int(lengths.max()) if n_timepoints is None else n_timepoints
    longer = np.flatnonzero(lengths > n_points)
    if longer.size:
        warnings.warn(
            f"{argument}: {longer.size} of {len(cases)} series (the first: case {longer[0]}, "
            f"{lengths[longer[0]]} timepoints) are longer than the {n_points} timepoints seen in "
            "fit; they are read up to there.",
            PhysembedWarning,
            stacklevel=2,
        )
    resampled = np.empty((len(cases), cases[0].shape[0], n_points))
    everywhere = np.arange(n_points)
    for case, series in enumerate(cases):
        for channel, values in enumerate(series):
            there = np.flatnonzero(~np.isnan(values[:n_points]))
            if there.size == 0:
                raise InvalidInputError(
                    f"{argument}: case {case}, channel {channel} has no value among its first "
                    f"{min(len(values), n_points)} timepoints; at least one is needed."
                )
            resampled[case, channel] = np.interp(everywhere, there, values[there])
    return resampled
