"""Comparisons on real, bundled data: what is written, what is repeated, what is refused."""

import fcntl
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.data.location import bundled_ucr_folder
from physembed.errors import (
    DatasetError,
    InvalidInputError,
    PhysembedError,
    RunFolderError,
    UnknownNameError,
)
from physembed.experiments import Comparison, Execution, Grid, Outcome, Variant, compare
from physembed.experiments.grid.folder import read_records
from physembed.experiments.grid.records import KEYS

pytestmark = pytest.mark.slow

SMALL_GRID: dict[str, Any] = {"seeds": 2, "max_epochs": 2}
DATASETS = ["ItalyPowerDemand", "GunPoint"]
MODELS = ["spectral", "linear", "nlse"]


@pytest.fixture(scope="module")
def small_comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two bundled data sets, three models, two seeds, made once."""
    out: Path = tmp_path_factory.mktemp("comparison") / "out"
    return compare(Grid(DATASETS, MODELS, **SMALL_GRID), out=out)


class Listener:
    """Notes what a comparison tells."""

    def __init__(self) -> None:
        self.started: tuple[int, int, int] | None = None
        self.outcomes: list[Outcome] = []

    def start(self, n_runs: int, n_finished: int, jobs: int) -> None:
        self.started = (n_runs, n_finished, jobs)

    def ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def results(out: Path) -> list[dict[str, Any]]:
    return results_of(out, "records.json")


def results_of(out: Path, name: str) -> list[dict[str, Any]]:
    return json.loads((out / name).read_text(encoding="utf-8"))


@pytest.fixture
def copied(small_comparison: Comparison, tmp_path: Path) -> Path:
    """The small comparison's folder, to be changed at will."""
    return Path(shutil.copytree(small_comparison.out, tmp_path / "out"))


def test_one_record_per_run_sorted_with_every_key(small_comparison: Comparison) -> None:
    records = results(small_comparison.out)
    assert records == small_comparison.records
    assert [(r["dataset"], r["model"], r["seed"]) for r in records] == [
        (dataset, model, seed)
        for dataset in ("GunPoint", "ItalyPowerDemand")
        for model in ("nlse", "linear", "spectral")
        for seed in (0, 1)
    ]
    for record in records:
        assert tuple(record) == KEYS
        assert 0 <= record["accuracy"] <= 1
        assert record["embedding_parameters"] == (18 if record["model"] == "nlse" else 0)
        assert record["readout_parameters"] > 0
        assert record["fit_seconds"] > 0 and record["predict_seconds"] > 0
        assert record["versions"]["torch"] == torch.__version__
        assert record["physembed_version"] == pe.__version__


def test_confusion_matrix_and_counts_agree_with_the_data(small_comparison: Comparison) -> None:
    for record in small_comparison.records:
        data = pe.load_dataset(record["dataset"])
        assert record["classes"] == data.classes
        assert record["dataset_digest"] == data.digest
        assert (record["n_train"], record["n_test"]) == (len(data.y_train), len(data.y_test))
        matrix = np.array(record["confusion_matrix"])
        of_class = [int((data.y_test == label).sum()) for label in data.classes]
        assert matrix.sum(axis=1).tolist() == of_class
        assert matrix.trace() / matrix.sum() == pytest.approx(record["accuracy"], abs=1e-12)
        total = record["embedding_parameters"] + record["readout_parameters"]
        assert record["total_parameters"] == total


def test_every_run_keeps_its_model(small_comparison: Comparison) -> None:
    run = small_comparison.out / "runs" / "GunPoint" / "linear" / "seed1"
    data = pe.load_dataset("GunPoint")
    accuracy = float((pe.load(run).predict(data.X_test) == data.y_test).mean())
    assert accuracy == json.loads((run / "record.json").read_text())["accuracy"]


def test_table_and_figures_cover_the_grid(small_comparison: Comparison) -> None:
    out = small_comparison.out
    table = (out / "table.md").read_text(encoding="utf-8")
    for dataset in DATASETS:
        assert f"## {dataset}" in table
        expected = {f"{dataset}_accuracy_against_parameters.png"}
        expected |= {f"{dataset}_{model}_confusion_matrix.png" for model in MODELS}
        expected |= {
            f"{dataset}_nlse_learning_curves.png",
            f"{dataset}_nlse_coefficient_convergence.png",
        }
        assert {f.name for f in (out / "figures").glob(f"{dataset}_*")} == expected


