"""A run and its report, made once by the commands that the README shows."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROGRAM = [sys.executable, "-c", "from physembed.cli import main; main()"]
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; skipped where it is not installed."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    given = os.environ.get("PHYSEMBED_CHROMIUM")
    found = next((p for p in (given, *CHROMIUM) if p and Path(p).is_file()), None)
    if found is None:
        pytest.skip("no Chromium on this machine; `make browser` (as root) installs Debian's")
    with sync_api.sync_playwright() as playwright:
        # a container's root has no sandbox of its own
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()
