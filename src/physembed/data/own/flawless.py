"""Large tables without a flaw, read by pandas; where there is one, the strict reader finds it."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from physembed.data.formats.text_table import encoding_of

_BLOCK = 1 << 24


class Form(NamedTuple):
    """How a text table is written.

    Parameters
    ----------
    delimiter, decimal : str
    n_columns : int
    numeric_share : float
        Of its cells, those that are numbers by this form.
    """

    delimiter: str
    decimal: str
    n_columns: int
    numeric_share: float


def read_if_flawless(
    path: Path, form: Form, names: list[str], kinds: list[bool], *, skip: bool
) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]] | None:
    """The columns of a table, and the line of each row; None where there is anything to look at.

    That is an empty line, a quotation mark, a missing or infinite value, a line of another width, a
    cell that is no number: whoever reads line by line then says where.

    Parameters
    ----------
    path : Path
    form : Form
    names : list of str
    kinds : list of bool
        Which columns are of numbers.
    skip : bool
        Whether the first line is one of names.
    """
    import pandas as pd

    of_kind = form.delimiter != " " and encoding_of(path) == "utf-8-sig"
    n_lines = _lines_without_quotes(path) if of_kind else None
    if n_lines is None:
        return None
    # pandas takes what is beyond the header for an index, and what is lacking for missing: a
    # column more tells of the one, and no empty cell is taken for a missing one
    spare = "a column more than there are"
    dtypes: dict[str, Any] = {
        name: np.float64 if numeric else object for name, numeric in zip(names, kinds, strict=True)
    }
    try:
        frame = pd.read_csv(
            path,
            sep=form.delimiter,
            decimal=form.decimal,
            header=None,
            names=[*names, spare],
            index_col=False,
            skiprows=int(skip),
            dtype=dtypes | {spare: object},
            keep_default_na=False,
            na_values={spare: [""]},
            skip_blank_lines=False,
            encoding="utf-8-sig",
            engine="c",
            float_precision="round_trip",
        )
    except (ValueError, OverflowError):
        return None
    if len(frame) + skip != n_lines or frame[spare].notna().any():
        return None
    columns: dict[str, NDArray[Any]] = {}
    flawed = False
    for name, numeric in zip(names, kinds, strict=True):
        if numeric:
            columns[name] = frame[name].to_numpy(dtype=np.float64)
            flawed |= not np.isfinite(columns[name]).all()
        else:
            codes, distinct = pd.factorize(frame[name])
            flawed |= bool((codes < 0).any())
            columns[name] = np.array([str(v).strip() for v in distinct], dtype=object)[codes]
    return None if flawed else (columns, np.arange(1 + skip, n_lines + 1))


def _lines_without_quotes(path: Path) -> int | None:
    """The number of lines; None where one has a quotation mark, or Excel's mark stands first."""
    n_lines, last = 0, b"\n"
    with path.open("rb") as file:
        if file.readline().strip().lower().startswith((b"sep=", b"\xef\xbb\xbfsep=")):
            return None
        file.seek(0)
        while block := file.read(_BLOCK):
            if b'"' in block or b"\r" in block.replace(b"\r\n", b""):
                return None
            n_lines += block.count(b"\n")
            last = block[-1:]
    return n_lines + (last != b"\n")
