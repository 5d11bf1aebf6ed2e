"""`export`: what is asked for on the command line is what is written, or a sentence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tones."""
    random = np.random.default_rng(0)
    labels = np.arange(24) % 3
    phase = 2 * np.pi * random.random((24, 1))
    series = np.sin(2 * np.pi * (0.05 + 0.1 * labels[:, None]) * np.arange(64) + phase)
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    return classifier.fit(series, labels).save(tmp_path_factory.mktemp("model") / "run")


def export(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["export", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.mark.slow
def test_every_option_of_c_reaches_the_program(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "tones"
    options = ["--readout", "int8", "--input", "int16", "--hop", 16, "--vectors", 3]
    code, said = export(run, "--to", "c", "--out", out, "--max-ram", "4K", *options)
    assert code == 0, said
    header = (out / "tones.h").read_text()
    assert "int tones_push(tones_stream *stream, const int16_t sample" in header
    assert "TONES_HOP = 16" in header
    record = json.loads((out / "report.json").read_text())
    assert (record["input"], record["hop"]) == ("int16", 16)
    assert record["rounded"]["readout"] == "int8"
    assert "TONES_VECTORS = 3" in (out / "tones_vectors.h").read_text()
    assert "cases the class of the model" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--to", "c", "--max-ram", "16Q"], "bytes such as 16384 or 16K"),
        (["--to", "c", "--data", ""], "--data must be a file, folder or data set, got ''"),
        (["--to", "c", "--max-ram", "100"], "a prediction needs"),
        (["--to", "onnx", "--name", "tones"], "are of --to c"),
        (["--to", "onnx", "--hop", "16"], "hop=16 is of to='c'"),
    ],
)
def test_what_cannot_be_is_said(
    run: Path, tmp_path: Path, options: list[str], sentence: str
) -> None:
    code, said = export(run, "--out", tmp_path / "out", *options)
    assert code == 2
    assert sentence in " ".join(said.split())
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def table_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """A model of a table with a label a row, and the table."""
    random = np.random.default_rng(0)
    labels = np.arange(24) % 3
    phase = 2 * np.pi * random.random((24, 1))
    series = np.sin(2 * np.pi * (0.05 + 0.1 * labels[:, None]) * np.arange(32) + phase)
    table = pd.DataFrame(series, columns=[f"t{k}" for k in range(32)])
    table.insert(0, "state", np.array(["slow", "mid", "fast"])[labels])
    place = tmp_path_factory.mktemp("table")
    table.to_csv(place / "train.csv", index=False)
    arguments = ["train", place / "train.csv", "--label", "state", "--model", "lattice"]
    result = CliRunner().invoke(app, [*map(str, arguments), "--out", str(place / "run")])
    assert result.exit_code == 0, result.output
    return place / "run", table


def _without_labels(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="state")


def _in_another_order(table: pd.DataFrame) -> pd.DataFrame:
    return table[list(table.columns[::-1])]


def _with_a_gap(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    table.iloc[3, 10:14] = np.nan
    return table


def _one_label_missing(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    table.loc[2, "state"] = ""
    return table


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "has_labels"),
    [
        (lambda table: table, True),
        (_without_labels, False),
        (_in_another_order, True),
        (_with_a_gap, True),
        (_one_label_missing, False),
        (lambda table: _without_labels(_with_a_gap(table)), False),
    ],
)
def test_a_file_is_read_as_predict_reads_it(
    table_run: tuple[Path, pd.DataFrame], tmp_path: Path, change: Any, has_labels: bool
) -> None:
    run, table = table_run
    change(table).to_csv(tmp_path / "cases.csv", index=False)
    predicted = CliRunner().invoke(app, ["predict", str(run), str(tmp_path / "cases.csv")])
    assert predicted.exit_code == 0, predicted.output
    code, said = export(
        run, "--to", "onnx", "--out", tmp_path / "m.onnx", "--data", tmp_path / "cases.csv"
    )
    assert code == 0, said
    assert "24 of 24 cases the same class" in said
    n_right = int(
        (pe.load(run).predict(change(table)[[*table.columns[1:]]].to_numpy()) == table.state).sum()
    )
    assert (f"{n_right} of 24 cases ({n_right} in Python)" in said) == has_labels


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.drop(columns="t31"), "lacks the column 't31'"),
        (lambda t: t.drop(columns=["state", "t31"]), "31 timepoints, where 1 of 32 were seen"),
        (lambda t: t.drop(columns="state").assign(t31=[np.nan] + 23 * [1]), "case 0 has 31"),
        (lambda t: t.iloc[:0], "has no lines below its header"),
    ],
)
def test_a_case_too_short_is_said_of_a_file(
    table_run: tuple[Path, pd.DataFrame], tmp_path: Path, change: Any, sentence: str
) -> None:
    run, table = table_run
    change(table).to_csv(tmp_path / "cases.csv", index=False)
    code, said = export(run, "--to", "c", "--out", tmp_path / "m", "--data", tmp_path / "cases.csv")
    assert code == 2
    assert sentence in " ".join(said.split())
    assert not (tmp_path / "m").exists()


