"""What is measured on a long field, stretch after stretch: the seams change no number.

Sums are added. A coincidence of two points belongs to the stretch of the later one, which looks
back as far as the delay. Extremes are compared. A run that reaches a seam goes on behind it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from physembed.networks.detectors.sweeping.measurements import Measurements, Quantity
from physembed.networks.detectors.sweeping.plan import (
    READING_FIRST,
    READING_LAST,
    READING_QUANTITY,
    Plan,
)

Numbers = NDArray[np.float64]


class Tally:
    """The numbers of whole gates, from those of stretches that are given in their order.

    Parameters
    ----------
    asked : sequence of Measurements
        Over the whole field.

    Attributes
    ----------
    looks_back : int
        Points before a stretch that are looked at with it.
    harmonics : int
        Cosines that are asked for.
    """

    def __init__(self, asked: Sequence[Measurements]) -> None:
        self._asked = asked
        self._sizes = [len(a.lanes) for a in asked]
        self._quantity, self._first, self._last, parameter = np.concatenate(
            [a.reaches for a in asked]
        ).T
        self._delay = np.where(self._quantity == Quantity.COINCIDENCES, parameter, 0)
        self.looks_back = int(self._delay.max())
        self.harmonics = int(parameter[self._quantity == Quantity.COSINE].max(initial=0))
        is_above = self._quantity == Quantity.LONGEST_ABOVE
        is_below = self._quantity == Quantity.LONGEST_BELOW
        self._is_run = is_above | is_below
        # of what is counted in the signed runs at the ends of a stretch
        self._side = np.where(is_above, 1, -1)[self._is_run]
        self._numbers = np.zeros(len(self._quantity))
        self._numbers[self._quantity == Quantity.HIGHEST] = -np.inf
        self._numbers[self._quantity == Quantity.LOWEST] = np.inf
        # points of the run that has reached the seam
        self._open = np.zeros(int(self._is_run.sum()))
        self._length = np.zeros(len(self._quantity), dtype=np.int64)

    def stretch(self, begin: int, first: int, last: int) -> Plan:
        """What is to be measured on the points from ``begin`` to before ``last``.

        Those from ``first`` on are counted; ``begin`` is at least so much before it as is looked
        back, or the beginning of the field.
        """
        low = np.maximum(self._first, np.maximum(self._first + self._delay, first) - self._delay)
        high = np.minimum(self._last, last)
        self._length = np.maximum(high - low - self._delay, 0)
        is_here = self._length > 0
        # a gate of one point of whatever is not measured here
        low, high = np.where(is_here, low - begin, 0), np.where(is_here, high - begin, 1)
        here: list[Measurements] = []
        ends: list[Measurements] = []
        place = 0
        for of_part, size in zip(self._asked, self._sizes, strict=True):
            rows = slice(place, place + size)
            reaches = of_part.reaches.copy()
            reaches[:, READING_FIRST], reaches[:, READING_LAST] = low[rows], high[rows]
            here.append(replace(of_part, reaches=reaches))
            runs = self._is_run[rows]
            if runs.any():
                ends.append(_of_runs(here[-1], runs))
            place += size
        return Plan.of([*here, *ends])

    def add(self, raw: Numbers) -> None:
        """Take up what was measured on the last :meth:`stretch`."""
        n = len(self._numbers)
        measured, is_here = raw[:n], self._length > 0
        quantity = self._quantity
        for extreme, kind in ((np.maximum, Quantity.HIGHEST), (np.minimum, Quantity.LOWEST)):
            rows = is_here & (quantity == kind)
            self._numbers[rows] = extreme(self._numbers[rows], measured[rows])
        summed = is_here & ~self._is_run
        summed &= (quantity != Quantity.HIGHEST) & (quantity != Quantity.LOWEST)
        self._numbers[summed] += measured[summed]
        if self._is_run.any():
            self._add_runs(measured[self._is_run], raw[n:])

    def _add_runs(self, longest: Numbers, ends: Numbers) -> None:
        """Join the runs at the seam; ``ends`` are the first and the last run of each."""
        length = self._length[self._is_run]
        is_here = length > 0
        first, last = (np.maximum(self._side * run, 0) for run in ends.reshape(-1, 2).T)
        joined = self._open + first
        best = np.maximum(self._numbers[self._is_run], np.maximum(longest, joined))
        self._numbers[self._is_run] = np.where(is_here, best, self._numbers[self._is_run])
        self._open = np.where(is_here, np.where(first == length, joined, last), self._open)

    def numbers(self) -> list[Numbers]:
        """The numbers of each of what was asked, when the last stretch has been added."""
        return np.split(self._numbers, np.cumsum(self._sizes)[:-1])


def _of_runs(measurements: Measurements, runs: NDArray[np.bool_]) -> Measurements:
    """The first and the last run, beside each other, of what asks for the longest."""
    reaches = np.repeat(measurements.reaches[runs], 2, axis=0)
    reaches[0::2, READING_QUANTITY] = Quantity.FIRST_RUN
    reaches[1::2, READING_QUANTITY] = Quantity.LAST_RUN
    return replace(
        measurements,
        lanes=np.repeat(measurements.lanes[runs], 2),
        gains=np.repeat(measurements.gains[runs], 2),
        offsets=np.repeat(measurements.offsets[runs], 2),
        reaches=reaches,
    )