def test_finished_runs_are_not_repeated(copied: Path) -> None:
    before = {f: f.stat().st_mtime_ns for f in copied.glob("runs/*/*/*/*")}
    table = (copied / "table.md").read_text(encoding="utf-8")
    (copied / "table.md").unlink()
    listener = Listener()
    compare(Grid(DATASETS, MODELS, **SMALL_GRID), out=copied, reporter=listener)
    assert listener.started == (12, 12, 1)
    assert listener.outcomes == []
    assert {f: f.stat().st_mtime_ns for f in copied.glob("runs/*/*/*/*")} == before
    assert (copied / "table.md").read_text(encoding="utf-8") == table


def test_a_run_without_a_whole_record_is_repeated(copied: Path) -> None:
    halved = copied / "runs" / "GunPoint" / "linear" / "seed0" / "record.json"
    halved.write_text(halved.read_text()[:200])
    emptied = copied / "runs" / "GunPoint" / "spectral" / "seed1"
    shutil.rmtree(emptied)
    emptied.mkdir()
    accuracies = [r["accuracy"] for r in results(copied)]
    listener = Listener()
    compare(Grid(DATASETS, MODELS, **SMALL_GRID), out=copied, reporter=listener)
    assert sorted(o.run.title for o in listener.outcomes) == [
        "GunPoint, linear, seed 0",
        "GunPoint, spectral, seed 1",
    ]
    assert [r["accuracy"] for r in results(copied)] == accuracies


def test_results_cover_the_grid_asked_for_and_other_runs_stay(copied: Path) -> None:
    compare(Grid(["GunPoint"], ["linear"], seeds=[1]), out=copied)
    assert [(r["model"], r["seed"]) for r in results(copied)] == [("linear", 1)]
    assert len(list(copied.glob("runs/*/*/*/record.json"))) == 12


def test_other_settings_in_the_same_folder_are_refused_by_name(copied: Path) -> None:
    before = {f: f.stat().st_mtime_ns for f in copied.rglob("*") if f.is_file()}
    with pytest.raises(RunFolderError, match=r"max_epochs is 2 there and 3 here.*--overwrite"):
        compare(Grid(["GunPoint"], ["nlse"], seeds=1, max_epochs=3), out=copied)
    assert {f: f.stat().st_mtime_ns for f in copied.rglob("*") if f.is_file()} == before


def test_overwrite_repeats_and_replaces(copied: Path) -> None:
    listener = Listener()
    compare(
        Grid(["GunPoint"], ["nlse"], seeds=1, max_epochs=3),
        out=copied,
        reporter=listener,
        execution=Execution(overwrite=True),
    )
    assert [o.run.title for o in listener.outcomes] == ["GunPoint, nlse, seed 0"]
    assert results(copied)[0]["settings"]["training"]["max_epochs"] == 3


def test_a_failing_model_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    # coefficients that leave all bounds in the first step, before there is a weight to keep
    wild = Variant("wild", "nlse", overrides={"physics_rate": 1e30, "max_epochs": 1})
    comparison = compare(Grid(["GunPoint"], [wild, "linear"], seeds=1), out=tmp_path)
    assert [r["model"] for r in results(tmp_path)] == ["linear"]
    assert [failure.run.model for failure in comparison.failures] == ["wild"]
    assert "the loss became nan in epoch 1" in comparison.failures[0].reason
    assert "## Failed" in (tmp_path / "table.md").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("runs/*/wild/*/record.json"))


BAD_GRIDS: list[tuple[dict[str, Any], type[PhysembedError], str]] = [
    ({"datasets": ["GunPoit"]}, UnknownNameError, "Did you mean 'GunPoint'"),
    ({"datasets": []}, InvalidInputError, "at least one name"),
    ({"datasets": "GunPoint"}, InvalidInputError, "list"),
    ({"models": ["lineal"]}, UnknownNameError, "Did you mean 'linear'"),
    ({"models": []}, InvalidInputError, "at least one name"),
    ({"seeds": 0}, InvalidInputError, "seeds must be a positive integer"),
    *(
        ({"seeds": seeds}, InvalidInputError, "positive integer or a list of integers from 0, got")
        for seeds in ([0, -1], True, [], [0.0], [True], "01", np.ones((2, 2)), np.float64(2))
    ),
    ({"device": "abacus"}, UnknownNameError, "unknown device 'abacus'"),
    ({"max_epochs": 0}, InvalidInputError, "max_epochs must be a positive integer"),
    ({"split": "10-fold"}, UnknownNameError, "split of GunPoint"),
]


