"""Files are complete or absent, and nothing temporary stays behind."""

import json
import math
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from physembed._files import (
    put_back,
    remove_temporaries,
    remove_temporaries_of,
    replace_folder_atomically,
    write_json_atomically,
    write_text_atomically,
)
from physembed.errors import RunFolderError


def test_text_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "new" / "note.txt"
    write_text_atomically(file, "one\n")
    write_text_atomically(file, "β₂\n")
    assert file.read_bytes() == "β₂\n".encode()
    assert list(file.parent.iterdir()) == [file]


def test_json_is_strict_and_keeps_the_order_of_keys(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    write_json_atomically(
        file,
        {
            "b": math.nan,
            "a": np.float64(math.inf),
            "c": np.arange(3),
            "d": (Path("x"), np.int64(7)),
        },
    )
    text = file.read_text(encoding="utf-8")
    assert json.loads(text) == {"b": None, "a": None, "c": [0, 1, 2], "d": ["x", 7]}
    assert list(json.loads(text)) == ["b", "a", "c", "d"]
    assert "NaN" not in text and "Infinity" not in text


def test_a_file_in_the_way_of_a_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match="cannot be written"):
        write_text_atomically(tmp_path / "file" / "note.txt", "")
    with (
        pytest.raises(RunFolderError, match="cannot be written"),
        replace_folder_atomically(tmp_path / "file" / "folder"),
    ):
        pass


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    for name in ("old", "new"):
        with replace_folder_atomically(folder) as temporary:
            (temporary / name).write_text(name)
            assert not (folder / name).exists()
    assert [file.name for file in folder.iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failed_replacement_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with replace_folder_atomically(folder) as temporary:
        (temporary / "old").write_text("old")
    with pytest.raises(ZeroDivisionError), replace_folder_atomically(folder) as temporary:
        (temporary / "half").write_text("half")
        raise ZeroDivisionError
    assert [file.name for file in folder.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [folder]


def test_only_our_own_temporaries_are_removed(tmp_path: Path) -> None:
    keep = [tmp_path / ".hidden", tmp_path / "a.tmp", tmp_path / "runs" / "record.json"]
    keep[2].parent.mkdir()
    for file in keep:
        file.write_text("")
    leftover = tmp_path / "runs" / ".seed0.0123456789ab.physembed-tmp"
    leftover.mkdir()
    (leftover / "weights").write_text("half")
    (tmp_path / ".table.md.0123456789ab.physembed-tmp").write_text("half")
    remove_temporaries(tmp_path)
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == sorted(keep)
    assert not leftover.exists()


KILLED_BETWEEN_TWO_RENAMES = """
import os, signal, sys
from pathlib import Path
from physembed import _files

_files._exchanged = lambda one, other: False  # what the system says where it cannot
rename = Path.replace

def rename_and_die(self, target):
    rename(self, target)
    os.kill(os.getpid(), signal.SIGKILL)

with _files.replace_folder_atomically(Path(sys.argv[1])) as temporary:
    (temporary / "new").write_text("new")
    Path.replace = rename_and_die
"""


@pytest.mark.parametrize(
    "clean",
    [put_back, remove_temporaries_of, lambda path: remove_temporaries(path.parent)],
    ids=["looked for", "cleaned beside", "cleaned below"],
)
def test_what_was_moved_aside_is_put_back(clean: Callable[[Path], None], tmp_path: Path) -> None:
    """Where folders cannot be exchanged, a kill between two renames leaves none in place."""
    folder = tmp_path / "model"
    with replace_folder_atomically(folder) as temporary:
        (temporary / "old").write_text("old")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BETWEEN_TWO_RENAMES, str(folder)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert not folder.exists()
    clean(folder)
    assert [file.name for file in folder.iterdir()] == ["old"]
    # and it can be replaced as ever
    with replace_folder_atomically(folder) as temporary:
        (temporary / "newer").write_text("newer")
    remove_temporaries(tmp_path)
    assert [file.name for file in folder.iterdir()] == ["newer"]
    assert list(tmp_path.iterdir()) == [folder]
