"""Parts in files: .npy arrays mapped into memory, .npz archives, .parquet tables."""

from collections.abc import Callable
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
    return array


def read_npz(path: Path, *, labelled: bool = True) -> Piece:
    """The arrays ``X``, ``y`` and, where there is one, ``groups`` of an archive.

    Parameters
    ----------
    path : Path
    labelled : bool, default=True
        Whether there have to be labels, and are read.

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
            label, group = labels_among(names, str(path)), groups_among(names)
            return Piece(archive["X"], archive[label], None if group is None else archive[group])
    except DatasetError:
        raise
    except Exception as error:
        # zip, zlib and numpy fail in many ways over a damaged archive
        raise DatasetError(f"{path} is not a readable .npz file: {error}.") from error


def read_parquet(path: Path, *, labelled: bool = True) -> Piece:
    """A table with a case in each row, see :func:`~physembed.data.pieces.columns.piece_of_columns`.

    Parameters
    ----------
    path : Path
    labelled : bool, default=True
        Whether there have to be labels, and are read.

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
    return piece_of_columns(columns, str(path), labelled=labelled)


PART_READERS: dict[str, Callable[..., Piece]] = {".npz": read_npz, ".parquet": read_parquet}
"""What reads a part, by the suffix of its file."""


def parts_in(folder: Path) -> list[Path]:
    """The files of a folder that are parts, by their names; none of what is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PART_READERS)
