"""What pictures leave out so that the rest can be read."""

from collections.abc import Sequence

import numpy as np

from physembed.charts import Bars, Map
from physembed.charts.arrays import Numbers

MOST_ROWS = 16
"""Bars, or rows of a table, that one looks at; of more, the largest are drawn."""
MOST_COLUMNS = 8
"""Columns of a table whose names have room beside each other."""
LETTERS_OF_A_COLUMN = 16
"""Of names that have room beside each other below their columns."""
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
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Numbers,
    unit: str,
    *,
    of_each_row: bool = False,
) -> Map:
    """A table of shares as colours, whose longer side goes down; small parts are summed as one.

    Parameters
    ----------
    title : str
    rows, columns : sequence of str
    values : ndarray of shape (rows, columns)
        Which together, or over the columns of each row, add up to a whole.
    unit : str
    of_each_row : bool, default=False
        Whether each row is a whole. Wholes are not summed: of many the largest are drawn, and the
        title says of how many.
    """
    longest = max(map(len, columns), default=0)
    beside = len(columns) <= MOST_COLUMNS and longest <= LETTERS_OF_A_COLUMN
    if not beside and len(columns) > len(rows):
        rows, columns, values, of_each_row = columns, rows, values.T, False
    if len(rows) > MOST_ROWS and of_each_row:
        size = np.abs(values).sum(axis=1)
        shown = np.sort(np.argsort(-size, kind="stable")[:MOST_ROWS])
        title = f"{title}: {MOST_ROWS} of {len(rows)}"
        rows, values = [rows[k] for k in shown], values[shown]
    elif len(rows) > MOST_ROWS:
        size = np.abs(values).sum(axis=1)
        shown = np.sort(np.argsort(-size, kind="stable")[: MOST_ROWS - 1])
        others = np.delete(values, shown, axis=0).sum(axis=0)
        rows = [*(rows[k] for k in shown), OTHERS]
        values = np.vstack([values[shown], others])
    return Map(
        title, list(columns), list(rows), values, unit, scale="diverging", downwards=True
    )  # fmt: skip
