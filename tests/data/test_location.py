from pathlib import Path

import pytest
from ts_text import write_ucr_set

from physembed.data import resolve_data_dir
from physembed.data.location import bundled_ucr_folder, find_ucr_folder, ucr_names_in
from physembed.errors import InvalidInputError


def test_the_argument_comes_before_the_variable_and_the_variable_before_the_cache(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("PHYSEMBED_DATA", str(tmp_path / "variable"))
    assert resolve_data_dir(tmp_path / "argument") == tmp_path / "argument"
    assert resolve_data_dir() == tmp_path / "variable"
    monkeypatch.setenv("PHYSEMBED_DATA", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert "physembed" in resolve_data_dir().parts
    assert list(tmp_path.iterdir()) == []


def test_the_home_folder_may_be_abbreviated():
    assert resolve_data_dir("~/sets") == Path.home() / "sets"


def test_a_file_is_no_data_folder(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(InvalidInputError, match=r"data_dir=.*is a file"):
        resolve_data_dir(file)
    monkeypatch.setenv("PHYSEMBED_DATA", str(file))
    with pytest.raises(InvalidInputError, match=r"PHYSEMBED_DATA=.*is a file"):
        resolve_data_dir()


def test_ucr_folders_are_found_with_and_without_the_folder_ucr(tmp_path):
    inner = write_ucr_set(tmp_path / "ucr" / "One", "One")
    outer = write_ucr_set(tmp_path / "Two", "Two")
    write_ucr_set(tmp_path / "NameOfAnother", "Three")
    assert find_ucr_folder("One", tmp_path) == inner
    assert find_ucr_folder("Two", tmp_path) == outer
    assert find_ucr_folder("Three", tmp_path) is None
    assert ucr_names_in(tmp_path) == ["One", "Two"]
    assert ucr_names_in(tmp_path / "absent") == []


def test_sets_inside_aeon_are_found():
    assert bundled_ucr_folder("GunPoint") is not None
    assert bundled_ucr_folder("StarLightCurves") is None
