"""Benchmarks on a real Ray cluster of two nodes on this machine, one of whose workers is killed."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import physembed as pe
from physembed.experiments import Execution, Grid, benchmark

ray = pytest.importorskip("ray", reason="Ray, of the extra `cluster`, is not installed")

MODELS = ["linear", "homodyne"]
DATASETS = ["ItalyPowerDemand", "GunPoint", "ArrowHead"]
SEEDS = 4


@pytest.fixture
def address() -> Iterator[str]:
    """Two nodes of one core each."""
    from ray.cluster_utils import Cluster

    os.environ.setdefault("RAY_DISABLE_IMPORT_WARNING", "1")
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": 10**8},
    )
    cluster.add_node(num_cpus=1, object_store_memory=10**8)
    try:
        yield cluster.address
    finally:
        ray.shutdown()
        cluster.shutdown()


def records(out: Path) -> dict[Path, dict]:
    files = out.glob("runs/*/*/*/record.json")
    return {file.parent: json.loads(file.read_text("utf-8")) for file in files}


def kill_a_worker_at_work(out: Path, killed: list[int]) -> None:
    """Kill a process of the pool as soon as two runs are done."""
    deadline = time.monotonic() + 120
    while len(records(out)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if name.startswith(b"ray::PoolActor"):
                os.kill(int(entry.name), signal.SIGKILL)
                killed.append(int(entry.name))
                return


@pytest.mark.slow
def test_two_nodes_lose_nothing_when_a_worker_is_killed(address: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    killed: list[int] = []
    killer = threading.Thread(target=kill_a_worker_at_work, args=(out, killed))
    killer.start()
    comparison, _ = benchmark(
        Grid(DATASETS, MODELS, SEEDS),
        out=out,
        execution=Execution(jobs=2, backend="ray", address=address),
    )
    killer.join()
    assert len(killed) == 1
    assert not comparison.failures
    wanted = {(d, m, s) for d in DATASETS for m in MODELS for s in range(SEEDS)}
    found = [(r["dataset"], r["model"], r["seed"]) for r in comparison.records]
    assert len(found) == len(wanted)
    assert set(found) == wanted
    assert len(records(out)) == len(wanted)
    ray.shutdown()
    alone, _ = benchmark(Grid(DATASETS, MODELS, SEEDS), out=tmp_path / "alone")
    assert [r["accuracy"] for r in alone.records] == [r["accuracy"] for r in comparison.records]


def test_a_cluster_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(pe.InvalidInputError, match="no Ray cluster answers at address='127"):
        benchmark(
            Grid(DATASETS[:1], MODELS, 1),
            out=tmp_path / "out",
            execution=Execution(jobs=2, backend="ray", address="127.0.0.1:9"),
        )