@pytest.mark.parametrize(("change", "error", "message"), BAD_GRIDS)
def test_bad_input_is_refused_before_anything_is_written(
    change: dict[str, Any], error: type[PhysembedError], message: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    settings: dict[str, Any] = {"datasets": ["GunPoint"], "models": ["linear"], "seeds": 1}
    with pytest.raises(error, match=message):
        compare(Grid(**(settings | change)), out=out)
    assert not out.exists()


def test_results_of_earlier_versions_are_read_and_replaced(copied: Path) -> None:
    """They were called ``results.json``, as were those of benchmarks and of single runs."""
    (copied / "records.json").rename(copied / "results.json")
    assert read_records(copied) == results_of(copied, "results.json")
    compare(Grid(DATASETS, MODELS, **SMALL_GRID), out=copied)
    assert (copied / "records.json").is_file() and not (copied / "results.json").exists()


def test_a_series_without_any_value_is_refused_by_case(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "Holes"
    folder.mkdir(parents=True)
    header = "@problemName Holes\n@missing true\n@univariate true\n@classLabel true a b\n@data\n"
    for part in ("TRAIN", "TEST"):
        (folder / f"Holes_{part}.ts").write_text(header + "1,2,3:a\n?,?,?:b\n")
    with pytest.raises(
        DatasetError, match=r"Holes cannot be used here: the training series.*case 1"
    ):
        compare(Grid(["Holes"], ["linear"], data_dir=tmp_path / "data"), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("mine")
    with pytest.raises(RunFolderError, match="not the folder of a comparison"):
        compare(Grid(["GunPoint"], ["linear"]), out=tmp_path, execution=Execution(overwrite=True))
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunFolderError, match="is a file"):
        compare(Grid(["GunPoint"], ["linear"]), out=tmp_path / "file")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["file", "results.json"]


def test_a_folder_in_the_way_of_a_run_is_refused(copied: Path) -> None:
    run = copied / "runs" / "GunPoint" / "linear" / "seed2"
    run.mkdir()
    (run / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="not a run of physembed"):
        compare(Grid(["GunPoint"], ["linear"]), out=copied)
    assert (run / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ('{"format": "other"}', "not that of a comparison"),
        ('{"format": "physembed-comparison", "schema": 99}', "newer physembed"),
    ],
)
def test_a_damaged_or_newer_comparison_is_refused(copied: Path, text: str, message: str) -> None:
    (copied / "comparison.json").write_text(text)
    with pytest.raises(RunFolderError, match=message):
        compare(Grid(["GunPoint"], ["linear"]), out=copied)


def test_two_comparisons_do_not_write_into_one_folder(copied: Path) -> None:
    with (copied / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RunFolderError, match="another physembed is writing"):
            compare(Grid(["GunPoint"], ["linear"]), out=copied)


@pytest.mark.filterwarnings("ignore:.*longer than the .* timepoints:physembed.PhysembedWarning")
def test_every_model_takes_series_of_unequal_lengths(tmp_path: Path) -> None:
    few_vowels(tmp_path / "data" / "ucr" / "FewVowels")
    models = ["linear", "euclidean-1nn", "minirocket", "compact", "nlse"]
    grid = Grid(["FewVowels"], models, 1, max_epochs=1, data_dir=tmp_path / "data")
    comparison = compare(grid, out=tmp_path / "out")
    assert not comparison.failures
    assert {record["model"] for record in comparison.records} == set(models)


def few_vowels(folder: Path) -> None:
    """Every sixth recording of JapaneseVowels, and two of its twelve channels."""
    source = bundled_ucr_folder("JapaneseVowels")
    assert source is not None
    folder.mkdir(parents=True)
    for part in ("TRAIN", "TEST"):
        text = (source / f"JapaneseVowels_{part}.ts").read_text("utf-8")
        head, data = text.replace("@dimensions 12", "@dimensions 2").split("@data\n")
        cases = [line.split(":") for line in data.splitlines()[::6]]
        few = "".join(":".join([*case[:2], case[-1]]) + "\n" for case in cases)
        (folder / f"{folder.name}_{part}.ts").write_text(f"{head}@data\n{few}", "utf-8")
