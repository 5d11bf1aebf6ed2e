"""A table in memory: named columns of numbers or text, and where each of its rows stands."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from physembed.data.formats.text_table import not_text
from physembed.errors import DatasetError, InvalidInputError

SHOWN = 8
"""Names of columns that a message lists."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of one length.

    Parameters
    ----------
    path : Path
        What messages call it.
    columns : dict of str to array of shape (rows,)
        float64 where a column is of numbers (NaN is missing), else of objects: text ("" is
        missing), or times of pandas.
    lines : array of shape (rows,), int64
        The line of the file that each row stands in, from 1.
    remarks : tuple of str
        What was taken for what.
    unit : {"line", "row"}
        What ``lines`` counts.
    """

    path: Path
    columns: dict[str, NDArray[Any]]
    lines: NDArray[np.int64]
    remarks: tuple[str, ...] = ()
    unit: str = "line"

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def names(self) -> list[str]:
        """Of the columns, in order."""
        return list(self.columns)

    @property
    def numeric(self) -> list[str]:
        """The columns of numbers."""
        return [name for name, column in self.columns.items() if column.dtype.kind == "f"]

    def place(self, row: int, column: str | None = None) -> str:
        """Where a row, or a cell, is, for a message."""
        of_column = "" if column is None else f", column {column!r}"
        return f"{self.path}, {self.unit} {int(self.lines[row])}{of_column}"

    def called(self, said: str, option: str) -> str:
        """The column that a user names, by its name or its number from 1.

        Raises
        ------
        InvalidInputError
        """
        named = self.named(said)
        if named is not None:
            return named
        if said.isdecimal() and 1 <= int(said) <= len(self.columns):
            return self.names[int(said) - 1]
        raise InvalidInputError(
            f"{self.path} has no column {said[:40]!r} ({option}); it has {listed(self.names)}."
        )

    def named(self, said: str) -> str | None:
        """The column of a name, or the only one of it in other letters; None where none is."""
        if said in self.columns:
            return said
        alike = [name for name in self.columns if name.strip().lower() == said.strip().lower()]
        return alike[0] if len(alike) == 1 else None

    def text(self, column: str) -> NDArray[np.str_]:
        """A column as labels or names: numbers that are whole without their point."""
        values = self.columns[column]
        if values.dtype.kind == "f":
            return np.array(["" if np.isnan(v) else f"{v:.15g}" for v in values])
        # of millions of rows there are few labels
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        return np.array([str(value).strip() for value in distinct])[codes]

    def rows(self, which: NDArray[Any]) -> "Table":
        """Some of its rows."""
        columns = {name: column[which] for name, column in self.columns.items()}
        return Table(self.path, columns, self.lines[which], self.remarks, self.unit)


def listed(names: Sequence[object], most: int = SHOWN) -> str:
    """Names in a message."""
    shown = ", ".join(str(name)[:40] for name in names[:most])
    return f"{shown}, ..." if len(names) > most else shown


@contextmanager
def read_as_it_is(path: Path) -> Iterator[None]:
    """Refuse a file that changes while the block reads it, or that the memory cannot hold.

    Raises
    ------
    DatasetError
    """
    import psutil

    if not path.is_file():
        raise DatasetError(f"there is no file {path}.")
    before = path.stat()
    available = psutil.virtual_memory().available
    if before.st_size > available:
        raise DatasetError(
            f"{path} has {before.st_size / 1e9:.1f} GB, where {available / 1e9:.1f} GB of memory "
            "are free: training needs all cases at once. Train on a part of it (some of its lines, "
            "or fewer channels); physembed predict reads files of any size."
        )
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError as error:
        raise not_text(path, error) from None
    after = path.stat()
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    ):
        raise DatasetError(f"{path} has changed while it was read; copy it, and train on the copy.")
