import numpy as np
import pytest

from physembed.data import read_in_pieces
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
    (cases,) = read_in_pieces(path)
    return cases


def test_values_labels_and_missing_values(tmp_path):
    cases = read(tmp_path, HEADER + "1,2.5,-3e1:A\n?,0,NaN: banana\n")
    np.testing.assert_array_equal(cases.series, [[[1, 2.5, -30]], [[np.nan, 0, np.nan]]])
    assert cases.labels.tolist() == ["a", "banana"]


def test_labels_that_differ_in_case_alone_are_three_classes(tmp_path):
    header = HEADER.replace("true a banana", "true a A z")
    labels = read(tmp_path, header + "1,2,3:a\n1,2,3:A\n1,2,3:z\n").labels
    assert labels.tolist() == ["a", "A", "z"]
    with pytest.raises(DatasetError, match="class label 'b' is not among"):
        read(tmp_path, header + "1,2,3:b\n")


def test_comments_and_blank_lines_stand_anywhere(tmp_path):
    text = "% a comment\n\n" + HEADER + "# c\n1,2,3:a\n\n% d\n4,5,6: banana \n\n\n"
    cases = read(tmp_path, text)
    np.testing.assert_array_equal(cases.series, [[[1, 2, 3]], [[4, 5, 6]]])
    assert cases.labels.tolist() == ["a", "banana"]


def test_targets_of_a_regression(tmp_path):
    header = HEADER.replace("@classLabel true a banana", "@targetLabel true")
    cases = read(tmp_path, header + "1,2,3:0.5\n4,5,6:-1e2\n")
    assert cases.labels.tolist() == [0.5, -100]
    np.testing.assert_array_equal(cases.series, [[[1, 2, 3]], [[4, 5, 6]]])


def test_a_list_of_equal_lengths_becomes_an_array(tmp_path):
    text = HEADER.replace("@equalLength true\n@seriesLength 3", "@equalLength false")
    assert read(tmp_path, text + "1,2,3:a\n1,2,3:a\n").series.shape == (2, 1, 3)
    assert len(read(tmp_path, text + "1,2,3:a\n1,2:a\n").series) == 2


def test_several_channels(tmp_path):
    text = HEADER.replace("@univariate true", "@univariate false")
    assert read(tmp_path, text + "1,2,3:4,5,6:a\n1,2,3:4,5,6:a\n").series.shape == (2, 2, 3)


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
        (HEADER + "1,2,3\n", rf"line {FIRST} \(case 0\): no ':' before a class label"),
        (
            HEADER + "1,2,3:a\n1,2,3:c\n",
            rf"line {FIRST + 1} .*class label 'c' .* a, banana",
        ),
        (HEADER + "1,2,3:?\n", r"class label '\?' is not among"),
        (HEADER + "1,2,3,4:a\n", "declares @seriesLength 3, but its series have 4 timepoints"),
        (HEADER.replace("true a banana", "true") + "1,2,3:a\n", "declares no class labels"),
        (HEADER.replace("@univariate true", "@univariate"), "@univariate needs true or false"),
        (HEADER.replace("timeStamps false", "timeStamps true"), "evenly sampled"),
        (
            HEADER.replace("@data", "@targetLabel true\n@data") + "1,2,3:a\n",
            "channel 0|target",
        ),
        (HEADER + "1,2,3_0:a\n", "'3_0' is not a number"),
        (HEADER + "1,2,٣:a\n", "'٣' is not a number"),
        (HEADER + "1,2,3:4,5,6:a\n", "2 channels, where @univariate is true"),
    ],
)
def test_damage_is_located_without_a_trace_of_aeon(tmp_path, text, message):
    with pytest.raises(DatasetError, match=message) as caught:
        read(tmp_path, text)
    assert str(tmp_path / "Toy.ts") in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_files_that_are_no_text(tmp_path):
    for text in (b"\xff\xfe\x00", HEADER.encode() + b"1,2,\xff:a\n"):
        (tmp_path / "binary.ts").write_bytes(text)
        with pytest.raises(DatasetError, match="not UTF-8"):
            list(read_in_pieces(tmp_path / "binary.ts"))
