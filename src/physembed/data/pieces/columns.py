"""Series, labels and groups by the names of columns: of a table, or of a batch of one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import shown
from physembed.data.pieces.piece import Piece
from physembed.errors import DatasetError

LABELS = ("y", "label", "class", "target")
GROUPS = ("groups", "group")
"""What labels and groups may be called in an archive or a table."""
_PANDAS_INDEX = "__index_level_"
"""Before the names that pandas gives the columns of an index, which are no timepoints."""

Columns = dict[str, NDArray[Any]]


def piece_of_columns(
    columns: Columns, place: str, *, labelled: bool = True, wanted: Sequence[str] = ()
) -> Piece:
    """Cases of a table, one in each row.

    Columns of numbers are the timepoints in order. Or columns of lists are the channels, one list
    a case; or one column of arrays (channels, timepoints) is the series as they are; what else
    stands beside lists, such as what a case is called, is not looked at. One column that
    is none of lists is called ``y``, ``label``, ``class`` or ``target``; one may be ``group`` or
    ``groups``.

    Parameters
    ----------
    columns : dict of str to ndarray of shape (cases, ...)
        Lists as arrays of objects, or as further dimensions.
    place : str
        What messages call the table.
    labelled : bool, default=True
        Whether there have to be labels, and are read.
    wanted : sequence of str, optional
        What the columns of the series are called, in their order, where that is known: whatever
        stands beside them is not looked at.

    Raises
    ------
    DatasetError
        If there are no labels or no series, two columns could be the labels or the groups, one
        that is wanted is not there, or a column is none of these.
    """
    if wanted:
        refuse_absent(wanted, list(columns), place)
    lists = {name for name, values in columns.items() if _is_of_lists(values)}
    # a list called y is an axis of a sensor
    names = [name for name in columns if name not in lists and name not in wanted]
    series = {
        name: values
        for name, values in columns.items()
        if name in lists or not (name in (*LABELS, *GROUPS) or name.startswith(_PANDAS_INDEX))
    }
    if wanted:
        series = {name: columns[name] for name in wanted}
    if not series:
        raise DatasetError(f"{place} has no columns of series.")
    if not len(next(iter(series.values()))):
        return Piece(np.empty((0, 0)), np.empty(0) if labelled else None)
    label = labels_among(names, place) if labelled else None
    # a model is scored by labels alone
    group = groups_among(names, place) if labelled and not wanted else None
    X, used = _series_of(series, place)
    if X.dtype.kind in "biu":
        # whatever wrote the table took integers where all numbers of a part happened to be whole
        X = X.astype(np.float64)
    y, groups = (None if name is None else columns[name] for name in (label, group))
    return Piece(X, y, groups, used)


def refuse_absent(wanted: Sequence[str], names: Sequence[str], place: str) -> None:
    """Refuse a table in which a column is not that a model was fitted to.

    Raises
    ------
    DatasetError
    """
    absent = [name for name in wanted if name not in names]
    if absent:
        others = [name for name in names if name not in (*wanted, *LABELS, *GROUPS)]
        there = f"there is {', '.join(others[:8])}" if others else "nothing is in its place"
        raise DatasetError(
            f"{place} has no column {absent[0]}, which the model was fitted to, and {there}; "
            f"call its columns {', '.join(wanted[:8])}{' ...' if len(wanted) > 8 else ''}, in any "
            "order."
        )


def labels_among(names: list[str], place: str) -> str:
    """The name of the labels.

    Raises
    ------
    DatasetError
        If there are none, or two.
    """
    name = _one_of(names, LABELS, place)
    if name is None:
        there = f"there are {shown_names(names)}" if names else "there are none but of lists"
        raise DatasetError(
            f"{place} has no labels; an array or column called {', '.join(LABELS)} is read, and "
            f"{there}."
        )
    return name


def shown_names(names: Sequence[str], most: int = 8) -> str:
    """Names in a message: the first and, where some are left out, the last."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])}, ..., {names[-1]}"


def groups_among(names: list[str], place: str) -> str | None:
    """The name of the groups, if there are any.

    Raises
    ------
    DatasetError
        If there are two.
    """
    return _one_of(names, GROUPS, place)


def _one_of(names: list[str], known: tuple[str, ...], place: str) -> str | None:
    names_here = [name for name in known if name in names]
    if len(names_here) > 1:
        raise DatasetError(
            f"{place} has {names_here[0]} and {names_here[1]}, and one of them is read; leave the "
            "other out."
        )
    return names_here[0] if names_here else None


def _series_of(series: Columns, place: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The series, and the names of their columns."""
    lists = {name: _stacked(v, name, place) for name, v in series.items() if _is_of_lists(v)}
    if not lists:
        for name, values in series.items():
            if values.dtype.kind not in "biuf":
                raise DatasetError(
                    f"{place} has {_told(values)} in its column {name}; beside labels and groups "
                    "columns of numbers (the timepoints) or of lists of numbers (the channels) are "
                    "accepted."
                )
        return np.column_stack(list(series.values())), tuple(series)
    first, *others = lists.items()
    if first[1].ndim == 3 and not others:
        return first[1], tuple(lists)
    for name, values in lists.items():
        if values.ndim != 2:
            raise DatasetError(
                f"{place} has arrays of shape {values.shape[1:]} in its column {name}; (timepoints,"
                ") of each channel, or (channels, timepoints) in one column, is accepted."
            )
        if values.shape != first[1].shape:
            raise DatasetError(
                f"{place} has lists of unequal lengths: {first[1].shape[1]} in its column "
                f"{first[0]} and {values.shape[1]} in {name}."
            )
    return np.stack(list(lists.values()), axis=1), tuple(lists)


def _is_of_lists(values: NDArray[Any]) -> bool:
    if values.dtype.kind != "O" or values.ndim > 1:
        return values.ndim > 1
    return any(np.ndim(cell) > 0 for cell in values)


def _stacked(values: NDArray[Any], name: str, place: str) -> NDArray[Any]:
    """A column of lists as an array, if they are alike and of numbers."""
    if values.dtype.kind == "O":
        shapes = [np.shape(cell) for cell in values]
        other = next((row for row, shape in enumerate(shapes) if shape != shapes[0]), None)
        if other is not None or not shapes[0]:
            bad = 0 if not shapes[0] else other
            assert bad is not None
            what = (
                f"lists of unequal lengths in its column {name}: {shapes[0][0]} in row 0, "
                f"{shapes[bad][0]} in row {bad}"
                if shapes[0] and shapes[bad]
                else f"no list in row {bad} of its column {name}"
            )
            raise DatasetError(f"{place} has {what}.")
        values = np.stack([np.asarray(cell) for cell in values])
    if values.dtype.kind not in "biuf":
        raise DatasetError(f"{place} has lists of {_told(values.ravel())} in its column {name}.")
    return values


def _told(values: NDArray[Any]) -> str:
    """What is in a column that is no numbers."""
    if values.dtype.kind in "mM":
        return "dates or durations"
    value = next((value for value in values if value is not None), None)
    kind = "text" if isinstance(value, str) else type(value).__name__
    return f"{kind} ({shown(value)})" if value is not None else "nothing"
