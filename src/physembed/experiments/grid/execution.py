"""Many runs, one after the other or in several processes; one that fails does not stop the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from physembed.errors import InvalidInputError, TrainingError, UnknownNameError
from physembed.experiments.grid.attempt import Outcome, attempt
from physembed.experiments.grid.interruption import children_ignore_interrupts, exit_with_parent
from physembed.experiments.grid.plan import Run


@dataclass(frozen=True)
class Backend:
    """Where several processes are at work.

    Parameters
    ----------
    name : {"loky", "ray"}, default="loky"
        Processes of this machine, or those of a Ray cluster.
    address : str or None, default=None
        The cluster's, such as "10.0.0.1:6379" or "auto"; every node must see the data folder and
        the comparison's folder under the same path.
    """

    name: str = "loky"
    address: str | None = None

    def __post_init__(self) -> None:
        if self.name not in BACKENDS:
            raise UnknownNameError("backend", self.name, list(BACKENDS))
        if self.address is not None and self.name != "ray":
            raise InvalidInputError(
                f"address={self.address!r} is that of a Ray cluster, but the backend is "
                f"{self.name!r}."
            )


BACKENDS = ("loky", "ray")
LOCAL = Backend()
"""Processes of this machine."""


def execute_all(
    runs: Sequence[Run],
    out: Path,
    *,
    jobs: int = 1,
    backend: Backend = LOCAL,
    keep_models: bool = True,
) -> Iterator[Outcome]:
    """Do runs and yield each outcome as it comes.

    Parameters
    ----------
    runs : sequence of Run
    out : Path
        The comparison's folder.
    jobs : int, default=1
        Processes at work at once, each with one thread; -1 is one per core. With 1, runs are done
        in this process with all threads of torch.
    backend : Backend
        Where several processes are at work.
    keep_models : bool, default=True
        Whether fitted models are saved beside their records.

    Raises
    ------
    InvalidInputError
        If ``jobs`` is zero or not an integer.
    TrainingError
        If a process was killed from outside.
    KeyboardInterrupt
        On Ctrl-C, when every process has ended.
    """
    n_jobs = effective_jobs(jobs)
    if not runs:
        return
    if backend.name == "ray":
        from physembed.experiments.grid.ray_cluster import execute_on_ray

        yield from execute_on_ray(
            runs, out, jobs=jobs, address=backend.address, keep_models=keep_models
        )
        return
    if n_jobs > 1:
        yield from _execute_in_processes(runs, out, n_jobs, keep_models)
        return
    for run in runs:
        yield attempt(run, out, keep_models=keep_models)


def effective_jobs(jobs: int) -> int:
    """The number of processes that ``jobs`` asks for."""
    from joblib import cpu_count

    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs == 0 or jobs < -1:
        raise InvalidInputError(
            f"jobs must be a positive integer, or -1 for one per core, got {jobs!r}."
        )
    return int(cpu_count()) if jobs == -1 else jobs


def _execute_in_processes(
    runs: Sequence[Run], out: Path, n_jobs: int, keep_models: bool
) -> Iterator[Outcome]:
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    with parallel_config(backend="loky", inner_max_num_threads=1):
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
        with children_ignore_interrupts():
            outcomes = parallel(delayed(_attempt_in_worker)(run, out, keep_models) for run in runs)
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
