"""Fixtures that several rooms' tests share."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

# the suite runs in one process per core: threads of theirs would only fight, also in the
# processes that tests start; to be set before torch is loaded
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from physembed.data.location import find_spoken_digits, find_ucr_folder

_SIBLING = Path(__file__).parents[2] / "shared" / "data"


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
