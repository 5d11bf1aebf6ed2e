"""Tables of .parquet and .feather files, read by pandas and pyarrow."""

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
    """The table as lines of comma-separated values, a few thousand rows at a time.

    Raises
    ------
    DatasetError
    """
    pyarrow = _pyarrow(path)
    from pyarrow.feather import read_table
    from pyarrow.parquet import ParquetFile

    try:
        if path.suffix.lower() == ".parquet":
            batches = ParquetFile(path).iter_batches(_ROWS)
        else:
            batches = iter(read_table(path, memory_map=True).to_batches(_ROWS))
        header = True
        for batch in batches:
            frame = batch.to_pandas()
            named = any(name is not None for name in frame.index.names)
            yield from frame.to_csv(index=named, header=header).splitlines(keepends=True)
            header = False
    except (pyarrow.ArrowException, ValueError) as error:
        told = " ".join(str(error).split())[:120].rstrip(".")
        raise DatasetError(f"{path} is not a readable {path.suffix} file: {told}.") from None


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
