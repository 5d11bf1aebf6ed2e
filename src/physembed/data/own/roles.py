"""Which column of a table is what, and whether a row is a case or a moment."""

import re
from dataclasses import dataclass

import numpy as np

from physembed.data.formats.table_rules import INDEX_NAMES, LABEL_NAMES
from physembed.data.formats.text_table import OF_THOUSANDS
from physembed.data.own.description import Description
from physembed.data.own.table import Table, listed
from physembed.errors import DatasetError

TIMES = re.compile(
    r"(t|time|times|timestamp|timestamps|date|datetime|zeit|zeitstempel|datum|seconds|sec|ms)"
    r"([\s_(\[/].*)?",
    re.IGNORECASE,
)
"""Names of columns of times."""
_CASES = re.compile(r"(case|window|segment|trial|series|recording|sample)_?(id|nr|no|number)?")
_FEW_COLUMNS = 16
_LONG_RUNS = 8
"""Rows of one label after each other, on average, from which on they are moments."""


@dataclass(frozen=True)
class Roles:
    """The columns of a table.

    Parameters
    ----------
    label, case, time, group : str or None
    channels : tuple of str
        Columns of numbers; in a wide table the timepoints.
    remarks : tuple of str
    """

    label: str | None
    case: str | None
    time: str | None
    group: str | None
    channels: tuple[str, ...]
    remarks: tuple[str, ...]


def roles_of(table: Table, description: Description, *, layout: str, needs_label: bool) -> Roles:
    """What the columns of a table are.

    Parameters
    ----------
    table : Table
    description : Description
    layout : {"wide", "long", "recording"}
    needs_label : bool
        False where labels come from somewhere else.

    Raises
    ------
    DatasetError, InvalidInputError
        Where a column is not there, or could be several things, or holds text among channels.
    """
    options = description.table
    remarks: list[str] = []
    case = _said(table, options.case, "--case")
    time = _said(table, options.time, "--time")
    group = _said(table, description.group, "--group")
    label = _said(table, options.label, "--label")
    taken = {case, time, group, label}
    if time is None and layout != "wide" and options.time is None:
        time = next((n for n in table.names if n not in taken and TIMES.fullmatch(n.strip())), None)
        if time is not None:
            remarks.append(f"column {time!r} is taken for times (--time none)")
    if label is None and needs_label and options.label is None:
        label = _label(table, {case, time, group}, remarks)
    taken = {case, time, group, label}
    channels = _channels(table, description, taken, layout, remarks)
    return Roles(label, case, time, group, channels, tuple(remarks))


def layout_of(table: Table, description: Description) -> str:
    """Whether a row is a case or a moment, where it is said or cannot be doubted.

    Raises
    ------
    DatasetError
        Where it can be; it names the options that settle it.
    """
    said = description.layout_said
    if said is not None:
        return said
    others = (
        "say --window N where it is one recording (a row a moment), --case COLUMN where a column "
        "tells which case a moment is of, or --layout wide where every row is a case"
    )
    options = description.table
    named = [n for n in table.names if n != options.label]
    times = next((n for n in named if TIMES.fullmatch(n.strip())), None)
    if options.time not in (None, "none") or times is not None:
        column = times if times is not None else options.time
        raise DatasetError(f"{table.path} has a column of times, {column!r}; {others}.")
    cases = next((n for n in named if _CASES.fullmatch(n.strip().lower())), None)
    if cases is not None and len(set(table.text(cases))) < len(table):
        raise DatasetError(
            f"{table.path} has the column {cases!r}, in which values come more than once; {others}."
        )
    if _looks_like_moments(table, description):
        raise DatasetError(
            f"{table.path} has {len(table):,} rows of {len(table.numeric)} columns of numbers, and "
            f"the same label in many rows after each other; {others}."
        )
    return "wide"


def _looks_like_moments(table: Table, description: Description) -> bool:
    numeric = table.numeric
    numbered = sum(name[-1:].isdigit() for name in numeric)
    if len(numeric) > _FEW_COLUMNS or 2 * numbered > len(numeric) + 1:
        return False
    said = description.table.label
    text = [n for n in table.names if n not in numeric]
    label = said if said in table.columns else next(iter(text), None)
    if label is None:
        return False
    values = table.text(label)
    runs = 1 + int((values[1:] != values[:-1]).sum())
    # cases that are sorted by their class have as long runs, but few rows
    return len(values) > _LONG_RUNS * runs and len(values) > 20 * max(1, len(numeric))


def _said(table: Table, said: str | None, option: str) -> str | None:
    return None if said in (None, "none") else table.called(str(said), option)


def _label(table: Table, taken: set[str | None], remarks: list[str]) -> str:
    free = [name for name in table.names if name not in taken]
    named = [name for name in free if LABEL_NAMES.fullmatch(name.strip().lower())]
    text = [name for name in free if name not in table.numeric]
    repeated = [name for name in text if len(set(table.text(name))) < len(table)]
    for candidates in (named, text, repeated):
        if len(candidates) == 1:
            remarks.append(f"column {candidates[0]!r} is taken for class labels (--label)")
            return candidates[0]
    raise DatasetError(
        f"{table.path}: no column is called a label, and "
        f"{'none holds' if not text else 'several hold'} text; say which one has the class labels "
        f"with --label. It has {listed(text or free)}."
    )


def _channels(
    table: Table,
    description: Description,
    taken: set[str | None],
    layout: str,
    remarks: list[str],
) -> tuple[str, ...]:
    if description.channels is not None:
        chosen = tuple(table.called(name, "--channels") for name in description.channels)
        for name in chosen:
            if name in taken:
                raise DatasetError(f"{table.path}: --channels names {name!r}, which is no channel.")
            _check_numeric(table, name)
        return chosen
    channels = []
    for name in table.names:
        if name in taken:
            continue
        if _is_index(table, name, layout):
            remarks.append(f"column {name!r} numbers the rows, and is left out (--channels)")
            continue
        _check_numeric(table, name)
        channels.append(name)
    if not channels:
        others = listed(sorted(name for name in taken if name))
        raise DatasetError(f"{table.path} has no column of numbers beside {others}.")
    return tuple(channels)


def _is_index(table: Table, name: str, layout: str) -> bool:
    """Whether a column names or numbers the rows, and says nothing else."""
    called = name.strip().lower()
    unnamed = called == "column 1" and table.names[0] == name
    if not (unnamed or INDEX_NAMES.fullmatch(called)):
        return False
    values = table.columns[name]
    if values.dtype.kind != "f":
        return layout == "wide" and len(set(table.text(name))) == len(table)
    return bool(len(values) > 1 and (np.diff(values) == 1).all())


def _check_numeric(table: Table, name: str) -> None:
    values = table.columns[name]
    if values.dtype.kind == "f":
        return
    row = next((k for k, value in enumerate(values) if str(value) != ""), 0)
    cell = str(values[row]).strip()
    of_thousands = OF_THOUSANDS.fullmatch(cell)
    if of_thousands is not None:
        raise DatasetError(
            f"{table.place(row, name)}: {cell[:40]!r} has marks between thousands, which are not "
            f"read. Write {cell.replace(of_thousands[1], '')}; no option takes them away, since "
            "1.000 and 1,000 may be one or a thousand."
        )
    raise DatasetError(
        f"{table.place(row, name)}: {cell[:40]!r} is text among the channels. Name "
        "what the column is with --label, --case, --time or --group, or name the channels with "
        "--channels."
    )
