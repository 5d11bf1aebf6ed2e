"""Tables of shares keep adding up to what their captions say, whatever is left out of them."""

import numpy as np
import pytest

from physembed.charts import Lines, Map
from physembed.explain.figures.axes import accuracy_range, along_fibres
from physembed.explain.figures.shortened import MOST_ROWS, largest_bars, table_of_shares


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


def test_of_many_bars_the_largest_are_drawn_in_their_order() -> None:
    names = [f"part {k}" for k in range(MOST_ROWS + 9)]
    values = np.linspace(-1, 1, len(names))
    bars = largest_bars("lost", names, [("as it was", values)], "points")
    assert bars.title == f"lost: the {MOST_ROWS} largest of {len(names)}"
    left_out = set(names) - set(bars.names)
    assert max(abs(values[names.index(n)]) for n in left_out) <= np.abs(bars.series[0][1]).min()
    assert list(bars.names) == sorted(bars.names, key=names.index)
    # of which few are not zero
    values[3:] = 0.0
    assert list(largest_bars("lost", names, [("as it was", values)], "").names) == names[:3]


def test_no_axis_of_accuracies_has_a_number_above_a_hundred() -> None:
    for lowest in (0.0, 44.0, 99.0, 100.0):
        low, high = accuracy_range(lowest)
        # numbers stand a tenth of the axis apart at the least
        assert low <= lowest <= 100 < high < 100 + (high - low) / 10
    rows = [("fibre 1", np.array([100.0, 100.0, 100.0]))]
    panel = along_fibres("probe", "accuracy / %", ["input", "layer 1", "layer 2"], rows)
    assert isinstance(panel, Lines)
    assert panel.y_range == accuracy_range(100.0)


def test_long_names_go_down_the_side() -> None:
    columns = [f"time above threshold {k} (width 0.05)" for k in range(5)]
    table = table_of_shares("t", ["class 1", "class 2"], columns, np.ones((2, 5)), "%")
    assert table.x == ["class 1", "class 2"]
    assert table.y == columns
