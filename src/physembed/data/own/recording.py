"""Recordings cut into windows, labelled by a column or by a table of intervals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from physembed.data.own.clock import check_ascending, check_one_rate, clock_of, usual_step
from physembed.data.own.description import Description
from physembed.data.own.labelled import Labelled
from physembed.data.own.moments import gridded
from physembed.data.own.roles import Roles
from physembed.data.own.table import Table, listed
from physembed.data.own.wide import cases_of, labels_of
from physembed.data.pieces.windows import mostly_missing
from physembed.errors import DatasetError


@dataclass(frozen=True, eq=False)
class Recording:
    """One recording on an even grid, with a label for every timepoint.

    Parameters
    ----------
    values : array of shape (channels, timepoints)
    labels : array of str, shape (timepoints,)
        "" where nobody has said.
    groups : array of str, shape (timepoints,), or None
    first : int
        What its first timepoint counts as, after the stretches before it.
    """

    values: NDArray[np.float64]
    labels: NDArray[np.str_]
    groups: NDArray[np.str_] | None = None
    first: int = 0


def recording_windows(
    table: Table,
    roles: Roles,
    description: Description,
    *,
    name: str,
    label: str | None = None,
    intervals: Table | None = None,
) -> Labelled:
    """The windows of a table that is one recording, or one for every case that a column names.

    Parameters are those of :func:`~physembed.data.own.wide.wide_cases`, and ``intervals``, a table
    with the columns start, end and label.

    Raises
    ------
    DatasetError
        For times that come twice or run backwards, with the line, and where no window is left.
    """
    clock = clock_of(table, roles.time, description)
    labels = labels_of(table, roles.label, label)
    if intervals is not None:
        labels = _by_intervals(clock.times, intervals)
    values = np.stack([table.columns[c] for c in roles.channels], axis=1)
    groups = None if roles.group is None else table.text(roles.group)
    codes, called = np.zeros(len(table), dtype=np.int64), np.array([name])
    if roles.case is not None:
        codes, called = pd.factorize(cases_of(table, roles.case))
    recordings, steps, notes = [], [], []
    for number in range(len(called)):
        rows = np.flatnonzero(codes == number)
        times = clock.times[rows]
        if roles.time is not None:
            check_ascending(table.rows(rows), replace(clock, times=times), roles.time)
        laid = gridded(times, values[rows], split=True)
        # a single line has no step
        steps += [(laid.step, str(called[number]))] if len(rows) > 1 else []
        notes += [laid.note] if laid.note and laid.note not in notes else []
        first, stretches = 0, []
        for stretch in laid.stretches:
            of = rows[stretch.rows]
            of_group = None if groups is None else groups[of]
            stretches.append(Recording(stretch.values, labels[of], of_group, first))
            # windows of two stretches never touch
            first += stretch.values.shape[1] + 1
        recordings.append(stretches)
    check_one_rate(table, steps)
    remarks = [*table.remarks, *roles.remarks, *notes[:3]]
    whole = Labelled(
        name,
        str(table.path),
        [],
        np.array([], dtype=str),
        "",
        roles.channels,
        (),
        sampling_interval=usual_step(steps) if clock.in_seconds and steps else None,
        clock=clock.how,
        remarks=tuple(remarks),
    )
    return cut(whole, recordings, called.tolist(), description)


def cut(
    whole: Labelled,
    recordings: list[list[Recording]],
    called: Sequence[str],
    description: Description,
) -> Labelled:
    """Cut recordings, each of one or more stretches, into windows.

    Parameters
    ----------
    whole : Labelled
        What is known of all of them, without cases.
    recordings : list of list of Recording
    called : sequence of str
        What each is called, which stands before the names of its windows where there are several.
    description : Description

    Raises
    ------
    DatasetError
        If no window is left.
    """
    window, hop = description.window, description.hop or description.window
    assert window is not None and hop is not None
    windows = _Cut()
    for number, stretches in enumerate(recordings):
        for stretch in stretches:
            windows.take(stretch, number, window, hop, description.mixed)
    # the longest stretch of each without a gap
    longest = [max((s.values.shape[1] for s in stretches), default=0) for stretches in recordings]
    short = [number for number, length in enumerate(longest) if length < window]
    if not windows.series:
        raise DatasetError(
            f"{whole.source} gives no window of {window} timepoints: {windows.why_none(window)}"
        )
    too_short = [
        f"{len(short):,} of {len(recordings):,} recordings have no {window} timepoints without a "
        f"gap, and give no window: {listed([called[k] for k in short])}"
    ]
    return replace(
        whole,
        series=windows.series,
        labels=np.array(windows.labels),
        layout=f"windows of {window} timepoints, one every {hop}, of "
        + ("one recording" if len(recordings) == 1 else f"{len(recordings)} recordings"),
        names=tuple(
            f"timepoint {start}" if len(recordings) == 1 else f"{called[k]}, timepoint {start}"
            for k, start, _ in windows.spans
        ),
        recordings=np.array([number for number, _, _ in windows.spans]),
        spans=np.array([(start, end) for _, start, end in windows.spans]),
        groups=np.array(windows.groups) if windows.groups else None,
        remarks=(
            *whole.remarks,
            *(too_short if short else []),
            *windows.remarks(description.mixed),
        ),
    )


class _Cut:
    """Windows, and how many were left out for what."""

    def __init__(self) -> None:
        self.series: list[NDArray[np.float64]] = []
        self.labels: list[str] = []
        self.groups: list[str] = []
        self.spans: list[tuple[int, int, int]] = []
        self.n_mixed = self.n_unlabelled = self.n_missing = self.n_groups = 0
        self.longest = 0

    def take(self, part: Recording, number: int, window: int, hop: int, mixed: str) -> None:
        n = part.values.shape[1]
        self.longest = max(self.longest, n)
        # pandas' does not sort, which takes seconds for millions of labels
        codes, numbered = pd.factorize(part.labels)
        changes = np.concatenate([[0], np.cumsum(codes[1:] != codes[:-1])])
        of_group = None
        if part.groups is not None:
            of_group = np.concatenate([[0], np.cumsum(part.groups[1:] != part.groups[:-1])])
        for start in range(0, n - window + 1, hop):
            end = start + window
            if of_group is not None and of_group[start] != of_group[end - 1]:
                self.n_groups += 1
                continue
            label = str(part.labels[start])
            if changes[start] != changes[end - 1]:
                self.n_mixed += 1
                if mixed == "drop":
                    continue
                counts = np.bincount(codes[start:end])
                # of two that are as many, the one that it begins with
                begins = codes[start]
                most = begins if counts[begins] == counts.max() else counts.argmax()
                label = str(numbered[most])
            if label == "":
                self.n_unlabelled += 1
                continue
            values = part.values[:, start:end]
            if mostly_missing(values):
                self.n_missing += 1
                continue
            self.series.append(values)
            self.labels.append(label)
            if part.groups is not None:
                self.groups.append(str(part.groups[start]))
            self.spans.append((number, part.first + start, part.first + end))

    def remarks(self, mixed: str) -> list[str]:
        told = []
        if self.n_mixed:
            rule = (
                "called by the label of most of their timepoints (--mixed drop leaves them out)"
                if mixed == "majority"
                else "left out"
            )
            told.append(f"the label changes inside {self.n_mixed:,} windows: {rule}")
        for count, why in (
            (self.n_unlabelled, "have no label"),
            (self.n_missing, "have more than half of their values missing"),
            (self.n_groups, "lie in two groups"),
        ):
            if count:
                told.append(f"{count:,} windows {why}, and are left out")
        return told

    def why_none(self, window: int) -> str:
        if self.longest < window:
            return (
                f"its longest stretch without a gap has {self.longest:,}; say a smaller --window."
            )
        return f"{listed(self.remarks('drop')) or 'none fits'}."


def _by_intervals(times: NDArray[np.float64], intervals: Table) -> NDArray[np.str_]:
    """The label of every row by the interval that it lies in.

    Raises
    ------
    DatasetError
        For intervals that end before they begin, or overlap, with their lines.
    """
    start, end, label = (_column(intervals, names) for names in _INTERVAL_COLUMNS)
    begins, ends = intervals.columns[start], intervals.columns[end]
    for column, values in ((start, begins), (end, ends)):
        if values.dtype.kind != "f" or np.isnan(values).any():
            row = int(np.argmax(np.isnan(values))) if values.dtype.kind == "f" else 0
            raise DatasetError(
                f"{intervals.place(row, column)}: intervals are in the unit of the recording's "
                "times, numbers counted from its beginning."
            )
    wrong = np.flatnonzero(ends <= begins)
    if wrong.size:
        raise DatasetError(f"{intervals.place(int(wrong[0]))}: it ends before it begins.")
    names = intervals.text(label)
    order = np.argsort(begins)
    overlap = np.flatnonzero(begins[order][1:] < ends[order][:-1])
    if overlap.size:
        row, before = int(order[overlap[0] + 1]), int(order[overlap[0]])
        raise DatasetError(
            f"{intervals.place(row)}: it begins before {intervals.unit} "
            f"{int(intervals.lines[before])} ends; intervals must not overlap."
        )
    labels = np.full(len(times), "", dtype=object)
    for row in order:
        labels[(times >= begins[row]) & (times < ends[row])] = str(names[row])
    return labels.astype(str)


_INTERVAL_COLUMNS: tuple[tuple[str, ...], ...] = (
    ("start", "begin", "from", "von", "t0"),
    ("end", "stop", "to", "bis", "t1"),
    ("label", "class", "state", "klasse", "zustand"),
)


def _column(table: Table, names: tuple[str, ...]) -> Any:
    for name in table.names:
        if name.strip().lower() in names:
            return name
    raise DatasetError(
        f"{table.path} has no column {names[0]!r}; a table of intervals has start, end and "
        f"label. It has {listed(table.names)}."
    )
