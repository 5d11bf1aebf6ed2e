"""Some of many cases, spread evenly over classes, groups and time, for an estimate of folds."""

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.labelled import Labelled

MOST_CASES = 2_000
"""Cases that an estimate is made of where nothing is said: an accuracy is known to two points."""
MOST_NUMBERS = 2**21
"""In their series together: of long windows there are fewer, so that ten minutes at 8 kHz, however
they are cut, are estimated in about a minute."""
FEWEST_CASES = 500
"""However long they are."""
FEWEST_OF_A_CLASS = 50
"""Cases of a rare class, if there are so many."""
_GOLDEN = 0.6180339887498949
"""Turns from one repeat to the next, so that each looks at other cases."""


def n_looked_at(cases: Labelled, asked: int | None) -> int:
    """How many cases an estimate is made of."""
    if asked is not None:
        return min(asked, len(cases))
    n_numbers = sum(series.size for series in cases.series)
    by_size = MOST_NUMBERS * len(cases) // n_numbers
    return min(len(cases), MOST_CASES, max(FEWEST_CASES, by_size))


def spread_evenly(
    labels: NDArray[np.str_],
    groups: NDArray[np.int64] | None,
    n_taken: int,
    *,
    repeat: int = 0,
) -> NDArray[np.int64]:
    """About so many cases: of every class its share, evenly over its groups and over time.

    Parameters
    ----------
    labels : ndarray of shape (cases,)
        Of cases in the order of time.
    groups : ndarray of int64, shape (cases,), or None
        What belongs together.
    n_taken : int
    repeat : int, default=0
        Other repeats take other cases.

    Returns
    -------
    ndarray of int64
        Ascending; all of them where there are no more.
    """
    if n_taken >= len(labels):
        return np.arange(len(labels))
    phase = (0.5 + _GOLDEN * repeat) % 1
    taken = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if groups is not None:
            members = members[np.argsort(groups[members], kind="stable")]
        share = round(n_taken * len(members) / len(labels))
        share = min(len(members), max(share, FEWEST_OF_A_CLASS))
        taken.append(members[((np.arange(share) + phase) * len(members) / share).astype(np.int64)])
    return np.sort(np.concatenate(taken))
