"""Tables as series: layouts that are read, columns that are told, and rows cut alike."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from physembed.data.pieces.columns import piece_of_columns
from physembed.data.pieces.part_files import read_parquet
from physembed.data.pieces.piece import OpenPart, Part
from physembed.data.pieces.ray_dataset import ROWS, _in_double, _joined, cut
from physembed.data.pieces.sources import source_of
from physembed.data.pieces.survey import survey
from physembed.errors import DatasetError, InvalidInputError

N, T = 5, 4
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, 2, T))
Y = np.array(["left", "right", "left", "right", "left"], dtype=object)


def lists(rows) -> np.ndarray:
    """A column of lists, as tables give them."""
    cells = np.empty(len(rows), dtype=object)
    cells[:] = [None if row is None else np.array(row) for row in rows]
    return cells


def test_every_layout_is_the_same_series() -> None:
    wide = {f"t{k}": X[:, 0, k] for k in range(T)}
    np.testing.assert_array_equal(piece_of_columns(wide | {"y": Y}, "t").X, X[:, 0])
    channels = {"a": lists(X[:, 0]), "b": lists(X[:, 1])}
    for others in ({}, {"id": np.arange(N), "note": Y, "__index_level_0__": Y}):
        piece = piece_of_columns(channels | others | {"label": Y, "group": np.arange(N)}, "t")
        np.testing.assert_array_equal(piece.X, X)
        np.testing.assert_array_equal(piece.y, Y)
        np.testing.assert_array_equal(piece.groups, np.arange(N))
    np.testing.assert_array_equal(piece_of_columns({"X": X, "label": Y}, "t").X, X)
    unlabelled = piece_of_columns({"__index_level_0__": np.arange(N)} | wide, "t", labelled=False)
    np.testing.assert_array_equal(unlabelled.X, X[:, 0])


def test_a_list_called_y_is_an_axis() -> None:
    axes = {"x": lists(X[:, 0]), "y": lists(X[:, 1]), "z": lists(X[:, 0])}
    for given in (axes | {"label": Y}, {"label": Y} | axes):
        piece = piece_of_columns(given, "t")
        assert piece.columns == ("x", "y", "z")
        np.testing.assert_array_equal(piece.y, Y)
    for given in (axes, axes | {"label": Y}, axes | {"label": Y, "class": Y, "group": Y}):
        assert piece_of_columns(given, "t", labelled=False).columns == ("x", "y", "z")
    wide = {f"t{k}": X[:, 0, k] for k in range(T)}
    beside = wide | {"target": np.arange(N), "y": Y, "group": np.arange(N)}
    assert piece_of_columns(beside, "t", labelled=False).columns == tuple(wide)


def test_a_table_without_rows_is_no_cases() -> None:
    for columns in ({"x": lists([])}, {"x": lists([]), "y": lists([])}):
        piece = piece_of_columns(columns | {"label": Y[:0]}, "t")
        assert len(piece.X) == len(piece.y) == 0


LABELLED = {"label": Y}
BAD = {
    "t has no labels; .* label, class, target is read, and there are a, b": {"a": Y, "b": Y},
    "class, target is read, and there are none but of lists": {"a": X[:, 0], "y": X[:, 1]},
    "t has y and label, and one of them is read; leave": LABELLED | {"a": X[:, 0], "y": Y},
    "t has label and class, and one": LABELLED
    | {f"t{k}": X[:, 0, k] for k in range(T)}
    | {"class": np.arange(N)},
    "t has groups and group, and one": LABELLED | {"a": X[:, 0], "group": Y, "groups": Y},
    "t has no columns of series": LABELLED,
    r"t has text \('left'\) in its column id; beside labels": LABELLED | {"id": Y},
    "t has nothing in its column a": LABELLED | {"a": np.full(N, None)},
    "t has dates or durations in its column a": LABELLED | {"a": np.full(N, "2020", "M8[D]")},
    "lists of unequal lengths in its column a: 4 in row 0, 3 in row 2": LABELLED
    | {"a": lists([*X[:2, 0], X[2, 0, :3], *X[3:, 0]])},
    "no list in row 1 of its column a": LABELLED | {"a": lists([X[0, 0], None, *X[2:, 0]])},
    "no list in row 0 of its column a": LABELLED | {"a": lists([None, *X[1:, 0]])},
    "lists of unequal lengths: 4 in its column a and 3 in b": LABELLED
    | {"a": X[:, 0], "b": X[:, 0, :3]},
    r"arrays of shape \(2, 4\) in its column a": LABELLED | {"a": X, "b": X},
    r"t has lists of text \('x'\) in its column a": LABELLED | {"a": lists([["x", "y"]] * N)},
}


@pytest.mark.parametrize("told", BAD)
def test_a_column_that_is_no_series_is_told(told: str) -> None:
    with pytest.raises(DatasetError, match=told):
        piece_of_columns(BAD[told], "t")


def test_what_parquet_files_have(tmp_path: Path) -> None:
    """Categories are labels; nothing in a list of numbers is a missing value, told elsewhere."""
    file = tmp_path / "part.parquet"
    labels = pa.array(Y.tolist()).dictionary_encode()
    gaps = [[1.0, None], *[[1.0, 2.0]] * (N - 1)]
    parquet.write_table(pa.table({"a": gaps, "label": labels}), file)
    piece = read_parquet(file)
    assert piece.y.tolist() == Y.tolist()
    assert np.isnan(piece.X[0, 0, 1])
    assert np.isfinite(piece.X[1:]).all()
    fixed = pa.array(X[:, 0].tolist(), pa.list_(pa.float32(), T))
    parquet.write_table(pa.table({"a": fixed, "label": labels}), file)
    assert read_parquet(file).X.dtype == np.float32
    assert read_parquet(file).X.shape == (N, 1, T)


def test_parts_of_whole_numbers_go_with_those_of_others(tmp_path: Path) -> None:
    """pandas writes integers where all numbers of a column happen to be whole."""
    frame = pd.DataFrame(X[:, 0], columns=[f"t{i}" for i in range(T)])
    lists_of = pd.DataFrame({"x": list(np.round(X[:, 0]).astype(int)), "label": Y})
    for name, written in (("a", frame), ("b", frame.round().astype(int))):
        written.assign(label=Y).to_parquet(tmp_path / f"{name}.parquet")
    source = source_of(tmp_path)
    assert source is not None
    collected = survey(source, of_classes=True, seed=0)
    assert (collected.n_cases, collected.kind.dtype) == (2 * N, "float64")
    np.testing.assert_array_equal(
        collected.sample.X[:, 0], np.concatenate([X[:, 0], np.round(X[:, 0])])
    )
    lists_of.to_parquet(tmp_path / "lists.parquet")
    assert read_parquet(tmp_path / "lists.parquet").X.dtype == np.float64


@pytest.mark.parametrize("bounds", [(), (1, 2, 3), (ROWS,), (2 * ROWS + 5,), (5000, 5000, 9000)])
def test_rows_are_cut_alike_whatever_blocks_they_come_in(bounds: tuple[int, ...]) -> None:
    series, numbers = lists(RNG.normal(size=(10_000, 3))), np.arange(10_000)
    blocks = [
        {"x": series[a:b], "number": numbers[a:b]}
        for a, b in zip((0, *bounds), (*bounds, 10_000), strict=True)
    ]
    parts = list(cut(blocks))
    assert [len(part["number"]) for part in parts] == [ROWS, ROWS, 10_000 - 2 * ROWS]
    np.testing.assert_array_equal(np.concatenate([part["number"] for part in parts]), numbers)
    for part in parts:
        assert all(a is b for a, b in zip(part["x"], series[part["number"]], strict=True))


def test_rows_of_long_series_are_fewer_and_blocks_have_the_same_columns() -> None:
    parts = cut([{"x": np.zeros((9, 2, 2**20), dtype=np.int8)}])
    assert [len(part["x"]) for part in parts] == [2, 2, 2, 2, 1]
    with pytest.raises(DatasetError, match="blocks of other columns: b after a"):
        list(cut([{"a": np.zeros(2)}, {"b": np.zeros(2)}]))
    # also where nothing of the block before is left
    with pytest.raises(DatasetError, match="blocks of other columns: b after a"):
        list(cut([{"a": np.zeros(ROWS)}, {"b": np.zeros(2)}]))
    assert list(cut([])) == []


@pytest.mark.parametrize("first", [1, 5, ROWS, ROWS + 1])
def test_what_blocks_are_of_does_not_show_in_parts(first: int) -> None:
    """Integers in some, columns in another order, lists as one array: the rows are the same."""
    n = ROWS + 10
    whole = {"a": np.arange(n, dtype=np.float64), "b": np.ones(n), "label": np.arange(n) % 2}
    whole["b"][first:] = 0.5
    blocks = [
        {"a": whole["a"][:first].astype(int), "b": whole["b"][:first].astype(int)},
        {"b": whole["b"][first:], "a": whole["a"][first:].astype(np.float32)},
    ]
    for block, label in zip(blocks, np.split(whole["label"], [first]), strict=True):
        block["label"] = label
    parts = [_in_double(part, "t") for part in cut(blocks)]
    assert {piece.X.dtype for piece in parts} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(
        np.concatenate([piece.X for piece in parts]), np.column_stack([whole["a"], whole["b"]])
    )
    mixed = [
        {"x": np.ones((first, 3)), "y": np.ones(first)},
        {"x": lists([[1.0, 2.0]]), "y": np.ones(1)},
    ]
    with pytest.raises(DatasetError, match=r"unequal lengths in .* x: 3 in row 0, 2 in row"):
        piece_of_columns(_joined(mixed), "t")


def test_lists_without_a_number_are_told() -> None:
    # a row of which has no number at all
    (bare,) = cut([{"x": lists([[]] * 3)}])
    columns = bare | {"label": np.arange(3)}
    part = Part("rows 0 to 2", partial(_in_double, columns, "t"))
    with pytest.raises(InvalidInputError, match="X of rows 0 to 2 has series of 0 timepoints"):
        OpenPart(part, of_classes=True).block(0, 3, None)
