"""Series in numpy's own files, read in pieces; nothing pickled is ever loaded."""

import math
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from physembed.errors import DatasetError

UNPACKED_IN_MEMORY = 2**26
"""Bytes of an array in columns that are unpacked in memory; more go into a temporary file."""

Pieces = Iterator[NDArray[Any]]


def read_npy(path: Path, values_at_once: int) -> Pieces:
    """The array of a .npy file, as :func:`~physembed.data.series_files.read_in_pieces` gives it."""
    with path.open("rb") as file:
        kind = "a readable .npy file"
        yield from _read_array(path, file, path.stat().st_size, kind, values_at_once)


def read_npz(path: Path, values_at_once: int) -> Pieces:
    """The array of a .npz file named ``X``, or the only one; likewise."""
    if not zipfile.is_zipfile(path):
        raise DatasetError(f"{path} is not a readable .npz file: it is no zip archive.")
    try:
        with zipfile.ZipFile(path) as archive:
            keys = [name.removesuffix(".npy") for name in archive.namelist()]
            name = archive.namelist()[keys.index(_only_key(path, keys))]
            with archive.open(name) as file:
                size = archive.getinfo(name).file_size
                kind = "a readable .npz file"
                yield from _read_array(path, file, size, kind, values_at_once)
    except (ValueError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        # an encrypted archive is a RuntimeError
        raise DatasetError(f"{path} is not a readable .npz file: {error}.") from None


def _only_key(path: Path, keys: list[str]) -> str:
    if "X" in keys:
        return "X"
    if len(keys) != 1:
        names = ", ".join(keys[:8]) or "none"
        raise DatasetError(f"{path} has several arrays or none ({names}); name the series X.")
    return keys[0]


def _read_array(path: Path, file: IO[bytes], size: int, kind: str, values_at_once: int) -> Pieces:
    """The cases of an array in numpy's format, without ever asking for more than a piece."""
    read_magic: Callable[[IO[bytes]], tuple[int, int]] = np.lib.format.read_magic
    headers: dict[tuple[int, int], Callable[[IO[bytes]], Any]] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    try:
        version = read_magic(file)
        if version not in headers:
            raise ValueError(f"its version {version} is not read")
        shape, in_columns, dtype = _header(headers[version], file)
        if dtype.kind not in "biuf":
            hint = "; Python objects (allow_pickle) are never loaded" if dtype.hasobject else ""
            raise ValueError(f"its values are {dtype}, where real numbers are read{hint}")
        if not shape:
            raise ValueError("it holds a single number")
        told = math.prod(shape) * dtype.itemsize
        found = size - file.tell()
        if told != found:
            raise ValueError(
                f"it has {found:,} bytes of values, where its header tells of {told:,}"
            )
        if told == 0:
            # without a value there is nothing to read, however many cases it tells of
            yield np.empty((min(shape[0], 1), *shape[1:]))
            return
        order: Literal["C", "F"] = "F" if in_columns else "C"
        read = _by_columns(file, shape, dtype.itemsize) if in_columns else _by_cases(file)
        of_a_case = math.prod(shape[1:])
        at_once = max(1, values_at_once // of_a_case)
        for first in range(0, shape[0], at_once):
            n_cases = min(at_once, shape[0] - first)
            content = read(first, n_cases, of_a_case * dtype.itemsize)
            yield np.frombuffer(content, dtype).reshape((n_cases, *shape[1:]), order=order)
    except (ValueError, EOFError, OverflowError, zlib.error) as error:
        raise DatasetError(f"{path} is not {kind}: {error}.") from None


Cases = Callable[[int, int, int], bytes]
"""The bytes of cases in the order of the file: from which on, how many, of how many bytes each."""


def _by_cases(file: IO[bytes]) -> Cases:
    """Of an array in C order: one case after the other."""
    return lambda first, n_cases, n_bytes: file.read(n_cases * n_bytes)


def _by_columns(file: IO[bytes], shape: tuple[int, ...], itemsize: int) -> Cases:
    """Of an array in Fortran order: the first timepoint of all cases, then the second."""
    if isinstance(file, zipfile.ZipExtFile):
        # which would be unpacked from its beginning for every column
        unpacked = tempfile.SpooledTemporaryFile(max_size=UNPACKED_IN_MEMORY)  # noqa: SIM115
        shutil.copyfileobj(file, unpacked)
        file = unpacked
        begin = 0
    else:
        begin = file.tell()

    def read(first: int, n_cases: int, n_bytes: int) -> bytes:
        parts = []
        for column in range(n_bytes // itemsize):
            file.seek(begin + (column * shape[0] + first) * itemsize)
            parts.append(file.read(n_cases * itemsize))
        return b"".join(parts)

    return read


def _header(read: Callable[[IO[bytes]], Any], file: IO[bytes]) -> Any:
    """Shape, order and type of an array; a header that is none is a ValueError.

    numpy reads it as Python source, which fails in all the ways in which source can.
    """
    try:
        return read(file)
    except (ValueError, OSError):
        raise
    except (Exception, RecursionError, MemoryError) as error:
        raise ValueError(f"its header is not one of numpy's ({type(error).__name__})") from error
