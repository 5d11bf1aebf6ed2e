"""Recordings in tables: irregular times, gaps, several of them, and windows with their labels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from physembed.data.own.loading import labelled
from physembed.errors import DatasetError, InvalidInputError
from tests.data.own.as_people_write_them import (
    CUT,
    N_TIMEPOINTS,
    RECORDING,
    written,
)
from tests.data.own.described import description


def test_irregular_times_are_laid_onto_the_median_step(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    times = np.cumsum(0.01 * generator.uniform(0.6, 1.4, 400))
    frame = pd.DataFrame({"time": times, "ax": np.sin(times), "state": "ok"})
    frame.loc[200:, "state"] = "worn"
    frame.to_csv(tmp_path / "file.csv", index=False)
    cases = labelled(tmp_path / "file.csv", description(label="state", window=40))
    assert cases.sampling_interval == pytest.approx(np.median(np.diff(times)), rel=1e-6)
    assert "times are irregular" in " ".join(cases.remarks)
    grid = times[0] + cases.sampling_interval * np.arange(40)
    # a chord of a sine is off by the square of its length over eight
    np.testing.assert_allclose(cases.series[0][0], np.sin(grid), atol=0.014**2 / 8)


def test_a_gap_is_missing_and_a_long_one_ends_the_stretch(tmp_path: Path) -> None:
    frame = pd.concat([RECORDING] * 2, ignore_index=True)
    frame["time"] = np.arange(len(frame)) / 100
    frame = frame.drop(index=[5, 6, *range(100, 150)])
    frame.to_csv(tmp_path / "file.csv", index=False)
    cases = labelled(tmp_path / "file.csv", description(**CUT))
    missing = np.isnan(cases.series[0][0])
    assert np.flatnonzero(missing).tolist() == [5, 6]
    assert "2 timepoints missing, in 2 stretches" in " ".join(cases.remarks)
    # six windows before the gap and ten after it: none across
    assert len(cases) == 100 // N_TIMEPOINTS + (320 - 150) // N_TIMEPOINTS


def test_recordings_in_one_table_are_left_out_as_wholes(tmp_path: Path) -> None:
    file = written(tmp_path, "machines by turns.csv")
    cases = labelled(file, description(**CUT, case="machine"))
    assert cases.recordings is not None
    assert cases.recordings.tolist() == [0] * 5 + [1] * 5
    with pytest.raises(DatasetError, match=r"the time is that of line.*with --case"):
        labelled(file, description(**CUT, channels=("ax", "ay")))
    with pytest.raises(InvalidInputError, match="--layout long has no windows"):
        labelled(file, description(**CUT, case="machine", layout="long"))


def test_windows_are_called_by_their_recording_and_one_of_a_line_gives_none(tmp_path: Path) -> None:
    machines = [RECORDING.assign(machine=name) for name in ("press", "saw")]
    one_line = RECORDING[:1].assign(machine="drill")
    pd.concat([*machines, one_line]).to_csv(tmp_path / "file.csv", index=False)
    cases = labelled(tmp_path / "file.csv", description(**CUT, case="machine"))
    assert len(set(cases.names)) == len(cases) == 20
    assert cases.names[1] == f"press, timepoint {N_TIMEPOINTS}"
    assert cases.sampling_interval == pytest.approx(0.01)
    told = f"1 of 3 recordings have no {N_TIMEPOINTS} timepoints without a gap, and give no window"
    assert f"{told}: drill" in " ".join(cases.remarks)
    pd.concat([frame[:1] for frame in machines]).to_csv(tmp_path / "file.csv", index=False)
    with pytest.raises(DatasetError, match="longest stretch without a gap has 1"):
        labelled(tmp_path / "file.csv", description(**CUT, case="machine"))


def test_a_window_in_which_the_label_changes(tmp_path: Path) -> None:
    RECORDING.to_csv(tmp_path / "file.csv", index=False)
    shifted = CUT | {"window": 20}
    cases = labelled(tmp_path / "file.csv", description(**shifted))
    assert cases.labels.tolist() == ["ok", "worn", "worn", "ok", "worn", "ok", "ok", "worn"]
    assert "the label changes inside 8 windows" in " ".join(cases.remarks)
    with pytest.raises(DatasetError, match=r"no window of 20.*changes inside 8"):
        labelled(tmp_path / "file.csv", description(**shifted, mixed="drop"))


def test_intervals_label_a_recording(tmp_path: Path) -> None:
    RECORDING.drop(columns="state").to_csv(tmp_path / "file.csv", index=False)
    table = tmp_path / "intervals.csv"
    table.write_text("start,end,label\n0,0.8,ok\n0.8,1.6,worn\n")
    said = {"window": N_TIMEPOINTS, "intervals": str(table)}
    cases = labelled(tmp_path / "file.csv", description(**said))
    assert cases.labels.tolist() == ["ok"] * 5 + ["worn"] * 5
    table.write_text("start,end,label\n0,0.9,ok\n0.8,1.6,worn\n")
    with pytest.raises(DatasetError, match="line 3: it begins before line 2 ends"):
        labelled(tmp_path / "file.csv", description(**said))
