"""A Ray Dataset as parts: its rows in order, so many at a time, whatever blocks they come in."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.pieces.columns import Columns, piece_of_columns
from physembed.data.pieces.piece import Part, Piece
from physembed.errors import DatasetError

ROWS = 4096
"""Most rows of a part. Ray's own blocks depend on how many cores there are: sums made of them would
have other bits on another cluster. Another number gives fits other bits; it has nothing to do with
how many cases are predicted at once."""
NUMBERS = 2**22
"""Most numbers of a part; of long series it has fewer rows."""


def is_ray_dataset(data: Any) -> bool:
    """Whether it is a Ray Dataset; asked without loading Ray."""
    ray_data = sys.modules.get("ray.data")
    return ray_data is not None and isinstance(data, ray_data.Dataset)


def parts_of_dataset(dataset: Any, wanted: Sequence[str] = ()) -> Iterator[Part]:
    """The rows of a Ray Dataset as parts, named by their first and last row.

    Columns are those of a parquet part. Ray's workers read and transform the blocks, some ahead of
    what is asked for, and give them in the order in which the dataset has them.

    Parameters
    ----------
    dataset : ray.data.Dataset
    wanted : sequence of str, optional
        What the columns of the series are called, where that is known.

    Raises
    ------
    DatasetError
        If a column is not what a parquet part may have, with the rows.
    """
    first = 0
    with _in_order(dataset):
        for columns in cut(dataset.iter_batches(batch_size=None, batch_format="numpy")):
            last = first + _n_rows(columns) - 1
            name = f"rows {first} to {last} of the dataset"
            yield Part(name, partial(_in_double, columns, name, wanted))
            first = last + 1


def _in_double(columns: Columns, name: str, wanted: Sequence[str] = ()) -> Piece:
    """A piece whose dtype does not hang on which rows are together."""
    piece = piece_of_columns(columns, name, wanted=wanted)
    return replace(piece, X=np.asarray(piece.X, dtype=np.float64))


@contextmanager
def _in_order(dataset: Any) -> Iterator[None]:
    """While the block runs, Ray keeps the order of blocks, which it does not by itself."""
    from ray.data import DataContext

    # the dataset's own goes with what it executes, the other one with how its batches are made
    options = [each.execution_options for each in (dataset.context, DataContext.get_current())]
    before = [each.preserve_order for each in options]
    for each in options:
        each.preserve_order = True
    try:
        yield
    finally:
        for each, value in zip(options, before, strict=True):
            each.preserve_order = value


def cut(blocks: Iterable[Columns]) -> Iterator[Columns]:
    """The rows of blocks of any size, :data:`ROWS` at a time, the rest at last."""
    rows, n_waiting = 0, 0
    names: list[str] = []
    waiting: list[Columns] = []
    for block in blocks:
        if not _n_rows(block):
            continue
        names = names or list(block)
        if sorted(block) != sorted(names):
            raise DatasetError(
                f"the dataset has blocks of other columns: {', '.join(list(block)[:8])} after "
                f"{', '.join(names[:8])}."
            )
        rows = rows or _rows_at_once(block)
        # of one order, as of one table
        waiting.append({name: block[name] for name in names})
        n_waiting += _n_rows(block)
        if n_waiting < rows:
            continue
        joined = _joined(waiting)
        whole = n_waiting - n_waiting % rows
        for first in range(0, whole, rows):
            yield _some(joined, slice(first, first + rows))
        waiting, n_waiting = [_some(joined, slice(whole, None))], n_waiting - whole
    if n_waiting:
        yield _joined(waiting)


def _n_rows(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _rows_at_once(columns: Columns) -> int:
    # a cell of lists is an object, and a list may be empty
    numbers = sum(np.size(values[0]) for values in columns.values())
    return max(1, min(ROWS, NUMBERS // max(1, numbers)))


def _joined(blocks: list[Columns]) -> Columns:
    if len(blocks) == 1:
        return blocks[0]
    return {name: _column([block[name] for block in blocks]) for name in blocks[0]}


def _column(values: list[NDArray[Any]]) -> NDArray[Any]:
    """A column of several blocks, in which lists may be arrays of one length, or objects."""
    if len({column.shape[1:] for column in values}) == 1:
        return np.concatenate(values)
    cells = np.empty(sum(map(len, values)), dtype=object)
    cells[:] = [cell for column in values for cell in column]
    return cells


def _some(columns: Columns, rows: slice) -> Columns:
    return {name: values[rows] for name, values in columns.items()}
