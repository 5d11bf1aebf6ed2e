"""What the folds of an estimate say together."""

import pytest

from physembed.experiments.estimate import Estimate


def test_folds_that_lack_a_class_are_summed_by_its_name() -> None:
    folds = [
        {"model": "linear", "classes": ["a", "c"], "confusion_matrix": [[3, 1], [0, 2]]},
        {"model": "linear", "classes": ["a", "b", "c"], "confusion_matrix": [[4, 0, 0]] * 3},
    ]
    summed = Estimate("folds", folds, ()).confusion_matrix("linear", ["a", "b", "c"])
    assert summed == [[7, 0, 1], [4, 0, 0], [4, 0, 2]]


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [
        ([0.5], [0.9], "These cases do not tell compact from linear: -40.0 points, with 1/10"),
        ([0.1], [0.9], "compact does worse than linear here: -80.0 points, with 1/10 of"),
        ([0.9], [0.9], "These cases do not tell compact from linear: +0.0 points"),
        ([0.8, 0.8, 0.8], [0.7, 0.7, 0.7], "do not tell compact from linear: +10.0 points"),
        ([0.6, 1.0, 0.8], [0.9, 0.9, 0.9], "These folds do not tell compact from linear: -10.0"),
        ([0.8, 0.79, 0.81] * 3, [0.9] * 9, "does worse than linear: -10.0 points (95 % interval"),
    ],
)
def test_a_difference_is_told_with_what_is_known_of_it(
    mine: list[float], theirs: list[float], said: str
) -> None:
    """Also where one division, or folds of one result, have no interval."""
    records = [
        {
            "model": model,
            "accuracy": accuracy,
            "total_parameters": size,
            "n_train": 40,
            "n_test": 10,
        }
        for model, accuracies, size in (("compact", mine, 10), ("linear", theirs, 100))
        for accuracy in accuracies
    ]
    assert said in Estimate("folds", records, ()).whether_it_pays("compact")
