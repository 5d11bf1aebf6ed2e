"""Folds of numbered cases: equal parts, whatever comes in turns, whoever counts."""

import numpy as np
import pytest

from physembed._folds import folds_of


@pytest.mark.parametrize("n_folds", [2, 5, 7])
def test_folds_are_equal_parts_and_independent_of_turns(n_folds: int) -> None:
    numbers = np.arange(7 * 5 * 2 * 100)
    folds = folds_of(numbers, n_folds)
    assert (np.bincount(folds) == len(numbers) // n_folds).all()
    for turns in range(2, 12):
        # of each class that comes in turns, every fold has about its share
        for phase in range(turns):
            share = np.bincount(folds[phase::turns], minlength=n_folds) / (len(numbers) // turns)
            assert abs(share - 1 / n_folds).max() < 0.06


def test_a_piece_has_the_folds_that_it_has_in_the_whole() -> None:
    numbers = np.arange(1000)
    np.testing.assert_array_equal(folds_of(numbers, 5)[300:500], folds_of(numbers[300:500], 5))
    assert folds_of(numbers[:5], 5).tolist() == folds_of(np.arange(5), 5).tolist()
