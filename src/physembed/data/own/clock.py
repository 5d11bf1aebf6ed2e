"""When the rows of a table were taken: counted, numbers in a unit, or dates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.data.own.description import Description
from physembed.data.own.table import Table
from physembed.errors import DatasetError

_FORMATS = (
    "%d.%m.%Y %H:%M:%S.%f",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M:%S.%f",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S.%f",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%H:%M:%S.%f",
    "%H:%M:%S",
)
_ZONES = ("", "%z", " %z")
"""After a time of day: none, or hours and minutes from universal time, perhaps behind a space."""
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "sec": 1.0, "min": 60.0}
_EPOCHS = ((1e17, 1e-9, "ns"), (1e14, 1e-6, "µs"), (1e11, 1e-3, "ms"))
"""Numbers above which times are counted since 1970, in which unit."""
ONE_RATE = 0.1
"""Share of the usual step by which that of a recording may differ."""


@dataclass(frozen=True, eq=False)
class Clock:
    """The times of rows.

    Parameters
    ----------
    times : array of shape (rows,), float64
    in_seconds : bool
        Else they count, or nobody has said in which unit.
    how : str
        How they were found, in words.
    """

    times: NDArray[np.float64]
    in_seconds: bool
    how: str


def clock_of(table: Table, column: str | None, description: Description) -> Clock:
    """The times of a table's rows; counted where no column tells them.

    Raises
    ------
    DatasetError
        For text that is no time, or could be two, with its place.
    """
    if column is None:
        counted = np.arange(len(table), dtype=np.float64)
        if description.interval is None:
            return Clock(counted, False, "rows are counted; say --sampling-rate to have seconds")
        rate = description.sampling_rate
        return Clock(counted * description.interval, True, f"--sampling-rate {rate:g}")
    values = table.columns[column]
    if values.dtype.kind == "f":
        return _numbers(table, column, values, description)
    return Clock(_dates(table, column, values, description), True, f"dates in column {column!r}")


def _numbers(
    table: Table, column: str, values: NDArray[np.float64], description: Description
) -> Clock:
    missing = np.flatnonzero(np.isnan(values))
    if missing.size:
        raise DatasetError(f"{table.place(int(missing[0]), column)}: the time is missing.")
    how = f"numbers in column {column!r}"
    if description.interval is not None:
        steps = np.diff(values)
        usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 1.0
        rate = f"--sampling-rate {description.sampling_rate:g}"
        return Clock(values / usual * description.interval, True, f"{how}, scaled by {rate}")
    for least, unit, called in _EPOCHS:
        if len(values) and np.abs(values).min() >= least:
            return Clock((values - values[0]) * unit, True, f"{how}, {called} since 1970")
    told = re.search(r"(?:[\s_(\[/]|^)(ns|us|µs|ms|sec|s|min)[)\]]?$", column.strip().lower())
    if told:
        return Clock(values * _UNITS[told[1]], True, f"{how}, in {told[1]}")
    if (values == np.floor(values)).all():
        return Clock(values, False, f"{how}, which count; say --sampling-rate to have seconds")
    return Clock(values, True, f"{how}, taken for seconds")


def _dates(
    table: Table, column: str, values: NDArray[Any], description: Description
) -> NDArray[np.float64]:
    import pandas as pd

    empty = [row for row, value in enumerate(values) if value is None or str(value) == ""]
    if empty:
        raise DatasetError(f"{table.place(empty[0], column)}: the time is missing.")
    series = pd.Series(values)
    if isinstance(values[0], pd.Timedelta) or re.match(r"-?\d+ days?( |$)", str(values[0])):
        passed = pd.to_timedelta(series, errors="coerce")
        if not passed.isna().any():
            return np.asarray((passed - passed.iloc[0]).dt.total_seconds())
    if description.time_format is not None:
        parsed = _parsed(series, description.time_format)
        if parsed is None:
            raise DatasetError(
                f"{table.path}: column {column!r} is not of --time-format "
                f"{description.time_format!r}; its first time is {str(values[0])[:40]!r}."
            )
        return _seconds(parsed)
    parsed = _parsed(series, "ISO8601")
    if parsed is not None:
        return _seconds(parsed)
    # a comma before fractions of a second, as German programs write it
    text = series.astype(str).str.replace(r",(\d+)(?=$| ?[+-]\d)", r".\1", regex=True)
    forms = [form + zone for form in _FORMATS for zone in (_ZONES if "%H" in form else ("",))]
    fitting = [(form, told) for form in forms if (told := _parsed(text, form)) is not None]
    if not fitting:
        row = next((k for k, v in enumerate(text) if not re.search(r"\d[:.\-/]\d", v)), 0)
        raise DatasetError(
            f"{table.place(row, column)}: {str(values[row])[:40]!r} is no time as 2024-12-31 "
            "23:59:59, 31.12.2024 23:59:59 or a number; say how times are written with "
            "--time-format, such as '%d.%m.%Y %H:%M:%S.%f%z' (fractions and zone)."
        )
    first = _seconds(fitting[0][1])
    differ = [form for form, told in fitting[1:] if (_seconds(told) != first).any()]
    if differ:
        raise DatasetError(
            f"{table.path}: column {column!r} could be {fitting[0][0]} or {differ[0]} (its "
            f"first time is {str(values[0])[:40]!r}); say which with --time-format."
        )
    return first


def _parsed(series: Any, form: str) -> Any:
    """Times of a format, None where one is not; those with zones in universal time."""
    import pandas as pd

    try:
        return pd.to_datetime(series, format=form, utc=True)
    except (ValueError, TypeError, OverflowError):
        return None


def _seconds(times: Any) -> NDArray[np.float64]:
    nanoseconds = times.dt.as_unit("ns").astype("int64").to_numpy()
    return np.asarray((nanoseconds - nanoseconds[0]) / 1e9)


def check_ascending(table: Table, clock: Clock, column: str | None, *, or_else: str = "") -> None:
    """Refuse times that come twice or run backwards, with their lines.

    Parameters
    ----------
    table : Table
    clock : Clock
    column : str or None
    or_else : str, default=""
        One more remedy.

    Raises
    ------
    DatasetError
    """
    steps = np.diff(clock.times)
    wrong = np.flatnonzero(steps <= 0)
    if not wrong.size:
        return
    row = int(wrong[0]) + 1
    several = f" ({wrong.size:,} such lines)" if wrong.size > 1 else ""
    before = int(table.lines[row - 1])
    remedy = (
        f"name the column that tells recordings apart with --case{or_else and ', or '}{or_else}."
    )
    if steps[row - 1] == 0:
        raise DatasetError(
            f"{table.place(row, column)}: the time is that of {table.unit} {before}{several}. "
            f"Remove one of the two, or {remedy}"
        )
    back = -steps[row - 1]
    hour = " The clock was set back by an hour: write times with their zone, as +01:00."
    raise DatasetError(
        f"{table.place(row, column)}: time runs backwards by {back:g}"
        f"{' s' if clock.in_seconds else ''} after {table.unit} {before}{several}."
        f"{hour if clock.in_seconds and abs(back - 3600) < 60 else ''} Sort the lines by time, or "
        f"{remedy}"
    )


def usual_step(steps: Sequence[tuple[float, str]]) -> float:
    """The median of the steps of recordings, each with its name."""
    return float(np.median([step for step, _ in steps]))


def check_one_rate(table: Table, steps: Sequence[tuple[float, str]]) -> None:
    """Refuse cases of which one is sampled otherwise than the others.

    Parameters
    ----------
    table : Table
    steps : sequence of (float, str)
        Of every case of two or more rows, with its name.

    Raises
    ------
    DatasetError
    """
    usual = usual_step(steps) if steps else 0.0
    for step, name in steps:
        if abs(step - usual) > ONE_RATE * usual:
            raise DatasetError(
                f"{table.path}: case {name!r} has a step of {step:.4g} between its timepoints, the "
                f"others of {usual:.4g}; resample it, or leave it out."
            )


_DAYS, _HOURS = ("date", "datum", "day", "tag"), ("time", "clock", "zeit", "uhrzeit")


def day_and_hour(names: Sequence[str]) -> tuple[str, str] | None:
    """The columns of days and of times of day, where there are both."""
    by_name = {name.strip().lower(): name for name in names}
    day, hour = (
        next((by_name[name] for name in of if name in by_name), None) for of in (_DAYS, _HOURS)
    )
    return None if day is None or hour is None else (day, hour)


def with_one_clock(table: Table) -> Table:
    """A table whose days stand in one column and whose times of day in another, with both in one.

    Both are text, and called so: date and time, Datum and Uhrzeit.
    """
    day_hour = day_and_hour([name for name in table.names if name not in table.numeric])
    if day_hour is None or any(":" in str(cell) for cell in table.columns[day_hour[0]][:1]):
        return table
    day, hour = day_hour
    both = f"{day} {hour}"
    pairs = zip(table.columns[day], table.columns[hour], strict=True)
    joined = np.array([f"{a} {b}" if a and b else "" for a, b in pairs], dtype=object)
    columns = {
        both if name == day else name: joined if name == day else column
        for name, column in table.columns.items()
        if name != hour
    }
    told = f"columns {day!r} and {hour!r} are read as one, {both!r}"
    return replace(table, columns=columns, remarks=(*table.remarks, told))
