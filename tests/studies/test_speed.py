"""The measurements of speed: what they measure, never how fast it is."""

import json
import os
import sys
from pathlib import Path

import pytest
import torch

from physembed.errors import UnknownNameError
from studies.speed import bench, designed, memory, scaling
from studies.speed.bench import Bench, run_bench
from studies.speed.bench_tables import markdown, tables
from studies.speed.figure import draw_scaling
from studies.speed.steps import step_record
from studies.speed.timing import median_times
from tests.processes import Process

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")


def test_functions_take_turns_and_the_first_run_of_a_turn_does_not_count() -> None:
    calls: list[str] = []
    times = median_times(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=2, repeats=3
    )
    assert calls == ["a", "b"] + 2 * (4 * ["a"] + 4 * ["b"])
    assert set(times) == {"a", "b"}
    assert all(value >= 0 for value in times.values())


def test_a_step_is_timed_and_its_gradients_are_right() -> None:
    record = step_record(3, 64, device=CPU, rounds=1, n_layers=2)
    assert {f"{g}_ms" for g in ("fft", "autograd", "stored", "reversible")} <= set(record)
    # the limit that the documents state for complex64
    assert max(record[f"{g}_error"] for g in ("autograd", "stored", "reversible")) < 1e-5


def test_memory_of_a_step_that_is_stored_grows_with_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("peak memory is read from Linux")
    monkeypatch.setattr(memory, "GRADIENTS", ("stored",))
    (deep,) = memory.memory_records((24,))
    # a field and a spectrum of 256 x 1,024 numbers of 8 bytes for each further layer
    expected = 18 * 2 * 256 * 1024 * 8
    grown = deep["stored_bytes"] - peak_bytes("stored", 6)
    assert grown == pytest.approx(expected, rel=0.1)
    # that of the reversible one does not: less than a tenth of it, as the fixed part is measured
    grown = peak_bytes("reversible", 24) - peak_bytes("reversible", 6)
    assert abs(grown) < 0.1 * expected


def peak_bytes(gradient: str, n_layers: int) -> int:
    """What the command for one gradient and depth measures, in a fork."""
    done = Process(say_peak_bytes, gradient, n_layers, environment=os.environ).end()
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def say_peak_bytes(gradient: str, n_layers: int) -> None:
    sys.stdout.write(str(memory.peak_bytes(gradient, n_layers, memory.CASES, memory.POINTS)))


def test_a_bench_is_written_shown_and_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "QUICK", ((2, 32),))
    monkeypatch.setattr(scaling, "LENGTHS", (16, 32))
    monkeypatch.setattr(scaling, "DEPTHS", (1, 2))
    monkeypatch.setattr(scaling, "CASES", (2, 4))
    monkeypatch.setattr(scaling, "POINTS_IN_ALL", 64)
    told: list[str] = []
    record = run_bench(Bench(["steps", "scaling"], CPU, quick=True), tmp_path, told.append)
    assert told[:2] == ["steps", "2 x 32"]
    written = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert written["steps"] == record["steps"]
    assert written["environment"]["versions"]["torch"]
    assert [len(rows) for _, _, rows in tables(record)] == [1, 6]
    assert "| 2 x 32 |" in markdown(record)
    draw_scaling(record["scaling"], tmp_path / "scaling.png")
    assert (tmp_path / "scaling.png").read_bytes()[:4] == b"\x89PNG"
    again = run_bench(Bench(["scaling"], CPU, quick=True), tmp_path)
    assert again["steps"] == record["steps"]


@pytest.mark.shared_data
def test_designed_physics_is_timed_with_its_prediction(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(designed, "CASES", 60)
    monkeypatch.setattr(designed, "POINTS", 64)
    monkeypatch.setattr(designed, "PRESETS", ("lattice", "homodyne"))
    record = run_bench(Bench(["designed"], CPU, quick=True, data_dir=data_dir))
    lattice, homodyne = record["designed"]
    assert lattice["readout"] != homodyne["readout"]
    assert min(lattice["fit_s"], lattice["predict_s"]) > 0
    assert "60 series of 64 points" in markdown(record)


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(UnknownNameError, match="stepz"):
        Bench(["stepz"], CPU)
