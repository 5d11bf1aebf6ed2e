"""Records of runs, gathered: what a model reaches on a data set, over its seeds and folds.

Every table and figure of this library goes through here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, median, stdev

import numpy as np
from numpy.typing import NDArray

from physembed.experiments.grid.records import Record, base_model
from physembed.experiments.results.statistics import PairedTest, mean_interval, paired_test


@dataclass(frozen=True)
class Summary:
    """A model on a data set, over all its runs in one split.

    Parameters
    ----------
    records : tuple of dict
        At least one.
    is_deterministic : bool, default=False
        Whether a run from any seed would be the same, so that one stands for all.
    """

    records: tuple[Record, ...]
    is_deterministic: bool = False

    @property
    def dataset(self) -> str:
        """Name of the data set."""
        return str(self.records[0]["dataset"])

    @property
    def model(self) -> str:
        """Name of the model, or of a variant of it."""
        return str(self.records[0]["model"])

    @property
    def base_model(self) -> str:
        """The catalogue's model, of which :attr:`model` may be a variant."""
        return base_model(self.records[0])

    @cached_property
    def runs(self) -> dict[tuple[int, int], float]:
        """Accuracy in % of every run, by seed and fold."""
        return {(r["seed"], r["fold"]): 100 * r["accuracy"] for r in self.records}

    @cached_property
    def seeds(self) -> dict[int, float]:
        """Accuracy in % of every seed; over several folds, their mean."""
        folds: dict[int, list[float]] = {}
        for (seed, _), accuracy in self.runs.items():
            folds.setdefault(seed, []).append(accuracy)
        return {seed: fmean(accuracies) for seed, accuracies in folds.items()}

    @property
    def n(self) -> int:
        """Runs."""
        return len(self.runs)

    @property
    def mean(self) -> float:
        """Mean accuracy in %."""
        return fmean(self.runs.values())

    @property
    def deviation(self) -> float | None:
        """Standard deviation over the seeds (N - 1), in points; None for a single seed."""
        return stdev(self.seeds.values()) if len(self.seeds) > 1 else None

    @property
    def deviation_of_runs(self) -> float | None:
        """The same over all runs, seeds and folds alike; None for a single run."""
        return stdev(self.runs.values()) if self.n > 1 else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean; None where there is no spread to tell it by."""
        return mean_interval(list(self.runs.values()), test_share=self.test_share)

    @property
    def test_share(self) -> float:
        """Test cases per training case where the runs are folds, which share cases; else 0."""
        if len({fold for _, fold in self.runs}) == 1:
            return 0.0
        return fmean(r["n_test"] / r["n_train"] for r in self.records)

    @property
    def embedding_parameters(self) -> tuple[int, int]:
        """Smallest and largest count; they differ where a choice is made in training."""
        return self.extremes("embedding_parameters")

    @property
    def readout_parameters(self) -> tuple[int, int]:
        """Smallest and largest count of the last layer."""
        return self.extremes("readout_parameters")

    @property
    def total_parameters(self) -> tuple[int, int]:
        """Smallest and largest count in all."""
        return self.extremes("total_parameters")

    def extremes(self, key: str) -> tuple[int, int]:
        """Smallest and largest of a number in the records."""
        numbers = [record[key] for record in self.records]
        return min(numbers), max(numbers)

    def mean_of(self, key: str) -> float:
        """Mean of a number in the records."""
        return fmean(record[key] for record in self.records)

    def median_of(self, key: str) -> float | None:
        """Median of a number in the records, which a busy machine does not move; None where one
        lacks it."""
        numbers = [record[key] for record in self.records]
        return None if any(number is None for number in numbers) else median(numbers)

    def largest(self, key: str) -> float | None:
        """The largest of a number in the records."""
        return max((r[key] for r in self.records if r[key] is not None), default=None)

    def runs_for(self, other: "Summary") -> dict[tuple[int, int], float]:
        """Accuracies for the runs of another model; one of any seed stands for all if it may."""
        if not self.is_deterministic:
            return self.runs
        of_fold = {fold: accuracy for (_, fold), accuracy in self.runs.items()}
        return {key: of_fold[key[1]] for key in other.runs if key[1] in of_fold}

    def against(self, other: "Summary") -> PairedTest | None:
        """The paired test of this model less another over their common runs."""
        mine, theirs = self.runs_for(other), other.runs_for(self)
        common = sorted(mine.keys() & theirs.keys())
        return paired_test(
            [mine[k] for k in common], [theirs[k] for k in common], test_share=self.test_share
        )


def summaries(
    records: Sequence[Record], *, deterministic: Collection[str] = ()
) -> dict[tuple[str, str], Summary]:
    """One summary for each data set and model, in the order of the records.

    Parameters
    ----------
    records : sequence of dict
        Of one split.
    deterministic : collection of str
        Models that are the same from every seed.
    """
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["dataset"], record["model"]), []).append(record)
    return {
        place: Summary(tuple(group), is_deterministic=place[1] in deterministic)
        for place, group in groups.items()
    }


def accuracy_table(
    records: Sequence[Record],
) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Data sets, models, and mean accuracy in %, of shape (data sets, models).

    Only data sets that all models have finished, in every seed and fold, are listed.
    """
    gathered = summaries(records)
    models = list(dict.fromkeys(model for _, model in gathered))
    everywhere = {run for summary in gathered.values() for run in summary.runs}
    complete = {place: s.mean for place, s in gathered.items() if s.runs.keys() == everywhere}
    datasets = [
        name
        for name in sorted({dataset for dataset, _ in gathered})
        if all((name, model) in complete for model in models)
    ]
    table = [[complete[name, model] for model in models] for name in datasets]
    return datasets, models, np.array(table).reshape(len(datasets), len(models))
