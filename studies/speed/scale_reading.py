"""The same cases for a Ray cluster: as a folder that its workers read, and as a Ray Dataset.

``python -m studies.speed.scale_reading FOLDER CASES`` prints what both take as JSON; the folder has
cases as :mod:`studies.speed.scale_cases` writes them.
"""

import contextlib
import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

CORES, PART = 2, 5000
UNIT = 8192


def reading_record(folder: Path, n_cases: int) -> dict[str, Any]:
    """Seconds of the first pass alone, and of a whole fit on the cluster, from both sources.

    The model is one whose features cost little, so that reading is what is told apart.
    """
    import pyarrow as pa
    import ray
    import ray.data
    from pyarrow import parquet

    from physembed.data.pieces.sources import source_of
    from physembed.data.pieces.survey import survey
    from physembed.estimators import PhysicalEmbeddingClassifier

    X, y = np.load(folder / "X.npy", mmap_mode="r"), np.load(folder / "y.npy")
    parts = folder / "parts"
    parts.mkdir()
    for first in range(0, n_cases, PART):
        part = slice(first, min(first + PART, n_cases))
        table = pa.table({"x": list(np.array(X[part])), "label": y[part]})
        parquet.write_table(table, parts / f"{first:08d}.parquet")
    ray.init(num_cpus=CORES, include_dashboard=False, log_to_driver=False)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        sources = {"folder": str(parts), "dataset": ray.data.read_parquet(str(parts))}

        def read(name: str) -> Any:
            source = source_of(sources[name])
            assert source is not None
            return survey(source, of_classes=True, seed=0)

        def fit(name: str) -> Any:
            model = PhysicalEmbeddingClassifier("lattice", random_state=0)
            return model.fit(sources[name], backend="ray", unit_cases=UNIT)

        # workers load the library, and Ray its own, once
        for name in sources:
            read(name)
            fit(name)
        told: dict[str, Any] = {"cases": n_cases, "cores": CORES}
        for name in sources:
            told[name] = {"read": _measured(read, name), "fit": _measured(fit, name)}
    finally:
        ray.shutdown()
    return told


def _measured(work: Callable[[str], Any], name: str) -> dict[str, float]:
    """Seconds on the clock, of this process, and of the cluster's."""
    begun, here, there = time.perf_counter(), time.process_time(), _of_the_cluster()
    work(name)
    ended = _of_the_cluster()
    # of processes that lived through it
    cluster = sum(seconds - there[pid] for pid, seconds in ended.items() if pid in there)
    return {
        "seconds": time.perf_counter() - begun,
        "processor_seconds": time.process_time() - here,
        "processor_seconds_of_cluster": cluster,
    }


def _of_the_cluster() -> dict[int, float]:
    seconds = {}
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            seconds[process.pid] = times.user + times.system
    return seconds


if __name__ == "__main__":
    sys.stdout.write(json.dumps(reading_record(Path(sys.argv[1]), int(sys.argv[2]))))
