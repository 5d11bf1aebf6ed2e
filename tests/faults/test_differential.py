"""What other libraries read of a file, or a frame, is what we read, or we refuse by name."""

from pathlib import Path

import pytest
from differential import COMPARISONS, compare


@pytest.mark.parametrize("reader", COMPARISONS)
def test_nothing_is_read_otherwise_without_a_word(reader: str, tmp_path: Path) -> None:
    compared = compare(reader, 40, tmp_path, number=1)
    assert compared.inputs == 40
    assert compared.different == 0
    assert compared.same > 0
