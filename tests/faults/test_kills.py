"""Commands killed at random moments end with the results of an undisturbed run."""

from pathlib import Path

import pytest
from kills import COMMANDS, survive

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["train, gradient"])
def test_killed_and_started_again(name: str, tmp_path: Path) -> None:
    # more kills, and of every command: make faults
    found = survive(COMMANDS[name], 1, tmp_path)
    assert found.kills == 1
    assert found.identical == found.sequences
