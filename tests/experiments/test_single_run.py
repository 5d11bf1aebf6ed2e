"""A run folder: written whole, replaced only on purpose, tested again with the same result."""

import json
from pathlib import Path

import pytest

import physembed as pe
from physembed.errors import InvalidInputError, RunFolderError
from physembed.experiments import evaluate, train_one

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("single") / "run"
    train_one("GunPoint", "nlse", out=out, seed=3, max_epochs=2)
    return out


def test_run_folder_holds_model_results_and_figures(run: Path) -> None:
    record = json.loads((run / "record.json").read_text(encoding="utf-8"))
    assert record["seed"] == 3
    assert 0 <= record["train_accuracy"] <= 1
    assert pe.load(run).parameter_counts_["embedding"] == record["embedding_parameters"] == 18
    assert {file.name for file in (run / "figures").iterdir()} == {
        "coefficient_convergence.png",
        "confusion_matrix.png",
        "learning_curves.png",
    }


def test_evaluation_agrees_with_the_results(run: Path) -> None:
    record = json.loads((run / "record.json").read_text(encoding="utf-8"))
    evaluation = evaluate(run, "GunPoint")
    assert evaluation.accuracy == record["accuracy"]
    assert (
        sum(right for right, _ in evaluation.recall.values())
        == evaluation.accuracy * evaluation.n_test
    )
    assert list(evaluation.recall) == record["classes"]


def test_evaluation_on_other_series_is_refused(run: Path) -> None:
    with pytest.raises(InvalidInputError, match="150 timepoints"):
        evaluate(run, "ItalyPowerDemand")


def test_evaluation_on_other_classes_is_refused(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Renamed"
    folder.mkdir()
    series = ",".join(["0.5"] * 75 + ["1.5"] * 75)
    header = "@problemName Renamed\n@univariate true\n@classLabel true gun point\n@data\n"
    for part in ("TRAIN", "TEST"):
        text = f"{header}{series}:gun\n{series}:point\n"
        (folder / f"Renamed_{part}.ts").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"has the classes gun, point, of which .* none"):
        evaluate(run, "Renamed", data_dir=tmp_path)


def test_a_run_is_replaced_only_on_purpose(run: Path) -> None:
    with pytest.raises(RunFolderError, match="--overwrite"):
        train_one("GunPoint", "linear", out=run)
    train_one("GunPoint", "linear", out=run, overwrite=True)
    assert {file.name for file in (run / "figures").iterdir()} == {"confusion_matrix.png"}


def test_folders_of_others_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="left alone"):
        train_one("GunPoint", "linear", out=tmp_path, overwrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    train_one("GunPoint", "linear", out=tmp_path)
    assert (tmp_path / "record.json").is_file()
