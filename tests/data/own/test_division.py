"""Nothing that belongs together is on both sides of a fold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from physembed.data import load_dataset
from physembed.data.own.description import Description
from physembed.data.own.division import divided
from physembed.data.own.labelled import Labelled
from physembed.data.own.loading import labelled
from physembed.data.own.reading import read_labelled
from physembed.errors import DatasetError
from tests.data.own.as_people_write_them import RECORDING, WIDE
from tests.data.own.test_reading import description


def cases_of(labels: list[str], **details: object) -> Labelled:
    n = len(labels)
    return Labelled(
        "made-up",
        "made-up",
        [np.arange(8.0)[np.newaxis] + k for k in range(n)],
        np.array(labels),
        "",
        ("value",),
        tuple(map(str, range(n))),
        **details,  # type: ignore[arg-type]
    )


def test_single_cases_are_divided_by_class_and_anew() -> None:
    cases = cases_of(["a", "b"] * 10)
    division = divided(cases, Description(folds=5, repeats=2))
    assert (division.name, len(division.tested), division.by) == ("5-fold", 10, "single cases")
    for repeat in (division.tested[:5], division.tested[5:]):
        assert sorted(np.concatenate(repeat).tolist()) == list(range(20))
        assert all(cases.labels[test].tolist().count("a") == 2 for test in repeat)
    assert division.tested[0].tolist() != division.tested[5].tolist()


def test_a_group_is_on_one_side() -> None:
    groups = np.array([f"machine {k // 4}" for k in range(24)])
    division = divided(cases_of(["a", "b"] * 12, groups=groups), Description(folds=3))
    for train, test in zip(division.trained, division.tested, strict=True):
        assert not set(groups[train]) & set(groups[test])


def test_a_class_in_one_group_is_refused() -> None:
    groups = np.array(["one", "one", "two", "two"])
    with pytest.raises(DatasetError, match=r"class 'a' .* in the group 'one' alone.*--group"):
        divided(cases_of(["a", "a", "b", "b"], groups=groups), Description())


def test_groups_of_one_class_each_are_warned_of() -> None:
    groups = np.array(["1", "1", "2", "2", "3", "3", "4", "4"])
    cases = cases_of(["a", "a", "b", "b", "a", "a", "b", "b"], groups=groups)
    assert "every one of the 4 groups has one class" in divided(cases, Description()).warnings[0]


def test_a_class_of_one_case_is_refused_with_a_remedy() -> None:
    with pytest.raises(DatasetError, match=r"class 'b' .* a single case.*--test"):
        divided(cases_of(["a", "a", "b"]), Description())


def test_windows_that_overlap_are_never_on_both_sides(tmp_path: Path) -> None:
    RECORDING.to_csv(tmp_path / "file.csv", index=False)
    said = description(label="state", window=8, hop=2)
    cases = read_labelled(tmp_path / "file.csv", said)
    division = divided(cases, said)
    assert "blocks of a recording" in division.by
    assert "comes from one recording alone" in division.warnings[0]
    assert cases.spans is not None
    for train, test in zip(division.trained, division.tested, strict=True):
        seen = {t for start, end in cases.spans[train] for t in range(start, end)}
        tested = {t for start, end in cases.spans[test] for t in range(start, end)}
        assert not seen & tested
        assert set(cases.labels[train]) == {"ok", "worn"}


def test_a_recording_too_short_for_its_windows_is_told(tmp_path: Path) -> None:
    RECORDING.iloc[:48].to_csv(tmp_path / "file.csv", index=False)
    said = description(label="state", window=16, hop=4)
    with pytest.raises(DatasetError, match=r"too short .*a larger --hop"):
        divided(read_labelled(tmp_path / "file.csv", said), said)


def test_whole_recordings_are_left_out_where_each_class_has_several() -> None:
    recordings = np.arange(24) // 3
    cases = cases_of(["a"] * 12 + ["b"] * 12, recordings=recordings)
    division = divided(cases, Description(folds=4))
    assert division.by == "whole recordings"
    for train, test in zip(division.trained, division.tested, strict=True):
        assert not set(recordings[train]) & set(recordings[test])


def test_labels_that_follow_time_are_warned_of() -> None:
    cases = cases_of(["a"] * 10 + ["b"] * 10, recordings=np.zeros(20, dtype=int))
    assert any("labels follow time" in told for told in divided(cases, Description()).warnings)
    in_turn = replace(cases, labels=np.array(["a"] * 5 + ["b"] * 5 + ["a"] * 5 + ["b"] * 5))
    assert not any("follow time" in told for told in divided(in_turn, Description()).warnings)


def test_folds_and_test_sets_are_data_sets(tmp_path: Path) -> None:
    for name in ("train.csv", "test.csv"):
        WIDE.to_csv(tmp_path / name, index=False)
    path = str(tmp_path / "train.csv")
    fold = load_dataset(path, fold=1, description=description(label="state"))
    assert (fold.name, fold.split, fold.fold) == ("train", "5-fold", 1)
    assert (len(fold.X_train), len(fold.X_test)) == (8, 2)
    said = description(label="state", test=str(tmp_path / "test.csv"))
    given = load_dataset(path, description=said)
    assert (given.split, len(given.X_train), len(given.X_test)) == ("test-set", 10, 10)
    WIDE.replace("worn", "broken").to_csv(tmp_path / "test.csv", index=False)
    with pytest.raises(DatasetError, match="has the class 'broken', which"):
        load_dataset(path, description=said)


def test_a_description_goes_through_json() -> None:
    said = description(label="state", channels=("ax",), window=5)
    assert Description.from_plain(said.to_plain()) == said


def test_a_file_is_read_anew_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    WIDE.to_csv(file, index=False)
    assert len(labelled(file, description(label="state"))) == 10
    WIDE.iloc[:8].to_csv(file, index=False)
    assert len(labelled(file, description(label="state"))) == 8