@pytest.mark.slow
def test_bytes_that_are_no_text_are_told_with_what_to_do(
    table_run: tuple[Path, pd.DataFrame], tmp_path: Path
) -> None:
    (tmp_path / "bin.csv").write_bytes(b"state,t0\n\x00\xff\xfe" + bytes(range(256)))
    options = ["--to", "onnx", "--out", tmp_path / "m.onnx", "--data", tmp_path / "bin.csv"]
    code, said = export(table_run[0], *options)
    assert code == 2
    assert "bin.csv is not UTF-8 text" in " ".join(said.split())
    assert "save it as UTF-8" in " ".join(said.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            lambda k: "idle",
            "24 of 24 cases have a label that is none of the model's classes, such as 'idle'",
        ),
        (
            lambda k: np.where(np.arange(24) < 12, "x", k),
            "12 of 24 cases have a label that is none of the model's classes, such as 'x'",
        ),
    ],
)
def test_labels_of_others_are_told_and_left(
    table_run: tuple[Path, pd.DataFrame], tmp_path: Path, state: Any, sentence: str
) -> None:
    run, table = table_run
    table.assign(state=state(table.state)).to_csv(tmp_path / "cases.csv", index=False)
    code, said = export(
        run, "--to", "onnx", "--out", tmp_path / "m.onnx", "--data", tmp_path / "cases.csv"
    )
    assert code == 0, said
    assert f"{sentence}, so nothing is said of how many are right" in " ".join(said.split())
    assert "in Python" not in said


def test_labels_in_fractions_are_those_of_whole_numbers(run: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    random = np.random.default_rng(1)
    labels = np.arange(12) % 3
    table = pd.DataFrame(random.standard_normal((12, 64)), columns=[f"t{k}" for k in range(64)])
    table.insert(0, "label", labels.astype(float))
    table.to_csv(tmp_path / "cases.csv", index=False)
    n_right = int((pe.load(run).predict(table.iloc[:, 1:].to_numpy()) == labels).sum())
    options = ["--to", "onnx", "--out", tmp_path / "m.onnx", "--data", tmp_path / "cases.csv"]
    code, said = export(run, *options)
    assert code == 0, said
    assert f"{n_right} of 12 cases ({n_right} in Python)" in said
    evaluated = CliRunner().invoke(app, ["evaluate", str(run), str(tmp_path / "cases.csv")])
    assert evaluated.exit_code == 0, evaluated.output
    assert f"{n_right / 12:.1%} of 12 cases" in evaluated.output


@pytest.mark.slow
@pytest.mark.parametrize("columns", [["time", "value", "state"], ["time", "value"]])
def test_a_recording_is_cut_as_predict_cuts_it(tmp_path: Path, columns: list[str]) -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(12) % 2, 64)
    value = np.sin(np.arange(768) * (0.3 + 0.5 * labels)) + 0.1 * random.standard_normal(768)
    table = pd.DataFrame({"time": np.arange(768) / 100, "value": value, "state": labels})
    table["state"] = np.array(["idle", "runs"])[labels]
    table.to_csv(tmp_path / "train.csv", index=False)
    arguments = [tmp_path / "train.csv", "--label", "state", "--window", 32, "--hop", 16]
    trained = CliRunner().invoke(
        app, ["train", *map(str, arguments), "--model", "lattice", "--out", str(tmp_path / "run")]
    )
    assert trained.exit_code == 0, trained.output
    table[columns].to_csv(tmp_path / "cases.csv", index=False)
    out = tmp_path / "predicted.csv"
    predicted = CliRunner().invoke(
        app,
        ["predict", str(tmp_path / "run"), str(tmp_path / "cases.csv"), "--out", str(out)],
    )
    assert predicted.exit_code == 0, predicted.output
    n_windows = len(pd.read_csv(out))
    options = ["--to", "onnx", "--out", tmp_path / "m.onnx", "--data", tmp_path / "cases.csv"]
    code, said = export(tmp_path / "run", *options)
    assert code == 0, said
    assert f"{n_windows} of {n_windows} cases the same class" in said
    assert "windows have no labels here, physembed evaluate compares them" in " ".join(said.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.rename(columns={"state": "label"}), "it has no column 'state' of labels"),
        (_without_labels, "it has no column 'state' of labels"),
        (_one_label_missing, "1 of 24 lines have no label in column 'state', the first of them "),
    ],
)
def test_why_nothing_is_counted_is_said(
    table_run: tuple[Path, pd.DataFrame], tmp_path: Path, change: Any, sentence: str
) -> None:
    run, table = table_run
    file, out = tmp_path / "cases.csv", tmp_path / "m.onnx"
    change(table).to_csv(file, index=False)
    code, said = export(run, "--to", "onnx", "--out", out, "--data", file)
    assert code == 0, said
    assert sentence in " ".join(said.split())
    assert "no labels are known of its cases, so nothing is said" in " ".join(said.split())
    if "label" in change(table):
        out.unlink()
        in_disorder = change(table)[list(change(table).columns[::-1])]
        in_disorder.to_csv(file, index=False)
        code, said = export(run, "--to", "onnx", "--out", out, "--data", file, "--label", "label")
        assert code == 0, said
        assert "of 24 cases (" in said
        assert "24 of 24 cases (24 in Python)" in said


@pytest.mark.parametrize("n_labels", [24, 23, 0])
def test_labels_of_an_archive_are_read(run: Path, tmp_path: Path, n_labels: int) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    series = np.random.default_rng(1).standard_normal((24, 64))
    labels = np.arange(24)[:n_labels] % 3
    beside = {"y": labels} if n_labels else {}
    np.savez(tmp_path / "cases.npz", X=series, **beside)
    options = ["--to", "onnx", "--out", tmp_path / "m.onnx", "--data", tmp_path / "cases.npz"]
    code, said = export(run, *options)
    if n_labels == 23:
        assert code == 2
        assert "24 cases, and y of shape (23,)" in " ".join(said.split())
        return
    assert code == 0, said
    n_right = int((pe.load(run).predict(series)[:n_labels] == labels).sum())
    assert (f"{n_right} of 24 cases ({n_right} in Python)" in said) == bool(n_labels)
    assert ("no labels are known of its cases" in said) == (not n_labels)
