"""What detectors measure on the records of a field, in the words of a compiled sweep.

A detector that can say what it measures as numbers for every record, and what it makes of them, is
served by :class:`~physembed.networks.sweep.Sweep`: one pass over the samples for all detectors of
a fibre. How each measures by itself stands beside it in PyTorch, and is what the pass is tested
against.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Record(IntEnum):
    """What a record is of the field."""

    QUADRATURE = 0
    AMPLITUDE = 1
    INTENSITY = 2


class Law(NamedTuple):
    """How a record follows from the field at the same point.

    Parameters
    ----------
    record : Record
    cosine, sine : float
        Of the oscillator's phase, for a quadrature.
    """

    record: Record
    cosine: float = 0.0
    sine: float = 0.0


class Comparison(IntEnum):
    """What stands between a record and what is measured."""

    NONE = 0
    """The record itself."""
    HARD = 1
    """1 above the offset, -1 below it, 0 on it."""
    RAMP = 2
    """gain * record + offset, from -1 to 1."""
    AMONG_ALL = 3
    """gain * record + offset beside those of all records that are compared so."""


class Quantity(IntEnum):
    """What is measured from the point ``first`` to before the point ``last``."""

    SUM = 0
    COINCIDENCES = 1
    """The sum of o(t) o(t - d) with the parameter d."""
    COSINE = 2
    """The sum of o(t) cos(k π (t + 1/2) / T) with the parameter k."""
    LONGEST_ABOVE = 3
    LONGEST_BELOW = 4
    """Points of the longest run above zero, and of the longest at zero or below."""
    HIGHEST = 5
    LOWEST = 6
    TIMES_LARGEST = 7
    TIMES_SMALLEST = 8
    """Points at which no other record is larger, or smaller."""
    FIRST_RUN = 9
    LAST_RUN = 10
    """Points of the run at the beginning, and of that at the end: positive above zero, negative
    at zero or below. What joins the runs of stretches after each other."""


class Reach(NamedTuple):
    """A quantity and the points that it is measured over.

    Parameters
    ----------
    quantity : Quantity
    first, last : int
        Last is one past the last point.
    parameter : int, default=0
    """

    quantity: Quantity
    first: int
    last: int
    parameter: int = 0


def gate_ends(n_points: int, gates: int) -> list[tuple[int, int]]:
    """First point, and one past the last, of equal stretches, as ``tensor_split`` makes them."""
    longer = n_points % gates
    ends = [k * (n_points // gates) + min(k, longer) for k in range(gates + 1)]
    return list(pairwise(ends))


@dataclass(frozen=True)
class Measurements:
    """What a detector measures on a field, one number each.

    Parameters
    ----------
    laws : tuple of Law
        The records of a channel.
    lanes : ndarray of shape (measurements,), int64
        Which record: channel * records of a channel + record.
    comparison : Comparison
    gains, offsets : ndarray of shape (measurements,), float32
        Of the comparisons.
    reaches : ndarray of shape (measurements, 4), int64
        Rows of :class:`Reach`.
    is_read : ndarray of shape (measurements,), bool, or None, default=None
        Which of these are asked for, where records are compared with each other, also with those of
        which nothing is: the numbers of the others are zero. None: all.
    """

    laws: tuple[Law, ...]
    lanes: NDArray[np.int64]
    comparison: Comparison
    gains: NDArray[np.float32]
    offsets: NDArray[np.float32]
    reaches: NDArray[np.int64]
    is_read: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        laws: tuple[Law, ...],
        lanes: NDArray[np.int64],
        reaches: list[Reach],
        *,
        comparison: Comparison = Comparison.NONE,
        gains: NDArray[np.float32] | None = None,
        offsets: NDArray[np.float32] | None = None,
    ) -> "Measurements":
        """The same reaches for every lane, those of a lane beside each other."""
        n_each = len(reaches)
        one = np.ones(len(lanes), dtype=np.float32)
        gains, offsets = (one if v is None else v for v in (gains, offsets))
        return cls(
            laws,
            np.repeat(lanes, n_each),
            comparison,
            np.repeat(gains.astype(np.float32), n_each),
            np.repeat(offsets.astype(np.float32), n_each),
            np.tile(np.array(reaches, dtype=np.int64), (len(lanes), 1)),
        )


@lru_cache(maxsize=64)
def cosines(harmonics: int, n_points: int) -> Tensor:
    """cos(k π (t + 1/2) / T) for k = 1 ..., shape (harmonics, points), float64."""
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        t = (torch.arange(n_points, dtype=torch.float64) + 0.5) * math.pi / n_points
        k = torch.arange(1, harmonics + 1, dtype=torch.float64)
        return torch.cos(k[:, None] * t)
