"""New cases in a table of the kind that a model was trained on, without asking for their labels."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from physembed.data.cases import Cases
from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
from physembed.data.formats.text_table import NO_COLUMN, column_called
from physembed.data.own.description import Description
from physembed.data.own.long import long_cases
from physembed.data.own.reading import TEXT_SUFFIXES, read_table_of
from physembed.data.own.roles import Roles, roles_of
from physembed.data.own.stream import TableStream
from physembed.data.own.table import Table
from physembed.data.own.text_lines import text_of
from physembed.data.own.wide import wide_cases
from physembed.errors import DatasetError


def cases_as_described(
    path: Path,
    description: Description,
    channels: Sequence[str],
    columns: Sequence[str] = (),
    *,
    label: str | None = None,
    labels: bool = False,
) -> Cases | None:
    """The cases of a table that has the columns of that in training, in whatever order.

    Labels and groups may be missing, and nobody asks for groups.

    Parameters
    ----------
    path : Path
    description : Description
        Of the table that the model was trained on.
    channels : sequence of str
        What that table's channels are called.
    columns : sequence of str, default=()
        Of a table of a case a row, what its timepoints are called; where that is not known (of
        models of earlier versions), every column of numbers that is no label and no group.
    label : str or None, default=None
        The column of labels, by name or number from 1, or "none", where somebody says so; None is
        that of training.
    labels : bool, default=False
        Whether labels are read too, where every row has one; where not, remarks say why.

    Returns
    -------
    Cases or None
        None where the file is no such table: what is not said of it is found out by rule.

    Raises
    ------
    DatasetError
        If what is there is damaged, or a table with the columns of labels or groups lacks one of
        the timepoints.
    """
    import pandas as pd

    layout = description.layout_said or "wide"
    text = path.suffix.lower() in (*TEXT_SUFFIXES, *FRAME_SUFFIXES)
    if layout == "recording" or not text or not path.is_file():
        return None
    try:
        names = TableStream(text_of(path, follow=False), path, description.table).names
    except DatasetError:
        # without a header, for one
        return None
    if label is not None:
        if label != NO_COLUMN:
            label = names[column_called(path, label, names, len(names), "--label")]
        description = replace(description, table=replace(description.table, label=label))
    values = tuple(channels if layout == "long" else columns) or description.channels
    needed = {*(values or ()), *([description.table.case] if layout == "long" else [])}
    if not needed <= set(names):
        if (
            label is None
            and layout == "wide"
            and {description.table.label, description.group} & set(names)
        ):
            missing = next(name for name in values or () if name not in names)
            raise DatasetError(
                f"{path} lacks the column {missing!r} of the table that the model was trained on; "
                "rename it, or leave out labels and groups, and columns are taken as they stand."
            )
        return None
    if not needed and not {description.table.label, description.group} & set(names):
        return None
    bare = replace(
        description,
        table=replace(description.table, label=_if(description.table.label, names)),
        channels=values,
        group=_if(description.group, names),
    )
    table = read_table_of(path, bare.table)
    roles = roles_of(table, bare, layout=layout, needs_label=False)
    unlabelled = _unlabelled(table, roles, description.table.label) if labels else ()
    if not labels or unlabelled:
        # what labels there are nobody asks for
        roles = replace(roles, label=None)
    read = {"long": long_cases, "wide": wide_cases}[layout]
    cases = read(table, roles, bare, name=str(path), label="unknown")
    return Cases(
        cases.series,
        # a line's number is no name of a case
        names=pd.Index(cases.names) if layout == "long" else None,
        labels=None if roles.label is None else cases.labels,
        sampling_interval=cases.sampling_interval,
        remarks=(
            "understood as the table that the model was trained on",
            *roles.remarks,
            *unlabelled,
        ),
    )


def _unlabelled(table: Table, roles: Roles, said: str | None) -> tuple[str, ...]:
    """Why the labels of a table are not read; nothing where they are."""
    if roles.label is None:
        return () if said in (None, NO_COLUMN) else (f"it has no column {said!r} of labels",)
    missing = table.text(roles.label) == ""
    if not missing.any():
        return ()
    return (
        f"{missing.sum():,} of {len(missing):,} lines have no label in column {roles.label!r}, the "
        f"first of them line {table.lines[int(missing.argmax())]}",
    )


def _if(name: str | None, names: Sequence[str]) -> str | None:
    return name if name in names else None
