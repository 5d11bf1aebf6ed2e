"""New cases in a table of the kind that a model was trained on, without asking for their labels."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from physembed.data.cases import Cases
from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
from physembed.data.own.description import Description
from physembed.data.own.reading import TEXT_SUFFIXES, read_file
from physembed.data.own.stream import TableStream, text_of


def cases_as_described(
    path: Path, description: Description, channels: Sequence[str]
) -> Cases | None:
    """The cases of a table of a line a moment, if it has the columns of cases and channels.

    Parameters
    ----------
    path : Path
    description : Description
        Of the table that the model was trained on; that of labels, and of groups, may be missing.
    channels : sequence of str
        What that table's channels are called.

    Returns
    -------
    Cases or None
        None where the description is of another layout, or the file has other columns.

    Raises
    ------
    DatasetError
        If what is there is damaged.
    """
    import pandas as pd

    table = description.table
    if path.suffix.lower() not in (*TEXT_SUFFIXES, *FRAME_SUFFIXES):
        return None
    if table.case in (None, "none") or description.layout not in (None, "long"):
        return None
    if not path.is_file():
        return None
    names = TableStream(text_of(path, follow=False), path, table).names
    if not {table.case, *channels} <= set(names):
        return None
    bare = replace(
        description,
        table=replace(table, label=None),
        channels=tuple(channels),
        group=None,
        test=None,
    )
    # labels that nobody asks for have to be something
    read = read_file(path, bare, label="unknown")
    told = f"understood as the table that the model was trained on: cases by {table.case!r}, "
    return Cases(
        read.series,
        names=pd.Index(read.names),
        sampling_interval=read.sampling_interval,
        remarks=(told + f"channels {', '.join(channels)}",),
    )
