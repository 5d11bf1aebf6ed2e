"""`physembed predict` needs no more memory for a larger file; the long version is in ``run.py``."""

from pathlib import Path

import pytest
from memory import measure

pytestmark = pytest.mark.slow


def test_predicting_needs_no_more_memory_for_a_larger_file(tmp_path: Path) -> None:
    # a piece has eight megabytes in double precision: both files have more than one
    small = measure(".npy", 8 * 10**6, tmp_path)
    large = measure(".npy", 40 * 10**6, tmp_path, in_columns=True)
    # read whole, the series alone would take 80 megabytes in double precision
    assert large.peak_bytes - small.peak_bytes < 40 * 10**6, (small, large)
