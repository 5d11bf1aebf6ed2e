"""A comparison killed without warning goes on where it was, and ends with the same table."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from physembed.experiments import Grid, compare
from tests.processes import start

pytestmark = pytest.mark.slow

DATASETS = ["ItalyPowerDemand"]
MODELS = ["linear", "spectral", "nlse"]
N_SEEDS, MAX_EPOCHS = 3, 3
N_RUNS = len(DATASETS) * len(MODELS) * N_SEEDS


def accuracies(out: Path) -> list[tuple[str, str, int, float]]:
    records = json.loads((out / "records.json").read_text(encoding="utf-8"))
    return [(r["dataset"], r["model"], r["seed"], r["accuracy"]) for r in records]


def finished(out: Path) -> dict[Path, str]:
    """When each finished run was started."""
    return {
        file.relative_to(out): json.loads(file.read_text(encoding="utf-8"))["started"]
        for file in out.glob("runs/*/*/*/record.json")
    }


def test_killed_comparison_repeats_no_finished_run(
    tmp_path: Path, stopping: Callable[..., dict[str, str]]
) -> None:
    out, whole = tmp_path / "killed", tmp_path / "whole"
    command = [
        *("compare", *DATASETS, "--models", ",".join(MODELS)),
        *("--seeds", str(N_SEEDS), "--max-epochs", str(MAX_EPOCHS), "--out", str(out)),
    ]
    killed = stopping(out, "runs/*/*/*/record.json", at_least=2, by=signal.SIGKILL)
    # ends with the last worker: what workers finish before they notice is finished, too
    assert start([*command, "--jobs", "2"], killed).end().returncode == -signal.SIGKILL
    before = finished(out)
    assert 2 <= len(before) < N_RUNS
    assert not (out / "records.json").exists()

    resumed = start(command).end()
    assert resumed.returncode == 0, resumed.stderr
    after = finished(out)
    assert len(after) == N_RUNS
    assert {run: after[run] for run in before} == before
    assert f"{len(before)} of them finished before" in resumed.stderr
    assert not list(out.rglob("*.physembed-tmp"))

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as in the workers: sums depend on it in their last digit
    try:
        compare(Grid(DATASETS, MODELS, seeds=N_SEEDS, max_epochs=MAX_EPOCHS), out=whole)
    finally:
        torch.set_num_threads(threads)
    assert accuracies(out) == accuracies(whole)
    assert first_columns(out) == first_columns(whole)
    machines = [r["machine"] for r in json.loads((out / "records.json").read_text("utf-8"))]
    assert {machine["threads"] for machine in machines} == {1}


def first_columns(out: Path) -> list[list[str]]:
    """The tables without the seconds, which no two runs share."""
    lines = (out / "table.md").read_text(encoding="utf-8").splitlines()
    return [line.split("|")[1:6] for line in lines if line.startswith("|")]


def test_interrupt_says_how_to_go_on(
    tmp_path: Path, stopping: Callable[..., dict[str, str]]
) -> None:
    out = tmp_path / "out"
    command = ["compare", "GunPoint", "--models", "linear,nlse", "--seeds", "1"]
    command += ["--max-epochs", "100000", "--out", str(out)]
    done = start(command, stopping(out, "runs/*/*/*/record.json")).end()
    assert done.returncode == 130
    # the first has been written, and may not be counted yet
    assert re.search("[01] of 2 runs are finished and kept", done.stderr)
    assert "Traceback" not in done.stderr
    assert len(finished(out)) == 1
    assert not list(out.rglob("*.physembed-tmp"))
