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
FEWEST_OF_A_CLASS = 2
"""Cases of a rare class, so that it can be trained on where one of it is tested on."""
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
    """So many cases, in the proportions of all: evenly over classes, their groups and time.

    The cases of a class, by group and time, are cut into stretches of equal lengths, in a random
    order where these must differ by one, and from each a random one is taken: equal steps would
    meet again and again the same condition of a file that is periodic. So every case is about as
    likely as any other, and an accuracy of those that are taken is one of all, without weights; a
    class, or a group, that is smaller than a stretch is there by chance.

    Parameters
    ----------
    labels : ndarray of shape (cases,)
        Of cases in the order of time.
    groups : ndarray of int64, shape (cases,), or None
        What belongs together.
    n_taken : int
    repeat : int, default=0
        Other repeats take other cases of the same stretches.

    Returns
    -------
    ndarray of int64
        Ascending; all of them where there are no more.
    """
    n_cases = len(labels)
    if n_taken >= n_cases:
        return np.arange(n_cases)
    generator = np.random.default_rng(0)
    names, counts = np.unique(labels, return_counts=True)
    # of rounded sums, so that all shares together are as many as asked for
    ends = (np.cumsum(counts) * n_taken + n_cases // 2) // n_cases
    taken = []
    for label, share in zip(names, np.diff(ends, prepend=0), strict=True):
        if share == 0:
            continue
        members = _by_group(np.flatnonzero(labels == label), groups)
        lengths = np.full(share, len(members) // share)
        lengths[: len(members) % share] += 1
        generator.shuffle(lengths)
        place = (generator.random(share) + _GOLDEN * repeat) % 1
        taken.append(members[np.cumsum(lengths) - lengths + (place * lengths).astype(np.int64)])
    return np.sort(np.concatenate(taken))


def more_of_rare_classes(
    labels: NDArray[np.str_], groups: NDArray[np.int64] | None, taken: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Cases beside those taken, with which there are :data:`FEWEST_OF_A_CLASS` of every class.

    They are to be trained on alone: tested on, they would count for more than their share.
    """
    more = [np.empty(0, dtype=np.int64)]
    for label in np.unique(labels):
        n_lacking = FEWEST_OF_A_CLASS - int((labels[taken] == label).sum())
        others = _by_group(np.setdiff1d(np.flatnonzero(labels == label), taken), groups)
        n_lacking = min(n_lacking, len(others))
        if n_lacking > 0:
            places = (np.arange(n_lacking) + 0.5) * len(others) / n_lacking
            more.append(others[places.astype(np.int64)])
    return np.sort(np.concatenate(more))


def _by_group(members: NDArray[np.int64], groups: NDArray[np.int64] | None) -> NDArray[np.int64]:
    return members if groups is None else members[np.argsort(groups[members], kind="stable")]
