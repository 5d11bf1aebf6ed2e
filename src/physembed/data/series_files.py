"""Series to predict, read from a file of any common format."""

import csv
import math
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.dataset import SeriesCollection
from physembed.errors import DatasetError, InvalidInputError

LONGEST_QUOTED = 40
"""Characters of a wrong cell that an error quotes."""


def read_series_file(path: Path | str) -> SeriesCollection:
    """Read series from a file, without their labels if it has any.

    Parameters
    ----------
    path : path
        By its suffix:

        - ``.ts``: the format of the UCR/UEA archive, labelled or not.
        - ``.tsv``: the older UCR layout, one case per line, tab-separated; the first column is
          the class label and is dropped.
        - ``.csv``: one case per line, comma-separated timepoints, no labels. A first line in
          which no cell is a number is a header and is dropped.
        - ``.npy``: an array (cases, timepoints) or (cases, channels, timepoints).
        - ``.npz``: the array named ``X``, or the only array. Nothing pickled is ever loaded.

    Returns
    -------
    array of shape (cases, timepoints) or (cases, channels, timepoints), or list of arrays
        To be checked by `check_collection`; a list where the lengths in a .ts file differ.

    Raises
    ------
    InvalidInputError
        If the suffix is none of these.
    DatasetError
        If the file is absent or damaged; the message names the line and column.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InvalidInputError(
            f"{path} has suffix {path.suffix!r}; {', '.join(_READERS)} are accepted."
        )
    if not path.is_file():
        raise DatasetError(f"there is no file {path}.")
    try:
        return reader(path)
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8 text, so it is no {path.suffix} file.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from None


def _read_ts(path: Path) -> SeriesCollection:
    from physembed.data.sources.ts_file import read_ts_file

    return read_ts_file(path).X


def _read_tsv(path: Path) -> NDArray[np.float64]:
    return _read_table(path, delimiter="\t", n_label_columns=1)


def _read_csv(path: Path) -> NDArray[np.float64]:
    return _read_table(path, delimiter=",", n_label_columns=0)


def _read_table(path: Path, *, delimiter: str, n_label_columns: int) -> NDArray[np.float64]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
        except csv.Error as error:
            raise DatasetError(f"{path}, line {reader.line_num}: {error}.") from None
    if lines and n_label_columns == 0 and not any(map(_is_number, lines[0][1])):
        lines = lines[1:]
    if not lines:
        raise DatasetError(f"{path} has no cases.")
    rows = [_parse(path, line, cells, n_label_columns) for line, cells in lines]
    for (line, _), row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise DatasetError(
                f"{path}, line {line}: {len(row)} timepoints, but the first case has "
                f"{len(rows[0])}; series of unequal lengths are not accepted."
            )
    return np.array(rows)


def _parse(path: Path, line: int, cells: list[str], n_label_columns: int) -> list[float]:
    values = []
    for column, cell in enumerate(cells[n_label_columns:], start=n_label_columns + 1):
        if not cell.strip():
            raise DatasetError(f"{path}, line {line}, column {column} is empty.")
        if not _is_number(cell):
            shown = cell.strip() if len(cell) <= LONGEST_QUOTED else f"{cell[:LONGEST_QUOTED]}..."
            hint = " Values are separated by commas." if ";" in cell or "\t" in cell else ""
            raise DatasetError(
                f"{path}, line {line}, column {column}: {shown!r} is not a number.{hint}"
            )
        value = float(cell)
        if not math.isfinite(value):
            raise DatasetError(
                f"{path}, line {line}, column {column} is {cell.strip()}; "
                "missing and infinite values are not accepted."
            )
        values.append(value)
    if not values:
        raise DatasetError(f"{path}, line {line} has a label but no timepoints.")
    return values


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _read_npy(path: Path) -> NDArray[np.float64]:
    read_array: Callable[..., NDArray[np.float64]] = np.lib.format.read_array
    with path.open("rb") as file:
        try:
            return read_array(file, allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise DatasetError(f"{path} is not a readable .npy file: {error}.") from None


def _read_npz(path: Path) -> NDArray[np.float64]:
    if not zipfile.is_zipfile(path):
        raise DatasetError(f"{path} is not a readable .npz file: it is no zip archive.")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return np.asarray(arrays[_only_key(path, arrays.files)])
    except (ValueError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise DatasetError(f"{path} is not a readable .npz file: {error}.") from None


def _only_key(path: Path, keys: list[str]) -> str:
    if "X" in keys:
        return "X"
    if len(keys) != 1:
        names = ", ".join(keys) or "none"
        raise DatasetError(f"{path} has several arrays or none ({names}); name the series X.")
    return keys[0]


_READERS: dict[str, Callable[[Path], SeriesCollection]] = {
    ".ts": _read_ts,
    ".tsv": _read_tsv,
    ".csv": _read_csv,
    ".npy": _read_npy,
    ".npz": _read_npz,
}
