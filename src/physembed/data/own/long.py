"""A table with a moment in every row, and a column that tells which case it is of."""

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.clock import check_ascending, check_one_rate, clock_of, usual_step
from physembed.data.own.description import Description
from physembed.data.own.labelled import Labelled
from physembed.data.own.moments import gridded
from physembed.data.own.roles import Roles
from physembed.data.own.table import Table
from physembed.data.own.wide import cases_of, labels_of
from physembed.errors import DatasetError

_MOST_GAPS = 10
"""Timepoints for each row that is there; beyond, a case is no series."""


def long_cases(
    table: Table, roles: Roles, description: Description, *, name: str, label: str | None = None
) -> Labelled:
    """The cases of a long table, in the order in which they begin.

    Parameters are those of :func:`~physembed.data.own.wide.wide_cases`.

    Raises
    ------
    DatasetError
        For a case with several labels or groups, and for times that come twice, with the line.
    """
    assert roles.case is not None
    cases, numbers = np.unique(cases_of(table, roles.case), return_inverse=True)
    labels = labels_of(table, roles.label, label)
    clock = clock_of(table, roles.time, description)
    order = np.lexsort((clock.times, numbers))
    n_reordered = 0
    series, labels_of_cases, names, groups, steps = [], [], [], [], []
    notes: list[str] = []
    first_rows = {}
    bounds = np.searchsorted(numbers[order], np.arange(len(cases) + 1))
    for case, called in enumerate(cases.tolist()):
        rows = order[bounds[case] : bounds[case + 1]]
        if (np.diff(rows) < 0).any():
            n_reordered += 1
        part = table.rows(rows)
        times = clock.times[rows]
        if roles.time is not None:
            check_ascending(part, type(clock)(times, clock.in_seconds, clock.how), roles.time)
        labels_of_cases.append(_only(part, labels[rows], roles.label, f"case {called!r}", "label"))
        if roles.group is not None:
            of_rows = part.text(roles.group)
            groups.append(_only(part, of_rows, roles.group, f"case {called!r}", "group"))
        values = np.stack([part.columns[c] for c in roles.channels], axis=1)
        laid = gridded(times, values, split=False)
        stretch = laid.stretches[0]
        if stretch.values.shape[1] > _MOST_GAPS * len(rows):
            raise DatasetError(
                f"{table.place(int(rows[0]))}: case {called!r} has {len(rows):,} rows over "
                f"{stretch.values.shape[1]:,} steps of {laid.step:g}; it is no series of one rate."
            )
        if len(rows) < 2:
            raise DatasetError(
                f"{table.place(int(rows[0]))}: case {called!r} has one row; at least two are "
                "needed. Leave it out, or name another column with --case."
            )
        series.append(stretch.values)
        names.append(str(called))
        steps.append((laid.step, str(called)))
        first_rows[case] = int(rows.min())
        notes += [laid.note] if laid.note and laid.note not in notes else []
    interval = usual_step(steps) if clock.in_seconds and steps else None
    check_one_rate(table, steps)
    in_order = sorted(range(len(cases)), key=first_rows.__getitem__)
    remarks = [*table.remarks, *roles.remarks, *notes[:3]]
    if n_reordered:
        remarks.append(f"the rows of {n_reordered:,} cases are put in the order of their times")
    return Labelled(
        name,
        str(table.path),
        [series[k] for k in in_order],
        np.array([labels_of_cases[k] for k in in_order]),
        f"a moment a row, a case for each value of {roles.case!r}",
        roles.channels,
        tuple(names[k] for k in in_order),
        groups=np.array([groups[k] for k in in_order]) if groups else None,
        sampling_interval=interval,
        clock=clock.how,
        remarks=tuple(remarks),
    )


def _only(part: Table, values: NDArray[np.str_], column: str | None, case: str, what: str) -> str:
    """The one value that all rows of a case have."""
    first = str(values[0])
    other = np.flatnonzero(values != first)
    if other.size:
        row = int(other[0])
        raise DatasetError(
            f"{part.place(row, column)}: the {what} of {case} changes from {first!r} to "
            f"{str(values[row])!r}; a case has one. Name another column with --case, or cut the "
            "recording into windows with --window."
        )
    if first == "":
        raise DatasetError(f"{part.place(0, column)}: the {what} of {case} is missing.")
    return first
