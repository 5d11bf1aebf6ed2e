"""Parts in files: .npy arrays mapped into memory, .npz archives, .parquet tables."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import numpy as np
from numpy.typing import DTypeLike, NDArray

from physembed.data.pieces.columns import groups_among, labels_among, piece_of_columns
from physembed.data.pieces.piece import Piece
from physembed.errors import DatasetError


def mapped_array(
    path: Path,
    dtype: DTypeLike = None,
    offset: int = 0,
    shape: tuple[int, ...] | None = None,
) -> NDArray[Any]:
    """The array of a .npy file; or of any file, where its dtype, offset and shape are told.

    Raises
    ------
    DatasetError
    """
    try:
        if shape is not None:
            return np.memmap(path, dtype=dtype, mode="r", offset=offset, shape=shape)
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(f"{path} is not a readable .npy file: {error}.") from error
    if not isinstance(array, np.ndarray):
        raise DatasetError(
            f"{path} is an archive; a .npy file is accepted here, and a folder of archives alone."
        )
    return array


def read_npz(path: Path, *, labelled: bool = True, wanted: Sequence[str] = ()) -> Piece:
    """The arrays ``X``, ``y`` and, where there is one, ``groups`` of an archive.

    Parameters
    ----------
    path : Path
    labelled : bool, default=True
        Whether there have to be labels, and are read.
    wanted : sequence of str, optional
        Of tables; an archive has no names of columns.

    Raises
    ------
    DatasetError
    """
    if not is_zipfile(path):
        raise DatasetError(f"{path} is not a readable .npz file: it is no archive, or not whole.")
    try:
        with np.load(path, allow_pickle=False) as archive:
            names = archive.files
            if "X" not in names:
                raise DatasetError(
                    f"{path} has no array X; it has {', '.join(names) or 'no array at all'}."
                )
            if not labelled:
                return Piece(archive["X"], None)
            label, group = labels_among(names, str(path)), groups_among(names, str(path))
            X = archive["X"]
            return Piece(X, _beside(archive, label, path), _beside(archive, group, path))
    except DatasetError:
        raise
    except Exception as error:
        # zip, zlib and numpy fail in many ways over a damaged archive
        raise DatasetError(f"{path} is not a readable .npz file: {error}.") from error


def _beside(archive: Any, name: str | None, path: Path) -> NDArray[Any] | None:
    """Labels or groups, which are often saved as objects."""
    if name is None:
        return None
    try:
        values: NDArray[Any] = archive[name]
    except ValueError as error:
        raise DatasetError(
            f"{path} has {name} as Python objects, which are not read, since they may run code: "
            f"save them as text, np.savez(..., {name}={name}.astype(str))."
        ) from error
    return values


def read_parquet(path: Path, *, labelled: bool = True, wanted: Sequence[str] = ()) -> Piece:
    """A table with a case in each row, see :func:`~physembed.data.pieces.columns.piece_of_columns`.

    Parameters
    ----------
    path : Path
    labelled : bool, default=True
        Whether there have to be labels, and are read.
    wanted : sequence of str, optional
        What the columns of the series are called, where that is known.

    Raises
    ------
    DatasetError
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise DatasetError(
            f"{path} needs pyarrow, which is not installed: pip install 'physembed[files]'."
        ) from error
    try:
        table = parquet.read_table(path)
    except Exception as error:
        raise DatasetError(f"{path} is not a readable .parquet file: {error}.") from error
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    return piece_of_columns(columns, str(path), labelled=labelled, wanted=wanted)


PART_READERS: dict[str, Callable[..., Piece]] = {".npz": read_npz, ".parquet": read_parquet}
"""What reads a part, by the suffix of its file."""


def parts_in(folder: Path) -> list[Path]:
    """The files of a folder that are parts, by their names; none of what is no folder.

    What begins with a dot or an underscore is no part, as with whatever else writes such folders.
    """
    return [path for path in _seen(folder) if path.is_file() and _is_part(path)]


def beside_parts(folder: Path) -> list[str]:
    """What else lies in a folder of parts and is read by nobody, such as files of other kinds.

    Raises
    ------
    DatasetError
        If there is a folder with parts of its own, which would be left out.
    """
    for path in _seen(folder):
        if path.is_dir() and any(_is_part(file) for file in path.rglob("*")):
            raise DatasetError(
                f"{folder} holds a folder of parts, {path.name}, beside or in place of parts; one "
                "folder is read and none within it: lay all parts into one, or make a function "
                "that gives the pieces of all."
            )
    return [path.name for path in _seen(folder) if path.is_dir() or not _is_part(path)]


def _seen(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))


def _is_part(path: Path) -> bool:
    return path.suffix.lower() in PART_READERS
