"""Many runs, one after the other or in several processes; one that fails does not stop the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from physembed._checks import check_choice, check_flag, check_integer
from physembed.errors import InvalidInputError, TrainingError
from physembed.estimators.catalogue import KNOWN
from physembed.experiments.grid.folder import opened_for_writing
from physembed.experiments.grid.interruption import children_ignore_interrupts, exit_with_parent
from physembed.experiments.grid.plan import Run
from physembed.experiments.grid.records import RECORD, Record, finished_record
from physembed.experiments.grid.run import Outcome, attempt

BACKENDS = ("loky", "ray")


@dataclass(frozen=True)
class Execution:
    """How the runs of a grid are done, which changes no result but its seconds.

    Parameters
    ----------
    jobs : int, default=1
        Processes at work at once, each with one thread; -1 is one per core. With 1, runs are done
        in this process with all threads of torch.
    backend : {"loky", "ray"}, default="loky"
        Processes of this machine, or those of a Ray cluster.
    address : str or None, default=None
        The cluster's, such as "10.0.0.1:6379" or "auto"; every node must see the data folder and
        the comparison's folder under the same path.
    overwrite : bool, default=False
        Repeat runs that are finished already.
    keep_models : bool, default=True
        Whether fitted models are saved beside their records.

    Raises
    ------
    InvalidInputError, UnknownNameError
    """

    jobs: int = 1
    backend: str = "loky"
    address: str | None = None
    overwrite: bool = False
    keep_models: bool = True

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, np.generic):
                object.__setattr__(self, name, value.item())
        check_integer("jobs", self.jobs, least=1, also=-1)
        check_flag("overwrite", self.overwrite)
        check_flag("keep_models", self.keep_models)
        check_choice("backend", self.backend, BACKENDS)
        if self.address is not None and self.backend != "ray":
            raise InvalidInputError(
                f"address={self.address!r} is that of a Ray cluster, but the backend is "
                f"{self.backend!r}."
            )

    @property
    def n_processes(self) -> int:
        """Processes at work at once."""
        from joblib import cpu_count

        return int(cpu_count()) if self.jobs == -1 else self.jobs


HERE = Execution()
"""One run after the other, in this process."""


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


def run_grid(
    runs: list[Run],
    out: Path,
    *,
    finish: Callable[[Comparison], None],
    execution: Execution = HERE,
    reporter: Reporter | None = None,
) -> Comparison:
    """Do what is not done yet of a grid, in a folder that is claimed meanwhile.

    Parameters
    ----------
    runs : list of Run
    out : Path
        Folder of the comparison, checked.
    finish : callable
        Writes what comes out, while the folder is still claimed.
    execution : Execution
    reporter : Reporter or None, default=None

    Raises
    ------
    TrainingError
        If a process was killed from outside.
    KeyboardInterrupt
        On Ctrl-C, when every process has ended.
    """
    records = {} if execution.overwrite else _finished(out, runs)
    pending = [run for run in runs if run.folder not in records]
    failures: list[Outcome] = []
    with opened_for_writing(out, _described(runs)):
        if execution.overwrite:
            for run in runs:
                (out / run.folder / RECORD).unlink(missing_ok=True)
        if reporter is not None:
            reporter.start(len(runs), len(records), execution.n_processes)
        for outcome in _execute_all(pending, out, execution):
            if outcome.record is None:
                failures.append(outcome)
            else:
                records[outcome.run.folder] = outcome.record
            if reporter is not None:
                reporter.ended(outcome)
        comparison = Comparison(out, _sorted(list(records.values()), runs), failures)
        finish(comparison)
    return comparison


def _finished(out: Path, runs: list[Run]) -> dict[Path, Record]:
    records = {run.folder: finished_record(out, run) for run in runs}
    return {folder: record for folder, record in records.items() if record is not None}


def _described(runs: list[Run]) -> dict[str, object]:
    return {
        "datasets": list(dict.fromkeys(run.dataset for run in runs)),
        "models": list(dict.fromkeys(run.model for run in runs)),
        "seeds": list(dict.fromkeys(run.seed for run in runs)),
        "splits": list(dict.fromkeys(run.split for run in runs)),
        "max_epochs": runs[0].grid.max_epochs,
    }


def _place(model: str, catalogue: list[str]) -> int:
    """Media of equations stand behind all others, in the order in which they were given."""
    return catalogue.index(model) if model in catalogue else len(catalogue)


def _sorted(records: list[Record], runs: list[Run]) -> list[Record]:
    """By data set, then as the catalogue has the models, and variants of one as they were given."""
    catalogue = list(KNOWN)
    given = {run.model: run.variant.model for run in runs}
    order = {
        name: place
        for place, name in enumerate(sorted(given, key=lambda n: _place(given[n], catalogue)))
    }
    return sorted(records, key=lambda r: (r["dataset"], order[r["model"]], r["seed"], r["fold"]))


def _execute_all(runs: Sequence[Run], out: Path, execution: Execution) -> Iterator[Outcome]:
    """Do runs and yield each outcome as it comes."""
    if not runs:
        return
    if execution.backend == "ray":
        from physembed.experiments.grid.ray_cluster import execute_on_ray

        yield from execute_on_ray(
            runs,
            out,
            jobs=execution.jobs,
            address=execution.address,
            keep_models=execution.keep_models,
        )
    elif execution.n_processes > 1:
        yield from _execute_in_processes(runs, out, execution)
    else:
        for run in runs:
            yield attempt(run, out, keep_models=execution.keep_models)


def _execute_in_processes(
    runs: Sequence[Run], out: Path, execution: Execution
) -> Iterator[Outcome]:
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    n_jobs = execution.n_processes
    with parallel_config(backend="loky", inner_max_num_threads=1):
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
        with children_ignore_interrupts():
            outcomes = parallel(
                delayed(_attempt_in_worker)(run, out, execution.keep_models) for run in runs
            )
    try:
        yield from outcomes
    except TerminatedWorkerError as error:
        raise TrainingError(
            "a worker process was killed, most likely because the memory was full. Finished runs "
            f"are kept in {out}: start the same command again with fewer jobs than {n_jobs}."
        ) from error
    finally:
        outcomes.close()


def _attempt_in_worker(run: Run, out: Path, keep_models: bool) -> Outcome:
    exit_with_parent()
    import torch

    torch.set_num_threads(1)
    return attempt(run, out, keep_models=keep_models)
