"""Files that are wrong in every way: series, a model, or one of our own errors; never else."""

import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hostile import READERS, try_reader, within
from hostile_files import valid

import physembed as pe
from physembed.data import check_collection, read_in_pieces, read_series_file
from tests.processes import run_script

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("reader", READERS)
def test_generated_files(reader: str) -> None:
    tried = try_reader(reader, 60, number=1)
    assert tried.inputs >= 60
    assert tried.read + tried.refused == tried.inputs
    assert tried.refused > 0


@pytest.mark.parametrize("suffix", [name for name in READERS if name.startswith(".")])
def test_a_valid_file_is_read(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"series{suffix}"
    file.write_bytes(valid(suffix))
    assert check_collection(read_series_file(file)).size == 5 * 24


def header(text: str) -> bytes:
    encoded = text.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(encoded)) + encoded


CORPUS = {
    "more cases than there are bytes.npy": (
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 24)}"),
        "greater than file size",
    ),
    "cases without a value.npy": (
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 0)}"),
        "0 timepoints",
    ),
    "objects.npy": (
        header("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}"),
        "never loaded",
    ),
    "an expression.npy": (header("__import__('os').system('true')"), "malformed node"),
    "deep brackets.npy": (header("(" * 5000), "header"),
    "nothing.csv": (b"", "no cases"),
    "a header alone.csv": (b"a,b,c\n", "no cases"),
    # the limit of Python's csv module is the process's own: a library may have raised it
    "one huge cell.csv": (b"1,2\n3," + b"9" * 200_000, "line 2.*(field limit|infinite)"),
    "half of UTF-16.csv": ("1,2\n3,4\n".encode("utf-16")[:-1], "not UTF-16-LE text"),
    "a NUL.csv": (b"1,2\n3,\x00\n", "line 2"),
    "no data.ts": (b"@univariate true\n", "no line @data"),
    "a flood of colons.ts": (valid(".ts") + b":" * 100_000 + b"\n", "channels"),
    "half a header.wav": (valid(".wav")[:20], "not a readable .wav"),
    "no archive.npz": (b"PK\x03\x04" + b"\x00" * 50, "not a readable .npz"),
}
"""Files that were made by hand, and what is said of them."""


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus(name: str, tmp_path: Path) -> None:
    content, message = CORPUS[name]
    file = tmp_path / name
    file.write_bytes(content)
    with within(10), pytest.raises(pe.PhysembedError, match=message):
        check_collection(read_series_file(file))


def test_a_bomb_is_read_in_pieces(tmp_path: Path) -> None:
    """A hundred thousand cases of zeros are a few kilobytes of archive."""
    with (
        zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("X.npy", "w") as stream,
    ):
        np.lib.format.write_array_header_1_0(
            stream, {"descr": "<f8", "fortran_order": False, "shape": (100_000, 128)}
        )
        for _ in range(100):
            stream.write(bytes(1000 * 128 * 8))
    assert (tmp_path / "bomb.npz").stat().st_size < 200_000
    sizes = [len(piece) for piece in read_in_pieces(tmp_path / "bomb.npz")]
    assert sum(sizes) == 100_000
    assert max(sizes) <= 2**20 // 128


EVERY_NUMBER_FORGED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from hostile import try_model, within
from hostile_files import forgeries, valid_model
from memory import own_peak

assert try_model(Path(sys.argv[1]), valid_model())
before = own_peak()
for forged in forgeries([10**9, 3_000_000]):
    with within(10):
        try_model(Path(sys.argv[1]), forged)
    assert own_peak() - before < 300e6, (own_peak() - before, forged["config.json"])
"""


def test_a_forged_size_costs_neither_memory_nor_time(tmp_path: Path) -> None:
    """Every number of a configuration in turn, in a process whose peak of memory is its own."""
    script = tmp_path / "forged.py"
    script.write_text(EVERY_NUMBER_FORGED)
    model = tmp_path / "model"
    model.mkdir()
    done = run_script(script, model, Path(__file__).parent, folder=tmp_path).end()
    assert done.returncode == 0, done.stderr[-2000:]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for name in ("pipe.csv", "folder.csv", "loop.csv"):
        with within(5), pytest.raises(pe.DatasetError, match="there is no file"):
            read_series_file(tmp_path / name)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".npy", ".npz", ".ts"])
def test_pieces_are_the_whole(suffix: str, tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / f"series{suffix}"
    file.write_bytes(valid(suffix))
    whole = read_series_file(file)
    monkeypatch.setattr("physembed.data.formats.series_files.VALUES_AT_ONCE", 48)
    pieces = list(read_in_pieces(file))
    assert [len(piece) for piece in pieces] == [2, 2, 1]
    np.testing.assert_array_equal(np.concatenate([piece.series for piece in pieces]), whole)
