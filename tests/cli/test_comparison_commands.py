"""`compare` and `demo`: tables on standard output, progress apart, codes of failure."""

import json
import re
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from physembed.cli._app import app
from physembed.data.location import bundled_ucr_folder
from physembed.estimators import MODELS

pytestmark = pytest.mark.slow


def test_compare_prints_the_table_and_progress_apart(tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["compare", "GunPoint", "ItalyPowerDemand", "--models", "linear, spectral"]
    arguments += ["--seeds", "2", "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "8 runs, 1 at a time" in result.stderr
    assert len(re.findall(r"^\S+, \w+, seed \d: accuracy", result.stderr, re.MULTILINE)) == 8
    assert "\x1b" not in result.output, "no colours in a pipe"
    records = json.loads((out / "records.json").read_text(encoding="utf-8"))
    linear = next(r for r in records if (r["dataset"], r["model"]) == ("GunPoint", "linear"))
    (line, _) = [text for text in result.stdout.splitlines() if text.startswith("linear")]
    assert f"{100 * linear['accuracy']:.1f} ± 0.0" in line
    assert result.stdout.rstrip().endswith(f"Table, results and figures: {out}/")

    again = CliRunner().invoke(app, arguments)
    assert "8 runs, 8 of them finished before" in again.stderr
    assert again.stdout == result.stdout

    other = CliRunner().invoke(app, ["compare", "GunPoint", "--out", str(out / "records.json")])
    assert other.exit_code == 2


def few_cases(folder: Path) -> None:
    """A set of the first 24 days of ItalyPowerDemand, with as many to test."""
    source = bundled_ucr_folder("ItalyPowerDemand")
    assert source is not None
    folder.mkdir(parents=True)
    for part in ("TRAIN", "TEST"):
        text = (source / f"ItalyPowerDemand_{part}.ts").read_text("utf-8")
        head, data = text.split("@data\n")
        few = "".join(data.splitlines(keepends=True)[:24])
        (folder / f"{folder.name}_{part}.ts").write_text(f"{head}@data\n{few}", "utf-8")


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a device that is absent")
def test_failed_runs_are_named_and_give_code_1(tmp_path: Path) -> None:
    arguments = ["compare", "GunPoint", "--models", "linear,nlse", "--seeds", "1"]
    result = CliRunner().invoke(app, [*arguments, "--device", "cuda", "--out", str(tmp_path)])
    assert result.exit_code == 1
    for model in ("linear", "nlse"):
        assert f"GunPoint, {model}, seed 0 failed: device is 'cuda'" in result.stderr
    assert "Traceback" not in result.output


def test_demo_compares_every_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_cases(tmp_path / "data" / "ucr" / "Few")
    monkeypatch.setenv("PHYSEMBED_DATA", str(tmp_path / "data"))
    arguments = ["demo", "Few", "--out", str(tmp_path / "demo")]
    arguments += ["--seeds", "1", "--jobs", "1", "--max-epochs", "1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    for model in MODELS:
        assert re.search(rf"^{model} +\d", result.stdout, re.MULTILINE)
    assert "Try next" in result.stdout
