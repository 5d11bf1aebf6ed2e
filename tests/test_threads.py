"""Processes that were forked after their parent had computed with threads."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from physembed._threads import (
    MANY_CASES,
    SMALL_WORK,
    _OfTheProcess,
    limited_threads,
    one_thread_of_linear_algebra,
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


def of_blas() -> set[int]:
    """Threads of the linear algebra below numpy and scipy."""
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_a_fit_of_few_cases_takes_one_thread_of_linear_algebra() -> None:
    with limited_threads(2):
        before = of_blas()
        with threads_of_a_fit(None, MANY_CASES, SMALL_WORK):
            assert (of_blas(), torch.get_num_threads()) == ({1}, 2)
        with threads_of_a_fit(None, MANY_CASES + 1, SMALL_WORK):
            assert of_blas() == before
        with threads_of_a_fit(2, MANY_CASES, SMALL_WORK):
            assert of_blas() == before


class InAThread:
    """A context that is entered and left in a thread of its own, when it is told to."""

    def __init__(self, context: AbstractContextManager[None]) -> None:
        self._context, self._go_on = context, threading.Event()
        self._entered = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._entered.wait(60)

    def _run(self) -> None:
        with self._context:
            self._entered.set()
            self._go_on.wait(60)

    def leave(self) -> None:
        self._go_on.set()
        self._thread.join()


@pytest.mark.parametrize("limit", [one_thread_of_linear_algebra, lambda: limited_threads(1)])
@pytest.mark.parametrize("first_out", [0, 1])
def test_fits_that_overlap_leave_the_threads_they_came_upon(
    limit: Callable[[], AbstractContextManager[None]], first_out: int
) -> None:
    # of somebody else's, so that there is no limit of ours before the first
    with threadpool_limits(2):
        overlapping = [InAThread(limit()), InAThread(limit())]
        overlapping.pop(first_out).leave()
        assert of_blas() == {1}
        overlapping.pop().leave()
        assert of_blas() == {2}
        assert not _OfTheProcess.limits


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_child_forked_beside_a_fit_has_neither_its_lock_nor_its_limit() -> None:
    with limited_threads(2):
        beside = InAThread(one_thread_of_linear_algebra())
        with _OfTheProcess.lock:
            child = os.fork()
            if child == 0:
                with limited_threads(2):
                    inside = of_blas()
                # of those, the context that this very thread is in
                os._exit(0 if inside == {2} and len(_OfTheProcess.limits) == 1 else 3)
        _, status = os.waitpid(child, 0)
        beside.leave()
    assert os.waitstatus_to_exitcode(status) == 0


def test_threads_of_a_command_wait_without_spinning() -> None:
    code = (
        "import os; from physembed.cli._app import main\n"
        "try: main()\n"
        "finally: print(os.environ['OMP_WAIT_POLICY'], os.environ['GOMP_SPINCOUNT'])"
    )
    # conftest.py says the same to the tests themselves
    said = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    done = subprocess.run(
        [sys.executable, "-c", code, "--version"],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in said},
    )
    assert done.stdout.split()[-2:] == ["passive", "0"], done.stderr
