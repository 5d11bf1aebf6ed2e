"""`train`, `evaluate` and `predict` on one run folder."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.explain import card_of
from physembed.presets import PRESETS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("trained") / "run"
    result = CliRunner().invoke(app, ["train", "GunPoint", "--model", "linear", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "0 embedding + 302 readout" in result.stdout
    assert f"physembed evaluate {out} GunPoint" in result.stdout
    return out


@pytest.fixture
def series(tmp_path: Path) -> Path:
    file = tmp_path / "series.npy"
    np.save(file, pe.load_dataset("GunPoint").X_test[:5])
    return file


def test_the_way_of_training_can_be_chosen(tmp_path: Path) -> None:
    for training, embedding in (("projection", 18), ("designed", 0)):
        out = tmp_path / training
        options = ["--model", "gpe", "--training", training, "--max-epochs", "1"]
        result = CliRunner().invoke(app, ["train", "ItalyPowerDemand", *options, "--out", str(out)])
        assert result.exit_code == 0, result.output
        assert f"{embedding} embedding + 50 readout" in result.stdout
        assert pe.load(out).settings()["method"] == training


def test_a_model_is_as_small_as_is_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "run"
    budget = ["--max-bytes", "160", "--weight-bits", "8", "--robustness", "0.1", "--no-levels"]
    result = CliRunner().invoke(app, ["train", "ItalyPowerDemand", *budget, "--out", str(out)])
    assert result.exit_code == 0, result.output
    model = pe.load(out)
    assert 100 < model.parameter_counts_["bytes"] <= 160
    assert f"{model.parameter_counts_['bytes']} bytes, weights of 8 bits" in card_of(model)
    assert f"0 embedding + {model.parameter_counts_['readout']} readout" in result.stdout
    assert model.settings()["training"]["robustness"] == 0.1
    assert model.levels is False
    for model, options, message in (
        ("lattice", ["--detectors", "9"], "the training of 'lattice' has no setting 'detectors'"),
        ("linear", ["--no-levels"], "levels=False is for a model with a medium"),
        ("linear", ["--guard-band", "0.15"], "guard_band=0.15 is for a model with a medium"),
        ("lens", ["--guard-band", "-1"], "guard_band must be zero or a positive number"),
    ):
        other = ["--model", model, *options, "--out", str(tmp_path / "other")]
        result = CliRunner().invoke(app, ["train", "ItalyPowerDemand", *other])
        assert result.exit_code == 2
        assert message in result.stderr


@pytest.mark.filterwarnings("default::physembed.errors.TrainingWarning")
def test_a_divergence_is_kept_with_the_results_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers of the readout outgrow single precision after the first epochs."""
    nlse = PRESETS["nlse"]
    astray = replace(nlse.training, head_rate=3e36, weight_decay=0.0)
    monkeypatch.setitem(PRESETS, "nlse", replace(nlse, training=astray))
    out = tmp_path / "run"
    options = ["--model", "nlse", "--max-epochs", "20", "--out", str(out)]
    result = CliRunner().invoke(app, ["train", "ItalyPowerDemand", *options])
    assert result.exit_code == 0, result.output
    told = json.loads((out / "record.json").read_text("utf-8"))["divergence"]
    assert "The weights of epoch 1 are kept." in told
    assert f"ended early        {told}" in result.stdout


def test_evaluate_prints_the_accuracy_of_the_training_command(run: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", str(run), "GunPoint"])
    assert result.exit_code == 0
    data = pe.load_dataset("GunPoint")
    accuracy = np.mean(pe.load(run).predict(data.X_test) == data.y_test)
    assert f"{accuracy:.1%} of 150 cases" in result.stdout


def test_predict_writes_classes_and_probabilities(run: Path, series: Path) -> None:
    result = CliRunner().invoke(app, ["predict", str(run), str(series)])
    assert result.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    classifier = pe.load(run)
    X = np.load(series)
    assert [row["case"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["prediction"] for row in rows] == classifier.predict(X).tolist()
    probabilities = [[float(row["probability_1"]), float(row["probability_2"])] for row in rows]
    # printed with six decimals
    np.testing.assert_allclose(probabilities, classifier.predict_proba(X), atol=1e-6)


def test_predict_into_a_file_gives_the_same_and_replaces_only_on_purpose(
    run: Path, series: Path, tmp_path: Path
) -> None:
    printed = CliRunner().invoke(app, ["predict", str(run), str(series)]).stdout
    out = tmp_path / "predictions.csv"
    arguments = ["predict", str(run), str(series), "--out", str(out)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert out.read_text(encoding="utf-8") == printed
    assert CliRunner().invoke(app, arguments).exit_code == 2
    assert CliRunner().invoke(app, [*arguments, "--overwrite"]).exit_code == 0


def test_train_again_needs_overwrite(run: Path) -> None:
    arguments = ["train", "GunPoint", "--model", "linear", "--out", str(run)]
    refused = CliRunner().invoke(app, arguments)
    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert CliRunner().invoke(app, [*arguments, "--overwrite"]).exit_code == 0


def test_a_damaged_model_is_refused(run: Path, series: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in run.iterdir():
        if file.is_file():
            content = file.read_bytes()
            whole = file.suffix != ".safetensors"
            (broken / file.name).write_bytes(content if whole else content[:-8])
    result = CliRunner().invoke(app, ["predict", str(broken), str(series)])
    assert result.exit_code == 2
    assert "damaged" in result.stderr
