"""Tables of shares keep adding up to what their captions say, whatever is left out of them."""

import numpy as np
import pytest

from physembed.charts import Map
from physembed.explain.figures.shortened import MOST_ROWS, table_of_shares


def shares(n_rows: int, n_columns: int, *, of_each_row: bool) -> Map:
    values = np.random.default_rng(0).uniform(-1, 3, (n_rows, n_columns))
    values *= 100 / values.sum(axis=1 if of_each_row else None, keepdims=True)
    rows, columns = (
        [f"{k} {n}" for n in range(many)] for k, many in (("row", n_rows), ("column", n_columns))
    )
    return table_of_shares("by part", rows, columns, values, "%", of_each_row=of_each_row)


@pytest.mark.parametrize("sizes", [(20, 3), (3, 20), (20, 30)])
def test_a_table_of_one_whole_adds_up_to_it(sizes: tuple[int, int]) -> None:
    table = shares(*sizes, of_each_row=False)
    assert len(table.y) == MOST_ROWS
    assert table.values.sum() == pytest.approx(100)


@pytest.mark.parametrize(("n_classes", "n_parts"), [(20, 3), (40, 17), (20, 30), (4, 20), (5, 3)])
def test_every_class_adds_up_whichever_side_it_stands_on(n_classes: int, n_parts: int) -> None:
    table = shares(n_classes, n_parts, of_each_row=True)
    assert len(table.y) <= MOST_ROWS
    down = str(table.y[0]).startswith("row")
    np.testing.assert_allclose(table.values.sum(axis=1 if down else 0), 100)
    assert table.title == (f"by part: 16 of {n_classes}" if down and n_classes > 16 else "by part")
