"""Fixtures that several rooms' tests share."""

import gc
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# the suite runs in one process per core: threads of theirs would only fight, also in the
# processes that tests start; to be set before torch is loaded
os.environ.setdefault("OMP_NUM_THREADS", "1")
# and where a test asks for more, or numba has its pool, those that wait leave their core to others
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
os.environ.setdefault("MPLBACKEND", "agg")

import pytest
import torch

# Triton decides when it is first imported, by whichever test that is, whether it interprets
if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")

from physembed.data.location import find_spoken_digits, find_ucr_folder

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_SIBLING = Path(__file__).parents[2] / "shared" / "data"


def pytest_collection_finish() -> None:
    """What is loaded by now stays: every collection of garbage, also those of runs, is shorter."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup() -> None:
    """One thread again, whatever the test before has left: two wait for each other all the time."""
    if torch.get_num_threads() > 1:
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder with Spoken Digits and the UCR sets; tests that use it are `shared_data`."""
    for folder in (Path(os.environ.get("PHYSEMBED_DATA", _SIBLING)), _SIBLING):
        if find_spoken_digits(folder) and find_ucr_folder("FordASubset", folder):
            return folder
    pytest.skip("no data folder with SpokenDigits and FordASubset (PHYSEMBED_DATA, ../shared/data)")


@pytest.fixture
def stopping(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, str]]:
    """An environment in which a process gets a signal as soon as it has made files.

    ``files`` is a pattern, of which ``at_least`` so many have to be in the folder; the signal goes
    to the first process in that environment, or else to the worker that sees the files and whose
    command line begins with ``process``.
    """
    given = tmp_path_factory.mktemp("stopping") / "given"

    def environment(
        folder: Path,
        files: str,
        *,
        at_least: int = 1,
        by: signal.Signals = signal.SIGINT,
        process: str | None = None,
    ) -> dict[str, str]:
        order = {"folder": str(folder), "files": files, "at_least": at_least, "signal": int(by)}
        order |= {"process": process, "given": str(given)}
        places = [str(Path(__file__).parent / "stopping"), os.environ.get("PYTHONPATH")]
        return os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, places)),
            "PHYSEMBED_TEST_STOP": json.dumps(order),
        }

    return environment


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; skipped where it is not installed."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    given = os.environ.get("PHYSEMBED_CHROMIUM")
    executable = next((p for p in (given, *CHROMIUM) if p and Path(p).is_file()), None)
    if executable is None:
        pytest.skip("no Chromium on this machine; `make browser` (as root) installs Debian's")
    with sync_api.sync_playwright() as playwright:
        # a container's root has no sandbox of its own
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield chromium
        chromium.close()
