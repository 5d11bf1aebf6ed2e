"""Files of one's own are read as what they are, or refused with the line and what to do."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from physembed.data import load_dataset
from physembed.data.formats.text_table import TableOptions
from physembed.data.own.clock import clock_of
from physembed.data.own.description import Description
from physembed.data.own.loading import labelled
from physembed.data.own.reading import read_table_of
from physembed.data.own.table import read_as_it_is
from physembed.data.own.told import facts_of, sketch
from physembed.errors import DatasetError, InvalidInputError
from tests.data.own.as_people_write_them import (
    CUT,
    FILES,
    LABELS,
    RECORDING,
    WIDE,
    X,
    written,
)
from tests.data.own.described import description


@pytest.mark.parametrize("name", FILES)
def test_files_as_people_write_them(name: str, tmp_path: Path) -> None:
    _, said, n_channels = FILES[name]
    cases = labelled(written(tmp_path, name), description(**said))
    assert len(cases.channels) == n_channels
    assert cases.classes == ["ok", "worn"]
    by_case = sorted(zip((tuple(s[0]) for s in cases.series), cases.labels.tolist(), strict=True))
    expected = sorted(zip(map(tuple, X), LABELS.tolist(), strict=True))
    for (series, label), (wanted, right) in zip(by_case, expected, strict=True):
        np.testing.assert_allclose(series, wanted, atol=1e-6)
        assert label == right
    if "time" in said or name == "recordings":
        assert cases.sampling_interval == pytest.approx(0.01)


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "mixed separators": (
        "t0,t1,t2,label\n1,2,3,a\n4;5;6;b\n",
        {},
        "line 3 has 1 cell, where there are 4 columns.*by semicolons, those above by comma",
    ),
    "decimal commas among points": (
        "t0;t1;label\n1.5;2.5;a\n1.5;2,5;b\n1.5;2.5;a\n",
        {},
        "line 3, column 't1': '2,5' is not a finite number. It has another decimal mark",
    ),
    "thousands": (
        "t0;t1;label\n1,5;2,5;a\n1.001,5;2,5;b\n2,5;2,5;b\n",
        {},
        "line 3, column 't0': '1.001,5' .*Write thousands without marks",
    ),
    "a column of thousands": (
        "t0;t1;label\n1.234,5;2,5;a\n1.001,5;2,5;b\n3.021,5;2,5;b\n",
        {},
        "line 2, column 't0': '1.234,5' has marks between thousands.* Write 1234,5",
    ),
    "one column of thousands": (
        "label;t0\na;1.234,5\nb;1.001,5\na;3.021,5\nb;4.021,5\n",
        {"window": 2},
        "line 2, column 't0': '1.234,5' has marks between thousands.* Write 1234,5",
    ),
    "a line cut short": (
        "time,ax,ay,label\n0,1,2,a\n1,2\n2,3,4,b\n",
        {"window": 2},
        "line 3 has 2 cells, where there are 4 columns. Mend the line",
    ),
    "a time twice": (
        "time,ax,label\n0,1,a\n1,2,a\n1,3,b\n2,4,b\n",
        {"window": 2},
        "line 4, column 'time': the time is that of line 3. Remove one",
    ),
    "time backwards": (
        "time,ax,label\n0,1,a\n1,2,a\n0.5,3,b\n2,4,b\n",
        {"window": 2},
        "line 4, column 'time': time runs backwards by 0.5 s? ?after line 3",
    ),
    "the clock set back": (
        "time,ax,label\n2024-10-27 02:59:59,1,a\n2024-10-27 02:00:00,2,b\n",
        {"window": 2},
        "line 3, column 'time': time runs backwards.*write times with their zone",
    ),
    "text among channels": (
        "t0,t1,operator,label\n1,2,Ann,a\n3,4,Bob,b\n",
        {"label": "label"},
        "line 2, column 'operator': 'Ann' is text among the channels.*--channels",
    ),
    "a label that changes in a case": (
        "case,ax,label\n1,1,a\n1,2,b\n2,1,a\n2,2,a\n",
        {"case": "case"},
        "line 3, column 'label': the label of case '1' changes from 'a' to 'b'",
    ),
    "a missing label": (
        "t0,t1,label\n1,2,a\n3,4,\n5,6,b\n",
        {},
        "line 3, column 'label': the label is missing",
    ),
    "one class": ("t0,t1,label\n1,2,a\n3,4,a\n", {}, "the class 'a' alone"),
    "no labels": ("t0,t1,t2\n1,2,3\n4,5,6\n", {}, "no column is called a label.*--label"),
    "a recording or cases": (
        "time,ax,label\n0,1,a\n1,2,b\n",
        {},
        "a column of times, 'time'; say --window N.*--case COLUMN.*--layout wide",
    ),
    "a name twice": ("t0,t0,label\n1,2,a\n3,4,b\n", {}, "two columns are called 't0'"),
    "an infinite value": (
        "t0,t1,label\n1,2,a\ninf,4,b\n",
        {},
        "line 3, column 't0': 'inf' is not a finite number. Leave the cell empty",
    ),
    "dates that could be two": (
        "time,ax,label\n01/02/2024 10:00:00,1,a\n02/02/2024 10:00:00,2,b\n",
        {"window": 2},
        "could be %d/%m/%Y.* or %m/%d/%Y.*--time-format",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_with_its_place_and_a_remedy(name: str, tmp_path: Path) -> None:
    text, said, message = BAD[name]
    file = tmp_path / "file.csv"
    file.write_text(text)
    with pytest.raises(DatasetError, match=message):
        labelled(file, description(**said))


def test_what_looks_like_moments_is_no_table_of_cases(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    pd.concat([RECORDING.sort_values("state")] * 3)[["ax", "ay", "state"]].to_csv(file, index=False)
    with pytest.raises(DatasetError, match=r"the same label in many rows.*--window N"):
        labelled(file)
    assert len(labelled(file, description(layout="wide"))) == 3 * len(RECORDING)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("1\n")
    with pytest.raises(DatasetError, match="has changed while it was read"), read_as_it_is(file):
        file.write_text("1\n2\n")


def test_a_file_larger_than_the_memory_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    with file.open("wb") as stream:
        # a hole: it takes no room on the disk
        stream.truncate(10**13)
    with pytest.raises(DatasetError, match=r"10000\.0 GB.*training needs all cases at once"):
        labelled(file)


def test_wide_cases_of_several_channels_and_unequal_lengths(tmp_path: Path) -> None:
    frame = pd.DataFrame({f"ax_{k}": X[:, k] for k in range(4)})
    for k in range(4):
        frame[f"ay_{k}"] = -X[:, k]
    frame["label"] = LABELS
    frame.loc[0, ["ax_3", "ay_3"]] = np.nan
    frame.to_csv(tmp_path / "file.csv", index=False)
    cases = labelled(tmp_path / "file.csv")
    assert cases.channels == ("ax", "ay")
    assert cases.lengths == [3] + [4] * 9


def test_what_looks_like_a_slip_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    values = RECORDING["ax"].where(RECORDING.index % 7 != 5, -999)
    labels = RECORDING["state"].where(RECORDING.index < 64, RECORDING["state"].str.upper())
    RECORDING.assign(ax=values, state=labels).to_csv(file, index=False)
    told = " ".join(labelled(file, description(**CUT)).warnings)
    assert "'OK' and 'ok' may be one" in told
    assert "23 values of channel 'ax' are -999" in told
    np.savez(tmp_path / "file.npz", X=np.stack([X, -X], axis=2), y=LABELS)
    assert "16 channels of at most 2 timepoints" in labelled(tmp_path / "file.npz").warnings[0]
    RECORDING.to_csv(file, index=False)
    assert labelled(file, description(**CUT)).warnings == ()


def test_arrays_among_those_of_a_class_are_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "ok").mkdir()
    np.save(tmp_path / "ok" / "a.npy", np.zeros((2, 16)))
    with pytest.raises(DatasetError, match=r"two dimensions.*X\[:, np.newaxis\] or X\[np.newaxis"):
        labelled(tmp_path)


def test_a_data_set_by_its_name_comes_before_a_folder_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "GunPoint").mkdir()
    assert len(load_dataset("GunPoint").X_train) == 50
    with pytest.raises(DatasetError, match="there is no file or folder"):
        load_dataset("vibration.csv")
    with pytest.raises(InvalidInputError, match="xlsx"):
        WIDE.to_csv(tmp_path / "a.xlsx")
        load_dataset("a.xlsx")


def test_what_is_told_of_a_file(tmp_path: Path) -> None:
    cases = labelled(written(tmp_path, "recording.csv"), description(**CUT))
    facts = facts_of(cases)
    assert facts["cases"] == "10"
    assert facts["rate"] == "100 a second"
    assert facts["classes"] == "ok (5), worn (5)"
    lines = sketch(np.arange(64.0), width=8, height=2)
    # a ramp rises from the lower left to the upper right
    assert [len(line) for line in lines] == [8, 8]
    assert lines[0][0] == lines[1][-1] == "\u2800"


@pytest.mark.parametrize(
    "times",
    [
        ["02.03.2026 08:00:00.500+01:00", "02.03.2026 08:00:01.500+01:00"],
        ["02.03.2026 08:00:00,500 +0100", "02.03.2026 08:00:01,500 +0100"],
        ["02.03.2026 08:00+01:00", "02.03.2026 09:00+02:00"],
    ],
    ids=["colon", "comma and space", "another zone"],
)
def test_days_first_may_have_zones(times: list[str], tmp_path: Path) -> None:
    file = tmp_path / "machine.csv"
    file.write_text("time;a\n" + "".join(f"{time};{k}\n" for k, time in enumerate(times)))
    clock = clock_of(read_table_of(file, TableOptions()), "time", Description())
    # the last pair is one moment in two zones
    expected = 0.0 if times[1].endswith("+02:00") else 1.0
    assert clock.times[1] - clock.times[0] == pytest.approx(expected)
