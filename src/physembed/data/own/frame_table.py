"""The columns of a .parquet or .feather file, read by pandas and pyarrow."""

from pathlib import Path
from typing import Any

import numpy as np

from physembed.data.formats.frame_files import read_frame
from physembed.data.own.table import Table, read_as_it_is
from physembed.errors import DatasetError


def read_frame_table(path: Path) -> Table:
    """Read a .parquet or .feather file.

    Raises
    ------
    DatasetError
        If it is damaged, or pyarrow is not installed.
    """
    with read_as_it_is(path):
        frame = read_frame(path)
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
