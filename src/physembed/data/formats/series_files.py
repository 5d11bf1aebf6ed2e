"""Series in a file of any common format, whole or in pieces: one registry of readers by ending."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from physembed.data.cases import Cases
from physembed.data.dataset import SeriesCollection
from physembed.data.formats.arff_file import read_arff_file
from physembed.data.formats.array_files import read_npy, read_npz
from physembed.data.formats.frame_files import read_frame_cases
from physembed.data.formats.table_files import read_table
from physembed.data.formats.text_table import TableOptions, not_text
from physembed.data.formats.ts_file import read_ts_pieces
from physembed.data.formats.wav_file import read_wav_file
from physembed.errors import DatasetError, InvalidInputError

VALUES_AT_ONCE = 2**20
"""Numbers of a piece, about; a piece has at least one case, whatever its size."""

Pieces = Iterator[Cases]


class Reader(NamedTuple):
    """How files of one ending are read.

    Parameters
    ----------
    read : callable
        From a path and :class:`~physembed.data.formats.text_table.TableOptions` to :class:`Cases`,
        a few at a time.
    about : str
        What such a file holds, in a sentence.
    """

    read: Callable[[Path, TableOptions], Pieces]
    about: str


def _one(cases: Cases) -> Pieces:
    yield cases


READERS: dict[str, Reader] = {
    ".ts": Reader(
        lambda path, _: read_ts_pieces(path, VALUES_AT_ONCE),
        "the format of the UCR/UEA archive, with class labels, targets or neither",
    ),
    ".tsv": Reader(
        lambda path, options: read_table(path, options, VALUES_AT_ONCE, labels_first=True),
        "the older UCR layout: one case per line, its class label first",
    ),
    ".csv": Reader(
        lambda path, options: read_table(path, options, VALUES_AT_ONCE),
        "one case per line, or with a column of cases one timepoint per line",
    ),
    ".arff": Reader(
        lambda path, _: _one(read_arff_file(path)),
        "Weka's format as the UCR/UEA archive has it, its class last",
    ),
    ".npy": Reader(
        lambda path, _: read_npy(path, VALUES_AT_ONCE),
        "an array (cases, timepoints) or (cases, channels, timepoints)",
    ),
    ".npz": Reader(
        lambda path, _: read_npz(path, VALUES_AT_ONCE), "the array named X, or the only array"
    ),
    ".parquet": Reader(
        lambda path, options: _one(read_frame_cases(path, options)),
        "a table with a case in each row, or with a column of cases a timepoint",
    ),
    ".feather": Reader(
        lambda path, options: _one(read_frame_cases(path, options)), "likewise, Arrow's own format"
    ),
    ".wav": Reader(lambda path, _: _one(read_wav_file(path)), "a recording, which is one case"),
}
"""Every kind of file that series are read from."""
SUFFIXES: Sequence[str] = tuple(READERS)

_BY_RULE = TableOptions()


def read_series_file(path: Path | str, table: TableOptions = _BY_RULE) -> SeriesCollection:
    """Read series from a file, without their labels if it has any.

    Parameters
    ----------
    path : path
        By its suffix:

        - ``.ts``: the format of the UCR/UEA archive, with class labels, targets or neither.
        - ``.csv``, ``.tsv``: a table, one case per line, or one timepoint per line where ``table``
          names a column of cases or times. Delimiter, decimal mark, header, index and labels are
          recognised by the rules of :mod:`physembed.data.formats.table_rules`; in a ``.tsv`` the
          first column has the labels. An empty cell, "nan" or "NA" is a missing value.
        - ``.arff``: Weka's format as the UCR/UEA archive has it.
        - ``.npy``: an array (cases, timepoints) or (cases, channels, timepoints).
        - ``.npz``: the array named ``X``, or the only array. Nothing pickled is ever loaded.
        - ``.wav``: a recording is one case; amplitudes of integers are in [-1, 1].
    table : TableOptions
        What is known of a ``.csv`` or ``.tsv``.

    Returns
    -------
    array of shape (cases, timepoints) or (cases, channels, timepoints), or list of arrays
        To be checked by `check_collection`; a list where lengths differ. Missing values are NaN.

    Raises
    ------
    InvalidInputError
        If the suffix is none of these.
    DatasetError
        If the file is absent or damaged, with the line and column, or could be read in two ways,
        with the option that settles it.
    """
    return joined([piece.series for piece in read_in_pieces(path, table)])


def joined(pieces: Sequence[SeriesCollection]) -> SeriesCollection:
    """The series of pieces of a file: one array where they are of one shape, else a list."""
    if all(isinstance(piece, np.ndarray) for piece in pieces):
        shapes = {piece.shape[1:] for piece in pieces}  # type: ignore[union-attr]
        if len(shapes) == 1:
            return np.concatenate(pieces)
    return list(chain.from_iterable(pieces))


def read_in_pieces(path: Path | str, table: TableOptions = _BY_RULE) -> Pieces:
    """Read series as :func:`read_series_file` does, a few cases at a time, in constant memory.

    Yields
    ------
    Cases
        Of about :data:`VALUES_AT_ONCE` numbers, with the names, labels and sampling interval that
        the file tells.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InvalidInputError(
            f"{path} has suffix {path.suffix!r}; {', '.join(READERS)} are accepted."
        )
    if not path.is_file():
        raise DatasetError(f"there is no file {path}.")
    try:
        yield from reader.read(path, table)
    except UnicodeDecodeError as error:
        raise not_text(path, error) from None
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from None
