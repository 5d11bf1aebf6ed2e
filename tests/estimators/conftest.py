"""Series that the tests of several estimators are fitted to."""

import numpy as np
import pytest
from aeon.datasets import load_classification


@pytest.fixture(scope="session")
def power() -> tuple[np.ndarray, np.ndarray]:
    """Daily power demand, 24 points, two classes, 67 cases (bundled with aeon)."""
    return load_classification("ItalyPowerDemand", split="train")
