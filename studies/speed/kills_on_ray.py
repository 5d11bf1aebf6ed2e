"""Workers and drivers of a fit on a Ray cluster killed without warning, and the model at the end.

The cluster has two nodes of one core each on this machine. A driver is a process of its own that
fits to a folder of parts and keeps its sums; it is killed when so many units have been summed, at
a moment that nobody chose, and begun anew by the same command. Workers are killed while they sum.
``python -m studies.speed.kills_on_ray`` prints the record as JSON, ``... drive FOLDER ADDRESS`` is
a driver.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).parents[2]
OF_WORKERS, OF_DRIVERS = 20, 5
UNITS, UNIT_CASES, POINTS = 40, 2_000, 100
SAMPLE_CASES = 256
SUMS, MODEL = "sums", "model"
MOMENT = 0.02
"""Seconds between two looks at who is at work."""


def write_parts(folder: Path, n_parts: int) -> None:
    """Noisy waves of three classes, a unit in a part."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    for number in range(n_parts):
        y = rng.integers(3, size=UNIT_CASES)
        X = np.sin(np.arange(POINTS) * (0.3 + 0.05 * y[:, None]))
        X += rng.normal(0, 0.9, X.shape)
        np.savez(folder / f"part-{number:03d}.npz", X=X.astype(np.float32), y=y)


def drive(folder: Path, address: str) -> None:
    """Fit to the parts of a folder by the workers of a cluster; keep the sums, and the model."""
    from physembed import _checkpoint
    from physembed.estimators import PhysicalEmbeddingClassifier

    # a unit takes less than the time for which a sum usually waits to be written
    _checkpoint.SECONDS_BETWEEN = 0.0
    model = PhysicalEmbeddingClassifier(
        "lattice", random_state=0, checkpoint_dir=folder / SUMS, n_jobs=1
    )
    options: Any = {"sample_cases": SAMPLE_CASES, "unit_cases": UNIT_CASES}
    model.fit(folder / "parts", backend="ray", address=address, **options)
    model.save(folder / MODEL)


@contextmanager
def cluster_of_two() -> Iterator[str]:
    """The address of two nodes of one core each."""
    from ray.cluster_utils import Cluster

    # workers do not wait for whatever else the machine does, nor is a busy node a dead one
    os.environ |= {"RAY_worker_niceness": "0", "RAY_health_check_failure_threshold": "100"}
    node: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 10**8}
    cluster = Cluster(initialize_head=True, head_node_args=node | {"include_dashboard": False})
    cluster.add_node(**node)
    try:
        yield str(cluster.address)
    finally:
        cluster.shutdown()


@dataclass
class Killer:
    """Kills workers and drivers, in step with the units that have been summed.

    Parameters
    ----------
    of_workers, of_drivers : int
        How many at most.
    n_units : int
    """

    of_workers: int
    of_drivers: int
    n_units: int
    dead_workers: set[int] = field(default_factory=set)
    dead_drivers: int = 0

    def watch(self, driver: subprocess.Popen[bytes], sums: Path) -> None:
        """Look at who is at work until the driver has ended, by itself or not."""
        while driver.poll() is None:
            n_done = _units_in(sums)
            if self._is_driver_due(n_done):
                driver.kill()
                self.dead_drivers += 1
            elif self._is_worker_due(n_done):
                self._kill_a_worker()
            time.sleep(MOMENT)

    def _is_driver_due(self, n_done: int) -> bool:
        share = (self.dead_drivers + 1) / (self.of_drivers + 1)
        return self.dead_drivers < self.of_drivers and n_done >= share * self.n_units

    def _is_worker_due(self, n_done: int) -> bool:
        # the last one a little before the last unit
        share = min(1.0, 1.25 * (n_done + 1) / self.n_units)
        return len(self.dead_workers) < share * self.of_workers

    def _kill_a_worker(self) -> None:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                sums = process.cmdline()[:1] == ["ray::_sum_in_worker"]
                if sums and process.pid not in self.dead_workers:
                    process.kill()
                    self.dead_workers.add(process.pid)
                    return


def kills_record(
    *,
    of_workers: int = OF_WORKERS,
    of_drivers: int = OF_DRIVERS,
    n_units: int = UNITS,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """How many were killed, and whether the model has the bytes of one that nobody disturbed."""
    with tempfile.TemporaryDirectory() as name, cluster_of_two() as address:
        folder = Path(name)
        write_parts(folder / "parts", n_units)
        report("a fit that nobody disturbs")
        _begin(folder, address).wait()
        undisturbed = _weights(folder)
        shutil.rmtree(folder / MODEL)
        report(f"the same with {of_workers} kills of workers and {of_drivers} of the driver")
        killer = Killer(of_workers, of_drivers, n_units)
        begun = time.perf_counter()
        while not (folder / MODEL).exists():
            driver = _begin(folder, address)
            killer.watch(driver, folder / SUMS)
            if driver.returncode not in (0, -signal.SIGKILL):
                raise RuntimeError(f"a driver ended with {driver.returncode}.")
        return {
            "units": n_units,
            "kills_of_workers": len(killer.dead_workers),
            "kills_of_drivers": killer.dead_drivers,
            "identical": _weights(folder) == undisturbed,
            "seconds": time.perf_counter() - begun,
        }


def _begin(folder: Path, address: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", __spec__.name]
    # what Ray prints is no part of the record
    return subprocess.Popen(
        [*command, "drive", str(folder), address], cwd=ROOT, stdout=subprocess.DEVNULL
    )


def _units_in(sums: Path) -> int:
    """Units of the sum that is kept; replaced as a whole, so that it can be read at any time."""
    import torch

    for file in sums.glob("*.sums"):
        with contextlib.suppress(FileNotFoundError):
            return int(torch.load(file, weights_only=True)["units"])
    return 0


def _weights(folder: Path) -> str:
    return hashlib.sha256((folder / MODEL / "weights.safetensors").read_bytes()).hexdigest()


if __name__ == "__main__":
    if sys.argv[1:2] == ["drive"]:
        drive(Path(sys.argv[2]), sys.argv[3])
    else:
        told = kills_record(report=lambda what: print(what, file=sys.stderr))
        sys.stdout.write(json.dumps(told))
