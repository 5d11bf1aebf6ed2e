"""Series in numpy's own files, read in pieces; nothing pickled is ever loaded."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases
from physembed.errors import DatasetError


def read_npy(path: Path, values_at_once: int) -> Iterator[Cases]:
    """The array of a .npy file, a few cases at a time."""
    yield from _pieces(path, path, values_at_once)


def n_dimensions_of(path: Path) -> int:
    """How many dimensions the array of a .npy file has."""
    return _mapped(path, path).ndim


def read_npz(path: Path, values_at_once: int) -> Iterator[Cases]:
    """The array of a .npz file named ``X``, or the only one; likewise.

    It is unpacked onto the disk first: an archive is not mapped into memory.
    """
    if not zipfile.is_zipfile(path):
        raise DatasetError(f"{path} is not a readable .npz file: it is no zip archive.")
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder) / "X.npy"
        try:
            with zipfile.ZipFile(path) as archive:
                keys = [name.removesuffix(".npy") for name in archive.namelist()]
                name = archive.namelist()[keys.index(_only_key(path, keys))]
                with archive.open(name) as packed, unpacked.open("wb") as file:
                    shutil.copyfileobj(packed, file)
        except (ValueError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
            # an encrypted archive is a RuntimeError
            raise DatasetError(f"{path} is not a readable .npz file: {error}.") from None
        yield from _pieces(path, unpacked, values_at_once)


def _only_key(path: Path, keys: list[str]) -> str:
    if "X" in keys:
        return "X"
    if len(keys) != 1:
        names = ", ".join(keys[:8]) or "none"
        raise DatasetError(f"{path} has several arrays or none ({names}); name the series X.")
    return keys[0]


def _mapped(path: Path, file: Path) -> NDArray[Any]:
    """An array on the disk; ``path`` is what it is called."""
    refusal = f"{path} is not a readable {path.suffix.lower()} file"
    try:
        array: Any = np.load(file, mmap_mode="r", allow_pickle=False)
    except OSError:
        raise
    except (ValueError, EOFError) as error:
        hint = " Python objects (allow_pickle) are never loaded." if "object" in str(error) else ""
        raise DatasetError(f"{refusal}: {_one_line(error)}.{hint}") from None
    except (Exception, RecursionError) as error:
        # numpy reads a header as Python source, which fails in all the ways in which source can
        raise DatasetError(
            f"{refusal}: its header is not one of numpy's ({type(error).__name__})."
        ) from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        kind = getattr(array, "dtype", type(array).__name__)
        raise DatasetError(f"{refusal}: its values are {kind}, where real numbers are read.")
    if array.ndim == 0:
        raise DatasetError(f"{refusal}: it holds a single number.")
    begin = getattr(array, "offset", None)
    if begin is not None and begin + array.nbytes != file.stat().st_size:
        raise DatasetError(
            f"{refusal}: it has {file.stat().st_size - begin:,} bytes of values, where its header "
            f"tells of {array.nbytes:,}."
        )
    return array


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text[:120].rstrip(".") or type(error).__name__


def _pieces(path: Path, file: Path, values_at_once: int) -> Iterator[Cases]:
    array = _mapped(path, file)
    if array.size == 0:
        # without a value there is nothing to read, however many cases it tells of
        yield Cases(np.empty((min(len(array), 1), *array.shape[1:])))
        return
    n_cases = len(array)
    at_once = max(1, values_at_once // max(1, array[0].size))
    for first in range(0, n_cases, at_once):
        yield Cases(_copied(array, file, first, min(first + at_once, n_cases)))
        # mapped anew: what was read from a map counts as memory of the process while it lasts
        array = _mapped(path, file)


def _copied(array: NDArray[Any], file: Path, first: int, end: int) -> NDArray[Any]:
    """Some cases in memory: what the map shows may change, and belongs to a file that is closed."""
    if array.flags.c_contiguous or not isinstance(array, np.memmap):
        return np.array(array[first:end])
    # in Fortran order a few values of every column are a case: touched through the map, they would
    # bring in pages of the whole file, so they are read from it
    n_cases, n_columns = len(array), array[0].size
    columns = np.empty((end - first, n_columns), array.dtype)
    with file.open("rb") as stream:
        for column in range(n_columns):
            stream.seek(array.offset + (column * n_cases + first) * array.itemsize)
            columns[:, column] = np.fromfile(stream, array.dtype, end - first)
    return columns.reshape((end - first, *array.shape[1:]), order="F")
