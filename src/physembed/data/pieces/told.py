"""What is read of a folder of parts, in words: its first part stands for all."""

from pathlib import Path

import numpy as np

from physembed.data.pieces.columns import groups_among, labels_among, shown_names
from physembed.data.pieces.part_files import PART_READERS, parts_in


def facts_of_parts(folder: Path) -> dict[str, str]:
    """What is taken for series, labels and groups, and what is left out, by what it is about.

    Parameters
    ----------
    folder : Path
        Of parts, at least one.

    Raises
    ------
    DatasetError
        If the first part cannot be read, or has no labels.
    """
    files = parts_in(folder)
    piece = PART_READERS[files[0].suffix.lower()](files[0])
    facts = {"data": f"{len(files):,} part(s) of {folder}, told by {files[0].name}"}
    shape = np.shape(piece.X)
    if len(shape) not in (2, 3):
        # what is wrong with it is told by who reads all parts
        return facts
    n_channels, n_timepoints = (1, *shape[1:])[-2:]
    # of a lone channel, columns of numbers are its timepoints
    are_timepoints = len(shape) == 2
    named = f" ({shown_names(piece.columns)})" if piece.columns else ""
    facts["channels"] = f"{n_channels:,}{'' if are_timepoints else named}"
    facts["timepoints"] = f"{n_timepoints:,}{named if are_timepoints else ''}"
    names = _names_in(files[0])
    beside, place = [name for name in names if name not in piece.columns], str(files[0])
    label, group = labels_among(beside, place), groups_among(beside, place)
    facts["labels"] = label
    if group is not None:
        facts["groups"] = group
    arrays = ("X",) if not piece.columns else piece.columns
    left_out = [name for name in names if name not in (label, group, *arrays)]
    if left_out:
        facts["left out"] = shown_names(left_out)
    return facts


def _names_in(file: Path) -> list[str]:
    """The names of arrays or columns."""
    if file.suffix.lower() == ".npz":
        with np.load(file, allow_pickle=False) as archive:
            return list(archive.files)
    from pyarrow import parquet

    return list(parquet.read_schema(file).names)
