"""Parts in files: .npy arrays mapped into memory, .npz archives, .parquet tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import numpy as np
from numpy.typing import DTypeLike, NDArray

from physembed.data.pieces.piece import Piece
from physembed.errors import DatasetError

LABELS = ("y", "label", "class", "target")
GROUPS = ("groups", "group")
"""What labels and groups may be called in an archive or a table."""


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
            label, group = _column(path, names, LABELS), _optional(names, GROUPS)
            return Piece(archive["X"], archive[label], None if group is None else archive[group])
    except DatasetError:
        raise
    except Exception as error:
        # zip, zlib and numpy fail in many ways over a damaged archive
        raise DatasetError(f"{path} is not a readable .npz file: {error}.") from error


def read_parquet(path: Path, *, labelled: bool = True) -> Piece:
    """A table with a case in each row.

    Columns of numbers are the timepoints in order, or columns of lists the channels, one list a
    case; one column is called ``y``, ``label``, ``class`` or ``target``, one may be ``group``.

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
    names = table.column_names
    label = _column(path, names, LABELS) if labelled else _optional(names, LABELS)
    group = _optional(names, GROUPS)
    columns = [table.column(name) for name in names if name not in (label, group)]
    if not columns:
        raise DatasetError(f"{path} has no columns of series.")
    if all(_is_list(column) for column in columns):
        try:
            channels = [np.stack(column.to_numpy()) for column in columns]
            X = np.stack(channels, axis=1)
        except ValueError as error:
            raise DatasetError(f"{path} has lists of unequal lengths.") from error
    else:
        X = np.column_stack([column.to_numpy() for column in columns])
    if not labelled or label is None:
        return Piece(X, None)
    y = table.column(label).to_numpy()
    return Piece(X, y, None if group is None else table.column(group).to_numpy())


def _is_list(column: Any) -> bool:
    import pyarrow as pa

    kind = column.type
    return bool(pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind))


def _optional(names: list[str], known: tuple[str, ...]) -> str | None:
    return next((name for name in known if name in names), None)


def _column(path: Path, names: list[str], known: tuple[str, ...]) -> str:
    name = _optional(names, known)
    if name is None:
        raise DatasetError(
            f"{path} has no labels; an array or column called {', '.join(known)} is read, and "
            f"there are {', '.join(names[:8])}."
        )
    return name


PART_READERS: dict[str, Callable[..., Piece]] = {".npz": read_npz, ".parquet": read_parquet}
"""What reads a part, by the suffix of its file."""


def parts_in(folder: Path) -> list[Path]:
    """The files of a folder that are parts, by their names; none of what is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PART_READERS)
