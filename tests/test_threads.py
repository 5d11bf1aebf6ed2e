"""Processes that were forked after their parent had computed with threads."""

import subprocess
import sys

import pytest
import torch
from threadpoolctl import threadpool_info

from physembed._threads import (
    MANY_CASES,
    SMALL_WORK,
    limited_threads,
    suitable_threads,
    threads_of_a_fit,
)

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
    classifier.fit(X[:20], y[:20])
    os._exit(0 if same else 3)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "model"),
    # every model in a child that only predicts: tests/estimators/test_metamorphic.py
    [("PhysicalEmbeddingClassifier", "compact"), ("BaselineClassifier", "linear")],
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


def test_small_work_takes_one_thread_unless_others_are_asked_for() -> None:
    with limited_threads(2):
        assert torch.get_num_threads() == 2
        assert suitable_threads(None, SMALL_WORK - 1) == 1
        assert suitable_threads(None, SMALL_WORK) is None
        assert suitable_threads(2, SMALL_WORK - 1) == 2
    with limited_threads(1):
        # nothing to be done
        assert suitable_threads(None, SMALL_WORK - 1) is None


def test_a_fit_of_few_cases_takes_one_thread_of_linear_algebra() -> None:
    def of_blas() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    with limited_threads(2):
        before = of_blas()
        with threads_of_a_fit(None, MANY_CASES, SMALL_WORK):
            assert (of_blas(), torch.get_num_threads()) == ({1}, 2)
        with threads_of_a_fit(None, MANY_CASES + 1, SMALL_WORK):
            assert of_blas() == before
        with threads_of_a_fit(2, MANY_CASES, SMALL_WORK):
            assert of_blas() == before


def test_threads_of_a_command_wait_without_spinning() -> None:
    code = (
        "import os; from physembed.cli._app import main\n"
        "try: main()\n"
        "finally: print(os.environ['OMP_WAIT_POLICY'], os.environ['GOMP_SPINCOUNT'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[-2:] == ["passive", "0"], done.stderr
