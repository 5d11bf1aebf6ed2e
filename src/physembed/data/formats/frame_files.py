"""Tables of .parquet and .feather files, read by pandas and pyarrow."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from physembed.data.cases import Cases
from physembed.data.formats.text_table import NO_COLUMN, TableOptions, column_called
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
        If it is damaged, or pyarrow is not installed.
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
    return frame


def read_frame_cases(path: Path, options: TableOptions) -> Cases:
    """Series without labels: a row is a case, or with a column of cases or times a timepoint.

    Of a table whose rows are cases the columns that are no numbers are left out, which is told.

    Parameters
    ----------
    path : Path
    options : TableOptions
        Of which the names of columns are obeyed.

    Raises
    ------
    DatasetError
    InvalidInputError
        If a column that the options name is not there.
    """
    from physembed.data.frames import cases_in_pandas

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
    numeric = values.select_dtypes("number")
    others = [name for name in values.columns if name not in numeric.columns]
    remarks = (f"left out, since they are no numbers: {', '.join(others)}",) if others else ()
    if not len(numeric.columns) or not len(frame):
        raise DatasetError(f"{path} has no column of numbers, or no rows.")
    if not options.is_long:
        return Cases(numeric.to_numpy(dtype=np.float64, na_value=np.nan), remarks=remarks)
    case = frame[roles["case"]] if "case" in roles else np.zeros(len(frame), dtype=np.int64)
    time: Any = frame[roles["time"]] if "time" in roles else None
    if time is None:
        time = frame.groupby(case).cumcount()
    import pandas as pd

    long = numeric.set_axis(pd.MultiIndex.from_arrays([case, time]), axis=0)
    read = cases_in_pandas(long, str(path))
    series = read.series if read.lengths_differ else np.stack(read.series)
    return Cases(series, read.names, None, read.sampling_interval, remarks=remarks)


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
