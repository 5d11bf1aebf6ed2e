"""Benchmarks on a real Ray cluster of two nodes on this machine, one of whose workers is killed."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import physembed as pe
from physembed.experiments import Execution, Grid, benchmark

pytestmark = pytest.mark.slow

ray = pytest.importorskip("ray", reason="Ray, of the extra `cluster`, is not installed")

MODELS = ["linear", "spectral"]
DATASETS = ["ItalyPowerDemand", "GunPoint"]
SEEDS = 2


@pytest.fixture
def address(
    tmp_path: Path, stopping: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Two nodes of one core each; a worker is killed as soon as two runs are done."""
    from ray.cluster_utils import Cluster

    killed = stopping(
        *(tmp_path / "out", "runs/*/*/*/record.json"),
        at_least=2,
        by=signal.SIGKILL,
        process="ray::PoolActor",
    )
    for name, value in killed.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RAY_DISABLE_IMPORT_WARNING", "1")
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


def test_two_nodes_lose_nothing_when_a_worker_is_killed(address: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    comparison, _ = benchmark(
        Grid(DATASETS, MODELS, SEEDS),
        out=out,
        execution=Execution(jobs=2, backend="ray", address=address),
    )
    assert Path(json.loads(os.environ["PHYSEMBED_TEST_STOP"])["given"]).exists()
    assert not comparison.failures
    wanted = {(d, m, s) for d in DATASETS for m in MODELS for s in range(SEEDS)}
    finished = [(r["dataset"], r["model"], r["seed"]) for r in comparison.records]
    assert len(finished) == len(wanted)
    assert set(finished) == wanted
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
