"""Commands killed at random moments end with the results of an undisturbed run."""

from dataclasses import replace
from pathlib import Path

import pytest
from kills import COMMANDS, survive

pytestmark = pytest.mark.slow


def test_killed_and_started_again(tmp_path: Path) -> None:
    # more kills, of longer trainings and of every command: make faults
    command = COMMANDS["train, gradient"]
    assert command.arguments[-2:] == ("--max-epochs", "30")
    survival = survive(replace(command, arguments=(*command.arguments[:-1], "8")), 1, tmp_path)
    assert survival.kills == 1
    assert survival.identical == survival.sequences
