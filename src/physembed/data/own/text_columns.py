"""The columns of a table in a text file, checked line by line; damage is told with its place."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.formats.table_rules import INDEX_NAMES, LABEL_NAMES
from physembed.data.formats.text_table import (
    CALLED,
    TableOptions,
    encoding_of,
    floats,
    has_thousands,
    lines,
    number,
    remarks_on,
)
from physembed.data.own.flawless import Form, read_if_flawless
from physembed.data.own.table import Table, read_as_it_is
from physembed.errors import DatasetError

_LOOKED_AT = 200
"""Lines by which the delimiter is told, and what is a column of numbers."""
_AT_ONCE = 5_000
LARGE = 5_000_000
"""Bytes from which on pandas reads a table, if it is flawless."""


def read_text_table(path: Path, options: TableOptions, text: Sequence[str] = ()) -> Table:
    """Read a .csv or .tsv whose columns have names.

    Parameters
    ----------
    path : Path
    options : TableOptions
        Delimiter, decimal mark and whether there is a header, where a user says so.
    text : sequence of str
        Columns that are text whatever they look like.

    Returns
    -------
    Table

    Raises
    ------
    DatasetError
        With line, column and remedy.
    """
    with read_as_it_is(path):
        form, remarks = _form(path, options)
        header = _header(path, form, options)
        names = names_of(path, header, form)
        kinds = _kinds(path, form, skip=header is not None, names=names, text=text)
        read = None
        if path.stat().st_size >= LARGE:
            read = read_if_flawless(path, form, names, kinds, skip=header is not None)
        if read is None:
            read = _columns(path, form, names, kinds, skip=header is not None)
        columns, numbers = read
    if not len(numbers):
        raise DatasetError(f"{path} has no lines below its header.")
    if encoding_of(path) not in ("utf-8-sig",):
        remarks.append(f"the text is {encoding_of(path)}")
    return Table(path, columns, numbers, tuple(remarks))


def _form(path: Path, options: TableOptions) -> tuple[Form, list[str]]:
    """How the first lines of a file are written."""

    def divide(delimiter: str) -> list[list[str]]:
        return [cells for _, cells in islice(lines(path, delimiter), _LOOKED_AT)]

    return form_of(path, divide, options)


def form_of(
    called: Path, divide: Callable[[str], list[list[str]]], options: TableOptions
) -> tuple[Form, list[str]]:
    """The delimiter and decimal mark by which most cells are numbers, in lines of one width.

    Parameters
    ----------
    called : Path
        What messages call the table.
    divide : callable
        From a delimiter to the cells of its first lines.
    options : TableOptions

    Returns
    -------
    form : Form
    remarks : list of str

    Raises
    ------
    DatasetError
    """
    ways: list[Form] = []
    for delimiter in CALLED if options.delimiter is None else (options.delimiter,):
        try:
            rows = divide(delimiter)
        except DatasetError:
            if options.delimiter is not None:
                raise
            continue
        if not rows:
            raise DatasetError(f"{called} has no lines.")
        widths = [len(row) for row in rows]
        # of a header and one line, the header may lack the name of an index
        width = max(set(widths), key=lambda n: (widths.count(n), n))
        regular = [row for row in rows if len(row) == width]
        cells = [cell for row in regular[1:] or regular for cell in row if cell.strip()]
        for decimal in (".", ",") if options.decimal is None else (options.decimal,):
            if decimal == delimiter:
                continue
            # which is refused by its name later, and no reason to divide otherwise
            are_numbers = [
                number(cell, decimal) is not None or has_thousands(cell) for cell in cells
            ]
            share = sum(are_numbers) / max(1, len(cells))
            # lines of other widths are damage, which is told when they are read
            ways.append(Form(delimiter, decimal, width, share * len(regular) / len(rows)))
    several = [way for way in ways if way.n_columns > 1] or ways
    if not several:
        raise DatasetError(f"{called} could not be divided into cells; say --delimiter.")
    best = max(several, key=lambda way: (way.numeric_share, way.delimiter == ","))
    return best, remarks_on(best.delimiter, best.decimal, options, ",")


def _header(path: Path, form: Form, options: TableOptions) -> list[str] | None:
    """The names in the first line, if it is one of names."""
    rows = [cells for _, cells in islice(lines(path, form.delimiter), 2)]
    first = rows[0]
    are_names = any(cell.strip() and number(cell, form.decimal) is None for cell in first)
    if options.header is not None:
        are_names = options.header
    elif are_names and len(rows) > 1 and len(first) == len(rows[1]):
        # text where the next line has text as well, and numbers where it has numbers: no header
        kinds = [[number(cell, form.decimal) is None for cell in row] for row in rows]
        names = [cell.strip().lower() for cell in first]
        called = any(
            name and (LABEL_NAMES.fullmatch(name) or INDEX_NAMES.fullmatch(name)) for name in names
        )
        if kinds[0] == kinds[1] and not all(kinds[0]) and not called:
            are_names = False
    return first if are_names else None


def names_of(path: Path, header: list[str] | None, form: Form) -> list[str]:
    """What the columns are called; those without a name by their number.

    Raises
    ------
    DatasetError
        Where two are called alike.
    """
    if header is None:
        return [str(k) for k in range(1, form.n_columns + 1)]
    names = [" ".join(cell.split()) for cell in header]
    # an index that pandas or R wrote has no name
    if len(names) + 1 == form.n_columns:
        names = ["", *names]
    names = [name or f"column {k}" for k, name in enumerate(names, start=1)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DatasetError(
            f"{path}, line 1: two columns are called {twice!r}; give each a name of its own."
        )
    return names


def _below(path: Path, form: Form, *, skip: bool) -> Iterator[tuple[int, list[str]]]:
    below = lines(path, form.delimiter)
    if skip:
        next(below, None)
    yield from below


def _kinds(
    path: Path, form: Form, *, skip: bool, names: list[str], text: Sequence[str]
) -> list[bool]:
    """Which columns are of numbers: those of which most of the first cells are some."""
    rows = [cells for _, cells in islice(_below(path, form, skip=skip), _LOOKED_AT)]
    kinds = []
    for place, name in enumerate(names):
        cells = [row[place] for row in rows if len(row) > place and row[place].strip()]
        numeric = sum(number(cell, form.decimal) is not None for cell in cells)
        kinds.append(name not in text and bool(cells) and 2 * numeric > len(cells))
    return kinds


def _columns(
    path: Path, form: Form, names: list[str], kinds: list[bool], *, skip: bool
) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
    parts: list[list[NDArray[Any]]] = [[] for _ in names]
    numbers: list[NDArray[np.int64]] = []
    below = _below(path, form, skip=skip)
    while rows := list(islice(below, _AT_ONCE)):
        places, cells = zip(*rows, strict=True)
        _check_widths(path, form, names, places, cells)
        numbers.append(np.array(places, dtype=np.int64))
        for place, column in enumerate(islice(zip(*cells, strict=False), len(names))):
            if kinds[place]:
                parts[place].append(_numbers(path, form, names[place], places, column))
            else:
                parts[place].append(np.array([cell.strip() for cell in column], dtype=object))
    if not numbers:
        return {}, np.empty(0, dtype=np.int64)
    columns = {name: np.concatenate(part) for name, part in zip(names, parts, strict=True)}
    # a delimiter at the end of every line makes a column of nothing
    empty = [n for n, c in columns.items() if c.dtype.kind == "O" and not any(c)]
    columns = {n: c for n, c in columns.items() if not (n in empty and n.startswith("column "))}
    return columns, np.concatenate(numbers)


def _check_widths(
    path: Path, form: Form, names: list[str], places: Sequence[int], rows: Sequence[list[str]]
) -> None:
    if set(map(len, rows)) == {len(names)}:
        return
    for line, cells in zip(places, rows, strict=True):
        if len(cells) == len(names):
            continue
        if len(cells) > len(names) and not any(cell.strip() for cell in cells[len(names) :]):
            continue
        text = form.delimiter.join(cells)
        others = [CALLED[d] for d in CALLED if d != form.delimiter and text.count(d) > 1]
        mixed = ""
        if others:
            usual = CALLED.get(form.delimiter, form.delimiter)
            mixed = f" Its cells may be divided by {others[0]}, those above by {usual}."
        n_cells = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        raise DatasetError(
            f"{path}, line {line} has {n_cells}, where there are {len(names)} columns.{mixed} "
            "Mend the line, or say --delimiter"
            + (", or take away what stands above the header." if len(names) == 1 else ".")
        )


def _numbers(
    path: Path, form: Form, name: str, places: Sequence[int], column: Sequence[str]
) -> NDArray[np.float64]:
    if form.decimal == ".":
        read = floats(column)
        if read is not None:
            return read
    values = np.empty(len(column))
    for row, cell in enumerate(column):
        value = number(cell, form.decimal)
        if value is None or np.isinf(value):
            raise DatasetError(
                f"{path}, line {places[row]}, column {name!r}: {cell.strip()[:40]!r} is not a "
                f"finite number.{_remedy(cell, form)}"
            )
        values[row] = value
    return values


def _remedy(cell: str, form: Form) -> str:
    """What may have been meant by a cell that is no number."""
    other = "," if form.decimal == "." else "."
    if number(cell, form.decimal) is None and number(cell, other) is not None:
        return f" It has another decimal mark than the others ({form.decimal!r}): use one of them."
    bare = cell.replace(" ", "").replace("\u00a0", "").replace("'", "")
    if other in bare and number(bare.replace(other, ""), form.decimal) is not None:
        return " Write thousands without marks."
    return " Leave the cell empty where there is no value, or leave the column out (--channels)."
