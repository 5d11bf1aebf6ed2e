"""Series to predict, read from a file of any common format, whole or in pieces."""

import csv
import math
import wave
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.array_files import read_npy, read_npz
from physembed.data.dataset import SeriesCollection
from physembed.errors import DatasetError, InvalidInputError

VALUES_AT_ONCE = 2**20
"""Numbers of a piece, about; a piece has at least one case, whatever its size."""
LONGEST_QUOTED = 40
"""Characters of a wrong cell that an error quotes."""
_BYTES_OF_A_SAMPLE = {1: "u1", 2: "<i2", 4: "<i4"}

Pieces = Iterator[SeriesCollection]


def read_series_file(path: Path | str) -> SeriesCollection:
    """Read series from a file, without their labels if it has any.

    Parameters
    ----------
    path : path
        By its suffix:

        - ``.ts``: the format of the UCR/UEA archive, labelled or not.
        - ``.tsv``: the older UCR layout, one case per line, tab-separated; the first column is
          the class label and is dropped. An empty cell, or "nan", is a missing value.
        - ``.csv``: one case per line, comma-separated timepoints, no labels; missing values as in
          a .tsv. A first line in which no cell is a number, and not all are empty, is a header
          and is dropped.
        - ``.npy``: an array (cases, timepoints) or (cases, channels, timepoints).
        - ``.npz``: the array named ``X``, or the only array. Nothing pickled is ever loaded.
        - ``.wav``: a recording in PCM is one case, of amplitudes in [-1, 1].

    Returns
    -------
    array of shape (cases, timepoints) or (cases, channels, timepoints), or list of arrays
        To be checked by `check_collection`; a list where the lengths in a .ts file differ. Missing
        values are NaN.

    Raises
    ------
    InvalidInputError
        If the suffix is none of these.
    DatasetError
        If the file is absent or damaged; the message names the line and column.
    """
    pieces = list(read_in_pieces(path))
    if all(isinstance(piece, np.ndarray) for piece in pieces):
        shapes = {piece.shape[1:] for piece in pieces if isinstance(piece, np.ndarray)}
        if len(shapes) == 1:
            return np.concatenate(pieces)
    return list(chain.from_iterable(pieces))


def read_in_pieces(path: Path | str) -> Pieces:
    """Read series as :func:`read_series_file` does, a few cases at a time, in constant memory.

    Yields
    ------
    array or list of arrays
        As from :func:`read_series_file`, of about :data:`VALUES_AT_ONCE` numbers.
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
        yield from reader(path)
    except UnicodeDecodeError:
        raise DatasetError(f"{path} is not UTF-8 text, so it is no {path.suffix} file.") from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from None


def _read_ts(path: Path) -> Pieces:
    from physembed.data.sources.ts_file import read_ts_cases

    piece: list[NDArray[np.float64]] = []
    n_values = 0
    for case in read_ts_cases(path):
        piece.append(case)
        n_values += case.size
        if n_values >= VALUES_AT_ONCE:
            yield _stacked(piece)
            piece, n_values = [], 0
    if piece:
        yield _stacked(piece)


def _stacked(cases: list[NDArray[np.float64]]) -> SeriesCollection:
    """An array where all cases have one shape."""
    return np.stack(cases) if len({case.shape for case in cases}) == 1 else cases


def _read_tsv(path: Path) -> Pieces:
    return _read_table(path, delimiter="\t", n_label_columns=1)


def _read_csv(path: Path) -> Pieces:
    return _read_table(path, delimiter=",", n_label_columns=0)


def _read_table(path: Path, *, delimiter: str, n_label_columns: int) -> Pieces:
    rows: list[list[float]] = []
    length = None
    for line, cells in _lines(path, delimiter=delimiter, with_header=n_label_columns == 0):
        row = _parse(path, line, cells, n_label_columns)
        length = len(row) if length is None else length
        if len(row) != length:
            raise DatasetError(
                f"{path}, line {line}: {len(row)} timepoints, but the first case has "
                f"{length}; series of unequal lengths are not accepted."
            )
        rows.append(row)
        if len(rows) * length >= VALUES_AT_ONCE:
            yield np.array(rows)
            rows = []
    if length is None:
        raise DatasetError(f"{path} has no cases.")
    if rows:
        yield np.array(rows)


def _lines(path: Path, *, delimiter: str, with_header: bool) -> Iterator[tuple[int, list[str]]]:
    """The numbers and the cells of the lines that hold cases."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            # a line with separators alone is a case without a value, to be refused as one
            filled = (cells for cells in reader if len(cells) > 1 or any(map(str.strip, cells)))
            for number, cells in enumerate(filled):
                if number == 0 and with_header and _is_header(cells):
                    continue
                yield reader.line_num, cells
        except csv.Error as error:
            raise DatasetError(f"{path}, line {reader.line_num}: {error}.") from None


def _parse(path: Path, line: int, cells: list[str], n_label_columns: int) -> list[float]:
    values = []
    for column, cell in enumerate(cells[n_label_columns:], start=n_label_columns + 1):
        if not cell.strip():
            values.append(math.nan)
            continue
        if not _is_number(cell):
            shown = cell.strip() if len(cell) <= LONGEST_QUOTED else f"{cell[:LONGEST_QUOTED]}..."
            hint = " Values are separated by commas." if ";" in cell or "\t" in cell else ""
            raise DatasetError(
                f"{path}, line {line}, column {column}: {shown!r} is not a number.{hint}"
            )
        value = float(cell)
        if math.isinf(value):
            raise DatasetError(
                f"{path}, line {line}, column {column} is {cell.strip()}; "
                "infinite values are not accepted."
            )
        values.append(value)
    if not values:
        raise DatasetError(f"{path}, line {line} has a label but no timepoints.")
    return values


def _is_header(cells: list[str]) -> bool:
    return any(map(str.strip, cells)) and not any(map(_is_number, cells))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _read_wav(path: Path) -> Pieces:
    try:
        with wave.open(str(path), "rb") as sound:
            width, n_channels = sound.getsampwidth(), sound.getnchannels()
            content = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError, RuntimeError, ValueError, ArithmeticError) as error:
        # what the header tells of is not where it tells
        raise DatasetError(f"{path} is not a readable .wav file: {error or 'cut short'}.") from None
    if width not in _BYTES_OF_A_SAMPLE:
        raise DatasetError(f"{path} has {8 * width} bits per sample; 8, 16 and 32 are read.")
    whole = len(content) - len(content) % (width * n_channels)
    samples = np.frombuffer(content[:whole], _BYTES_OF_A_SAMPLE[width]).astype(np.float64)
    # eight bits have their zero in the middle
    amplitudes = samples / 128 - 1 if width == 1 else samples / 2 ** (8 * width - 1)
    yield amplitudes.reshape(-1, n_channels).T[np.newaxis]


_READERS: dict[str, Callable[[Path], Pieces]] = {
    ".ts": _read_ts,
    ".tsv": _read_tsv,
    ".csv": _read_csv,
    ".npy": lambda path: read_npy(path, VALUES_AT_ONCE),
    ".npz": lambda path: read_npz(path, VALUES_AT_ONCE),
    ".wav": _read_wav,
}
SUFFIXES: Sequence[str] = tuple(_READERS)
"""Every kind of file that series are read from."""
