"""A table with a case in every row."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.description import Description
from physembed.data.own.labelled import Labelled
from physembed.data.own.roles import Roles
from physembed.data.own.table import Table
from physembed.errors import DatasetError

_NUMBERED = re.compile(r"(.*?)[\s_.\-\[(]*(\d+)[\])]?")


def wide_cases(
    table: Table, roles: Roles, description: Description, *, name: str, label: str | None = None
) -> Labelled:
    """The cases of a wide table.

    Parameters
    ----------
    table : Table
    roles : Roles
    description : Description
    name : str
    label : str or None
        Of all cases, where no column has labels.

    Raises
    ------
    DatasetError
        For a row without a label or without any value, with its line.
    """
    remarks = [*table.remarks, *roles.remarks]
    labels = labels_of(table, roles.label, label)
    keep = np.flatnonzero(labels != "")
    if len(keep) < len(labels):
        missing = np.flatnonzero(labels == "")
        raise DatasetError(
            f"{table.place(int(missing[0]), roles.label)}: the label is missing "
            f"({missing.size:,} such rows). Label the case, or leave the row out."
        )
    channels, columns = _channels(roles)
    if len(channels) > 1:
        remarks.append(f"columns are timepoints of {len(channels)} channels, by their names")
    values = np.stack([np.stack([table.columns[c] for c in of], axis=1) for of in columns], axis=1)
    if values.shape[2] < 2:
        raise DatasetError(
            f"{table.path} has cases of one timepoint: with a row a case, its columns of numbers "
            "are timepoints. Say --window N where a row is a moment of a recording."
        )
    series = _without_empty_ends(values)
    for row, case in enumerate(series):
        nothing = np.isnan(case).all(axis=1)
        if nothing.any():
            which = channels[int(nothing.argmax())]
            raise DatasetError(
                f"{table.place(row)} has no value in channel {which!r}; leave the row out."
            )
    groups = None if roles.group is None else table.text(roles.group)
    return Labelled(
        name,
        str(table.path),
        series,
        labels,
        "a case a row",
        channels,
        tuple(f"{table.unit} {line}" for line in table.lines.tolist()),
        groups=groups,
        sampling_interval=description.interval,
        clock="columns in their order"
        + ("" if description.interval is None else f", {description.sampling_rate:g} a second"),
        remarks=tuple(remarks),
        columns=roles.channels,
    )


def labels_of(table: Table, column: str | None, label: str | None) -> NDArray[np.str_]:
    """The label of every row, "" where it is missing."""
    if column is None:
        return np.full(len(table), label or "")
    return table.text(column)


def cases_of(table: Table, column: str) -> NDArray[np.str_]:
    """The case that every row is of.

    Raises
    ------
    DatasetError
        Where one is missing, with its line.
    """
    told = table.text(column)
    if (told == "").any():
        row = int(np.argmax(told == ""))
        raise DatasetError(f"{table.place(row, column)}: the case is missing.")
    return told


def _channels(roles: Roles) -> tuple[tuple[str, ...], list[list[str]]]:
    """Columns by channel: those that are numbered under several names alike are several."""
    groups: dict[str, list[str]] = {}
    for column in roles.channels:
        told = _NUMBERED.fullmatch(column.strip())
        groups.setdefault(told[1] if told else "", []).append(column)
    sizes = {len(of) for of in groups.values()}
    if len(groups) > 1 and len(sizes) == 1 and sizes.pop() > 1 and "" not in groups:
        return tuple(groups), list(groups.values())
    return ("value",), [list(roles.channels)]


def _without_empty_ends(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Cases whose last cells are empty are shorter, as a table of unequal lengths is written."""
    missing: NDArray[np.bool_] = np.asarray(np.isnan(values).all(axis=1))
    if not missing[:, -1].any():
        return list(values)
    lengths = values.shape[2] - np.argmin(missing[:, ::-1], axis=1)
    return [case[:, : max(2, n)] for case, n in zip(values, lengths, strict=True)]


def name_of(path: Path) -> str:
    """What a file or folder is called in folders and tables."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem if path.is_file() else path.resolve().name)
    return stem.strip("-_") or "data"
