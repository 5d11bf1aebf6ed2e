"""Folds of cases that are numbered, the same whoever counts and in whatever pieces."""

import numpy as np
from numpy.typing import NDArray


def folds_of(numbers: NDArray[np.int64], n_folds: int) -> NDArray[np.int64]:
    """The fold of each number: of every n_folds in a row each has one, in another order each time.

    The remainder alone would put cases that come in turns, by class or day, in one fold each.

    Parameters
    ----------
    numbers : ndarray of int64
        Of cases, or of groups of them, from zero.
    n_folds : int
    """
    rounds = (numbers // n_folds).astype(np.uint64)
    # Steele, Lea and Flood, OOPSLA (2014): splitmix64, whose arithmetic wraps round on purpose
    with np.errstate(over="ignore"):
        rounds = (rounds + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        rounds = (rounds ^ (rounds >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        rounds = (rounds ^ (rounds >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        rounds ^= rounds >> np.uint64(31)
    turned: NDArray[np.int64] = (numbers + (rounds % np.uint64(n_folds)).astype(np.int64)) % n_folds
    return turned
