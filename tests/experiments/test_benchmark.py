"""Benchmarks over folders: what is run, skipped, resumed and written."""

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aeon.datasets import load_classification

import physembed as pe
from physembed.data.location import bundled_ucr_folder
from physembed.errors import DatasetError, InvalidInputError, RunFolderError, UnknownNameError
from physembed.experiments import Execution, Grid, benchmark
from physembed.experiments.grid.folder import read_records
from tests.processes import start

pytestmark = pytest.mark.slow

MODELS = ["spectral", "linear", "euclidean-1nn"]
NAMES = ("GunPoint", "ItalyPowerDemand", "ArrowHead")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three sets that ship with aeon, and one of unequal lengths."""
    root: Path = tmp_path_factory.mktemp("data")
    for name in (*NAMES, "JapaneseVowels"):
        bundled = bundled_ucr_folder(name)
        assert bundled is not None
        shutil.copytree(bundled, root / "ucr" / name)
    return root


@pytest.fixture(scope="module")
def finished(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("benchmark") / "out"
    benchmark(Grid(["all"], MODELS, 1, data_dir=folder), out=out)
    return out


def results(out: Path) -> dict[str, Any]:
    return json.loads((out / "benchmark.json").read_text("utf-8"))


def test_every_usable_set_is_run_and_the_others_are_named(finished: Path) -> None:
    written = results(finished)
    assert [(r["dataset"], r["model"]) for r in written["records"]] == [
        (name, model) for name in sorted(NAMES) for model in ("linear", "spectral", "euclidean-1nn")
    ]
    assert written["first"] == "spectral"
    assert [name for name, _ in written["skipped"]] == ["JapaneseVowels"]
    table = (finished / "table.md").read_text("utf-8")
    assert "JapaneseVowels: " in table and "3 data sets, official split, 1 seed" in table


def test_the_references_are_what_they_say(finished: Path) -> None:
    """1-NN worked out here, on z-normalised series."""
    X, y = load_classification("GunPoint", split="train")
    X_test, y_test = load_classification("GunPoint", split="test")
    train, test = X[:, 0], X_test[:, 0]
    train = (train - train.mean(1, keepdims=True)) / train.std(1, keepdims=True)
    test = (test - test.mean(1, keepdims=True)) / test.std(1, keepdims=True)
    nearest = ((test[:, None] - train) ** 2).sum(-1).argmin(1)
    record = next(
        r
        for r in results(finished)["records"]
        if (r["dataset"], r["model"]) == ("GunPoint", "euclidean-1nn")
    )
    assert record["accuracy"] == pytest.approx((y[nearest] == y_test).mean())
    assert record["readout_parameters"] == X.size


def test_figures_are_written_and_models_are_not(finished: Path) -> None:
    figures = {file.name for file in (finished / "figures").iterdir()}
    assert figures == {
        "accuracy_against_parameters.png",
        "accuracy_against_fit_time.png",
        "spectral_against_linear.png",
        "spectral_against_euclidean-1nn.png",
    }, "no critical difference on so few data sets"
    assert not list(finished.glob("runs/**/*.safetensors"))


def test_a_second_start_repeats_nothing_and_other_models_are_added(
    finished: Path, folder: Path, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(finished, tmp_path / "out"))
    before = {f: f.read_text("utf-8") for f in out.glob("runs/*/*/*/record.json")}
    benchmark(Grid(["all"], [*MODELS, "lattice"], 1, data_dir=folder), out=out)
    assert {f: f.read_text("utf-8") for f in before} == before
    assert len(results(out)["records"]) == 12


def test_resamples_are_divisions_of_all_cases(folder: Path, tmp_path: Path) -> None:
    benchmark(
        Grid(["GunPoint"], ["linear", "spectral"], 1, data_dir=folder, folds=3, split="resampled"),
        out=tmp_path,
    )
    records = results(tmp_path)["records"]
    assert [r["fold"] for r in records] == [0, 1, 2, 0, 1, 2]
    assert len({r["dataset_digest"] for r in records}) == 3
    assert {(r["n_train"], r["n_test"]) for r in records} == {(50, 150)}
    official = pe.load_dataset("GunPoint", folder)
    again = pe.load_dataset("GunPoint", folder, split="resampled", fold=2)
    for part in ("train", "test"):
        counts = [
            np.unique(getattr(d, f"y_{part}"), return_counts=True)[1] for d in (official, again)
        ]
        np.testing.assert_array_equal(*counts)
    everything = [np.sort(np.concatenate([d.X_train, d.X_test]).ravel()) for d in (official, again)]
    np.testing.assert_array_equal(*everything)
    assert pe.load_dataset("GunPoint", folder, split="resampled").digest == official.digest


def test_a_set_without_a_usable_model_is_reported_and_the_rest_stands(
    folder: Path, tmp_path: Path
) -> None:
    """minirocket needs nine timepoints: its failure on a set of eight leaves that set out."""
    root = tmp_path / "data"
    shutil.copytree(folder / "ucr" / "GunPoint", root / "ucr" / "GunPoint")
    short = root / "ucr" / "Short"
    short.mkdir()
    for part in ("TRAIN", "TEST"):
        X = np.random.default_rng(0).normal(size=(20, 8))
        lines = [f"{','.join(f'{v:.6f}' for v in case)}:{'ab'[k % 2]}" for k, case in enumerate(X)]
        header = "@problemName Short\n@univariate true\n@equalLength true\n@classLabel true a b\n"
        (short / f"Short_{part}.ts").write_text(header + "@data\n" + "\n".join(lines) + "\n")
    comparison, _ = benchmark(
        Grid(["all"], ["minirocket", "linear"], 1, data_dir=root), out=tmp_path / "out"
    )
    assert [f.run.dataset for f in comparison.failures] == ["Short"]
    table = (tmp_path / "out" / "table.md").read_text("utf-8")
    assert "1 data sets" in table
    assert "at least 9 timepoints" in table


def test_a_killed_benchmark_goes_on(
    folder: Path, tmp_path: Path, stopping: Callable[..., dict[str, str]]
) -> None:
    out = tmp_path / "out"
    command = ["benchmark", "--data-dir", str(folder), "--out", str(out)]
    command += ["--models", ",".join(MODELS), "--seeds", "1"]

    def started() -> dict[Path, str]:
        files = out.glob("runs/*/*/*/record.json")
        return {f: json.loads(f.read_text("utf-8"))["started"] for f in files}

    killed = stopping(out, "runs/*/*/*/record.json", at_least=3, by=signal.SIGKILL)
    assert start(command, killed).end().returncode == -signal.SIGKILL
    before = started()
    assert 3 <= len(before) < 9
    resumed = start(command).end()
    assert resumed.returncode == 0, resumed.stderr
    after = started()
    assert len(after) == 9
    assert {run: after[run] for run in before} == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"models": ["linear"]}, InvalidInputError, "models must be at least two"),
        ({"models": ["linear", "lin"]}, UnknownNameError, "unknown model 'lin'"),
        ({"folds": 0}, InvalidInputError, "folds must be a positive integer"),
    ],
)
def test_bad_arguments_are_named_before_any_run(
    arguments: dict[str, Any], error: type[Exception], message: str, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        settings = {"models": MODELS, "split": "resampled", "data_dir": folder}
        benchmark(Grid(["all"], **(settings | arguments)), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_and_a_foreign_one_are_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(DatasetError, match="no UCR set lies in"):
        benchmark(Grid(["all"], MODELS, 1, data_dir=tmp_path), out=tmp_path / "out")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.json").write_text("{}")
    with pytest.raises(RunFolderError, match="is left alone"):
        benchmark(Grid(["all"], MODELS, 1, data_dir=folder), out=tmp_path / "out")


def test_bad_backends_are_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown backend 'dask'"):
        Execution(backend="dask")
    with pytest.raises(InvalidInputError, match="address='auto' is that of a Ray cluster"):
        Execution(address="auto")


def test_references_are_not_kept(tmp_path: Path) -> None:
    from physembed.estimators import build_classifier
    from physembed.experiments import train_one

    with pytest.raises(InvalidInputError, match="is a reference of comparisons"):
        train_one("GunPoint", "euclidean-1nn", out=tmp_path / "run")
    X, y = load_classification("ItalyPowerDemand", split="train")
    fitted = build_classifier("euclidean-1nn").fit(X, y)
    with pytest.raises(InvalidInputError, match="cannot be saved"):
        fitted.save(tmp_path / "model")


@pytest.mark.parametrize("model", ["minirocket", "euclidean-1nn"])
def test_numba_leaves_torch_its_threads(model: str) -> None:
    """Its pool sets OpenMP's number of threads, by which torch goes as well."""
    import torch

    from physembed.estimators import build_classifier

    X, y = load_classification("ItalyPowerDemand", split="train")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        build_classifier(model).fit(X, y).predict(X)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.filterwarnings("ignore:.*are longer than the 26 timepoints:physembed.PhysembedWarning")
def test_a_set_of_unequal_lengths_is_run_where_it_is_asked_for(tmp_path: Path) -> None:
    comparison, skipped = benchmark(
        Grid(["JapaneseVowels"], ["linear", "spectral"], 1), out=tmp_path / "out"
    )
    assert not skipped and not comparison.failures
    assert [r["dataset"] for r in comparison.records] == ["JapaneseVowels"] * 2


def test_a_benchmark_is_not_taken_for_a_comparison(tmp_path: Path) -> None:
    (tmp_path / "benchmark.json").write_text("{}")
    with pytest.raises(RunFolderError, match="holds a benchmark, which keeps no models"):
        read_records(tmp_path)
