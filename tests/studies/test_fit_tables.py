"""The records of fits as tables: means, worst seeds, paired tests."""

import json
from pathlib import Path
from typing import Any

from studies.documents.fit_tables import bank_table, comparators_table, fits_table, ucr_table


def record(accuracy: float, **key: Any) -> dict[str, Any]:
    sizes = {"embedding": 3, "readout": 17, "cpu_seconds": 2.0}
    return {"accuracy": accuracy, **sizes, **key}


def test_mean_and_worst_seed_of_each_model(tmp_path: Path) -> None:
    fits = [record(a, model="projection", seed=s) for s, a in enumerate((0.98, 0.99, 1.0))]
    (tmp_path / "digits.json").write_text(json.dumps(fits))
    row = fits_table(tmp_path).splitlines()[-1]
    assert "| projection | 3 | 99.0 ± 1.0 | 98.0 | 3 + 17 | 2.0 |" in row


def test_folds_are_averaged_and_unfinished_seeds_left_out(tmp_path: Path) -> None:
    fits = [
        record(accuracy, model="left-out cases", seed=seed, fold=fold)
        for seed, fold, accuracy in ((0, 0, 0.7), (0, 1, 0.9), (1, 0, 0.1))
    ]
    (tmp_path / "speakers.json").write_text(json.dumps(fits))
    assert "| left-out cases | 1 | 80.0 | 80.0 |" in fits_table(tmp_path)


def test_sets_are_compared_in_pairs(tmp_path: Path) -> None:
    file = tmp_path / "ucr.json"
    fits = []
    for number in range(8):
        fits += [
            record(0.5, dataset=f"set{number}", model="lens in focus", seed=0),
            record(0.6 + 0.01 * number, dataset=f"set{number}", model="lens found", seed=0),
            record(0.8 + 0.01 * number, dataset=f"set{number}", model="lens found", seed=1),
        ]
    fits.append(record(0.9, dataset="another", model="lens found", seed=0))
    file.write_text(json.dumps(fits))
    (row,) = ucr_table(file).splitlines()[2:]
    # one set has no counterpart; two-sided p of eight wins is 2 / 2^8
    assert row == "| lens found, lens in focus | 8 | 2 | 73.5 | 50.0 | +23.5 | 8 / 0 | 0.0078 |"


def test_a_trained_bank_is_compared_with_the_designed_one(tmp_path: Path) -> None:
    file = tmp_path / "bank.json"
    fits = [
        record(accuracy, dataset=f"set{number}", model=model, seed=0)
        for number in range(3)
        for model, accuracy in (("designed", 0.8), ("trained", 0.75 + 0.1 * number))
    ]
    file.write_text(json.dumps(fits))
    (row,) = bank_table(file).splitlines()[2:]
    assert row.startswith("| trained, designed | 3 | 1 | 85.0 | 80.0 | +5.0 | 2 / 1 |")


def test_banks_are_compared_by_their_left_out_error(tmp_path: Path) -> None:
    file = tmp_path / "comparators.json"
    fits = [
        record(0.8 + 0.1 * is_finite, dataset=f"set{n}", left_out_error=error,
               model="homodyne" if is_finite else "homodyne, ideal", seed=0)
        for n, errors in enumerate(((0.4, 0.1), (0.2, 0.4)))
        for is_finite, error in enumerate(errors)
    ]  # fmt: skip
    file.write_text(json.dumps(fits))
    (row,) = comparators_table(file).splitlines()[2:]
    assert row == "| `homodyne` | 2 | 17 | 0.707 (geometric mean) | 1 | 90.00 | 80.00 |"
