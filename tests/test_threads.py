"""Processes that were forked after their parent had computed with threads."""

import subprocess
import sys

import pytest

IN_A_CHILD = """
import os, sys
import numpy as np, torch
torch.set_num_threads(2)
import physembed as pe
from aeon.datasets import load_gunpoint
X, y = load_gunpoint(split="train")
classifier = getattr(pe, sys.argv[1])(sys.argv[2], random_state=0)
before = classifier.fit(X, y).predict_proba(X)
child = os.fork()
if child == 0:
    same = np.allclose(classifier.predict_proba(X), before, rtol=0, atol=1e-5)
    if sys.argv[2] != "minirocket":
        classifier.fit(X[:20], y[:20])
    os._exit(0 if same else 3)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.parametrize(
    ("estimator", "model"),
    [
        ("PhysicalEmbeddingClassifier", "homodyne-small"),
        ("BaselineClassifier", "linear"),
        # aeon's loops are compiled anew for a child, which takes half a minute and more
        pytest.param("BaselineClassifier", "minirocket", marks=pytest.mark.slow),
    ],
)
def test_a_forked_child_predicts_and_fits(estimator: str, model: str) -> None:
    """It hung for ever: the threads of the parent's pool, for which it waited, are not its own."""
    done = subprocess.run(
        [sys.executable, "-c", IN_A_CHILD, estimator, model],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
