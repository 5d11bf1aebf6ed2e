"""The columns of a .parquet or .feather file, read by pandas and pyarrow."""

from pathlib import Path
from typing import Any

import numpy as np

from physembed.data.own.table import Table, read_as_it_is
from physembed.errors import DatasetError

SUFFIXES = (".parquet", ".feather")


def read_frame_table(path: Path) -> Table:
    """Read a .parquet or .feather file.

    Raises
    ------
    DatasetError
        If it is damaged, or pyarrow is not installed.
    """
    import pandas as pd

    try:
        import pyarrow
    except ImportError:
        raise DatasetError(
            f"{path}: pyarrow reads {path.suffix} files; pip install 'physembed[files]'."
        ) from None
    with read_as_it_is(path):
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
    columns = {str(name): _column(frame[name]) for name in frame.columns}
    lines = np.arange(1, len(frame) + 1)
    if not len(lines) or not columns:
        raise DatasetError(f"{path} has no rows.")
    return Table(path, columns, lines, unit="row")


def _column(series: Any) -> Any:
    """Numbers as float64, times as pandas has them, anything else as text."""
    import pandas as pd

    kinds = pd.api.types
    if kinds.is_datetime64_any_dtype(series.dtype) or kinds.is_timedelta64_dtype(series.dtype):
        return series.astype(object).to_numpy()
    if kinds.is_numeric_dtype(series.dtype) and not kinds.is_bool_dtype(series.dtype):
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.array(["" if pd.isna(value) else str(value) for value in series], dtype=object)
