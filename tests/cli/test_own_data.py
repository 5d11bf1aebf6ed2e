"""Commands on data of one's own, from the file to the report."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from tests.data.own.as_people_write_them import RECORDING, WIDE, written

CUT = ["--label", "state", "--window", "16"]


def said_by(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return written(tmp_path, "recording.csv")


def test_a_dry_run_says_what_is_understood_and_does_nothing(recording: Path) -> None:
    said = said_by("train", recording, *CUT, "--dry-run")
    assert "windows of 16 timepoints, one every 16, of one recording" in said
    assert "100 a second" in said
    assert "ok (5), worn (5)" in said
    assert "5 stratified folds" in said
    assert "Warning: some class comes from one recording alone" in said
    assert list(recording.parent.iterdir()) == [recording]


def test_a_header_of_numbers_and_a_label_is_no_case(tmp_path: Path) -> None:
    """As pandas writes ``pd.DataFrame(X).assign(label=y)``."""
    lines = [",".join([*map(str, range(12)), "label"])]
    lines += [",".join([*(str((k * j) % 7) for j in range(12)), "ab"[k % 2]]) for k in range(20)]
    table = tmp_path / "train.csv"
    table.write_text("\n".join(lines), "utf-8")
    said = said_by("train", table, "--dry-run")
    assert "a (10), b (10)" in said
    assert "a (10), b (10)" in said_by("train", table, "--label", "label", "--dry-run")


def test_doubt_is_an_error_that_names_the_option(recording: Path) -> None:
    said = said_by("train", recording, "--out", recording.parent / "run", code=2)
    assert "say --window N" in said


@pytest.mark.slow
def test_from_a_recording_to_an_estimate_and_a_model(recording: Path) -> None:
    out = recording.parent / "run"
    options = ["--model", "spectral", "--beside", "linear", "--repeats", 1, "--out", out]
    said = said_by("train", recording, *CUT, *options)
    assert "Estimate: 5 stratified folds, leaving out consecutive blocks" in said
    assert "95 % interval" in said
    assert "Taken for which class" in said
    record = json.loads((out / "record.json").read_text("utf-8"))
    assert record["split"] == "whole"
    assert record["n_train"] == len(
        pe.load_dataset(str(recording), split="whole", **_said()).X_train
    )
    assert [row["model"] for row in record["estimate"]["models"]] == ["spectral", "linear"]
    assert record["accuracy"] == record["estimate"]["models"][0]["accuracy"]
    assert pe.load(out).preparation_.sampling_interval == pytest.approx(0.01)
    # of the file as it was understood in training
    said = said_by("evaluate", out, recording)
    assert f"training accuracy  {record['train_accuracy']:.1%} of {record['n_train']} cases" in said
    assert "trained on these very cases" in said


def _said() -> dict[str, object]:
    from tests.data.own.test_reading import description

    return {"description": description(label="state", window=16)}


@pytest.mark.slow
def test_how_tables_are_read_is_not_said_of_a_set_that_is_known(tmp_path: Path) -> None:
    for command in (["train", "GunPoint"], ["compare", "GunPoint,OSULeaf"]):
        arguments = [*command, "--label", "state", "--folds", "3", "--out", str(tmp_path / "out")]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 2
        assert "--label, --folds: for files and folders of one's own" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_comparison_takes_files(tmp_path: Path) -> None:
    WIDE.to_csv(tmp_path / "wide.csv", index=False)
    said = said_by(
        *("compare", tmp_path / "wide.csv", "--label", "state", "--models", "linear,spectral"),
        *("--seeds", 1, "--repeats", 1, "--out", tmp_path / "comparison"),
    )
    assert "wide: 5-fold split, 10 cases, mean of 5 folds" in said


@pytest.mark.slow
def test_a_test_set_of_ones_own(tmp_path: Path) -> None:
    WIDE.to_csv(tmp_path / "wide.csv", index=False)
    RECORDING.to_csv(tmp_path / "other.csv", index=False)
    WIDE.to_csv(tmp_path / "test.csv", index=False)
    options = ["--label", "state", "--model", "linear", "--beside", "none"]
    test = ["--test", tmp_path / "test.csv", "--out", tmp_path / "run"]
    said = said_by("train", tmp_path / "wide.csv", *options, *test)
    assert "test accuracy      " in said
    assert "of 10 cases" in said


def test_a_table_of_the_kind_trained_on_is_predicted_without_a_word_of_its_columns(
    tmp_path: Path,
) -> None:
    """Of columns that are no channels some may be missing, and none is read as one."""
    lines = ["machine,window,t,load,speed,state"]
    for case in range(8):
        for moment in range(12):
            values = f"{(moment * (2 + case % 2)) % 7},{moment % 3}"
            lines.append(f"{case // 4},w{case},{moment / 100},{values},{'ab'[case % 2]}")
    table, new = tmp_path / "table.csv", tmp_path / "new.csv"
    table.write_text("\n".join(lines), "utf-8")
    # other order, other columns, no label
    turned = [",".join(line.split(",")[k] for k in (4, 1, 3, 2)) for line in lines]
    new.write_text("\n".join(turned), "utf-8")
    of_table = ["--label", "state", "--case", "window", "--time", "t", "--channels", "load,speed"]
    fitted = ["--group", "machine", "--model", "spectral", "--beside", "none", "--repeats", 1]
    said_by("train", table, *of_table, *fitted, "--out", tmp_path / "run")
    said = said_by("predict", tmp_path / "run", new)
    assert said_by("predict", tmp_path / "run", table).splitlines()[-9:] == said.splitlines()[-9:]
    assert "understood as the table that the model was trained on" in said
    told = [line.split(",")[:2] for line in said.splitlines()[-8:]]
    assert [name for name, _ in told] == [f"w{case}" for case in range(8)]
    assert "".join(predicted for _, predicted in told) == "abababab"


def test_values_of_a_table_of_cases_are_told_from_labels_and_groups(tmp_path: Path) -> None:
    """A new table without the one or the other is predicted, as is one of values alone."""
    rows = [["machine", "state", *(f"v{k}" for k in range(12))]]
    for case in range(8):
        values = (str((moment * (2 + case % 2)) % 7) for moment in range(12))
        rows.append([str(case // 4), "ab"[case % 2], *values])
    tables = {}
    for name, columns in (
        ("whole", slice(None)),
        ("new", [0, *range(2, 14)]),
        ("bare", slice(2, 14)),
    ):
        tables[name] = tmp_path / f"{name}.csv"
        of = [
            row[columns] if isinstance(columns, slice) else [row[k] for k in columns]
            for row in rows
        ]
        tables[name].write_text("\n".join(",".join(row) for row in of), "utf-8")
    fitted = ["--label", "state", "--group", "machine", "--model", "spectral", "--beside", "none"]
    said_by("train", tables["whole"], *fitted, "--repeats", 1, "--out", tmp_path / "run")
    turned = [[*row[:2], *reversed(row[2:])] for row in rows]
    tables["turned"] = tmp_path / "turned.csv"
    tables["turned"].write_text("\n".join(",".join(row) for row in turned), "utf-8")
    for table in tables.values():
        rows_told = said_by("predict", tmp_path / "run", table).splitlines()[-8:]
        assert [line.split(",")[0] for line in rows_told] == [str(k) for k in range(8)]
        assert "".join(line.split(",")[1] for line in rows_told) == "abababab"
    said = said_by("evaluate", tmp_path / "run", tables["turned"])
    assert "100.0% of 8 cases" in said
    lacking = tmp_path / "lacking.csv"
    lacking.write_text("\n".join(",".join(row[:-1]) for row in rows), "utf-8")
    assert "lacks the column 'v11'" in said_by("predict", tmp_path / "run", lacking, code=2)
    said = said_by("evaluate", tmp_path / "run", lacking, code=2)
    assert "has no column 'v11', which was trained on" in said


def _of_periods() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A recording, and the same as a case a row: of exchanged channels all would be wrong."""
    classes = np.arange(24) % 2
    moments = np.arange(16) + np.random.default_rng(0).uniform(0, 40, 24)[:, np.newaxis]
    ax, ay = (
        np.sin(2 * np.pi * moments / np.where(classes == slow, 8, 4)[:, np.newaxis]).round(3)
        for slow in (0, 1)
    )
    labels = np.array(["ok", "worn"])[classes]
    columns = {"time": np.arange(ax.size) / 100, "ax": ax.ravel(), "ay": ay.ravel()}
    recording = pd.DataFrame(columns | {"state": np.repeat(labels, 16)})
    names = [f"{name}_{k}" for name in ("ax", "ay") for k in range(16)]
    wide = pd.DataFrame(np.hstack([ax, ay]), columns=names).assign(state=labels)
    return recording, wide


