"""A table read line by line: live, as it grows, and rows of arrow."""

import csv
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from physembed.data.formats import frame_files
from physembed.data.formats.text_table import TableOptions
from physembed.data.own.stream import TableStream
from physembed.data.own.text_lines import followed
from physembed.errors import DatasetError, InvalidInputError


def test_a_live_stream_waits_for_no_line_that_it_does_not_need() -> None:
    given: list[int] = []

    def text():
        yield "time,ax\n"
        for k in range(100):
            given.append(k)
            yield f"{k},{k}\n"

    stream = TableStream(text(), Path("-"), TableOptions(), live=True)
    windows = stream.windows([1], 4, 3)
    for number in range(4):
        some = next(windows)
        np.testing.assert_array_equal(some.series[:, 0], [np.arange(3 * number, 3 * number + 4)])
        assert len(given) == 3 * number + 4


def test_windows_with_gaps_between_them() -> None:
    options = TableOptions(delimiter=",")
    for live in (False, True):
        text = iter(["ax,b\n", *(f"{k},0\n" for k in range(20))])
        stream = TableStream(text, Path("-"), options, live=live)
        starts = [int(s[0, 0]) for some in stream.windows([0], 3, 7) for s in some.series]
        assert starts == [0, 7, 14]


def test_a_file_is_followed_as_it_grows(tmp_path: Path) -> None:
    file = tmp_path / "growing.csv"
    with file.open("w") as writer, file.open() as reader:
        writer.write("a\nb")
        writer.flush()
        lines = followed(reader, pause=0.001)
        assert list(islice(lines, 1)) == ["a\n"]
        writer.write("c\n")
        writer.flush()
        assert list(islice(lines, 1)) == ["bc\n"]
        writer.truncate(2)
        with pytest.raises(DatasetError, match="has become shorter"):
            next(lines)


def test_columns_of_a_stream_are_called_as_those_of_training() -> None:
    """Of Excel, with its own first line; of R, whose header lacks the name of the index."""
    for live in (False, True):
        excel = TableStream(
            iter(["sep=;\n", "t;ax;\n", "0;1,5;\n"]), Path("-"), TableOptions(), live=live
        )
        assert excel.names[:2] == ["t", "ax"]
        lines = iter(['"ax" "ay"\n', '"1" 0.5 2\n', '"2" 0.6 3\n'])
        ours = TableStream(lines, Path("-"), TableOptions(delimiter=" "), live=live)
        assert ours.names == ["column 1", '"ax"', '"ay"']
        series = next(ours.windows([2], 2, 2)).series
        np.testing.assert_array_equal(series, [[[2, 3]]])
    twice = ["a,a\n", "1,2\n"]
    with pytest.raises(DatasetError, match="two columns are called 'a'"):
        TableStream(iter(twice), Path("-"), TableOptions())


def test_a_stream_without_a_header_or_lines_is_refused() -> None:
    with pytest.raises(DatasetError, match="no header"):
        TableStream(iter(["1,2\n", "3,4\n"]), Path("-"), TableOptions())
    with pytest.raises(DatasetError, match="no lines"):
        TableStream(iter([]), Path("-"), TableOptions())
    stream = TableStream(iter(["a,b\n", "3,4\n"]), Path("-"), TableOptions())
    with pytest.raises(InvalidInputError, match="--channels"):
        stream.channels([], 1, [])


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_a_row_of_arrow_is_one_whatever_its_cells_hold_and_keeps_its_named_index(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_files, "_ROWS", 2)
    said = ["a\x0bb", "c\x1cd", "e\u2028f", 'g\n"h",\r\ni', "j\rk", "plain"]
    frame = pd.DataFrame({"x": np.arange(6.0), "said": said})
    file = tmp_path / f"table.{ending}"
    for name in (None, "row"):
        # older versions of pandas write no such index to feather
        index = pd.RangeIndex(10, 28, 3, name=name) if ending == "parquet" else None
        getattr(frame.set_axis(frame.index if index is None else index), f"to_{ending}")(file)
        header, *rows = frame_files.lines_of_frame(file)
        counted = [[str(k)] if name and ending == "parquet" else [] for k in range(10, 28, 3)]
        cells = [next(csv.reader([row], strict=True)) for row in rows]
        assert header == ("row,x,said\r\n" if name and ending == "parquet" else "x,said\r\n")
        assert cells == [[*row, f"{k}.0", said[k]] for k, row in enumerate(counted)]
