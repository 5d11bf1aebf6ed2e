"""A table in a text file: what its cells are divided by, and what its first line and column are.

What a user does not say (:class:`TableOptions`) is found out from the first lines by the rules
below; what was taken for what is told, and what could be either is refused with the option that
settles it.

- **Delimiter and decimal mark**: of comma, semicolon, tab and blanks, with point or comma, the one
  by which the cells are numbers.
- **Header**: a first line without a number (but for its first and last cell); or whose numbers
  ascend in even steps, as times do, where no other line does so.
- **Index**: a first column without a name, or with one such as "id"; text that is never the same.
- **Labels**: a column called "label", "class" or "target"; other text in the first or last column;
  in a ``.tsv`` the first column, as in the UCR archive.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from physembed.data.formats.text_table import (
    CALLED,
    MISSING,
    NO_COLUMN,
    Cells,
    Layout,
    TableOptions,
    column_called,
    lines,
    number,
    remarks_on,
)
from physembed.errors import DatasetError

_LINES_LOOKED_AT = 50
DAMAGED_NUMBER = re.compile(r"[-+\u2212.,]?\d")
"""How a cell begins that was to be a number."""
FEWEST_NUMBERED = 5
"""Columns from which on numbers that are all of 0 to n - 1 are no accident."""
INDEX_NAMES = re.compile(r"|unnamed: 0|index|id|case|case_?id|instance|sample|series|row|name")
LABEL_NAMES = re.compile(r"label|labels|class|class_?label|classes|target|y")
_SURE = 8
"""Numbers in even steps that are a line of times, not a case by chance."""
_SEVERAL = 2
"""How well a delimiter fits at least, where it divides lines into several cells."""


@dataclass(frozen=True)
class _Looked:
    """What the first lines of a table are looked at for."""

    path: Path
    options: TableOptions
    labels_first: bool
    decimal: str
    names: Cells | None
    cases: list[Cells]

    def is_text(self, cells: Sequence[str]) -> bool:
        return all(number(cell, self.decimal) is None for cell in cells)

    @property
    def width(self) -> int:
        return len(self.cases[0]) if self.cases else len(self.names or ())

    @property
    def index_has_no_name(self) -> bool:
        """Whether a header is one cell short, as R writes it."""
        return self.names is not None and bool(self.cases) and len(self.names) + 1 == self.width


def recognised(path: Path, options: TableOptions, *, labels_first: bool = False) -> Layout:
    """How a table is to be read.

    Parameters
    ----------
    path : pathlib.Path
    options : TableOptions
    labels_first : bool
        Whether this kind of file has class labels in its first column by convention.

    Raises
    ------
    DatasetError
        If the file has no lines, or a line or column could be two things.
    """
    usual = "\t" if labels_first else ","
    delimiter, decimal, rows = _divided(path, options, usual)
    remarks = remarks_on(delimiter, decimal, options, usual)
    header = True if options.is_long and options.header is None else options.header
    if header is None:
        header = _has_header(path, rows, decimal, labels_first=labels_first)
        if header and any(number(cell, decimal) is not None for cell in rows[0] if cell.strip()):
            remarks.append("the first line is taken for times, not for a case (--no-header)")
    names = rows[0] if header else None
    cases = rows[1:] if header else rows
    if options.is_long:
        return Layout(delimiter, decimal, names, remarks=tuple(remarks))
    looked = _Looked(path, options, labels_first, decimal, names, cases)
    index = _index_column(looked)
    if index is not None and options.index is None:
        remarks.append("the first column is taken for names of cases (--no-index)")
    label = _label_column(looked, index)
    if label is not None and options.label is None and not labels_first:
        remarks.append(f"column {label + 1} is taken for class labels (--label none)")
    return Layout(delimiter, decimal, names, index, label, tuple(remarks))


def _divided(path: Path, options: TableOptions, usual: str) -> tuple[str, str, list[Cells]]:
    """Delimiter, decimal mark, and the first lines divided by them."""
    ways: list[tuple[int, str, str, list[Cells]]] = []
    error: DatasetError | None = None
    for delimiter in CALLED if options.delimiter is None else (options.delimiter,):
        try:
            rows = [cells for _, cells in islice(lines(path, delimiter), _LINES_LOOKED_AT)]
        except DatasetError as damage:
            error = damage if delimiter == usual or options.delimiter else error
            continue
        for decimal in (".", ",") if options.decimal is None else (options.decimal,):
            if decimal != delimiter and rows:
                ways.append((_fit(rows, decimal), delimiter, decimal, rows))
    if not ways:
        raise error or DatasetError(f"{path} has no cases.")
    best = max(fit for fit, *_ in ways)
    if best < _SEVERAL and error is not None:
        raise error
    # the usual delimiter first: of a damaged file the place is told by whoever reads on
    fitting = sorted((way for way in ways if way[0] == best), key=lambda way: way[1] != usual)
    _, delimiter, decimal, rows = fitting[0]
    # blanks divide what tabs do, but for empty cells
    others = [way for way in fitting[1:] if way[1] != " " and way[3] != rows]
    if best >= _SEVERAL and others:
        raise DatasetError(
            f"{path}: its cells could be divided by {CALLED[delimiter]} or "
            f"{CALLED[others[0][1]]}; say which with --delimiter (and --decimal)."
        )
    return delimiter, decimal, rows


def _fit(rows: list[Cells], decimal: str) -> int:
    """0 where cells are no numbers; 1 where there is but one a line; 2 with text beside; else 3."""
    text = [
        [number(cell, decimal) is None for cell in cells]
        for cells in (rows[1:] if len(rows) > 1 else rows)
    ]
    if any(any(line[1:-1]) or all(line) for line in text):
        return 0
    if any(len(line) < 2 for line in text):
        return 1
    return 2 if any(map(any, text)) else 3


def _refuse_numbers_out_of_order(path: Path, times: Cells, below: list[Cells]) -> None:
    """0 to n - 1, or 1 to n, in another order are the numbers of columns that somebody moved."""
    if len(times) < FEWEST_NUMBERED or not all(cell.strip().isdecimal() for cell in times):
        return
    numbered = [int(cell) for cell in times]
    ascending = sorted(numbered)
    if numbered == ascending or ascending != list(range(ascending[0], ascending[0] + len(times))):
        return
    if ascending[0] > 1 or any(sorted(cells) == sorted(times) for cells in below):
        return
    raise DatasetError(
        f"{path}: its first line numbers the columns from {ascending[0]} to {ascending[-1]}, but "
        "not in order; sort the columns, or say --no-header if the line is a case."
    )


def _has_header(path: Path, rows: list[Cells], decimal: str, *, labels_first: bool) -> bool:
    first = [number(cell, decimal) for cell in rows[0]]
    written = [cell for cell in rows[0] if cell.strip()]
    if written and all(number(cell, decimal) is None for cell in written):
        return True
    if len(first) > 3 and all(value is None for value in first[1:-1]):
        return True
    # the numbers between a first and a last cell that may be names
    name = rows[0][0].strip().lower()
    if first[0] is None and DAMAGED_NUMBER.match(name):
        # which is told with its place by whoever reads on
        return False
    begins_with_text = first[0] is None or not name
    inside = slice(int(labels_first or begins_with_text), len(first) - int(first[-1] is None))
    times = rows[0][inside]
    below = number(rows[1][0], decimal) is not None if len(rows) > 1 else False
    is_name = INDEX_NAMES.fullmatch(name) or LABEL_NAMES.fullmatch(name)
    named = bool(name) and first[0] is None and (below or is_name is not None)
    _refuse_numbers_out_of_order(path, times, [cells[inside] for cells in rows[1:]])
    candidate = _ascend(times, decimal) and (
        _are_times(times, decimal) or (named and not labels_first)
    )
    counts = [cell.strip() for cell in times] == [str(k) for k in range(len(times))]
    sure = named or (counts and len(times) > 2) or len(times) >= _SURE
    if not candidate or (labels_first and not sure):
        return False
    below_it = [cells[inside] for cells in rows[1:]]
    # beside even steps of other kinds, only 0, 1, 2, ... is no case among them
    alone = not any(_is_a_ramp(cells, decimal, flat=not counts) for cells in below_it)
    if below_it and sure and (named or (alone and not labels_first)):
        return True
    if not all(_are_numbers(cells, decimal) for cells in below_it):
        return False  # damaged, which is told with its place by whoever reads on
    raise DatasetError(
        f"{path}: its first line may be a case, or times above the cases; say --no-header or "
        "--header."
    )


def _are_numbers(cells: Sequence[str], decimal: str) -> bool:
    """Whether cells are numbers or missing; an infinite one is damage."""
    values = [number(cell, decimal) for cell in cells]
    return all(value is not None and not math.isinf(value) for value in values)


def _ascend(cells: Sequence[str], decimal: str) -> bool:
    """Whether cells are finite numbers, each above the one before."""
    values = [number(cell, decimal) for cell in cells]
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    return 0 < len(numbers) == len(cells) and all(a < b for a, b in pairwise(numbers))


def _is_a_ramp(cells: Sequence[str], decimal: str, *, flat: bool) -> bool:
    """Whether a case goes up in even steps, or stays; its first cell and missing ones aside."""
    values = np.array([number(cell, decimal) for cell in cells[1:]], dtype=np.float64)
    there = np.flatnonzero(np.isfinite(values))
    if there.size < 2:
        return _are_times(cells, decimal)
    slopes = np.diff(values[there]) / np.diff(there)
    rises = slopes[0] > 0 or (flat and slopes[0] == 0)
    return bool(rises and np.abs(slopes - slopes[0]).max() <= 1e-3 * slopes[0])


def _are_times(cells: Sequence[str], decimal: str) -> bool:
    """Whether cells are numbers in even, ascending steps; two of them, from 0 or 1 on."""
    if not _ascend(cells, decimal):
        return False
    times = np.array([number(cell, decimal) for cell in cells], dtype=np.float64)
    if len(times) < 3:
        return len(times) == 2 and times[0] in (0, 1)
    steps = np.diff(times)
    return bool(np.abs(steps - steps.mean()).max() <= 1e-3 * steps.mean())


def _index_column(looked: _Looked) -> int | None:
    if looked.options.index is not None:
        return 0 if looked.options.index else None
    names, cases = looked.names, looked.cases
    if not cases or (looked.labels_first and names is None):
        return None
    column = [cells[0].strip() for cells in cases]
    if names is not None:
        if looked.index_has_no_name or INDEX_NAMES.fullmatch(names[0].strip().lower()):
            return 0
        if number(names[0], looked.decimal) is not None:
            return None
    if len(column) > 1 and looked.is_text(column) and len(set(column)) == len(column):
        return 0
    if _counts_lines(looked):
        raise DatasetError(
            f"{looked.path}: its first column counts the lines, and may be an index or the first "
            "timepoint; say --index or --no-index."
        )
    return None


def _counts_lines(looked: _Looked) -> bool:
    """Whether the first column is 0, 1, ... or 1, 2, ...; alone, a 0 before written fractions."""
    column = [cells[0].strip() for cells in looked.cases]
    counted = [str(k) for k in range(len(column) + 1)]
    if len(column) == 1:
        others = looked.cases[0][1:]
        whole = [cell for cell in others if cell.strip().lower() not in MISSING]
        return column == ["0"] and all(looked.decimal in cell for cell in whole)
    return column == counted[:-1] or (len(column) > 2 and column == counted[1:])


def _label_column(looked: _Looked, index: int | None) -> int | None:
    said, names = looked.options.label, looked.names
    if said is not None:
        if said == NO_COLUMN:
            return None
        return column_called(looked.path, said, names, looked.width, "--label")
    for place, name in enumerate(names or ()):
        if LABEL_NAMES.fullmatch(name.strip().lower()):
            return place + looked.index_has_no_name
    if looked.labels_first:
        if names is None:
            return 0
        raise DatasetError(
            f"{looked.path}: it has a header, of which no column is called a label; say which has "
            "them with --label (none, if none has)."
        )
    for place in (0, looked.width - 1):
        column = [cells[place] for cells in looked.cases if place < len(cells)]
        if len(column) > 1 and place != index and looked.is_text(column):
            return place
    return None
