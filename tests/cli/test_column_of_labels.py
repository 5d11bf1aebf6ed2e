"""A column of labels is no timepoint, for predict as for export, unless nobody could know."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app

LONGEST = 32
TIMES = [f"t{k}" for k in range(LONGEST)]


def _tones() -> tuple[np.ndarray, np.ndarray]:
    labels = np.arange(40) % 2
    random = np.random.default_rng(0)
    phase = 2 * np.pi * random.random((40, 1))
    return np.sin((0.3 + 0.6 * labels[:, None]) * np.arange(LONGEST) + phase), labels


@pytest.fixture(scope="module", params=["equal", "unequal", "longer"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    series, labels = _tones()
    given: list[np.ndarray] = list(series)
    if request.param != "equal":
        given[3] = given[3][:20]
    if request.param == "longer":
        given[0] = np.tile(given[0], 2)
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    folder = tmp_path_factory.mktemp(request.param) / "run"
    return classifier.fit(given, labels).save(folder)


def _commands(run: Path, file: Path, tmp_path: Path, *options: str) -> list[tuple[int, str]]:
    out = tmp_path / "m.onnx"
    told = []
    for command in (
        ["predict", run, file, "--out", tmp_path / "predicted.csv", "--overwrite", *options],
        ["export", run, "--to", "onnx", "--out", out, "--overwrite", "--data", file, *options],
    ):
        result = CliRunner().invoke(app, list(map(str, command)))
        told.append((result.exit_code, " ".join(result.output.split())))
    return told


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("place", [0, LONGEST])
def test_a_column_that_is_called_otherwise_is_refused_until_it_is_said_what_it_is(
    run: Path, tmp_path: Path, ending: str, place: int
) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    series, labels = _tones()
    table = pd.DataFrame(series, columns=TIMES)
    table.insert(place, "state", labels)
    file = tmp_path / f"cases{ending}"
    if ending == ".csv":
        table.to_csv(file, index=False)
    else:
        pytest.importorskip("pyarrow", reason="the extra files is not installed")
        table.to_parquet(file)
    for code, said in _commands(run, file, tmp_path):
        assert code == 2, said
        assert "column 'state' is called unlike all others" in said
        assert "--label COLUMN, or --label none" in said
    (predicted, _), (exported, said) = _commands(run, file, tmp_path, "--label", "state")
    assert (predicted, exported) == (0, 0), said
    n_right = int((pe.load(run).predict(series) == labels).sum())
    assert f"{n_right} of 40 cases ({n_right} in Python)" in said


@pytest.mark.filterwarnings("ignore:X. 40 of 40 series:physembed.errors.PhysembedWarning")
def test_classes_in_front_of_timepoints_are_refused_without_a_header(
    run: Path, tmp_path: Path
) -> None:
    series, labels = _tones()
    file = tmp_path / "cases.csv"
    pd.DataFrame(np.column_stack([labels, series])).to_csv(file, index=False, header=False)
    # what is said is obeyed: a value more is cut where lengths differ, else one too many
    takes_any = pe.load(run).unequal_length_
    (code, said), _ = _commands(run, file, tmp_path, "--label", "none")
    assert code == (0 if takes_any else 2), said
    for code, said in _commands(run, file, tmp_path):
        assert code == 2, said
        assert "--label COLUMN, or --label none" in said


def test_series_alone_are_read_as_they_are(run: Path, tmp_path: Path) -> None:
    """Also where they begin with the name of a class, or are of nothing else."""
    series, _ = _tones()
    on_and_off = (series > 0).astype(int)
    begun_at_zero = series - series[:, :1]
    for values in (series, on_and_off, begun_at_zero):
        for header in (TIMES, False):
            file = tmp_path / "cases.csv"
            length = 64 if pe.load(run).metadata_["n_timepoints"] == 64 else LONGEST
            columns = [f"t{k}" for k in range(length)] if header else False
            laid = pd.DataFrame(np.tile(values, (1, length // LONGEST)))
            laid.to_csv(file, index=False, header=columns)
            options = () if header else ("--no-header",)
            command = ["predict", run, file, *options]
            result = CliRunner().invoke(app, list(map(str, command)))
            assert result.exit_code == 0, result.output
