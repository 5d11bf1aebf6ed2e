"""Records of one model on one data set as the numbers of a table's row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from typing import Any

from physembed.experiments.grid.records import Record
from physembed.experiments.reproduction.protocol import PARTS
from physembed.experiments.results.statistics import (
    FEWEST,
    PairedTest,
    holm,
    mean_interval,
    paired_test,
)

SIGNIFICANT = 0.05
DETERMINISTIC = {
    entry.name for part in PARTS.values() for entry in part.entries if entry.deterministic
}
"""Models that are the same from every seed."""

Archive = Mapping[str, Any]
"""What is kept of a reproduction: ``quick``, ``datasets`` by role, ``records``."""


@dataclass(frozen=True)
class Summary:
    """A model on a data set, over seeds or folds.

    Parameters
    ----------
    accuracies : dict of (int, int) to float
        In %, by seed and fold.
    test_share : float
        Test cases per training case where the runs are folds, else 0.
    records : tuple of dict
    is_deterministic : bool
        Whether a run from any seed would be the same, so that one stands for all.
    """

    accuracies: Mapping[tuple[int, int], float]
    test_share: float
    records: tuple[Record, ...]
    is_deterministic: bool

    @property
    def n(self) -> int:
        """Runs."""
        return len(self.accuracies)

    @property
    def mean(self) -> float:
        """Mean accuracy in %."""
        return fmean(self.accuracies.values())

    @property
    def deviation(self) -> float | None:
        """Standard deviation (N - 1) in points; None for a single run."""
        return stdev(self.accuracies.values()) if self.n > 1 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean; None where there is no spread to tell it by."""
        return mean_interval(list(self.accuracies.values()), test_share=self.test_share)

    def median_of(self, key: str) -> float | None:
        """Median of a number in the records; None where one lacks it."""
        values = [record[key] for record in self.records]
        return None if any(value is None for value in values) else median(values)

    def largest(self, key: str) -> float | None:
        """The largest of a number in the records."""
        return max((r[key] for r in self.records if r[key] is not None), default=None)

    def accuracies_for(self, other: "Summary") -> dict[tuple[int, int], float]:
        """Accuracies from the seeds of another model, where the seed makes no difference."""
        of_fold = {fold: accuracy for (_, fold), accuracy in self.accuracies.items()}
        return {key: of_fold[key[1]] for key in other.accuracies if key[1] in of_fold}

    def against(self, other: "Summary") -> PairedTest | None:
        """The paired test of this model less another over their common runs."""
        mine = self.accuracies_for(other) if self.is_deterministic else self.accuracies
        theirs = other.accuracies_for(self) if other.is_deterministic else other.accuracies
        common = sorted(mine.keys() & theirs.keys())
        return paired_test(
            [mine[k] for k in common], [theirs[k] for k in common], test_share=self.test_share
        )


def summarise(archive: Archive, dataset: str, model: str, split: str) -> Summary | None:
    """The summary of a model's runs; None where none is finished."""
    records = [
        r
        for r in archive["records"]
        if (r["dataset"], r["model"], r["split"]) == (dataset, model, split)
    ]
    if not records:
        return None
    folds = {r["fold"] for r in records}
    share = fmean(r["n_test"] / r["n_train"] for r in records) if len(folds) > 1 else 0.0
    accuracies = {(r["seed"], r["fold"]): 100 * r["accuracy"] for r in records}
    return Summary(accuracies, share, tuple(records), model in DETERMINISTIC)


def not_told_from_the_best(summaries: Sequence[Summary]) -> list[bool] | None:
    """Which of several models are the best, as far as paired tests tell at 5 % (Holm).

    Two models of which neither depends on the seed need no test to be told apart. None where a
    test is missing for want of seeds, so that nothing may be set apart.
    """
    best = max(range(len(summaries)), key=lambda k: summaries[k].mean)
    others = [k for k in range(len(summaries)) if k != best]
    p_values: list[float] = []
    for k in others:
        p_value = _chance_of_no_difference(summaries[best], summaries[k])
        if p_value is None:
            return None
        p_values.append(p_value)
    adjusted = dict(zip(others, holm(p_values), strict=True))
    return [k == best or adjusted[k] > SIGNIFICANT for k in range(len(summaries))]


def _chance_of_no_difference(first: Summary, second: Summary) -> float | None:
    test = first.against(second)
    if test is not None:
        return test.p_value
    if all(s.is_deterministic or s.n >= FEWEST for s in (first, second)):
        # no spread to measure by: whatever difference there is comes again from every seed
        return float(first.mean == second.mean)
    return None