@pytest.mark.parametrize("kind", ["recording", "wide"])
def test_what_a_model_is_tested_on_is_found_by_the_names_of_training(
    tmp_path: Path, kind: str
) -> None:
    """By `evaluate` and by `train --test`, as `predict` finds it."""
    frame = dict(zip(("recording", "wide"), _of_periods(), strict=True))[kind]
    last = "ay" if kind == "recording" else "ay_15"
    more = frame.assign(remark="as ever")
    more.insert(0, "az", np.arange(len(frame)) % 3 / 2)
    tables = {
        "own": frame,
        "exchanged": frame[frame.columns[::-1]],
        "more": more,
        "lacking": frame.rename(columns={last: "az"}),
    }
    files = {name: tmp_path / f"{name}.csv" for name in tables}
    for name, table in tables.items():
        table.to_csv(files[name], index=False)
    cut = CUT if kind == "recording" else ["--label", "state"]
    fit = ["train", files["own"], *cut, "--model", "spectral", "--beside", "none"]
    said_by(*fit, "--repeats", 1, "--out", tmp_path / "run")
    missing = f"has no column '{last}', which was trained on"
    for name in ("exchanged", "more"):
        assert "accuracy  100.0% of 24 cases" in said_by("evaluate", tmp_path / "run", files[name])
        said = said_by(*fit, "--test", files[name], "--out", tmp_path / name)
        assert "test accuracy      100.0% of 24 cases" in said
    assert missing in said_by("evaluate", tmp_path / "run", files["lacking"], code=2)
    said = said_by(*fit, "--test", files["lacking"], "--out", tmp_path / "none", code=2)
    assert missing in said
    # what somebody names for a file is taken, but not in another order than in training
    if kind == "recording":
        said = said_by("evaluate", tmp_path / "run", files["lacking"], *cut, "--channels", "ax,az")
        assert "accuracy  100.0% of 24 cases" in said
        turned = [*cut, "--channels", "ay,ax"]
        said = said_by("evaluate", tmp_path / "run", files["own"], *turned, code=2)
        assert "has 'ay' where 'ax' stood in training" in said
