"""Cases that a model is tested on: their columns are found by the names of training."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from physembed.data.own.labelled import Labelled
from physembed.data.own.loading import labelled, load_own
from physembed.data.own.names_of_training import NamesOfTraining
from physembed.errors import DatasetError
from tests.data.own.as_people_write_them import CUT, LONG, RECORDING, WIDE, X
from tests.data.own.test_reading import description

TWO = pd.concat(
    [WIDE[[f"t{k}" for k in range(16)]].add_prefix("ax_"), -WIDE.drop(columns="state")], axis=1
).assign(state=WIDE["state"])
TWO.columns = [*(f"{name}_{k}" for name in ("ax", "ay") for k in range(16)), "state"]
"""A case a row, of two channels."""
KINDS = {
    "recording": (RECORDING, CUT),
    "long": (LONG, {"label": "state", "case": "window_id", "time": "time"}),
    "wide": (WIDE, {"label": "state"}),
    "wide, two channels": (TWO, {"label": "state"}),
}


def exchanged(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame.columns[::-1]]


def with_more(frame: pd.DataFrame) -> pd.DataFrame:
    more = frame.assign(remark="as ever")
    more.insert(1, "az", np.arange(len(frame)) % 5 / 2)
    return more


def read_as_trained(
    folder: Path, frame: pd.DataFrame, test: pd.DataFrame, said: dict[str, object], **options: bool
) -> Labelled:
    frame.to_csv(folder / "file.csv", index=False)
    test.to_csv(folder / "test.csv", index=False, **options)
    trained = labelled(folder / "file.csv", description(**said))
    return labelled(folder / "test.csv", description(**said), NamesOfTraining.of(trained))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("otherwise", [exchanged, with_more])
def test_columns_are_found_wherever_they_stand(tmp_path: Path, kind: str, otherwise) -> None:
    frame, said = KINDS[kind]
    cases = read_as_trained(tmp_path, frame, otherwise(frame), said)
    trained = labelled(tmp_path / "file.csv", description(**said))
    np.testing.assert_array_equal(np.stack(cases.series), np.stack(trained.series))
    assert cases.labels.tolist() == trained.labels.tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("otherwise", [exchanged, with_more])
def test_a_test_set_is_read_as_what_is_trained_on(tmp_path: Path, kind: str, otherwise) -> None:
    frame, said = KINDS[kind]
    frame.to_csv(tmp_path / "file.csv", index=False)
    otherwise(frame).to_csv(tmp_path / "test.csv", index=False)
    data = load_own(tmp_path / "file.csv", description(**said, test=str(tmp_path / "test.csv")))
    np.testing.assert_array_equal(data.X_test, data.X_train)


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_that_is_missing_is_named(tmp_path: Path, kind: str) -> None:
    frame, said = KINDS[kind]
    name = next(name for name in ("ay", "t3", "ay_3") if name in frame.columns)
    # as many as there were
    test = frame.rename(columns={name: "other"})
    with pytest.raises(DatasetError, match=f"no column {name!r}, which was trained on"):
        read_as_trained(tmp_path, frame, test, said)


def test_channels_that_were_said_by_number_are_found_by_name(tmp_path: Path) -> None:
    said = {**CUT, "channels": ("2", "3")}
    cases = read_as_trained(tmp_path, RECORDING, exchanged(RECORDING), said)
    np.testing.assert_array_equal(np.stack(cases.series)[:, 0], X)


def test_without_names_columns_count_by_their_order(tmp_path: Path) -> None:
    """Of a file without a header, and of timepoints that are all called otherwise."""
    bare = WIDE[["state", *WIDE.columns[:-1]]]
    said = {"label": "state"}
    bare.to_csv(tmp_path / "file.csv", index=False)
    trained = NamesOfTraining.of(labelled(tmp_path / "file.csv", description(**said)))
    bare.to_csv(tmp_path / "bare.csv", index=False, header=False)
    cases = labelled(tmp_path / "bare.csv", description(label="1"), trained)
    np.testing.assert_array_equal(np.stack(cases.series)[:, 0], X)
    renamed = bare.rename(columns=lambda name: name.replace("t", "s") if name != "state" else name)
    cases = read_as_trained(tmp_path, bare, renamed, said)
    np.testing.assert_array_equal(np.stack(cases.series)[:, 0], X)


def test_recordings_of_a_folder_are_found_by_name(tmp_path: Path) -> None:
    for name, frame in (("trained", RECORDING), ("test", exchanged(RECORDING))):
        for label, of in frame.groupby("state"):
            (tmp_path / name / str(label)).mkdir(parents=True)
            of[[c for c in frame.columns if c in ("ax", "ay")]].to_csv(
                tmp_path / name / str(label) / "1.csv", index=False
            )
    for said in (description(window=16), description()):
        trained = labelled(tmp_path / "trained", said)
        cases = labelled(tmp_path / "test", said, NamesOfTraining.of(trained))
        np.testing.assert_array_equal(np.stack(cases.series), np.stack(trained.series))


def test_files_of_a_folder_that_stand_in_another_order_are_refused(tmp_path: Path) -> None:
    """Their channels were joined by position, without a word."""
    for label, frame in (("idle", RECORDING), ("run", exchanged(RECORDING))):
        (tmp_path / "all" / label).mkdir(parents=True)
        frame.drop(columns="state").to_csv(tmp_path / "all" / label / "1.csv", index=False)
    with pytest.raises(DatasetError, match=r"run.1\.csv has 'ay' where 'ax' stood in .*idle"):
        load_own(tmp_path / "all", description())
