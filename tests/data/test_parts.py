"""Parts of a division: no test case where settings are chosen, classes in their shares."""

from pathlib import Path

import numpy as np
import pytest

import physembed as pe
from physembed.data.loading import n_folds


def rows(X: np.ndarray) -> set[bytes]:
    return {np.ascontiguousarray(case).tobytes() for case in X}


@pytest.mark.parametrize("name", ["GunPoint", "ItalyPowerDemand"])
def test_validation_looks_at_training_cases_alone(name: str) -> None:
    whole, part = pe.load_dataset(name), pe.load_dataset(name, split="validation")
    train, held_out = rows(part.X_train), rows(part.X_test)
    assert not train & held_out
    assert train | held_out == rows(whole.X_train)
    assert len(part.y_test) == len(whole.y_train) // 3
    assert part.split == "validation" and part.digest != whole.digest


def test_the_small_version_is_a_part_of_either_side() -> None:
    whole, part = pe.load_dataset("OSULeaf"), pe.load_dataset("OSULeaf", split="small")
    assert (len(part.y_train), len(part.y_test)) == (100, 100)
    assert rows(part.X_train) < rows(whole.X_train) and rows(part.X_test) < rows(whole.X_test)
    for few, many in ((part.y_train, whole.y_train), (part.y_test, whole.y_test)):
        of_few = np.unique(few, return_counts=True)[1] / len(few)
        of_many = np.unique(many, return_counts=True)[1] / len(many)
        # each class to the rounding of one case
        np.testing.assert_allclose(of_few, of_many, atol=1 / len(few))
    again = pe.load_dataset("OSULeaf", split="small")
    assert again.digest == part.digest


def test_large_sets_are_cut_to_size(data_dir: Path) -> None:
    part = pe.load_dataset("FordASubset", data_dir, split="validation")
    assert (len(part.y_train), len(part.y_test)) == (600, 300)


def test_there_is_one_fold() -> None:
    assert n_folds("GunPoint", "validation") == n_folds("GunPoint", "small") == 1
    with pytest.raises(pe.InvalidInputError, match="fold=1 does not exist"):
        pe.load_dataset("GunPoint", split="small", fold=1)


def test_series_of_unequal_lengths_are_divided_as_they_are() -> None:
    whole = pe.load_dataset("JapaneseVowels")
    part = pe.load_dataset("JapaneseVowels", split="validation")
    assert len(part.X_train) + len(part.X_test) == len(whole.X_train)
    lengths = sorted(series.shape[-1] for series in (*part.X_train, *part.X_test))
    assert lengths == sorted(series.shape[-1] for series in whole.X_train)
    again = pe.load_dataset("JapaneseVowels", split="resampled", fold=1)
    assert len(again.X_train) == len(whole.X_train)
    assert {series.shape[0] for series in again.X_test} == {12}
