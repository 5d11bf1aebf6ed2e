"""Rows and captions against numbers worked out by hand."""

from typing import Any

import pytest

from physembed.experiments.results.comparison_tables import COLUMNS, caption, cells, markdown
from physembed.experiments.results.frame import Summary, summaries


def summarised(records: list[dict[str, Any]]) -> list[Summary]:
    return list(summaries(records).values())


def record(**changes: Any) -> dict[str, Any]:
    return {
        "dataset": "Leaves",
        "model": "nlse",
        "seed": 0,
        "fold": 0,
        "split": "official",
        "accuracy": 0.5,
        "embedding_parameters": 18,
        "readout_parameters": 1234,
        "total_parameters": 1252,
        "fit_seconds": 2.0,
        "predict_seconds": 0.01234,
        "n_train": 100,
        "n_test": 1200,
        "n_classes": 3,
        "settings": {},
        "dataset_digest": "0123456789abcdef0123",
        "versions": {"torch": "2.9"},
        "machine": {"processor": "a processor", "threads": 1, "device": "cpu"},
        "physembed_version": "1.2.3",
    } | changes


def test_mean_and_sample_deviation_over_seeds() -> None:
    (row,) = summarised([record(seed=s, accuracy=a) for s, a in enumerate((0.80, 0.90, 0.85))])
    assert row.mean == pytest.approx(85.0)
    assert row.deviation == pytest.approx(5.0)  # sqrt((25 + 25 + 0) / 2)
    assert cells(row) == ("nlse", "85.0 ± 5.0", "18", "1,234", "1,252", "2", "0.012")


def test_a_single_seed_has_no_deviation() -> None:
    (row,) = summarised([record()])
    assert row.deviation is None
    assert cells(row)[1] == "50.0"


def test_folds_are_averaged_before_seeds() -> None:
    accuracies = {(0, 0): 0.4, (0, 1): 0.6, (1, 0): 0.5, (1, 1): 0.9}
    (row,) = summarised(
        [record(seed=s, fold=f, split="10-fold", accuracy=a) for (s, f), a in accuracies.items()]
    )
    assert tuple(row.seeds.values()) == pytest.approx((50.0, 70.0))


def test_counts_that_differ_between_runs_are_a_range() -> None:
    (row,) = summarised([record(), record(seed=1, embedding_parameters=20, total_parameters=1254)])
    assert cells(row)[2:5] == ("18-20", "1,234", "1,252-1,254")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.00123, "0.0012"), (1.26, "1.3"), (12.34, "12.3"), (1234.5, "1234")]
)
def test_seconds_have_two_or_three_digits(seconds: float, text: str) -> None:
    (row,) = summarised([record(fit_seconds=seconds)])
    assert cells(row)[5] == text


def test_caption_states_split_sizes_and_seeds() -> None:
    assert caption([record(seed=s) for s in (0, 1)]) == (
        "official split, 100 training and 1,200 test cases, 3 classes; 2 seeds (0, 1)"
    )
    assert caption([record(settings={"max_epochs": 3})]).endswith("; at most 3 epochs")
    folds = [record(split="10-fold", fold=f) for f in (0, 1)]
    assert "1,300 cases, mean of 2 folds" in caption(folds)


def test_markdown_has_a_table_per_data_set_and_the_failures() -> None:
    text = markdown(
        [record(), record(dataset="Stars", model="linear")], [("Stars, cnn, seed 0", "no memory")]
    )
    lines = text.splitlines()
    assert lines.count("## Leaves") == lines.count("## Stars") == 1
    tables = [line for line in lines if line.startswith("|")]
    assert len(tables) == 2 * 3
    assert all(line.count("|") == len(COLUMNS) + 1 for line in tables)
    assert "- Stars, cnn, seed 0: no memory" in lines
    assert "Data SHA-256 0123456789abcdef; physembed 1.2.3, torch 2.9; a processor" in text


def test_records_of_seeds_that_were_one_batch_still_say_so() -> None:
    text = markdown([record(seed=s, trained_together=2) for s in (0, 1)])
    assert "trained together, seconds shared equally: " in text
    assert "(2 seeds at a time)" in text
