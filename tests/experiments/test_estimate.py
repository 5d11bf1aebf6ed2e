"""What the folds of an estimate say together."""

from physembed.experiments.estimate import Estimate


def test_folds_that_lack_a_class_are_summed_by_its_name() -> None:
    folds = [
        {"model": "linear", "classes": ["a", "c"], "confusion_matrix": [[3, 1], [0, 2]]},
        {"model": "linear", "classes": ["a", "b", "c"], "confusion_matrix": [[4, 0, 0]] * 3},
    ]
    summed = Estimate("folds", folds, ()).confusion_matrix("linear", ["a", "b", "c"])
    assert summed == [[7, 0, 1], [4, 0, 0], [4, 0, 2]]
