"""A column of labels that would be read as a timepoint, in a table of which nothing is said."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from physembed.data.cases import Cases

_NUMBERED = re.compile(r"(.*?)\d+")
_FEWEST_ALIKE = 3
"""Columns that are numbered under one name, from which on another one is none of them."""


def refuse_labels_among_timepoints(estimator: Any, file: Path, cases: "Cases") -> None:
    """Refuse a table in a row of which there seems to be a label that no rule has found.

    There seems to be one where rows have one number more than the model's series, and, of a model
    of unequal lengths, which would take any, where the first or last column is called unlike all
    others, or the first holds the model's classes and the others do not.

    Parameters
    ----------
    estimator : classifier or regressor
    file : Path
    cases : Cases
        Some of its rows, of which nobody has said that there are labels, or that there are none.

    Raises
    ------
    DatasetError
        With the option that settles it.
    """
    from physembed.data.formats.frame_files import SUFFIXES as FRAME_SUFFIXES
    from physembed.data.own.reading import TEXT_SUFFIXES
    from physembed.errors import DatasetError

    if file.suffix.lower() not in (*TEXT_SUFFIXES, *FRAME_SUFFIXES) or cases.labels is not None:
        return
    rows, n_timepoints = list(cases.series), estimator.metadata_["n_timepoints"]
    if not rows or estimator.metadata_["n_channels"] > 1 or rows[0].ndim > 1:
        return
    longest = max(map(len, rows))
    one_more = longest == n_timepoints + 1
    if not (one_more or estimator.unequal_length_):
        return
    other = _called_otherwise(_names(file), longest)
    if other is not None:
        why = f"column {other!r} is called unlike all others"
    elif one_more:
        why = f"its rows have {longest} numbers, one more than the {n_timepoints} timepoints of fit"
    elif hasattr(estimator, "classes_") and _are_classes(rows, estimator.classes_):
        why = "its first column holds classes of the model"
    else:
        return
    raise DatasetError(
        f"{file}: {why}, so that a label might be read as a timepoint. Say which column has the "
        "labels with --label COLUMN, or --label none where none has."
    )


def _names(file: Path) -> Sequence[str]:
    """What the columns of a table are called; none where it has no header."""
    from physembed.data.formats.text_table import TableOptions
    from physembed.data.own.stream import TableStream
    from physembed.data.own.text_lines import text_of
    from physembed.errors import DatasetError

    try:
        return TableStream(text_of(file, follow=False), file, TableOptions()).names
    except DatasetError:
        return ()


def _called_otherwise(names: Sequence[str], n_read: int) -> str | None:
    """The first or last column, where all others are numbered under one name and it is not."""
    if len(names) != n_read or n_read <= _FEWEST_ALIKE:
        return None
    alike = [told[1] if (told := _NUMBERED.fullmatch(name.strip())) else None for name in names]
    for place, others in ((0, alike[1:]), (-1, alike[:-1])):
        if len(set(others)) == 1 and others[0] is not None and alike[place] != others[0]:
            return names[place]
    return None


def _are_classes(rows: "Sequence[NDArray[np.float64]]", classes: "NDArray[Any]") -> bool:
    """Whether rows begin with several of the classes, and do not go on with them."""
    import numpy as np

    from physembed.data.known_classes import places_by_name

    first = np.array([row[0] for row in rows])
    others = np.concatenate([row[1:] for row in rows])
    if len(np.unique(first)) < 2 or (places_by_name(first, classes) < 0).any():
        return False
    return bool((places_by_name(others[: 10 * len(first)], classes) < 0).any())
