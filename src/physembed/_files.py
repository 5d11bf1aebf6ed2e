"""Files and folders that are complete or absent, whenever the process is killed."""

import ctypes
import glob
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from physembed.errors import RunFolderError

_TEMPORARY_SUFFIX = ".physembed-tmp"
_ASIDE_SUFFIX = ".physembed-old"
_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux."""


def write_text_atomically(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 so that ``path`` holds all of it or what it held before.

    Parameters
    ----------
    path : Path
        Folders above it are created.
    text : str

    Raises
    ------
    RunFolderError
        If the file cannot be written.
    """
    with (
        file_replaced_atomically(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as stream,
    ):
        stream.write(text)


@contextmanager
def file_replaced_atomically(path: Path) -> Iterator[Path]:
    """Name a temporary file that takes the place of ``path`` when the block succeeds.

    Yields
    ------
    Path
        A name beside ``path``, for the block to write to.

    Raises
    ------
    RunFolderError
        If the file cannot be written.
    """
    temporary = _temporary_sibling(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise RunFolderError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_json_atomically(path: Path, data: object) -> None:
    """Write ``data`` as indented JSON, complete or not at all.

    Numbers that are not finite become null, numpy's scalars and arrays become numbers and lists,
    and paths become text. Keys keep their order.

    Parameters
    ----------
    path : Path
    data : object

    Raises
    ------
    RunFolderError
        If the file cannot be written.
    """
    text = json.dumps(to_plain(data), indent=2, ensure_ascii=False, allow_nan=False)
    write_text_atomically(path, text + "\n")


@contextmanager
def replace_folder_atomically(path: Path) -> Iterator[Path]:
    """Fill a temporary folder that takes the place of ``path`` when the block succeeds.

    Parameters
    ----------
    path : Path
        An existing folder of this name is removed once the new one is complete.

    Yields
    ------
    Path
        An empty folder beside ``path``, removed if the block raises.

    Raises
    ------
    RunFolderError
        If the folder cannot be made or put in its place.
    """
    temporary = _temporary_sibling(path)
    put_back(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.mkdir()
    except OSError as error:
        raise RunFolderError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        yield temporary
        _sync_tree(temporary)
        _put_in_place(temporary, path)
    except OSError as error:
        raise RunFolderError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_writable(path: Path) -> None:
    """Find out before the work, not after it, whether ``path`` can be written; leaves no trace.

    Raises
    ------
    RunFolderError
        If nothing can be made there.
    """
    existing = next(folder for folder in path.absolute().parents if folder.exists())
    probe = existing / f".probe.{uuid4().hex[:12]}{_TEMPORARY_SUFFIX}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise RunFolderError(f"{path} cannot be written: {error.strerror or error}.") from error


@contextmanager
def one_writer(lock: Path, busy: str) -> Iterator[None]:
    """Hold a lock file while the block runs; the system lets go of it when the process dies.

    Raises
    ------
    RunFolderError
        With the sentence ``busy`` where another process holds it, or if it cannot be written.
    """
    from filelock import FileLock, Timeout

    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout as error:
        raise RunFolderError(busy) from error
    except OSError as error:
        raise RunFolderError(f"{lock} cannot be written: {error.strerror or error}.") from error
    try:
        yield
    finally:
        held.release()


def put_back(path: Path) -> None:
    """Put back a folder that a killed process had moved aside and not yet replaced.

    There is such a moment only where two folders cannot be exchanged in one step. What has been
    replaced is removed.
    """
    for aside in path.parent.glob(f".{glob.escape(path.name)}.*{_ASIDE_SUFFIX}"):
        if path.exists():
            _remove(aside)
        else:
            with suppress(OSError):
                aside.replace(path)


def remove_temporaries_of(path: Path) -> None:
    """Put back or remove what a killed process left beside ``path`` while it replaced it."""
    put_back(path)
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*{_TEMPORARY_SUFFIX}"):
        _remove(leftover)


def remove_temporaries(folder: Path) -> None:
    """Put back or remove what a killed process left below ``folder`` while it wrote."""
    for aside in list(folder.rglob(f".*{_ASIDE_SUFFIX}")):
        name = aside.name.removesuffix(_ASIDE_SUFFIX).rpartition(".")[0]
        put_back(aside.with_name(name.removeprefix(".")))
    for leftover in list(folder.rglob(f".*{_TEMPORARY_SUFFIX}")):
        _remove(leftover)


def is_temporary(path: Path) -> bool:
    """Whether a name is one of what a killed process was about to write."""
    return path.name.startswith(".") and path.name.endswith(_TEMPORARY_SUFFIX)


def _remove(leftover: Path) -> None:
    if leftover.is_dir() and not leftover.is_symlink():
        shutil.rmtree(leftover, ignore_errors=True)
    else:
        leftover.unlink(missing_ok=True)


def _temporary_sibling(path: Path, suffix: str = _TEMPORARY_SUFFIX) -> Path:
    return path.parent / f".{path.name}.{uuid4().hex[:12]}{suffix}"


def _put_in_place(temporary: Path, path: Path) -> None:
    if not path.exists():
        temporary.replace(path)
    elif _exchanged(temporary, path):
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        # under a name of its own: until the next line is done, it is all that there is
        aside = _temporary_sibling(path, _ASIDE_SUFFIX)
        path.replace(aside)
        temporary.replace(path)
        shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(path.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, so that a kill finds the old or the new one in place.

    False where the system or the file system cannot.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    done: bool = renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
    return done


def _sync_tree(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
        elif file.is_dir():
            _sync_folder(file)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_plain(data: Any) -> Any:
    """``data`` as :func:`write_json_atomically` writes it and ``json.loads`` reads it back."""
    if isinstance(data, Mapping):
        return {str(key): to_plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [to_plain(value) for value in data]
    if isinstance(data, Path):
        return str(data)
    if hasattr(data, "tolist"):
        return to_plain(data.tolist())
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
