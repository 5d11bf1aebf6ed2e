"""How many seeds, folds and processes: numbers of Python and of numpy."""

from typing import Any

import numpy as np
import pytest

from physembed.errors import (
    InvalidInputError,
)
from physembed.experiments import Execution, Grid


def test_jobs_are_a_number_of_processes() -> None:
    with pytest.raises(InvalidInputError, match="jobs must be a positive integer"):
        Execution(jobs=0)


@pytest.mark.parametrize("seeds", [np.int64(2), np.arange(2), [np.int64(0), np.int64(1)], range(2)])
def test_numbers_of_numpy_are_numbers(seeds: Any) -> None:
    grid = Grid(["GunPoint"], ["linear"], seeds=seeds, folds=np.int64(1), max_epochs=np.int64(3))
    assert grid.every_seed == (0, 1)
    assert all(type(seed) is int for seed in grid.every_seed)
    assert Execution(jobs=np.int64(2), overwrite=np.bool_(True)) == Execution(2, overwrite=True)
