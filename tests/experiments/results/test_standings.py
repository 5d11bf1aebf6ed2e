"""Means, ranks, wins and frontiers, against values worked out by hand."""

from pathlib import Path

import pytest

from physembed.experiments.figures.accuracy_against_price import pareto_frontier
from physembed.experiments.figures.standings import write_standings_figures
from physembed.experiments.results.frame import accuracy_table
from physembed.experiments.results.standings import first_of, standings


def record(dataset: str, model: str, accuracy: float, **changes: object) -> dict:
    return {
        "dataset": dataset,
        "model": model,
        "seed": 0,
        "fold": 0,
        "accuracy": accuracy,
        "embedding_parameters": 0,
        "readout_parameters": 10,
        "fit_seconds": 1.0,
        "predict_seconds": 0.1,
    } | changes


RECORDS = [
    record("A", "linear", 0.9),
    record("A", "spectral", 0.8, readout_parameters=30),
    record("B", "linear", 0.5),
    record("B", "spectral", 0.7, readout_parameters=50),
    record("C", "linear", 0.6),
    record("C", "spectral", 0.6, readout_parameters=40),
]


def test_where_the_first_model_always_failed_the_next_one_is_compared() -> None:
    assert first_of(RECORDS, "linear") == "linear"
    assert first_of(RECORDS, "nlse") == "linear"
    assert first_of([], "nlse") == "nlse"


def test_standings_are_means_ranks_and_counts() -> None:
    by_model = {s.model: s for s in standings(RECORDS, "linear")}
    linear, spectral = by_model["linear"], by_model["spectral"]
    assert linear.mean == pytest.approx(200 / 3)
    assert spectral.mean == pytest.approx(70)
    assert linear.rank == spectral.rank == pytest.approx((1 + 2 + 1.5) / 3)
    assert (spectral.wins, spectral.draws, spectral.losses) == (1, 1, 1)
    assert spectral.p_value is None, "three sets are too few"
    assert spectral.readout_parameters == pytest.approx(40)


def test_sets_that_one_model_did_not_finish_are_left_out() -> None:
    datasets, models, table = accuracy_table(RECORDS[:-1])
    assert datasets == ["A", "B"]
    assert models == ["linear", "spectral"]
    assert table.tolist() == [[90.0, 80.0], [50.0, 70.0]]
    several = [*RECORDS, record("A", "linear", 0.8, seed=1)]
    assert accuracy_table(several)[0] == [], "a seed that others lack"


def test_seeds_are_averaged() -> None:
    second = [record(r["dataset"], r["model"], 1.0, seed=1) for r in RECORDS]
    _, _, table = accuracy_table([*RECORDS, *second])
    assert table[0].tolist() == pytest.approx([95.0, 90.0])


def test_the_paired_test_is_wilcoxons() -> None:
    """Ten sets, all won by growing margins: the exact two-sided p is 2 / 2^10."""
    records = []
    for k in range(10):
        records += [
            record(f"S{k}", "linear", 0.9),
            record(f"S{k}", "spectral", 0.9 - 0.01 * (k + 1)),
        ]
    by_model = {s.model: s for s in standings(records, "linear")}
    assert by_model["spectral"].p_value == pytest.approx(2 / 2**10)
    assert by_model["linear"].p_value is None


def test_the_frontier_holds_what_nothing_cheaper_reaches() -> None:
    points = [(10.0, 80.0), (5.0, 70.0), (20.0, 79.0), (5.0, 60.0), (40.0, 81.0)]
    assert pareto_frontier(points) == [(5.0, 70.0), (10.0, 80.0), (40.0, 81.0)]


def test_two_models_on_many_sets_have_their_chart_and_no_ranks(tmp_path: Path) -> None:
    records = [
        record(f"set {place}", model, accuracy)
        for place in range(7)
        for model, accuracy in (("linear", 0.5 + place / 20), ("spectral", 0.9 - place / 20))
    ]
    total = {"total_parameters": 10}
    files = write_standings_figures([r | total for r in records], "linear", tmp_path)
    names = {file.name for file in files}
    assert "linear_against_spectral.png" in names
    assert "critical_difference.png" not in names
