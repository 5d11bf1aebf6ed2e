"""Generated files that are wrong in every way, for every reader.

A reader may give series or one of our own errors. Anything else is a fault: the error of somebody
else's library, or more seconds than a file of this size deserves.
"""

import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostile_files import X, damaged, npy, npz, run_folder, table, ts_text, valid, wav
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

import physembed as pe
from physembed.data import check_collection, read_series_file
from physembed.errors import PhysembedError

SECONDS = 20


def try_model(folder: Path, files: dict[str, bytes]) -> bool:
    """Whether files are read as a model that predicts; False where one of our errors refuses."""
    try:
        _read_model(folder, files)
    except PhysembedError:
        return False
    return True


@dataclass
class Tried:
    """What a reader made of generated files.

    Parameters
    ----------
    reader : str
    inputs : int
    read : int
        Given as series, or as a model.
    refused : int
        By one of our own errors.
    """

    reader: str
    inputs: int = 0
    read: int = 0
    refused: int = 0


READERS: dict[str, st.SearchStrategy[Any]] = {
    ".ts": ts_text() | damaged(valid(".ts")),
    ".tsv": table("\t") | damaged(valid(".tsv")),
    ".csv": table(",") | damaged(valid(".csv")),
    ".npy": npy() | damaged(valid(".npy")),
    ".npz": npz() | damaged(valid(".npz")),
    ".wav": wav() | damaged(valid(".wav")),
    "run folder": run_folder(),
}
"""What is generated for each reader."""


def try_reader(reader: str, n_inputs: int, *, number: int = 0) -> Tried:
    """Give a reader so many generated inputs.

    Raises
    ------
    Exception
        What the reader raised if it was no error of ours, with the smallest input that does so.
    """
    tried = Tried(reader)
    read = _read_model if reader == "run folder" else _read_series(reader)

    @seed(number)
    @settings(
        max_examples=n_inputs,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(READERS[reader])
    def attempt(content: Any) -> None:
        tried.inputs += 1
        with tempfile.TemporaryDirectory() as folder, within(SECONDS):
            try:
                read(Path(folder), content)
            except PhysembedError as error:
                assert str(error), "an error without a sentence"
                tried.refused += 1
            else:
                tried.read += 1

    attempt()
    return tried


def _read_series(suffix: str) -> Callable[[Path, bytes], None]:
    def read(folder: Path, content: bytes) -> None:
        file = folder / f"series{suffix}"
        file.write_bytes(content)
        check_collection(read_series_file(file), missing=True, unequal=True)

    return read


def _read_model(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    pe.load(folder).predict(X[:2])


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Stop what hangs."""

    def expire(*_: object) -> None:
        raise TimeoutError(f"not done within {seconds} seconds")

    previous = signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
