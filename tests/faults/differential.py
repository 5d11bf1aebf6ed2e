"""The same file, or frame, read by others and by us: what they read is what we read, or refuse.

Every input is generated from a seed. It is read by the library that wrote it or that its users
have (pandas, aeon, scipy, numpy), which knows how it was written, and by us, who have to find that
out. We may refuse it by name; a difference without a word is a fault.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from files_of_others import UnreadableError, archive_table, arff, frame, npy, table, ts, wav
from numpy.random import Generator

from physembed.errors import PhysembedError


@dataclass
class Compared:
    """What came of comparing a reader with another.

    Parameters
    ----------
    reader, other : str
    inputs : int
    same : int
        Read alike.
    refused : int
        By one of our own errors, though the other reads them.
    refused_by_other : int
        Which are of no account here.
    different : int
        Read otherwise without a word: faults.
    """

    reader: str
    other: str
    inputs: int = 0
    same: int = 0
    refused: int = 0
    refused_by_other: int = 0
    different: int = 0


Inputs = Callable[[Generator, Path], tuple[Any, Any]]
"""Writes an input into a folder; what we read of it, lazily, and what the other library reads."""


def is_same(ours: Any, theirs: Any) -> bool:
    """Whether series, and labels where there are any, are equal; missing values are."""
    if isinstance(theirs, tuple):
        return is_same(ours[0], theirs[0]) and ours[1] == theirs[1]
    if len(ours) != len(theirs):
        return False
    for one, other in zip(ours, theirs, strict=True):
        one, other = np.atleast_2d(one), np.atleast_2d(other)  # noqa: PLW2901
        if one.shape != other.shape or not np.array_equal(
            one.astype(np.float64), other.astype(np.float64), equal_nan=True
        ):
            return False
    return True


COMPARISONS: dict[str, tuple[str, Inputs]] = {
    ".csv": ("pandas", table),
    ".tsv": ("pandas", archive_table),
    ".ts": ("aeon", ts),
    ".arff": ("scipy", arff),
    ".npy": ("numpy", npy),
    ".wav": ("scipy", wav),
    "frame of two levels": ("aeon", frame),
}
"""Who reads the same, and what is generated."""


def compare(reader: str, n_inputs: int, folder: Path, *, number: int = 0) -> Compared:
    """Give a reader, and another library, so many generated inputs.

    Raises
    ------
    Exception
        What we raise that is no error of ours.
    """
    other, generate = COMPARISONS[reader]
    compared = Compared(reader, other)
    for k in range(n_inputs):
        compared.inputs += 1
        random = np.random.default_rng([number, k])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ours, theirs = generate(random, folder)
            except UnreadableError:
                compared.refused_by_other += 1
                continue
            try:
                same = is_same(ours(), theirs)
            except PhysembedError:
                compared.refused += 1
                continue
        if same:
            compared.same += 1
        else:
            compared.different += 1
            print(f"{reader}: input {k} of the seed {number} is read otherwise than by {other}")
    return compared
