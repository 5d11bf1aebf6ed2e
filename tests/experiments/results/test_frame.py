"""Summaries against numbers worked out by hand."""

from typing import Any

import pytest

from physembed._markdown import markdown_table
from physembed.experiments.results.frame import Summary, summaries
from physembed.experiments.results.numbers_as_text import as_interval, as_range


def record(accuracy: float, *, seed: int = 0, fold: int = 0, **changes: Any) -> dict[str, Any]:
    same = {"dataset": "Leaves", "model": "nlse", "n_train": 100, "n_test": 50}
    return same | {"accuracy": accuracy, "seed": seed, "fold": fold} | changes


def test_seeds_are_means_over_folds_and_runs_are_both() -> None:
    accuracies = {(0, 0): 0.4, (0, 1): 0.6, (1, 0): 0.5, (1, 1): 0.9}
    summary = Summary(tuple(record(a, seed=s, fold=f) for (s, f), a in accuracies.items()))
    assert summary.mean == pytest.approx(60)
    assert summary.seeds == pytest.approx({0: 50, 1: 70})
    assert summary.deviation == pytest.approx(200**0.5)  # of 50 and 70
    assert summary.deviation_of_runs == pytest.approx((1400 / 3) ** 0.5)  # of all four
    assert summary.test_share == 0.5, "folds share training cases"


def test_seeds_of_one_division_share_nothing() -> None:
    summary = Summary(tuple(record(a, seed=s) for s, a in enumerate((0.5, 0.7))))
    assert summary.test_share == 0.0


def test_a_model_that_no_seed_changes_stands_beside_every_seed_of_another() -> None:
    trained = [record(a, seed=s) for s, a in enumerate((0.90, 0.92, 0.94))]
    solved = [record(0.89, model="linear")]
    gathered = summaries([*trained, *solved], deterministic={"linear"})
    nlse, linear = gathered.values()
    test = nlse.against(linear)
    assert test is not None
    assert (test.n, test.difference) == (3, pytest.approx(3.0))
    only = summaries([*trained, *solved])["Leaves", "nlse"]
    assert only.against(Summary(tuple(solved))) is None, "one pair is no test"


def test_what_a_record_lacks_is_not_known_of_all() -> None:
    records = [record(0.5, seconds=1.0), record(0.5, seed=1, seconds=None)]
    summary = Summary(tuple(records))
    assert summary.median_of("seconds") is None
    assert summary.largest("seconds") == 1.0


def test_tables_align_text_left_and_numbers_right() -> None:
    assert markdown_table(("a", "n"), [("x", "1")]) == "| a | n |\n| --- | ---: |\n| x | 1 |"
    further = markdown_table(("a", "n", "b"), [("x", "1", "y")], further_text_columns=(2,))
    assert further.splitlines()[1] == "| --- | ---: | --- |"
    padded = markdown_table(("name", "count"), [("x", "1")], padded=True)
    assert padded.splitlines() == ["| name | count |", "| ---- | ----: |", "| x    |     1 |"]


def test_numbers_as_text() -> None:
    assert as_range((1234, 1234)) == "1,234"
    assert as_range((18, 20)) == "18-20"
    assert as_interval((-1.0, 2.0), signed=True) == "-1.0 to +2.0"
    assert as_interval(None) == ""
