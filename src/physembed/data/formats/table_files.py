"""Cases from tables in text files: one case per line, or one timepoint of a case per line."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.cases import Cases, shown
from physembed.data.formats.table_rules import recognised
from physembed.data.formats.text_table import (
    NO_COLUMN,
    Layout,
    TableOptions,
    column_called,
    floats,
    lines,
    number,
    values,
)
from physembed.errors import DatasetError

if TYPE_CHECKING:
    import pandas as pd


def read_table(
    path: Path, options: TableOptions, values_at_once: int, *, labels_first: bool = False
) -> Iterator[Cases]:
    """Read a table, a few cases at a time where a line is a case.

    Parameters
    ----------
    path : pathlib.Path
    options : TableOptions
    values_at_once : int
        Numbers of a piece, about.
    labels_first : bool
        Whether this kind of file has class labels in its first column by convention.

    Yields
    ------
    Cases
        With the names and labels that the table has.

    Raises
    ------
    DatasetError
        If the table is damaged, with the line and column, or could be read in two ways.
    InvalidInputError
        If a column that the options name is not there.
    """
    layout = recognised(path, options, labels_first=labels_first)
    if options.is_long:
        yield _of_timepoints(path, options, layout)
        return
    pieces = _of_cases(path, layout, values_at_once)
    first = next(pieces, None)
    if first is None:
        raise DatasetError(f"{path} has no cases.")
    yield first
    yield from pieces


def _of_cases(path: Path, layout: Layout, values_at_once: int) -> Iterator[Cases]:
    rows: list[NDArray[np.float64]] = []
    names: list[str] = []
    labels: list[str] = []
    n_values = 0
    left_out = sorted({layout.index, layout.label} - {None}, reverse=True)  # type: ignore[type-var]
    for line, cells in _below_the_header(path, layout):
        _check_width(path, line, cells, left_out)
        if layout.index is not None:
            names.append(cells[layout.index].strip())
        if layout.label is not None:
            labels.append(cells[layout.label].strip())
        rows.append(_row(path, line, cells, layout, left_out))
        n_values += rows[-1].size
        if n_values >= values_at_once:
            yield _piece(rows, names, labels, layout)
            rows, names, labels, n_values = [], [], [], 0
    if rows:
        yield _piece(rows, names, labels, layout)


def _below_the_header(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    below = lines(path, layout.delimiter)
    if layout.header is not None:
        next(below, None)
    yield from below


def _check_width(path: Path, line: int, cells: list[str], left_out: Sequence[Any]) -> None:
    if left_out and len(cells) <= max(len(left_out), left_out[0]):
        raise DatasetError(f"{path}, line {line} has a label but no timepoints.")


def _row(
    path: Path, line: int, cells: list[str], layout: Layout, left_out: Sequence[Any]
) -> NDArray[np.float64]:
    columns = list(range(len(cells)))
    for place in left_out:
        del cells[place], columns[place]
    if layout.decimal == ".":
        row = floats(cells)
        if row is not None:
            return row
    return np.array(values(path, line, cells, layout.decimal, columns))


def _piece(
    rows: list[NDArray[np.float64]], names: list[str], labels: list[str], layout: Layout
) -> Cases:
    import pandas as pd

    equal = len({row.size for row in rows}) == 1
    left_out = {layout.index, layout.label} - {None}
    header = [cell.strip() for cell in layout.header or ()]
    # an index that pandas or R wrote may have no name
    header = ["", *header] if len(header) + 1 == rows[0].size + len(left_out) else header
    columns = [name for k, name in enumerate(header) if k not in left_out]
    return Cases(
        np.array(rows) if equal else rows,
        pd.Index(names) if names else None,
        np.array(labels) if labels else None,
        remarks=layout.remarks,
        # of lines of unequal lengths no column is anything
        columns=tuple(columns) if equal and len(columns) == rows[0].size else (),
    )


def _of_timepoints(path: Path, options: TableOptions, layout: Layout) -> Cases:
    """A long table: every line a timepoint, with a column that names its case, or of one case."""
    import pandas as pd

    from physembed.data.frames import cases_in_pandas

    if layout.header is None:
        raise DatasetError(f"{path} has no header, by which its columns are called.")
    names = [name.strip() for name in layout.header]
    roles = {"case": options.case, "time": options.time, "label": options.label}
    places = {
        role: column_called(path, said, names, len(names), f"--{role}")
        for role, said in roles.items()
        if said not in (None, NO_COLUMN)
    }
    channels = [place for place in range(len(names)) if place not in places.values()]
    if not channels:
        raise DatasetError(f"{path} has no column beside {', '.join(map(str, roles.values()))}.")
    numbers: list[list[float]] = []
    told: dict[str, list[str]] = {role: [] for role in places}
    for line, cells in _below_the_header(path, layout):
        if len(cells) != len(names):
            raise DatasetError(
                f"{path}, line {line} has {len(cells)} cells, its header {len(names)}."
            )
        for role, place in places.items():
            told[role].append(cells[place].strip())
        numbers.append(
            values(path, line, [cells[place] for place in channels], layout.decimal, channels)
        )
    if not numbers:
        raise DatasetError(f"{path} has no cases.")
    cases = _case_names(told.get("case"), len(numbers))
    times = times_of(path, told.get("time"), cases, layout.decimal)
    frame = pd.DataFrame(numbers, pd.MultiIndex.from_arrays([cases, times]))
    read = cases_in_pandas(frame, str(path))
    labels = None
    if "label" in told:
        labels = labels_of_cases(path, pd.Series(told["label"]), cases, read.names)
    series = read.series if read.lengths_differ else np.stack(read.series)
    return Cases(series, read.names, labels, read.sampling_interval, remarks=layout.remarks)


def _case_names(told: list[str] | None, n_lines: int) -> "pd.Index":
    """The case of every line; numbers are ordered as numbers."""
    import pandas as pd

    if told is None:
        return pd.Index(np.zeros(n_lines, dtype=np.int64))
    if all(name.isdecimal() and str(int(name)) == name for name in told):
        return pd.Index([int(name) for name in told])
    return pd.Index(told)


def times_of(path: Path, told: list[str] | None, cases: "pd.Index", decimal: str) -> "pd.Index":
    """When every line was: numbers as they are, fractions as seconds, dates; else counted."""
    import pandas as pd

    if told is None:
        return pd.Index(pd.Series(0, index=range(len(cases))).groupby(cases).cumcount())
    numbers = [number(time, decimal) for time in told]
    if all(value is not None and math.isfinite(value) for value in numbers):
        return times_in_numbers(np.array(numbers, dtype=np.float64))
    try:
        return pd.to_datetime(pd.Series(told), format="ISO8601").pipe(pd.DatetimeIndex)
    except (ValueError, TypeError, OverflowError):
        raise DatasetError(
            f"{path}: its times are neither numbers nor dates as 2024-12-31 23:59:59; "
            f"one is {told[0][:40]!r}."
        ) from None


def times_in_numbers(times: NDArray[np.float64]) -> "pd.Index":
    """Whole numbers count timepoints, fractions are seconds."""
    import pandas as pd

    whole = times == np.floor(times)
    return pd.Index(times) if whole.all() else pd.to_timedelta(times, unit="s")


def labels_of_cases(path: Path, told: Any, cases: "pd.Index", names: Any) -> NDArray[Any]:
    """The one label of every case.

    Raises
    ------
    DatasetError
        If a case has several.
    """
    groups = told.groupby(cases)
    several = groups.nunique(dropna=False)
    if (several > 1).any():
        raise DatasetError(
            f"{path}: case {shown(several.idxmax())} has {several.max()} labels; one is accepted."
        )
    return groups.first().reindex(names).to_numpy().astype(str)
