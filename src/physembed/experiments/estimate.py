"""How well a model will do on cases like those of a file of one's own, without a test set.

Every fold is a fit and a test of the model, and of what one would take instead, on the same cases.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from physembed._files import write_json_atomically
from physembed.data.own.division import Division
from physembed.data.own.labelled import Labelled
from physembed.data.own.loading import division_of, labelled
from physembed.data.own.told import division_in_words
from physembed.estimators.answering import without_novelty
from physembed.experiments.grid.execution import Reporter
from physembed.experiments.grid.plan import Grid, Run
from physembed.experiments.grid.records import Record, differing
from physembed.experiments.grid.run import Outcome, fit_and_test
from physembed.experiments.results.statistics import mean_interval, paired_test, test_case_interval

_CARRIES = 0.05
"""Accuracy that is lost without one group, from which on it carries the score."""


@dataclass(frozen=True)
class Estimate:
    """What folds, or a test set, say of models.

    Parameters
    ----------
    by : str
        How cases were divided, in words.
    records : list of dict
        Of every model and fold, with what was predicted.
    warnings : tuple of str
        Why it may be too good.
    """

    by: str
    records: list[Record]
    warnings: tuple[str, ...]

    def of(self, model: str) -> list[Record]:
        """The records of a model, fold by fold."""
        return [record for record in self.records if record["model"] == model]

    @property
    def models(self) -> list[str]:
        """In the order in which they were asked for."""
        return list(dict.fromkeys(record["model"] for record in self.records))

    def accuracy(self, model: str) -> float:
        """Mean over folds, 0 to 1."""
        return fmean(record["accuracy"] for record in self.of(model))

    def interval(self, model: str) -> tuple[float, float] | None:
        """95 % interval of the accuracy; None where folds show no spread."""
        records = self.of(model)
        if len(records) == 1:
            return test_case_interval(records[0]["accuracy"], records[0]["n_test"])
        between = mean_interval([r["accuracy"] for r in records], test_share=_share(records))
        if between is None:
            # folds of one result: as if every case had been tested once
            return test_case_interval(self.accuracy(model), self.n_cases)
        return max(0.0, between[0]), min(1.0, between[1])

    def _overlap(self, model: str, other: str) -> bool:
        """Whether the intervals of two models have something in common."""
        intervals = self.interval(model), self.interval(other)
        if None in intervals:
            return True
        (low, high), (other_low, other_high) = (i for i in intervals if i is not None)
        return low <= other_high and other_low <= high

    @property
    def n_cases(self) -> int:
        """Cases that are tested on in one repeat, about."""
        records = self.of(self.models[0])
        return max(r["n_train"] for r in records) if len(records) > 1 else records[0]["n_test"]

    def confusion_matrix(self, model: str, classes: Sequence[str]) -> list[list[int]]:
        """Summed over all folds: a row for each true class, of which a fold may lack some."""
        counts = np.zeros((len(classes), len(classes)), dtype=int)
        for record in self.of(model):
            places = [list(classes).index(name) for name in record["classes"]]
            counts[np.ix_(places, places)] += np.array(record["confusion_matrix"])
        summed: list[list[int]] = counts.tolist()
        return summed

    def whether_it_pays(self, model: str) -> str:
        """The model against the best of those beside it, in a sentence; empty where none is."""
        others = [other for other in self.models if other != model]
        if not others:
            return ""
        best = max(others, key=self.accuracy)
        mine, theirs = self.of(model), self.of(best)
        points = 100 * (self.accuracy(model) - self.accuracy(best))
        test = paired_test(
            [100 * r["accuracy"] for r in mine],
            [100 * r["accuracy"] for r in theirs],
            test_share=_share(mine),
        )
        ratio = theirs[0]["total_parameters"] / max(1, mine[0]["total_parameters"])
        size = (
            f"with 1/{ratio:.3g} of its parameters"
            if ratio >= 1
            else f"with {1 / ratio:.3g} times its parameters"
        )
        word = "better" if points > 0 else "worse"
        if test is None:
            # one division, or the same difference in all folds
            apart = f"{points:+.1f} points, {size}"
            if self._overlap(model, best):
                return f"These cases do not tell {model} from {best}: {apart}."
            return f"{model} does {word} than {best} here: {apart}."
        interval = f"{points:+.1f} points (95 % interval {test.low:+.1f} to {test.high:+.1f})"
        if test.low <= 0 <= test.high:
            return f"These folds do not tell {model} from {best}: {interval}, {size}."
        return f"{model} does {word} than {best}: {interval}, {size}."

    def to_plain(self, model: str) -> dict[str, Any]:
        """What a record and a card keep."""
        keys = ("embedding_parameters", "readout_parameters", "total_parameters", "fit_seconds")
        rows = []
        for name in self.models:
            records, interval = self.of(name), self.interval(name)
            rows.append(
                {
                    "model": name,
                    "accuracy": self.accuracy(name),
                    "interval": None if interval is None else list(interval),
                    **{key: fmean(r[key] for r in records) for key in keys},
                }
            )
        return {
            "by": self.by,
            "n_fits": len(self.of(model)),
            "models": rows,
            "whether_it_pays": self.whether_it_pays(model),
            "warnings": list(self.warnings),
        }


def estimate(
    grid: Grid, *, keep_in: Path | None = None, reporter: Reporter | None = None
) -> Estimate:
    """Fit and test the models of a grid on every fold of its one data set.

    Parameters
    ----------
    grid : Grid
        Of one file or folder, and one seed.
    keep_in : Path or None
        A folder in which finished fits are kept, and from which they are taken up.
    reporter : Reporter or None

    Raises
    ------
    InvalidInputError, DatasetError, TrainingError
    """
    runs = grid.runs()
    finished = {id(run): _kept(keep_in, run) for run in runs}
    if reporter is not None:
        reporter.start(len(runs), sum(r is not None for r in finished.values()), 1)
    records = []
    for run in runs:
        record = finished[id(run)]
        if record is None:
            with without_novelty():
                _, record = fit_and_test(run)
            if keep_in is not None:
                write_json_atomically(_file(keep_in, run), record)
            if reporter is not None:
                reporter.ended(Outcome(run, record))
        records.append(record)
    cases, division = _divided(grid)
    by = (
        f"the test set {grid.description.test}"
        if division is None and grid.description is not None
        else division_in_words(division)  # type: ignore[arg-type]
    )
    warnings = [] if division is None else [*division.warnings]
    if division is not None:
        mine = [r for r in records if r["model"] == runs[0].model]
        warnings += _carried_by_a_group(cases, division, mine)
    return Estimate(by, records, tuple(warnings))


def _divided(grid: Grid) -> tuple[Labelled, Division | None]:
    assert grid.description is not None
    cases = labelled(Path(grid.datasets[0]).expanduser(), grid.description)
    if grid.description.test is not None:
        return cases, None
    return cases, division_of(Path(grid.datasets[0]).expanduser(), grid.description)


def _share(records: Sequence[Record]) -> float:
    """Test cases per training case."""
    return fmean(r["n_test"] / r["n_train"] for r in records) if len(records) > 1 else 0.0


def _file(folder: Path, run: Run) -> Path:
    return folder / f"estimate-{run.model}-{run.fold}.json"


def _kept(folder: Path | None, run: Run) -> Record | None:
    """The record of a fit that was finished before, if it is of this run."""
    if folder is None:
        return None
    try:
        record: Record = json.loads(_file(folder, run).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return None if differing(run.fingerprint(), record) else record


def _carried_by_a_group(
    cases: Labelled, division: Division, records: Sequence[Record]
) -> list[str]:
    """Whether the accuracy is that of one group, or fails for one."""
    groups = cases.groups
    if groups is None or len(np.unique(groups)) < 3:
        return []
    right: dict[str, list[float]] = {}
    for record in records:
        test = division.tested[record["fold"]]
        hits = np.array(record["predicted"]) == cases.labels[test]
        for group in np.unique(groups[test]):
            right.setdefault(str(group), []).append(float(hits[groups[test] == group].mean()))
    by_group = {group: fmean(hits) for group, hits in right.items()}
    sizes = {group: int((groups == group).sum()) for group in by_group}
    total = sum(sizes.values())
    whole = sum(by_group[g] * sizes[g] for g in by_group) / total
    told = []
    for group, accuracy in by_group.items():
        others = (whole * total - accuracy * sizes[group]) / (total - sizes[group])
        if whole - others > _CARRIES:
            told.append(
                f"group {group!r} carries the score: {accuracy:.0%} of its cases are right, and "
                f"{others:.0%} of all others"
            )
    worst = min(by_group, key=lambda group: by_group[group])
    if whole - by_group[worst] > 2 * _CARRIES:
        told.append(
            f"group {worst!r} is known worst: {by_group[worst]:.0%} of its cases are right, where "
            f"{whole:.0%} are over all"
        )
    return told
