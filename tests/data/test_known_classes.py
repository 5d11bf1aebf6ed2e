"""Labels among the classes of a model."""

import numpy as np
import pytest

from physembed.data.known_classes import places_among, places_by_name
from physembed.errors import InvalidInputError


@pytest.mark.parametrize(
    ("labels", "classes", "places"),
    [
        (["0.0", "1.0", "1"], [0, 1], [0, 1, 1]),
        (["0.0", "1.0"], ["0", "1"], [0, 1]),
        ([0, 1], ["0", "1"], [0, 1]),
        (["1", "0.0", "True"], [False, True], [1, 0, 1]),
        (["b", "c", "nan", ""], ["a", "b"], [1, -1, -1, -1]),
        (["1", "1.0", "01"], ["1", "1.0"], [0, 1, -1]),
        (["10", "9"], [9, 10], [1, 0]),
    ],
)
def test_labels_of_a_file_are_the_classes_that_they_are_written_like(
    labels: list[object], classes: list[object], places: list[int]
) -> None:
    assert places_by_name(np.array(labels), np.array(classes)).tolist() == places


def test_numbers_are_compared_as_numbers_and_never_with_text() -> None:
    assert places_among(np.array([2.0, 10.0]), np.array([2, 10])).tolist() == [0, 1]
    with pytest.raises(InvalidInputError, match=r"y\[0\]: the model knows no class '2'"):
        places_among(np.array(["2"]), np.array([2, 10]))
