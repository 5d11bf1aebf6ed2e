"""`predict --window`: long and growing tables, in constant memory, with their columns carried."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from tests.data.own.as_people_write_them import N_TIMEPOINTS, RECORDING, written

LONG = pd.concat([RECORDING] * 3, ignore_index=True).assign(
    time=np.arange(3 * len(RECORDING)) / 100, operator="Ann"
)
CUT = ["--window", N_TIMEPOINTS, "--hop", 8]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    file = written(folder, "recording.csv")
    options = [
        "--label",
        "state",
        "--window",
        N_TIMEPOINTS,
        "--model",
        "spectral",
        "--beside",
        "none",
        "--folds",
        2,
    ]
    command = ["train", file, *options, "--repeats", 1, "--out", folder / "run"]
    result = CliRunner().invoke(app, list(map(str, command)))
    assert result.exit_code == 0, result.output
    return folder / "run"


def predicted(run: Path, *arguments: object, text: str | bytes | None = None, code: int = 0) -> str:
    command = list(map(str, ["predict", run, *arguments]))
    result = CliRunner().invoke(app, command, input=text)
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


@pytest.mark.slow
def test_every_window_is_predicted_and_other_columns_are_carried(run: Path, tmp_path: Path) -> None:
    LONG.to_csv(tmp_path / "long.csv", index=False)
    table = pd.read_csv(io.StringIO(predicted(run, tmp_path / "long.csv", *CUT)))
    n_windows = (len(LONG) - N_TIMEPOINTS) // 8 + 1
    assert list(table.columns[:6]) == ["from", "to", "time", "state", "operator", "prediction"]
    assert len(table) == n_windows
    series = np.stack(
        [LONG[["ax", "ay"]].to_numpy()[8 * k : 8 * k + N_TIMEPOINTS].T for k in range(n_windows)]
    )
    assert table["prediction"].tolist() == pe.load(run).predict(series).tolist()
    # the line of the file, of which the first is the header
    assert table["to"].tolist()[:2] == [N_TIMEPOINTS + 1, N_TIMEPOINTS + 9]
    assert table["time"].tolist()[0] == LONG["time"][N_TIMEPOINTS - 1]


def test_no_window_is_of_two_recordings_or_spans_a_long_gap(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "several.csv"
    # two that take turns, of which the second is silent for a second after its 50th line
    late = np.where(np.arange(80) < 50, 0.0, 1.0)
    second = LONG[:80].assign(time=LONG["time"][:80] + late)
    both = pd.concat([LONG[:80].assign(machine="a"), second.assign(machine="b")])
    both.sort_values("time", kind="stable").to_csv(file, index=False)
    table = pd.read_csv(io.StringIO(predicted(run, file, *CUT, "--case", "machine")))
    alone = pd.read_csv(io.StringIO(predicted(run, "-", *CUT, text=LONG[:80].to_csv(index=False))))
    of_a, of_b = (table[table["machine"] == machine] for machine in "ab")
    assert of_a["probability_ok"].tolist() == alone["probability_ok"].tolist()
    n_before, n_after = (50 - N_TIMEPOINTS) // 8 + 1, (30 - N_TIMEPOINTS) // 8 + 1
    assert len(of_b) == n_before + n_after
    assert of_b["time"].iloc[n_before] == second["time"].iloc[50 + N_TIMEPOINTS - 1]
    told = predicted(run, file, *CUT, code=2)
    assert "the time is that of line" in told
    assert "--case, or say --time none" in told
    assert "no column 'press' (--case)" in predicted(run, file, *CUT, "--case", "press", code=2)
    assert "no column 'tiem' (--time)" in predicted(run, file, *CUT, "--time", "tiem", code=2)


def test_a_recording_is_cut_as_in_training_unless_told_otherwise(run: Path, tmp_path: Path) -> None:
    LONG.to_csv(tmp_path / "long.csv", index=False)
    by_itself = predicted(run, tmp_path / "long.csv")
    assert by_itself == predicted(run, tmp_path / "long.csv", "--window", N_TIMEPOINTS)


def test_days_and_times_of_day_in_two_columns(run: Path, tmp_path: Path) -> None:
    times = pd.Timestamp("2024-12-31 23:59:59") + pd.to_timedelta(LONG["time"], unit="s")
    # the second half a minute later
    times += pd.to_timedelta(np.where(LONG.index < 248, 0, 60), unit="s")
    two = {"Datum": times.dt.strftime("%d.%m.%Y"), "Uhrzeit": times.dt.strftime("%H:%M:%S.%f")}
    LONG.drop(columns="time").assign(**two).to_csv(tmp_path / "a.csv", index=False)
    for said, n_windows in (([], 15 + 14), (["--time", "none"], 30)):
        table = pd.read_csv(io.StringIO(predicted(run, tmp_path / "a.csv", *said)))
        assert len(table) == n_windows


def test_novelty_is_the_last_column_and_of_several_windows_the_least(
    run: Path, tmp_path: Path
) -> None:
    LONG.assign(ax=LONG["ax"].where(LONG.index > 60, 0.0)).to_csv(tmp_path / "a.csv", index=False)
    each, paired = (
        pd.read_csv(io.StringIO(predicted(run, tmp_path / "a.csv", *CUT, "--novelty", *every)))
        for every in ([], ["--every", 2])
    )
    assert each.columns[-1] == "novelty"
    assert each["novelty"].iloc[0] < 0.01 < each["novelty"].iloc[-10:].median()
    assert paired["novelty"].iloc[0] == each["novelty"].iloc[:2].min()


def test_no_mean_is_of_both_sides_of_a_gap_and_lines_in_no_window_are_told(
    run: Path, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    # two windows, a minute of silence, two windows, a minute, and five lines
    minutes = np.searchsorted([40, 80], LONG.index[:85], side="right")
    LONG[:85].assign(time=LONG["time"][:85] + 60 * minutes).to_csv(file, index=False)
    command = list(map(str, ["predict", run, file, "--every", 3]))
    result = CliRunner().invoke(app, command)
    means = pd.read_csv(io.StringIO(result.stdout))
    each = pd.read_csv(io.StringIO(predicted(run, file)))
    assert means[["from", "to"]].to_numpy().tolist() == [[2, 33], [42, 73]]
    expected = each["probability_ok"].to_numpy().reshape(2, 2).mean(axis=1)
    np.testing.assert_allclose(means["probability_ok"], expected, atol=1e-5)
    assert "5 lines are in no window" in " ".join(result.stderr.split())


def test_nothing_is_said_of_windows_that_training_would_leave_out(
    run: Path, tmp_path: Path
) -> None:
    n = N_TIMEPOINTS
    gappy = LONG[: 3 * n].copy()
    gappy.loc[n : n + n // 2 - 1, "ay"] = np.nan  # just half of the second window
    gappy.loc[2 * n : 2 * n + n // 2, "ay"] = np.nan  # more of the third
    gappy.to_csv(tmp_path / "gappy.csv", index=False)
    command = ["predict", run, tmp_path / "gappy.csv", "--window", n, "--out", tmp_path / "out.csv"]
    result = CliRunner().invoke(app, list(map(str, command)))
    assert pd.read_csv(tmp_path / "out.csv")["prediction"].isna().tolist() == [False, False, True]
    assert (
        "nothing is predicted of one window, of which a channel lacks more than half"
        in " ".join(result.output.split())
    )


def test_irregular_times_are_said_and_need_the_rate_of_training(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    times = LONG["time"][:85] + 0.002 * np.sin(np.arange(85))
    LONG[:85].assign(time=times).to_csv(file, index=False)
    result = CliRunner().invoke(app, list(map(str, ["predict", run, file])))
    assert "interpolated linearly every 0.01, as in training" in " ".join(result.stderr.split())
    assert len(result.stdout.splitlines()) == 1 + 80 // N_TIMEPOINTS
    LONG[:85].assign(time=1.2 * times).to_csv(file, index=False)
    assert "where the model was trained on" in predicted(run, file, code=2)


def test_times_are_written_as_in_training_or_as_is_said(run: Path, tmp_path: Path) -> None:
    form = "%Y.%j-%H-%M-%S.%f"
    times = pd.Timestamp("2024-02-03") + pd.to_timedelta(LONG["time"][:40], unit="s")
    LONG[:40].assign(time=times.dt.strftime(form)).to_csv(tmp_path / "a.csv", index=False)
    assert "--time-format" in predicted(run, tmp_path / "a.csv", code=2)
    said = predicted(run, tmp_path / "a.csv", "--time-format", form)
    assert len(said.splitlines()) == 1 + 40 // N_TIMEPOINTS
    told_so = shutil.copytree(run, tmp_path / "run")
    record = json.loads((told_so / "record.json").read_text("utf-8"))
    record["own_data"]["description"]["time_format"] = form
    (told_so / "record.json").write_text(json.dumps(record), "utf-8")
    assert predicted(told_so, tmp_path / "a.csv") == said
    # of a record without channels nobody knows whether this is such a recording
    del record["own_data"]["channels"]
    (told_so / "record.json").write_text(json.dumps(record), "utf-8")
    assert "no column of a channel" in predicted(told_so, tmp_path / "a.csv", *CUT, code=2)
    assert predicted(told_so, tmp_path / "a.csv", code=2)


def test_standard_input_and_means_of_windows(run: Path) -> None:
    text = LONG.to_csv(index=False)
    every = pd.read_csv(io.StringIO(predicted(run, "-", *CUT, text=text)))
    means = pd.read_csv(io.StringIO(predicted(run, "-", *CUT, "--every", 4, text=text)))
    expected = every["probability_ok"].to_numpy()[:8].reshape(2, 4).mean(axis=1)
    np.testing.assert_allclose(means["probability_ok"][:2], expected, atol=1e-5)
    # of a pipe that begins with a byte-order mark, and blank lines
    marked = pd.read_csv(io.StringIO(predicted(run, "-", *CUT, text=f"\ufeff\n\n{text}")))
    assert marked["to"].tolist() == (every["to"] + 2).tolist()
    assert marked["probability_ok"].tolist() == every["probability_ok"].tolist()


def test_damage_and_what_does_not_fit_are_told(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    lines = LONG.to_csv(index=False).splitlines()
    lines[99] = lines[99].replace(",Ann", "").replace("0.99", "x")
    file.write_text("\n".join(lines))
    assert "line 100 has 4 cells" in predicted(run, file, *CUT, code=2)
    LONG.rename(columns={"ay": "az"}).to_csv(file, index=False)
    assert "no column ay" in predicted(run, file, *CUT, code=2)
    assert "no column ay" in predicted(run, file, code=2)
    assert predicted(run, file, "--channels", "ax,az")
    LONG.assign(time=LONG["time"] * 2).to_csv(file, index=False)
    assert "sampled every 0.02 s" in predicted(run, file, *CUT, code=2)
    LONG.to_csv(file, index=False)
    assert "--window 9 is not the 16" in predicted(run, file, "--window", 9, code=2)
    LONG.head(5).to_csv(file, index=False)
    assert "ends before there is a window" in predicted(run, file, *CUT, code=2)


@pytest.mark.slow
@pytest.mark.parametrize("options", [[], CUT])
def test_bytes_that_are_no_text_are_told_with_what_to_do(
    run: Path, tmp_path: Path, options: list[object]
) -> None:
    no_text = b"time,value\n\x00\x01\xff\xfe" + bytes(range(256)) * 4
    file = tmp_path / "bin.csv"
    file.write_bytes(no_text)
    said = " ".join(predicted(run, file, *options, code=2).split())
    assert "bin.csv is not UTF-8" in said
    assert "save it as UTF-8" in said
    if options:
        said = predicted(run, "-", *options, text=no_text, code=2)
        assert "standard input is not UTF-8" in " ".join(said.split())


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_columns_of_arrow_are_predicted_as_those_of_text(
    run: Path, tmp_path: Path, ending: str
) -> None:
    LONG.to_csv(tmp_path / "long.csv", index=False)
    getattr(LONG, f"to_{ending}")(tmp_path / f"long.{ending}")
    as_text = predicted(run, tmp_path / "long.csv", *CUT)
    assert predicted(run, tmp_path / f"long.{ending}", *CUT) == as_text
    assert "text that grows" in predicted(
        run, tmp_path / f"long.{ending}", *CUT, "--follow", code=2
    )
