"""Compare models on data sets: run what is not done yet, then write tables and figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from physembed._files import write_json_atomically, write_text_atomically
from physembed.estimators.catalogue import KNOWN
from physembed.experiments.grid.attempt import Outcome
from physembed.experiments.grid.execution import (
    LOCAL,
    Backend,
    effective_jobs,
    execute_all,
)
from physembed.experiments.grid.folder import (
    RESULTS,
    TABLE,
    check_comparison_folder,
    opened_for_writing,
)
from physembed.experiments.grid.plan import OFFICIAL, Run, plan
from physembed.experiments.grid.records import RECORD, Record, finished_record
from physembed.experiments.grid.variant import Variant
from physembed.experiments.results.comparison_tables import markdown


class Reporter(Protocol):
    """Who is told how a comparison goes on."""

    def start(self, n_runs: int, n_finished: int, jobs: int) -> None:
        """The grid is checked: so many runs, of which so many were finished before."""

    def ended(self, outcome: Outcome) -> None:
        """One run has ended, with a record or with a reason."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison found.

    Parameters
    ----------
    out : Path
        Its folder.
    records : list of dict
        One per finished run of the grid, sorted by data set, model, seed and fold.
    failures : list of Outcome
        The runs that failed, with their reasons.
    """

    out: Path
    records: list[Record]
    failures: list[Outcome] = field(default_factory=list)


def compare(
    datasets: Sequence[str],
    models: Sequence[str | Variant] = ("all",),
    *,
    out: str | Path,
    seeds: int | Sequence[int] = 3,
    jobs: int = 1,
    data_dir: str | Path | None = None,
    split: str = OFFICIAL,
    max_epochs: int | None = None,
    training: str | None = None,
    device: str = "auto",
    overwrite: bool = False,
    reporter: Reporter | None = None,
) -> Comparison:
    """Train and test every model on every data set from every seed, and write what comes out.

    A comparison that was stopped, at whatever moment and by whatever means, goes on where it was
    when it is started again: finished runs are not repeated.

    Parameters
    ----------
    datasets : sequence of str
        Names of data sets.
    models : sequence of str or Variant, default=("all",)
        Names of :data:`~physembed.estimators.catalogue.KNOWN`, or just "all", which leaves out
        the references; or models with something changed.
    out : str or Path
        Folder of the results: ``results.json``, ``table.md``, ``figures/`` cover exactly the grid
        asked for; ``runs/`` keeps every run ever made there.
    seeds : int or sequence of int, default=3
        A number N stands for the seeds 0 ... N - 1.
    jobs : int, default=1
        Processes at work at once; -1 is one per core.
    data_dir : str, Path or None, default=None
    split : str, default="official"
        "10-fold" and "leave-one-speaker-out" exist for SpokenDigits.
    max_epochs : int or None, default=None
        None is each model's own default.
    training : {None, "auto", "designed", "gradient", "projection"}, default=None
        How physical models given by name are trained; None is each model's own way.
    device : {"auto", "cpu", "cuda"}, default="auto"
    overwrite : bool, default=False
        Repeat the runs of this grid that are finished already.
    reporter : Reporter or None, default=None

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInputError, UnknownNameError, DatasetError
        Before anything is trained or written.
    RunFolderError
        If ``out`` holds runs of this grid with other settings, or is not a comparison's folder.
    """
    folder = Path(out)
    effective_jobs(jobs)
    check_comparison_folder(folder)
    runs = plan(
        datasets,
        models,
        seeds,
        data_dir=data_dir,
        split=split,
        max_epochs=max_epochs,
        training=training,
        device=device,
    )
    records, failures = run_grid(
        runs,
        folder,
        jobs=jobs,
        overwrite=overwrite,
        reporter=reporter,
        finish=_write_results,
    )
    return Comparison(folder, records, failures)


def run_grid(
    runs: list[Run],
    folder: Path,
    *,
    finish: Callable[[Comparison], None],
    jobs: int = 1,
    backend: Backend = LOCAL,
    keep_models: bool = True,
    overwrite: bool = False,
    reporter: Reporter | None = None,
) -> tuple[list[Record], list[Outcome]]:
    """Do what is not done yet of a grid, in a folder that is claimed meanwhile.

    Parameters
    ----------
    runs : list of Run
    folder : Path
        Of the comparison, checked.
    finish : callable
        Writes what comes out, while the folder is still claimed.
    jobs : int, default=1
    backend : Backend
        Where several processes are at work.
    keep_models : bool, default=True
        Whether fitted models are saved beside their records.
    overwrite : bool, default=False
    reporter : Reporter or None, default=None

    Returns
    -------
    records : list of dict
        Sorted by data set, model, seed and fold.
    failures : list of Outcome
    """
    records = {} if overwrite else _finished(folder, runs)
    pending = [run for run in runs if run.folder not in records]
    failures: list[Outcome] = []
    with opened_for_writing(folder, _described(runs)):
        if overwrite:
            for run in runs:
                (folder / run.folder / RECORD).unlink(missing_ok=True)
        if reporter is not None:
            reporter.start(len(runs), len(records), effective_jobs(jobs))
        outcomes = execute_all(
            pending,
            folder,
            jobs=jobs,
            backend=backend,
            keep_models=keep_models,
        )
        for outcome in outcomes:
            if outcome.record is None:
                failures.append(outcome)
            else:
                records[outcome.run.folder] = outcome.record
            if reporter is not None:
                reporter.ended(outcome)
        ordered = _sorted(list(records.values()), runs)
        finish(Comparison(folder, ordered, failures))
    return ordered, failures


def _finished(out: Path, runs: list[Run]) -> dict[Path, Record]:
    found = {run.folder: finished_record(out, run) for run in runs}
    return {folder: record for folder, record in found.items() if record is not None}


def _described(runs: list[Run]) -> dict[str, object]:
    return {
        "datasets": list(dict.fromkeys(run.dataset for run in runs)),
        "models": list(dict.fromkeys(run.model for run in runs)),
        "seeds": list(dict.fromkeys(run.seed for run in runs)),
        "splits": list(dict.fromkeys(run.split for run in runs)),
        "max_epochs": runs[0].max_epochs,
    }


def _sorted(records: list[Record], runs: list[Run]) -> list[Record]:
    """By data set, then as the catalogue has the models, and variants of one as they were given."""
    catalogue = list(KNOWN)
    given = {run.model: run.variant.model for run in runs}
    order = {
        name: place
        for place, name in enumerate(sorted(given, key=lambda n: catalogue.index(given[n])))
    }
    return sorted(records, key=lambda r: (r["dataset"], order[r["model"]], r["seed"], r["fold"]))


def _write_results(comparison: Comparison) -> None:
    from physembed.experiments.figures import write_comparison_figures

    out = comparison.out
    write_json_atomically(out / RESULTS, comparison.records)
    failed = [(failure.run.title, failure.reason) for failure in comparison.failures]
    write_text_atomically(out / TABLE, markdown(comparison.records, failed))
    write_comparison_figures(comparison.records, out)
