import pytest

from physembed.data.sources import ucr
from physembed.errors import DatasetError

HEADER = "@univariate false\n@equalLength true\n@classLabel {labels}\n@data\n"


def write(folder, train, test, labels="true a b"):
    header = HEADER.format(labels=labels)
    for part, text in (("TRAIN", train), ("TEST", test)):
        if text is not None:
            (folder / f"Toy_{part}.ts").write_text(header + text)


def test_both_parts_are_read(tmp_path):
    write(tmp_path, "1,2:a\n3,4:b\n", "5,6:b\n")
    dataset = ucr.load("Toy", tmp_path, source="test")
    assert (dataset.X_train.shape, dataset.X_test.shape) == ((2, 1, 2), (1, 1, 2))
    assert (dataset.y_train.tolist(), dataset.y_test.tolist()) == (["a", "b"], ["b"])
    assert dataset.source == "test"


@pytest.mark.parametrize(
    ("train", "test", "labels", "message"),
    [
        ("1,2:a\n", None, "true a b", r"incomplete: .*Toy_TEST\.ts is missing"),
        (None, "1,2:a\n", "true a b", r"incomplete: .*Toy_TRAIN\.ts is missing"),
        ("1,2:a\n", "1,2:3,4:a\n", "true a b", "1 channels in its TRAIN file, 2 in its TEST"),
        ("1,2:3,4\n", "1,2:3,4\n", "false", "no class labels"),
    ],
)
def test_parts_that_do_not_make_a_set(tmp_path, train, test, labels, message):
    write(tmp_path, train, test, labels)
    with pytest.raises(DatasetError, match=message):
        ucr.load("Toy", tmp_path, source="test")
