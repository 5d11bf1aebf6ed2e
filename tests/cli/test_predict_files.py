"""`predict` on files as people have them: the right number of cases, or a sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from aeon.datasets import load_gunpoint
from scipy.io import wavfile
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.data.preparation import Preparation

X = load_gunpoint(split="test")[0][:22, 0]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    classifier = pe.BaselineClassifier("linear").fit(*load_gunpoint(split="train"))
    return classifier.save(tmp_path_factory.mktemp("model") / "run")


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of recordings at 8 kHz that were cut or padded to 100 timepoints."""
    labels = np.array(["low", "high"])[np.arange(20) % 2]
    frequency = np.where(labels == "low", 200, 900)[:, np.newaxis]
    classifier = pe.BaselineClassifier("spectral")
    classifier.fit(
        np.sin(2 * np.pi * frequency * np.arange(100) / 8000 + np.arange(20)[:, None]), labels
    )
    classifier.preparation_ = Preparation(1 / 8000, 100)
    return classifier.save(tmp_path_factory.mktemp("recorder") / "run")


def predict(*arguments: object) -> tuple[pd.DataFrame | None, str]:
    result = CliRunner().invoke(app, ["predict", *map(str, arguments)])
    if result.exit_code:
        assert result.exit_code == 2, result.output
        return None, result.stderr
    lines = [line.split(",") for line in result.stdout.splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0]), result.stderr


@pytest.mark.parametrize(
    ("frame", "options"),
    [
        (pd.DataFrame(X), {"index": False}),
        (pd.DataFrame(X), {}),
        (pd.DataFrame(X, columns=np.arange(150) / 100), {"index": False}),
        (pd.DataFrame(X, columns=np.arange(150) / 100), {"index": True}),
        (pd.DataFrame(X), {"index": False, "sep": ";", "decimal": ","}),
    ],
    ids=["header of numbers", "header and index", "times", "times and index", "semicolons"],
)
def test_a_table_of_22_cases_gives_22_predictions(
    frame: pd.DataFrame, options: dict, run: Path, tmp_path: Path
) -> None:
    frame.to_csv(tmp_path / "series.csv", **options)
    table, said = predict(run, tmp_path / "series.csv")
    assert table is not None, said
    assert table["prediction"].astype(int).tolist() == pe.load(run).predict(X).astype(int).tolist()
    assert "the first line is taken for times" in said


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_a_frame_of_arrow_is_read_wide_or_long(ending: str, run: Path, tmp_path: Path) -> None:
    wide = pd.DataFrame(X, columns=[f"t{k}" for k in range(150)]).assign(operator="Ann")
    long = pd.DataFrame(
        {
            "id": np.repeat(np.arange(22), 150),
            "t": np.tile(np.arange(150) / 100, 22),
            "x": X.ravel(),
        }
    ).sample(frac=1, random_state=0, ignore_index=True)
    expected = pe.load(run).predict(X).astype(int).tolist()
    for frame, options in ((wide, []), (long, ["--case", "id", "--time", "t"])):
        getattr(frame, f"to_{ending}")(tmp_path / f"series.{ending}")
        table, said = predict(run, tmp_path / f"series.{ending}", *options)
        assert table is not None, said
        assert table["prediction"].astype(int).tolist() == expected
        assert ("no numbers: operator" in said) == (frame is wide)
    (tmp_path / f"broken.{ending}").write_bytes(b"PAR1 nothing")
    assert f"is not a readable .{ending} file" in predict(run, tmp_path / f"broken.{ending}")[1]


def test_a_strange_case_is_called_as_by_predict(tmp_path: Path) -> None:
    fitted = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0)
    fitted.fit(*load_gunpoint(split="train"))
    known = fitted._known
    assert known is not None
    # as of a model that was always wrong of disturbed cases
    fitted._known = replace(known, knots=known.knots[:1] - 99, belief=np.zeros(1))
    np.save(tmp_path / "series.npy", X)
    np.savez(tmp_path / "part.npz", X=X)
    (tmp_path / "parts").mkdir()
    (tmp_path / "part.npz").rename(tmp_path / "parts" / "part.npz")
    table, said = predict(fitted.save(tmp_path / "run"), tmp_path / "series.npy")
    assert table is not None, said
    expected = fitted.predict(X).astype(int).tolist()
    assert len(set(expected)) == 2
    assert table["prediction"].astype(int).tolist() == expected
    predict(tmp_path / "run", tmp_path / "parts", "--out", tmp_path / "out")
    assert pd.read_csv(tmp_path / "out" / "part.csv")["prediction"].tolist() == expected


def test_what_could_be_either_is_settled_by_an_option(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "series.csv"
    pd.DataFrame(X).to_csv(file, header=False)
    _, said = predict(run, file)
    assert "say --index or --no-index" in said
    table, said = predict(run, file, "--index")
    assert table is not None and len(table) == 22, said
    _, said = predict(run, file, "--no-index")
    assert "151" in said


def test_a_long_table_is_predicted_by_its_cases(run: Path, tmp_path: Path) -> None:
    rows = pd.DataFrame(X, index=[f"run {k}" for k in range(22)]).stack().rename("value")
    rows = rows.rename_axis(["case", "time"]).reset_index().iloc[::-1]
    rows.to_csv(tmp_path / "long.csv", index=False)
    table, said = predict(run, tmp_path / "long.csv", "--case", "case", "--time", "time")
    assert table is not None, said
    by_case = dict(zip(table["case"], table["prediction"].astype(int), strict=True))
    expected = pe.load(run).predict(X).astype(int)
    assert [by_case[f"run {k}"] for k in range(22)] == expected.tolist()


def test_recordings_are_made_as_those_trained_on(recorder: Path, tmp_path: Path) -> None:
    for n_timepoints in (60, 100, 300):
        tone = np.sin(2 * np.pi * 900 * np.arange(n_timepoints) / 8000)
        wavfile.write(tmp_path / "tone.wav", 8000, tone.astype("f4"))
        table, said = predict(recorder, tmp_path / "tone.wav")
        assert table is not None, said
        assert table["prediction"].tolist() == ["high"]


def test_another_sampling_rate_is_refused_or_resampled(recorder: Path, tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 900 * np.arange(400) / 16_000).astype("f4")
    wavfile.write(tmp_path / "tone.wav", 16_000, tone)
    _, said = predict(recorder, tmp_path / "tone.wav")
    assert "(16000 a second)" in said
    assert "(8000 a second)" in said
    assert "--resample" in said
    table, said = predict(recorder, tmp_path / "tone.wav", "--resample")
    assert table is not None and table["prediction"].tolist() == ["high"], said
    np.save(tmp_path / "tone.npy", tone[np.newaxis])
    table, said = predict(
        recorder, tmp_path / "tone.npy", "--sampling-interval", 1 / 16_000, "--resample"
    )
    assert table is not None and table["prediction"].tolist() == ["high"], said


def test_targets_in_a_ts_file_are_read_over(tmp_path: Path) -> None:
    regressor = pe.PhysicalEmbeddingRegressor("homodyne", random_state=0).fit(X, X.argmax(axis=1))
    saved = regressor.save(tmp_path / "run")
    lines = [",".join(map(str, row)) + f":{k}" for k, row in enumerate(X.tolist())]
    text = "@univariate true\n@targetLabel true\n@data\n" + "\n".join(lines) + "\n"
    (tmp_path / "series.ts").write_text(text)
    table, said = predict(saved, tmp_path / "series.ts")
    assert table is not None, said
    np.testing.assert_allclose(table["prediction"].astype(float), regressor.predict(X), rtol=1e-5)
