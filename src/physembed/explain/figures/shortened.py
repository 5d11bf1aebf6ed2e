"""What pictures leave out so that the rest can be read."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Bars, Map
from physembed.charts.arrays import Numbers

MOST_ROWS = 16
"""Bars, or rows of a table, that one looks at; of more, the largest are drawn."""
MOST_COLUMNS = 8
"""Columns of a table whose names have room beside each other."""
OTHERS = "all others"


def largest_bars(
    title: str, names: Sequence[str], series: Sequence[tuple[str, Numbers]], x_label: str
) -> Bars:
    """Bars of the names whose values are largest, in the order given, and said so where some are
    left out."""
    if len(names) <= MOST_ROWS:
        return Bars(title, names, series, x_label)
    size = np.max([np.abs(np.nan_to_num(values)) for _, values in series], axis=0)
    shown = np.argsort(-size, kind="stable")[:MOST_ROWS]
    shown = np.sort(shown[size[shown] > 0])
    return Bars(
        f"{title}: the {len(shown)} largest of {len(names)}",
        [names[k] for k in shown],
        [(label, values[shown]) for label, values in series],
        x_label,
    )


def table_of_shares(
    title: str, rows: Sequence[str], columns: Sequence[str], values: Numbers, unit: str
) -> Map:
    """A table of shares as colours, whose longer side goes down; small rows are summed as one.

    Parameters
    ----------
    title : str
    rows, columns : sequence of str
    values : ndarray of shape (rows, columns)
        Which together, or over the columns of a row, add up to something.
    unit : str
    """
    if len(columns) > MOST_COLUMNS and len(columns) > len(rows):
        rows, columns, values = columns, rows, values.T
    if len(rows) > MOST_ROWS:
        size = np.abs(values).sum(axis=1)
        shown = np.sort(np.argsort(-size, kind="stable")[: MOST_ROWS - 1])
        others = np.delete(values, shown, axis=0).sum(axis=0)
        rows = [*(rows[k] for k in shown), OTHERS]
        values = np.vstack([values[shown], others])
    return Map(
        title, list(columns), list(rows), values, unit, scale="diverging", downwards=True
    )  # fmt: skip
