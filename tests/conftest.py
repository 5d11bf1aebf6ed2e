"""Fixtures that several rooms' tests share."""

import os
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
