"""The moments of units by the workers of a Ray cluster, whoever of them dies meanwhile."""

from collections.abc import Iterator
from typing import Any

from physembed._cluster import n_cores
from physembed.data.pieces.sources import Reader, Source
from physembed.data.pieces.units import Unit
from physembed.errors import TrainingError
from physembed.estimators.summing import Task, without_sample
from physembed.training.readout.moments import Moments

MOST_DEATHS = 20
"""Deaths of workers over one unit before it is taken for more than chance."""
AHEAD = 2
"""Units per worker that may be given out and not added yet: what is done early waits its turn."""


def sum_on_ray(
    task: Task, reader: Reader, units: list[Unit], *, workers: int = -1
) -> Iterator[Moments]:
    """The moments of each unit in order, each by a worker of one thread.

    A unit whose worker dies is given to another one. Whoever sums it gets the same bits, and they
    are handed on once, in the order of the units: the whole sum knows nothing of how many workers
    there were, or which of them lived. Workers open files themselves; what can only be read in
    order is read here and sent to them.

    Parameters
    ----------
    task : Task
    reader : Reader
    units : list of Unit
    workers : int, default=-1
        At work at once; -1 is one per core of the cluster.

    Raises
    ------
    TrainingError
        If workers died over a unit :data:`MOST_DEATHS` times.
    """
    import ray

    n_workers = n_cores() if workers == -1 else workers
    remote: Any = ray.remote(num_cpus=1, max_retries=MOST_DEATHS)(_sum_in_worker)
    everybody = ray.put(without_sample(task))
    source = reader.source
    pending = iter(units)
    # in their order: those at work, and those that are done before their turn
    given: list[tuple[Unit, Any]] = []
    at_work: list[Any] = []

    def give_out() -> bool:
        unit = next(pending, None)
        if unit is None:
            return False
        blocks = None if source.anywhere else list(task.blocks(unit, reader))
        told = source if source.anywhere else None
        result = remote.remote(everybody, unit, told, blocks)
        given.append((unit, result))
        at_work.append(result)
        return True

    # units at work when this ends are left to end as well: Ray, told to cancel one that is just
    # done, ends the process that asked
    while True:
        while len(at_work) < n_workers and len(given) < AHEAD * n_workers and give_out():
            pass
        if not given:
            return
        unit, result = given[0]
        if result in at_work:
            done, _ = ray.wait(at_work)
            at_work = [one for one in at_work if one not in done]
            continue
        try:
            moments: Moments = ray.get(result)
        except ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except ray.exceptions.RayError as error:
            raise TrainingError(
                f"workers of the cluster died over {unit.name} {MOST_DEATHS} times, most "
                "likely because their memory was full. What was summed before is kept where "
                "checkpoint_dir is given: fit again with fewer workers."
            ) from error
        del given[0]
        yield moments


def _sum_in_worker(
    task: Task, unit: Unit, source: Source | None, blocks: list[Any] | None
) -> Moments:
    from physembed._threads import limited_threads

    # whose sums have another order, where it is divided among threads
    with limited_threads(1):
        if blocks is None:
            assert source is not None
            return task.moments_of(unit, task.blocks(unit, Reader(source)))
        return task.moments_of(unit, blocks)
