"""The tables of the frontier, from records made by hand."""

from typing import Any

from studies.documents.frontier_tables import equal_size_table


def record(dataset: str, fold: int, accuracy: float) -> dict[str, Any]:
    student = {"asked": 56, "bits": 32, "accuracy": {"0": accuracy}}
    lesson = {"robustness": 0.03, "students": [student]}
    return {"dataset": dataset, "fold": fold, "lessons": [lesson], "students": [student]}


def test_sets_are_compared_where_both_were_measured() -> None:
    """A is in both divisions and in the frontier, B in the official one, C has no rival."""
    ours = [record("A", 1, 0.8), record("C", 0, 0.1)]
    frontier = [
        {k: v for k, v in record(name, 0, accuracy).items() if k != "fold"}
        for name, accuracy in (("A", 0.9), ("B", 0.7))
    ]
    theirs = [record("A", 0, 0.7), record("A", 1, 0.9), record("B", 0, 0.7)]
    official, both = equal_size_table(ours, theirs, frontier).strip().splitlines()[2:]
    assert official == "| 56 | 3 % | 2 | official | 80.00 | 70.00 | 1 / 1 / 0 | 1 |"
    assert both == "| 56 | 3 % | 1 | 2 divisions | 85.00 | 80.00 | 1 / 0 / 0 | 1 |"
