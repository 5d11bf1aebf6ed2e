"""What the tables say, against numbers worked out by hand."""

import numpy as np
import pytest
from made_up_records import archive, record, seeds
from scipy.stats import ttest_rel

from physembed.experiments.reproduction.fixed import fixed_table
from physembed.experiments.reproduction.reproduction_tables import folds, overview, table1, table2
from physembed.experiments.reproduction.summary import (
    PUBLISHED,
    not_told_from_the_best,
    published,
    summarise,
)
from studies.documents.first_plan import first_plan_table

NLSE = [0.92, 0.93, 0.94, 0.93]


def cells(table: str, label: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {label} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_is_the_mean_over_seeds_beside_the_papers_figure() -> None:
    table = table1(archive([*seeds("nlse", NLSE), record("linear", 0.511)]))
    row = cells(table, "NLSE, our preprocessing, by gradient")
    assert row[1] == "86.2" and row[2].strip("*") == "93.0 ± 0.8" and row[4] == "4"
    assert row[5:8] == ["18", "1,002", "1,020"] and row[-1] == "3"
    assert cells(table, "linear classifier")[2:5] == ["51.1", "", "any"]
    assert "Starlight\n\nNothing is reported: it was not at hand" in table
    assert "Not run yet: " in table


def test_an_ablation_is_set_against_the_whole_seed_by_seed() -> None:
    without = [0.51, 0.53, 0.52, 0.50]
    table = table2(archive([*seeds("nlse", NLSE), *seeds("nlse-without-dispersion", without)]))
    row = cells(table, "NLSE, our preprocessing: nonlinearity and attenuation")
    test = ttest_rel(without, NLSE)
    assert row[1] == "51.7"
    assert row[6] == f"{100 * float(np.mean(np.subtract(without, NLSE))):+.1f}"
    assert float(row[8]) == pytest.approx(test.pvalue, rel=0.05)


def test_nothing_is_bold_without_a_test() -> None:
    two = archive([*seeds("nlse", [0.9, 0.91]), *seeds("gpe", [0.8, 0.81])])
    assert "**" not in table1(two)
    assert "Nothing is bold" in table1(two)


def test_bold_are_the_best_and_what_is_not_told_from_it() -> None:
    drawn = np.random.default_rng(0).normal(0, 0.004, (3, 10))
    records = [
        *seeds("nlse", 0.930 + drawn[0]),
        *seeds("gpe", 0.931 + drawn[1]),
        *seeds("mlp", 0.67 + drawn[2]),
        record("lattice", 0.90),
    ]
    table = table1(archive(records))
    assert cells(table, "NLSE, our preprocessing, by gradient")[2].startswith("**")
    assert cells(table, "*GPE, our preprocessing, by gradient* (ours)")[2].startswith("**")
    assert not cells(table, "MLP")[2].startswith("**")
    assert not cells(table, "*lattice* (ours)")[2].startswith("**")


def test_models_that_no_seed_changes_are_told_apart_without_a_test() -> None:
    held = archive([record("lattice", 0.931), record("linear", 0.511)])
    summaries = [summarise(held, "FordASubset", name, "official") for name in ("lattice", "linear")]
    assert not_told_from_the_best([s for s in summaries if s is not None]) == [True, False]


def test_folds_have_the_wider_interval() -> None:
    accuracies = [0.90, 0.92, 0.91, 0.93, 0.94, 0.90, 0.92, 0.95, 0.91, 0.92]
    of_folds = [
        record("lattice", a, dataset="SpokenDigits", split="10-fold", fold=k, n_train=9, n_test=1)
        for k, a in enumerate(accuracies)
    ]
    held = archive(of_folds, datasets={"Spoken Digits": "SpokenDigits"})
    summary = summarise(held, "SpokenDigits", "lattice", "10-fold")
    assert summary is not None and summary.interval is not None
    # Nadeau and Bengio: (1/10 + 1/9) in place of 1/10; t of 9 degrees of freedom is 2.262157
    half = 2.262157 * np.std(accuracies, ddof=1) * 100 * np.sqrt(1 / 10 + 1 / 9)
    assert summary.interval[1] - summary.mean == pytest.approx(half, rel=1e-6)
    assert "92.0 ± 1.6" in folds(held)


def test_goals_are_met_by_what_was_measured_alone() -> None:
    table = first_plan_table(archive([*seeds("nlse", NLSE), *seeds("gpe", [0.90] * 3)]))
    rows = [line for line in table.splitlines() if line.startswith("| FordASubset")]
    assert [row.rsplit("|", 2)[1].strip() for row in rows] == ["yes", "not measured yet", "no"]
    assert "| Spoken Digits |" in table


def test_fixed_coefficients_are_shares_of_the_trained_networks() -> None:
    records = [
        *seeds("nlse", [0.8] * 3),
        record("fixed-series-far", 0.4),
        *(record(f"fixed-series-random{k}", 0.5 + 0.1 * k) for k in range(3)),
    ]
    table = fixed_table(archive(records))
    row = cells(table, "the series")
    assert row[2] == "40.0, 50 %"
    assert row[4] == "60.0 (50.0 to 70.0), 75 %"


def test_the_overview_has_a_row_for_what_was_run() -> None:
    table = overview(archive(seeds("nlse", NLSE)))
    assert cells(table, "NLSE, our preprocessing, by gradient") == [
        *("NLSE, our preprocessing, by gradient", "18", "93.0 ± 0.8", "4", "86.2")
    ]
    assert len(table.splitlines()) == 3


def test_the_papers_figure_stands_beside_both_of_our_settings() -> None:
    figures = PUBLISHED["Ford Engine"]
    for ours in ("nlse", "paper", "nlse-projection", "paper-projection"):
        assert published("Ford Engine", ours) == figures["paper"]
    assert published("Ford Engine", "nlse-without-dispersion") == 51.7
    assert published("Spoken Digits", "nlse-without-nonlinearity") == 60.3
    assert published("Ford Engine", "nlse-without-attenuation") is None
    assert published("Ford Engine", "spectral") is None
