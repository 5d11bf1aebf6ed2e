"""How a fit in pieces is shared among workers of a Ray cluster, told apart from what they do.

Workers sleep for as long as a unit would take, so that they need no cores of their own: what is
measured is what giving out, fetching and adding in order cost. ``python -m
studies.speed.scale_on_ray`` prints it as JSON.
"""

import json
import sys
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from physembed.data.pieces.sources import Reader, source_of
from physembed.data.pieces.survey import survey
from physembed.data.pieces.units import Unit
from physembed.estimators.classes_and_targets import Classes
from physembed.estimators.ray_summing import sum_on_ray
from physembed.estimators.summing import Blocks, Task, summed
from physembed.presets import PRESETS
from physembed.presets.preset import Asked
from physembed.training.in_pieces import Sample, prepare
from physembed.training.memory_in_pieces import FOLDS
from physembed.training.readout.moments import Moments
from physembed.training.recipe import Recipe

WORKERS = (1, 2, 4)
UNITS, SECONDS = 24, 0.5
CASES = 20


@dataclass(frozen=True, eq=False)
class SleepingTask(Task):
    """One whose units take half a second each, and nobody's processor."""

    def moments_of(self, unit: Unit, blocks: Blocks) -> Moments:
        """No moments, after a while."""
        time.sleep(SECONDS)
        return self.prepared.moments(self.n_folds)


def ray_record() -> list[dict[str, Any]]:
    """Seconds of the sum of all units by one, two and four workers, which are there already."""
    import ray

    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((UNITS * CASES, 32)), rng.integers(2, size=UNITS * CASES)
    pieces = [(X[k : k + CASES], y[k : k + CASES]) for k in range(0, len(y), CASES)]
    source = source_of(pieces)
    assert source is not None
    overview = survey(source, of_classes=True, seed=0, unit_cases=CASES)
    network = PRESETS["lattice"].network(Asked((1, 32, 2)))
    sample = Sample(
        torch.from_numpy(overview.sample.X),
        torch.from_numpy(overview.sample.y),
        overview.sampled % FOLDS,
    )
    prepared = prepare(Recipe("lattice", lambda: network, None), sample)
    task = SleepingTask(prepared, overview, FOLDS, Classes(overview.values))
    ray.init(num_cpus=max(WORKERS), include_dashboard=False, log_to_driver=False)
    try:
        n_few = 2 * max(WORKERS)
        few = replace(task, survey=replace(overview, units=overview.units[:n_few]))
        # that a source goes on after its last unit would be an error
        begun = source_of(pieces[:n_few])
        assert begun is not None
        summed(few, Reader(begun), lambda *told: sum_on_ray(*told, workers=max(WORKERS)))
        records = []
        for workers in WORKERS:
            started = time.perf_counter()
            summed(task, Reader(source), lambda *told, n=workers: sum_on_ray(*told, workers=n))
            records.append({"workers": workers, "seconds": time.perf_counter() - started})
    finally:
        ray.shutdown()
    return records


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ray_record()))
