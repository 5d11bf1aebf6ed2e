from pathlib import Path

import numpy as np
import pytest
from ts_text import CASES, HEADER

from physembed.data import check_collection, read_in_pieces, read_series_file
from physembed.data.formats import series_files
from physembed.errors import DatasetError, InvalidInputError

SERIES = np.array([[1.0, 2, 3, 5], [5, 6, 7, 8.5], [-1, 0, 0, 0]])
OURS = CASES.replace("1,2,3,4", "1,2,3,5")


def text_file(path, text):
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labelled.ts", HEADER + OURS),
        (
            "unlabelled.ts",
            HEADER.replace("true a b", "false") + OURS.replace(":a", "").replace(":b", ""),
        ),
        ("ucr.tsv", "-1\t1\t2\t3\t5\n1\t5\t6\t7\t8.5\n1\t-1\t0\t0\t0\n"),
        ("ucr.tsv", "label\t1\t2\t3\t5\nother\t5\t6\t7\t8.5\nlabel\t-1\t0\t0\t0\n"),
        ("plain.csv", "1,2,3,5\n5,6,7,8.5\n-1,0,0,0\n"),
        ("PLAIN.CSV", "1, 2, 3, 5\r\n\r\n5, 6, 7, 8.5\r\n-1, 0, 0, 0"),
        ("header.csv", "\ufefft0,t1,t2,t3\n1,2,3,5\n5,6,7,8.5\n-1,0,0,0\n"),
    ],
)
def test_text_formats(tmp_path, name, text):
    X = read_series_file(text_file(tmp_path / name, text))
    np.testing.assert_array_equal(check_collection(X), SERIES[:, np.newaxis])


def test_binary_formats(tmp_path):
    np.save(tmp_path / "a.npy", SERIES)
    np.savez(tmp_path / "only.npz", SERIES)
    np.savez_compressed(tmp_path / "named.npz", y=np.zeros(3), X=SERIES)
    for name in ("a.npy", "only.npz", "named.npz"):
        np.testing.assert_array_equal(read_series_file(tmp_path / name), SERIES)


def test_unequal_lengths_in_a_ts_file_come_as_a_list(tmp_path):
    header = HEADER.replace("@equalLength true\n@seriesLength 4", "@equalLength false")
    X = read_series_file(text_file(tmp_path / "a.ts", header + "1,2,3:a\n1,2:b\n"))
    assert [series.shape for series in X] == [(1, 3), (1, 2)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "1,2,3,5\n5,,nan,8.5\n , NaN,0,0\n"),
        ("a.csv", ",2,3,\n5,,nan,8.5\n"),
        ("a.tsv", "a\t1\t2\t3\t4\nb\t5\t\tnan\t8.5\n"),
        ("a.ts", HEADER + "1,2,3,4:a\n5,?,?,8.5:b\n"),
    ],
)
def test_missing_values_are_the_same_in_every_format(tmp_path, name, text):
    X = check_collection(read_series_file(text_file(tmp_path / name, text)), missing=True)
    np.testing.assert_allclose(X[1, 0], [5, 5 + 3.5 / 3, 5 + 7 / 3, 8.5])
    assert X.shape[-1] == 4


def test_a_case_without_a_value_is_counted_and_refused(tmp_path):
    X = read_series_file(text_file(tmp_path / "a.csv", ",,\n1,2,3\n\n,,\n4,5,6\n"))
    np.testing.assert_array_equal(np.isnan(X).all(axis=1), [True, False, True, False])
    with pytest.raises(InvalidInputError, match="case 0, channel 0 has no value"):
        check_collection(X, missing=True)


@pytest.mark.parametrize("shape", [(7, 5), (7, 3, 5), (1, 40), (40, 1), (9,)])
def test_arrays_in_columns_are_read_in_pieces(shape, tmp_path, monkeypatch):
    """Also from an archive, which is unpacked onto the disk first."""
    monkeypatch.setattr(series_files, "VALUES_AT_ONCE", 32)
    X = np.random.default_rng(0).normal(size=shape)
    np.save(tmp_path / "a.npy", np.asfortranarray(X))
    np.savez_compressed(tmp_path / "a.npz", np.asfortranarray(X))
    for name in ("a.npy", "a.npz"):
        pieces = [piece.series for piece in read_in_pieces(tmp_path / name)]
        np.testing.assert_array_equal(np.concatenate(pieces), X)
        assert max(piece.size for piece in pieces) <= max(32, X[0].size)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "1,2\n3,x\n", "a.csv, line 2, column 2: 'x' is not a number"),
        ("a.csv", "1,x\n3,4\n", "a.csv, line 1, column 2: 'x' is not a number"),
        ("a.csv", "1,2\n\n3,-inf\n", "a.csv, line 3, column 2 is -inf; infinite"),
        ("a.csv", "1,2\n3,1e999\n", "line 2, column 2 is 1e999; infinite"),
        ("a.csv", "a,b\n", "has no cases"),
        ("a.csv", "", "has no cases"),
        ("a.csv", '1,"2\n3,4', "line 2: unexpected end of data"),
        ("a.csv", "1,2\n3,\x00\n", "line 2"),
        ("a.tsv", "1\t2\t3\n2\t2\tx\n", "line 2, column 3: 'x' is not a number"),
        ("a.tsv", "1\n2\n", "line 1 has a label but no timepoints"),
        ("a.ts", HEADER + "1,2,3,x:a\n", "timepoint 3: 'x' is not a number"),
        ("a.npy", "no array", "not a readable .npy file"),
        ("a.npy", "", "not a readable .npy file"),
        ("a.npz", "no archive", "not a readable .npz file"),
    ],
)
def test_damage_is_located(tmp_path, name, text, message):
    with pytest.raises(DatasetError, match=message):
        read_series_file(text_file(tmp_path / name, text))


def test_other_damage(tmp_path):
    with pytest.raises(InvalidInputError, match=r"'\.xlsx'; \.ts, \.tsv, \.csv, \.arff, \.npy"):
        read_series_file(tmp_path / "a.xlsx")
    with pytest.raises(DatasetError, match="there is no file"):
        read_series_file(tmp_path / "a.csv")
    # of Windows' encoding, where it is not UTF-8
    (tmp_path / "a.csv").write_bytes(b"1,2\n\xe4,3\n")
    with pytest.raises(DatasetError, match="line 2, column 1: 'ä' is not a number"):
        read_series_file(tmp_path / "a.csv")
    np.savez(tmp_path / "two.npz", a=SERIES, b=SERIES)
    with pytest.raises(DatasetError, match=r"several arrays or none \(a, b\)"):
        read_series_file(tmp_path / "two.npz")
    cut = (tmp_path / "two.npz").read_bytes()[:-30]
    (tmp_path / "cut.npz").write_bytes(cut)
    with pytest.raises(DatasetError, match="not a readable"):
        read_series_file(tmp_path / "cut.npz")


def test_pickles_are_never_loaded(tmp_path):
    objects = np.array([{"a": 1}, None], dtype=object)
    np.save(tmp_path / "a.npy", objects)
    np.savez(tmp_path / "a.npz", X=objects)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(DatasetError, match="allow_pickle"):
            read_series_file(tmp_path / name)


def test_a_quoted_cell_is_short(tmp_path: Path) -> None:
    path = tmp_path / "text.csv"
    path.write_text("1,5,3\n4," + "x" * 5000 + ",6\n")
    with pytest.raises(DatasetError, match="line 2, column 2") as caught:
        read_series_file(path)
    assert len(str(caught.value)) < len(str(path)) + 150
