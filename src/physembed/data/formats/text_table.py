"""A table in a text file: its lines, cells and numbers, and what a user says of it."""

import codecs
import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from physembed.errors import DatasetError, InvalidInputError

NO_COLUMN = "none"
"""Said instead of a column's name where there is none of the kind."""
MISSING = frozenset(["", "na", "n/a", "<na>", "#n/a", "#na", "null", "none", "nan", "-nan", "?"])
"""What stands for a missing value, in lower case."""

CALLED = {",": "commas", ";": "semicolons", "\t": "tabs", " ": "blanks"}
"""What cells may be divided by, and what messages call it."""

_LONGEST_QUOTED = 40
_BYTES_LOOKED_AT = 1 << 20

OF_THOUSANDS = re.compile(r"[-+]?\d{1,3}([.,' \u00a0\u202f])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
"""A number with marks between its thousands, or one with three decimals."""

Cells = list[str]


@dataclass(frozen=True)
class TableOptions:
    """What a user says of a table; None is found out by rule.

    Parameters
    ----------
    delimiter : str or None
        One character; a blank stands for any number of blanks.
    decimal : {".", ","} or None
    header, index : bool or None
        Whether the first line holds names or times, and the first column names of cases.
    label, case, time : str or None
        The column of class labels, of cases and of times: its name, its number counted from 1, or
        "none". With ``case`` or ``time`` the table is long: a line is a timepoint of a case.
    """

    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    index: bool | None = None
    label: str | None = None
    case: str | None = None
    time: str | None = None

    def __post_init__(self) -> None:
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise InvalidInputError(
                f"delimiter must be one character, got {self.delimiter[:20]!r}."
            )
        if self.decimal not in (None, ".", ","):
            raise InvalidInputError(f"decimal must be '.' or ',', got {self.decimal[:20]!r}.")
        if self.decimal == "," and self.delimiter == ",":
            raise InvalidInputError("delimiter and decimal are both ','; one of them is.")

    @property
    def is_long(self) -> bool:
        """Whether a line is a timepoint of a case."""
        return any(name not in (None, NO_COLUMN) for name in (self.case, self.time))


@dataclass(frozen=True)
class Layout:
    """How a table is read.

    Parameters
    ----------
    delimiter, decimal : str
    header : list of str or None
        The cells of the first line, where it is no case.
    index, label : int or None
        Columns that are no timepoints, counted from 0.
    remarks : tuple of str
        What was taken for what, where it could be taken otherwise.
    """

    delimiter: str
    decimal: str
    header: Cells | None
    index: int | None = None
    label: int | None = None
    remarks: tuple[str, ...] = ()


def lines(path: Path, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """The numbers and the cells of all lines that are not empty."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        before = _read_over_excels_mark(file)
        if delimiter == " ":
            for line, text in enumerate(file, start=1 + before):
                if text.strip():
                    yield line, text.split()
            return
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                # a line with separators alone is a case without a value, to be refused as one
                if len(cells) > 1 or any(map(str.strip, cells)):
                    yield reader.line_num + before, cells
        except csv.Error as error:
            line = reader.line_num + before
            raise DatasetError(f"{path}, line {line}: {error}.") from None


def encoding_of(path: Path) -> str:
    """The encoding of a text file: what its mark says, else UTF-8; Windows' where it is not that.

    Only the beginning is looked at.
    """
    with path.open("rb") as file:
        begin = file.read(_BYTES_LOOKED_AT)
    # the mark of UTF-32 begins with that of UTF-16
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if begin.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begin)
    except UnicodeDecodeError:
        text = bytes(byte for byte in begin if byte < 32)
        return "utf-8-sig" if text.strip(b"\t\r\n") else "cp1252"
    return "utf-8-sig"


def not_text(called: Path, error: UnicodeDecodeError) -> DatasetError:
    """What is said of a file whose bytes are no text in its encoding, and what to do."""
    return DatasetError(
        f"{called} is not {error.encoding.upper()} text, so it is no {called.suffix or 'table'} "
        "file; save it as UTF-8, or, where it is of another format, under that format's ending."
    )


EXCELS_MARK = re.compile(r'"?sep=.?"?\s*', re.IGNORECASE)
"""Excel writes its delimiter into a line of its own, such as ``sep=;``."""


def _read_over_excels_mark(file: TextIO) -> int:
    """Lines read over."""
    begin = file.tell()
    if EXCELS_MARK.fullmatch(file.readline()):
        return 1
    file.seek(begin)
    return 0


def number(cell: str, decimal: str) -> float | None:
    """A cell's number, NaN for what is missing, None for what is no number."""
    text = cell.strip()
    if text.lower() in MISSING:
        return math.nan
    if decimal == ",":
        if "." in text or not re.search(r"\d,\d|^[^,]*$", text):
            return None
        text = text.replace(",", ".")
    # which float takes and no other reader of tables does
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def has_thousands(cell: str) -> bool:
    """Whether a cell is a number with marks between its thousands, and can be nothing else."""
    text = cell.strip()
    return (
        OF_THOUSANDS.fullmatch(text) is not None
        and number(text, ".") is None
        and number(text, ",") is None
    )


def floats(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """All cells at once, where they are finite or missing numbers with points; else None.

    Most lines and columns are that, and float is the fastest reader of them.
    """
    together = "".join(cells)
    if not together.isascii() or "_" in together:
        return None
    try:
        numbers = np.array(list(map(float, cells)))
    except ValueError:
        return None
    return None if np.isinf(numbers).any() else numbers


def remarks_on(delimiter: str, decimal: str, options: TableOptions, usual: str) -> list[str]:
    """What is told of how cells are written that a user has not said."""
    remarks = []
    if delimiter != usual and options.delimiter is None:
        remarks.append(f"cells are divided by {CALLED[delimiter]}")
    if decimal == "," and options.decimal is None:
        remarks.append("the decimal mark is a comma")
    return remarks


def values(
    path: Path, line: int, cells: Sequence[str], decimal: str, columns: Sequence[int]
) -> list[float]:
    """The numbers of a line, of which ``columns`` are the places; damage is located.

    Raises
    ------
    DatasetError
    """
    numbers = []
    for column, cell in zip(columns, cells, strict=True):
        value = number(cell, decimal)
        if value is None:
            shown = cell.strip()
            shown = shown if len(shown) <= _LONGEST_QUOTED else f"{shown[:_LONGEST_QUOTED]}..."
            raise DatasetError(
                f"{path}, line {line}, column {column + 1}: {shown!r} is not a number."
            )
        if math.isinf(value):
            raise DatasetError(
                f"{path}, line {line}, column {column + 1} is {cell.strip()[:_LONGEST_QUOTED]}; "
                "infinite values are not accepted."
            )
        numbers.append(value)
    return numbers


def column_called(path: Path, said: str, names: Cells | None, width: int, option: str) -> int:
    """The place of a column that is told by its name or its number."""
    called = [name.strip() for name in names or ()]
    if said in called:
        return called.index(said)
    if said.isdecimal() and 1 <= int(said) <= width:
        return int(said) - 1
    known = f"; it has {', '.join(called[:8])}" if called else ""
    raise InvalidInputError(
        f"{path} has no column {said[:_LONGEST_QUOTED]!r} ({option}), of {width}{known}."
    )
