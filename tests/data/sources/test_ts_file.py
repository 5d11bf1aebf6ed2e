import numpy as np
import pytest

from physembed.data.sources.ts_file import read_ts_file
from physembed.errors import DatasetError

HEADER = """# a comment
@problemName Toy
@timeStamps false
@univariate true
@equalLength true
@seriesLength 3
@classLabel true a banana
@data
"""
FIRST = HEADER.count("\n") + 1  # the line of case 0


def read(tmp_path, text):
    path = tmp_path / "Toy.ts"
    path.write_text(text)
    return read_ts_file(path)


def test_values_labels_and_missing_values(tmp_path):
    X, y = read(tmp_path, HEADER + "1,2.5,-3e1:A\n?,0,NaN:banana\n")
    np.testing.assert_array_equal(X, [[[1, 2.5, -30]], [[np.nan, 0, np.nan]]])
    assert y.tolist() == ["a", "banana"]


def test_a_list_of_equal_lengths_becomes_an_array(tmp_path):
    text = HEADER.replace("@equalLength true\n@seriesLength 3", "@equalLength false")
    assert read(tmp_path, text + "1,2,3:a\n1,2,3:a\n").X.shape == (2, 1, 3)
    assert len(read(tmp_path, text + "1,2,3:a\n1,2:a\n").X) == 2


def test_several_channels(tmp_path):
    text = HEADER.replace("@univariate true", "@univariate false")
    assert read(tmp_path, text + "1,2,3:4,5,6:a\n1,2,3:4,5,6:a\n").X.shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no line @data \(0 lines read\)"),
        (HEADER.replace("@data\n", ""), "no line @data"),
        (HEADER.replace("@data\n", "1,2,3:a\n"), f"line {FIRST - 1}: a case, or text, stands"),
        ("<html>not found</html>", "line 1: a case, or text, stands before"),
        (HEADER, "no cases"),
        (
            HEADER + "1,2,3:a\n1,x,3:a\n",
            rf"line {FIRST + 1} .*channel 0, timepoint 1: 'x'",
        ),
        (HEADER + "1,2,3:a\n1,,3:a\n", rf"line {FIRST + 1} \(case 1\), channel 0, timepoint 1: ''"),
        (HEADER + "1,2,3:a\n1,2:a\n", rf"line {FIRST + 1} .*: 2 timepoints where 3 are expected"),
        (HEADER + "1,2,3:a\n1,2,3:4,5,6:a\n", rf"line {FIRST + 1} .*: 2 channels, but 1 in case 0"),
        (HEADER + "1,2,3:a\n1,2\n", rf"line {FIRST + 1} .*no ':' before a class label"),
        (HEADER + "1,2,3\n", rf"line {FIRST} \(case 0\): class label '1,2,3' is not among"),
        (HEADER + "1,2,3:a\n\n", rf"line {FIRST + 1} .*the line is empty"),
        (
            HEADER + "1,2,3:a\n1,2,3:c\n",
            rf"line {FIRST + 1} .*class label 'c' .* a, banana",
        ),
        (HEADER + "1,2,3:?\n", r"class label 'nan' is not among"),
        (HEADER + "1,2,3,4:a\n", "declares @seriesLength 3, but its series have 4 timepoints"),
        (HEADER.replace("true a banana", "true") + "1,2,3:a\n", "declares no class labels"),
        (HEADER.replace("@univariate true", "@univariate"), "univariate tag requires a boolean"),
        (HEADER.replace("timeStamps false", "timeStamps true"), "evenly sampled"),
        (HEADER.replace("@data", "@targetLabel true\n@data"), "regression"),
    ],
)
def test_damage_is_located_without_a_trace_of_aeon(tmp_path, text, message):
    with pytest.raises(DatasetError, match=message) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "Toy.ts") in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DatasetError, match="No such file"):
        read_ts_file(tmp_path / "absent.ts")
    with pytest.raises(DatasetError, match="Is a directory"):
        read_ts_file(tmp_path)
    for text in (b"\xff\xfe\x00", HEADER.encode() + b"1,2,\xff:a\n"):
        (tmp_path / "binary.ts").write_bytes(text)
        with pytest.raises(DatasetError, match="not UTF-8"):
            read_ts_file(tmp_path / "binary.ts")
