"""The order of a sweep: every record is mixed once, and every comparator is asked once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from physembed.networks.detectors.sweeping.measurements import Comparison, Measurements, Quantity

RECORD_END, RECORD_KIND, RECORD_LAST, RECORD_RIVAL, RECORD_WIDTH = range(5)
"""Columns of ``records``: the end of an arm that it is of, what it is of the field, one past its
last comparator, its place among those that are compared with each other or -1; and how many columns
there are, here and below."""
NUMBER_COSINE, NUMBER_SINE, NUMBER_GAIN, NUMBER_OFFSET, NUMBER_WIDTH = range(5)
"""Columns of ``record_numbers``: of the oscillator's phase, and gain and offset among those that
are compared with each other."""
COMPARATOR_KIND, COMPARATOR_LAST, COMPARATOR_WIDTH = range(3)
"""Columns of ``comparators``: the comparison, and one past its last reading."""
LEVEL_GAIN, LEVEL_OFFSET, LEVEL_WIDTH = range(3)
"""Columns of ``comparator_numbers``."""
(
    READING_QUANTITY,
    READING_FIRST,
    READING_LAST,
    READING_PARAMETER,
    READING_PLACE,
    READING_RIVAL,
    READING_WIDTH,
) = range(7)
"""Columns of ``readings``: those of a reach, first, as in all tables of reaches; the place of the
result; and which of the compared records is read."""


@dataclass(frozen=True)
class Plan:
    """What is measured, ordered.

    Parameters
    ----------
    records, record_numbers, comparators, comparator_numbers, readings : ndarray
        Rows of the columns above.
    n_winners : int
        Records that are compared with each other.
    harmonics : int
        Cosines.
    n_raw : int
        Numbers that are measured.
    """

    records: NDArray[np.int64]
    record_numbers: NDArray[np.float32]
    comparators: NDArray[np.int64]
    comparator_numbers: NDArray[np.float32]
    readings: NDArray[np.int64]
    n_winners: int
    harmonics: int
    n_raw: int

    @property
    def tables(self) -> tuple[NDArray[np.generic], ...]:
        """All arrays, in the order above."""
        return (
            self.records,
            self.record_numbers,
            self.comparators,
            self.comparator_numbers,
            self.readings,
        )

    @classmethod
    def of(cls, asked: Sequence[Measurements]) -> "Plan":
        """One plan for the measurements of several detectors, their results one after the other."""
        # one number for every law, whichever detector names it
        laws = sorted({law for a in asked for law in a.laws})
        number = {law: k for k, law in enumerate(laws)}
        of_channel = [np.array([number[law] for law in a.laws]) for a in asked]
        law = np.concatenate([n[a.lanes % len(n)] for a, n in zip(asked, of_channel, strict=True)])
        end = np.concatenate([a.lanes // len(a.laws) for a in asked])
        comparison = np.concatenate([np.full(len(a.lanes), a.comparison) for a in asked])
        gains = np.concatenate([a.gains for a in asked])
        offsets = np.concatenate([a.offsets for a in asked])
        reaches = np.concatenate([a.reaches for a in asked])
        record_of, first_of_record = _numbered(end * len(laws) + law)
        records = np.zeros((len(first_of_record), RECORD_WIDTH), dtype=np.int64)
        records[:, RECORD_END], records[:, RECORD_RIVAL] = end[first_of_record], -1
        of_records = [laws[k] for k in law[first_of_record]]
        records[:, RECORD_KIND] = [of_record.record for of_record in of_records]
        numbers = np.zeros((len(records), NUMBER_WIDTH), dtype=np.float32)
        numbers[:, NUMBER_COSINE] = [of_record.cosine for of_record in of_records]
        numbers[:, NUMBER_SINE] = [of_record.sine for of_record in of_records]
        is_rival = comparison == Comparison.AMONG_ALL
        is_read = np.concatenate(
            [np.ones(len(a.lanes), bool) if a.is_read is None else a.is_read for a in asked]
        )
        rivals = np.unique(record_of[is_rival])
        records[rivals, RECORD_RIVAL] = np.arange(len(rivals))
        numbers[record_of[is_rival], NUMBER_GAIN] = gains[is_rival]
        numbers[record_of[is_rival], NUMBER_OFFSET] = offsets[is_rival]

        # comparators by their records, and what is read by its comparators
        alone = np.flatnonzero(~is_rival)
        comparator_of, first_of_comparator = _numbered(
            record_of[alone], comparison[alone], gains[alone], offsets[alone]
        )
        firsts = alone[first_of_comparator]
        n_read = np.bincount(comparator_of, minlength=len(firsts))
        n_compared = np.bincount(record_of[firsts], minlength=len(records))
        comparators = np.zeros((len(firsts), COMPARATOR_WIDTH), dtype=np.int64)
        comparators[:, COMPARATOR_KIND] = comparison[firsts]
        comparators[:, COMPARATOR_LAST] = np.cumsum(n_read)
        records[:, RECORD_LAST] = np.cumsum(n_compared)
        order = np.concatenate(
            [alone[np.argsort(comparator_of, kind="stable")], np.flatnonzero(is_rival & is_read)]
        )
        readings = np.zeros((len(order), READING_WIDTH), dtype=np.int64)
        readings[:, : READING_PARAMETER + 1], readings[:, READING_PLACE] = reaches[order], order
        readings[:, READING_RIVAL] = records[record_of[order], RECORD_RIVAL]
        is_cosine = reaches[:, READING_QUANTITY] == Quantity.COSINE
        harmonics = reaches[is_cosine, READING_PARAMETER].max(initial=0)
        levels = np.stack([gains[firsts], offsets[firsts]], axis=1)
        return cls(
            records,
            numbers,
            comparators,
            levels,
            readings,
            len(rivals),
            int(harmonics),
            len(reaches),
        )


def _numbered(*keys: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of each entry among the different ones, ascending, and the first of each."""
    order = np.lexsort(keys[::-1])
    differs = np.zeros(len(order), dtype=bool)
    differs[:1] = True
    for key in keys:
        differs[1:] |= key[order][1:] != key[order][:-1]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(differs) - 1
    return number, order[differs]
