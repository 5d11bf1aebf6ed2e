"""Tables of .parquet and .feather files, read by pandas and pyarrow."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.data.cases import Cases
from physembed.data.formats.table_files import labels_of_cases, times_in_numbers, times_of
from physembed.data.formats.table_rules import LABEL_NAMES
from physembed.data.formats.text_table import NO_COLUMN, TableOptions, column_called, number
from physembed.errors import DatasetError, InvalidInputError

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".parquet", ".feather")
_ROWS = 20_000


def read_frame(path: Path) -> "pd.DataFrame":
    """The whole table, its index as columns where that has names.

    Raises
    ------
    DatasetError
        If it is damaged, holds columns of lists, or pyarrow is not installed.
    """
    import pandas as pd

    pyarrow = _pyarrow(path)
    try:
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path, engine="pyarrow")
        else:
            frame = pd.read_feather(path)
    except (pyarrow.ArrowException, ValueError) as error:
        told = " ".join(str(error).split())[:120].rstrip(".")
        raise DatasetError(f"{path} is not a readable {path.suffix} file: {told}.") from None
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame.columns = [str(name) for name in frame.columns]
    _refuse_lists(path, frame)
    return frame


def _refuse_lists(path: Path, frame: "pd.DataFrame") -> None:
    """A column of lists is a channel of a part, and parts are read of folders."""
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        if column.dtype.kind == "O" and any(_is_list(cell) for cell in column):
            raise DatasetError(
                f"{path} has lists in its column {name!r}, as a part has: a folder of .parquet "
                "parts is accepted, of one or of many, as in `physembed train FOLDER` and "
                "`physembed predict RUN FOLDER --out DIR`."
            )


def read_frame_cases(path: Path, options: TableOptions) -> Cases:
    """Series: a row is a case, or with a column of cases or times a timepoint.

    Of a table whose rows are cases a column of text that is called as labels are has these; other
    columns of text are left out. Either is told.

    Parameters
    ----------
    path : Path
    options : TableOptions
        Of which the names of columns are obeyed.

    Raises
    ------
    DatasetError
        If there are no numbers, or text stands among them.
    InvalidInputError
        If a column that the options name is not there.
    """
    frame = read_frame(path)
    names = list(frame.columns)
    roles = {
        role: names[column_called(path, said, names, len(names), f"--{role}")]
        for role, said in (
            ("case", options.case),
            ("time", options.time),
            ("label", options.label),
        )
        if said not in (None, NO_COLUMN)
    }
    values = frame.drop(columns=list(roles.values()))
    remarks: tuple[str, ...] = ()
    if not options.is_long and options.label is None:
        called = [name for name in values.columns if LABEL_NAMES.fullmatch(name.strip().lower())]
        if len(called) == 1:
            roles["label"] = called[0]
            values = values.drop(columns=called)
            remarks = (f"column {called[0]!r} is taken for class labels",)
    numeric = values.select_dtypes("number")
    texts = [name for name in values.columns if name not in numeric.columns]
    if not len(numeric.columns) or not len(frame):
        raise DatasetError(f"{path} has no column of numbers, or no rows.")
    for name in texts:
        _refuse_numbers_among_text(path, frame[name])
    if options.is_long:
        return _long(path, frame, numeric, roles, _left_out(texts))
    labels = frame[roles["label"]].to_numpy().astype(str) if "label" in roles else None
    series = numeric.to_numpy(dtype=np.float64, na_value=np.nan)
    columns = tuple(numeric.columns)
    return Cases(series, None, labels, remarks=remarks + _left_out(texts), columns=columns)


def _is_list(cell: Any) -> bool:
    return hasattr(cell, "__len__") and not isinstance(cell, str | bytes)


def _left_out(texts: list[str]) -> tuple[str, ...]:
    return (f"left out, since they are no numbers: {', '.join(texts)}",) if texts else ()


def _refuse_numbers_among_text(path: Path, column: "pd.Series[Any]") -> None:
    """A column of text with numbers in it is a timepoint or channel that something spoiled."""
    for row, cell in enumerate(column.dropna(), start=1):
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        if is_number or (isinstance(cell, str) and number(cell, ".") is not None):
            raise DatasetError(
                f"{path}: column {column.name!r} is of text, and has the number {cell!r} in row "
                f"{row}; write its numbers as numbers, or leave the column out."
            )


def _long(
    path: Path,
    frame: "pd.DataFrame",
    numeric: "pd.DataFrame",
    roles: dict[str, str],
    remarks: tuple[str, ...],
) -> Cases:
    import pandas as pd

    from physembed.data.frames import cases_in_pandas

    case = pd.Index(frame[roles["case"]] if "case" in roles else np.zeros(len(frame), np.int64))
    time: Any = frame[roles["time"]] if "time" in roles else frame.groupby(case).cumcount()
    if pd.api.types.is_numeric_dtype(time):
        time = times_in_numbers(time.to_numpy(dtype=np.float64))
    elif not pd.api.types.is_datetime64_any_dtype(time) and time.dtype.kind != "m":
        time = times_of(path, [str(told) for told in time], case, ".")
    long = numeric.set_axis(pd.MultiIndex.from_arrays([case, time]), axis=0)
    read = cases_in_pandas(long, str(path))
    labels = None
    if "label" in roles:
        labels = labels_of_cases(path, frame[roles["label"]].astype(str), case, read.names)
    series = read.series if read.lengths_differ else np.stack(read.series)
    return Cases(series, read.names, labels, read.sampling_interval, remarks=remarks)


def lines_of_frame(path: Path) -> Iterator[str]:
    """The header and each row as comma-separated values, a few thousand rows read at a time.

    What is quoted may hold breaks of lines; a row is one string nevertheless.

    Raises
    ------
    DatasetError
    """
    pyarrow = _pyarrow(path)
    from pyarrow.feather import read_table
    from pyarrow.parquet import ParquetFile

    try:
        if path.suffix.lower() == ".parquet":
            parquet = ParquetFile(path)
            schema, batches = parquet.schema_arrow, parquet.iter_batches(_ROWS)
        else:
            table = read_table(path, memory_map=True)
            schema, batches = table.schema, iter(table.to_batches(_ROWS))
        counted = _named_range(schema)
        n_rows = 0
        for batch in batches:
            frame = batch.to_pandas()
            if counted is not None:
                # pyarrow forgets an index that is not as long as the batch
                frame.index = counted[n_rows : n_rows + len(frame)]
            named = any(name is not None for name in frame.index.names)
            # a lone \r is only quoted where it belongs to the end of a line
            text = frame.to_csv(index=named, header=n_rows == 0, lineterminator="\r\n")
            yield from _rows_of(text)
            n_rows += len(frame)
    except (pyarrow.ArrowException, ValueError) as error:
        told = " ".join(str(error).split())[:120].rstrip(".")
        raise DatasetError(f"{path} is not a readable {path.suffix} file: {told}.") from None


def _named_range(schema: Any) -> "pd.RangeIndex | None":
    """The index that pandas stored as a beginning and a step, if it has a name."""
    import pandas as pd

    stored = (schema.pandas_metadata or {}).get("index_columns") or [None]
    if not isinstance(stored[0], dict) or stored[0].get("name") is None:
        return None
    told = stored[0]
    return pd.RangeIndex(told["start"], told["stop"], told["step"], name=told["name"])


def _rows_of(text: str) -> Iterator[str]:
    row = ""
    # not by splitlines, to which a form feed or a separator of records is the end of a line
    for line in io.StringIO(text):
        row += line
        # quotes are doubled in what is quoted: their number is odd within it
        if row.count('"') % 2 == 0:
            yield row
            row = ""


def _pyarrow(path: Path) -> Any:
    if not path.is_file():
        raise DatasetError(f"there is no file {path}.")
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidInputError(f"{path} has suffix {path.suffix!r}; {SUFFIXES} are accepted.")
    try:
        import pyarrow
    except ImportError:
        raise DatasetError(
            f"{path}: pyarrow reads {path.suffix} files; pip install 'physembed[files]'."
        ) from None
    return pyarrow
