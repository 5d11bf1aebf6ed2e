"""Runs on a Ray cluster, through joblib; a worker that dies costs no run and no record."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from physembed._cluster import connected, n_cores
from physembed.errors import TrainingError
from physembed.experiments.grid.plan import Run
from physembed.experiments.grid.records import finished_record
from physembed.experiments.grid.run import Outcome, attempt

MOST_ATTEMPTS = 5
"""Rounds in which workers may die before it is taken for more than chance."""
RUNS_PER_WORKER = 4
"""Runs handed to each worker in a round; outcomes come at the end of a round."""


def execute_on_ray(
    runs: Sequence[Run], out: Path, *, jobs: int, address: str | None, keep_models: bool
) -> Iterator[Outcome]:
    """Do runs on a cluster in rounds, and those again whose worker died.

    What a run has left on disk decides whether it is done: a record that was written before its
    worker died is taken, and no run is counted twice. Every node must see ``out`` and the data
    under the same paths.

    Parameters
    ----------
    runs : sequence of Run
    out : Path
        The comparison's folder.
    jobs : int
        Workers; -1 is every core of the cluster.
    address : str or None
        Of the cluster; None starts one on this machine.
    keep_models : bool

    Raises
    ------
    InvalidInputError
        If Ray is not installed, or the cluster cannot be reached.
    TrainingError
        If workers died in :data:`MOST_ATTEMPTS` rounds one after the other.
    """
    with connected(address):
        from ray.util.joblib import register_ray

        register_ray()
        yield from _rounds(list(runs), out.resolve(), jobs, keep_models)


def _rounds(pending: list[Run], out: Path, jobs: int, keep_models: bool) -> Iterator[Outcome]:
    n_workers = n_cores() if jobs == -1 else jobs
    deaths = 0
    while pending:
        batch = pending[: n_workers * RUNS_PER_WORKER]
        outcomes = _round(batch, out, n_workers, keep_models)
        done = {outcome.run.folder for outcome in outcomes}
        yield from outcomes
        deaths = deaths + 1 if len(done) < len(batch) else 0
        if deaths == MOST_ATTEMPTS:
            raise TrainingError(
                f"workers of the cluster died in {MOST_ATTEMPTS} rounds one after the other, most "
                f"likely because their memory was full. Finished runs are kept in {out}: start "
                f"the same command again with fewer jobs than {n_workers}."
            )
        pending = [run for run in pending if run.folder not in done]


def _round(batch: list[Run], out: Path, n_workers: int, keep_models: bool) -> list[Outcome]:
    """The outcomes of a batch; where a worker died, of those runs that have left a record."""
    import ray
    from joblib import Parallel, delayed, parallel_config

    try:
        with parallel_config(backend="ray", n_jobs=n_workers):
            outcomes: list[Outcome] = Parallel(batch_size=1, pre_dispatch="all")(
                delayed(_attempt_on_node)(run, out, keep_models) for run in batch
            )
            return outcomes
    except ray.exceptions.RayError:
        records = ((run, finished_record(out, run)) for run in batch)
        return [Outcome(run, record) for run, record in records if record is not None]


def _attempt_on_node(run: Run, out: Path, keep_models: bool) -> Outcome:
    import torch

    torch.set_num_threads(1)
    return attempt(run, out, keep_models=keep_models)
