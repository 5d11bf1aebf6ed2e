"""A run and its report, made once by the commands that the README shows."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from physembed.cli import main; main()"]


@pytest.fixture(scope="session")
def lattice_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OSULeaf, which comes with aeon, on the lattice; trained and explained."""
    folder = tmp_path_factory.mktemp("explained") / "run"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in (
        ["train", "OSULeaf", "--model", "lattice", "--out", str(folder)],
        ["explain", str(folder)],
    ):
        done = subprocess.run(
            [*PROGRAM, *command], capture_output=True, text=True, check=False, env=os.environ
        )
        assert done.returncode == 0, done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    (folder / "core-seconds.txt").write_text(f"{spent}")
    return folder
