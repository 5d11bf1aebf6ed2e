"""How much of the library a reader has to open to follow one fit, prediction or propagation."""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest
import torch
from aeon.datasets import load_classification

import physembed as pe
from physembed.physics import exact_solutions as exact

PACKAGE = str(Path(pe.__file__).parent)
X, Y = load_classification("GunPoint", split="train")
GRID = pe.TimeGrid(1024, 80 / 1024)
OF_MEMORY = 3
"""Functions more that a step enters where the pool of buffers happens to be empty or full."""


def entered(work: Callable[[], object]) -> set[tuple[str, str]]:
    """File and name of every function of ours that a piece of work calls.

    A lambda or a comprehension belongs to the function that it stands in.
    """
    functions = set()

    def look(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE) and code.co_name[0] != "<":
            functions.add((code.co_filename[len(PACKAGE) + 1 :], code.co_qualname))

    # what the collector finalises belongs to earlier work
    gc.collect()
    gc.disable()
    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return functions


def check(functions: set[tuple[str, str]], most_files: int, most_functions: int) -> None:
    files = {file for file, _ in functions}
    assert len(files) <= most_files, sorted(files)
    assert len(functions) <= most_functions + OF_MEMORY, sorted(functions)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """More threads are limited and shared out by functions of their own."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def classifier() -> pe.PhysicalEmbeddingClassifier:
    """Fitted, when everything is loaded and compiled, and asked once."""
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(X, Y)
    classifier.predict(X)
    return classifier


def test_one_fit_enters_few_files_and_functions(classifier: pe.PhysicalEmbeddingClassifier) -> None:
    again = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    # the measure of novelty is among them, fits in pieces, of streams and of very long series share
    # the way, and limits of threads are counted over the process
    check(entered(lambda: again.fit(X, Y)), most_files=53, most_functions=254)


def test_one_prediction_enters_few_files_and_functions(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    # whether a series is so long that it is read in stretches is asked of every path, and where in
    # its window it lies stands in a file of its own
    check(entered(lambda: classifier.predict(X)), most_files=24, most_functions=88)


@pytest.mark.parametrize("scheme", ["lie", "strang"])
def test_one_propagation_enters_few_files_and_functions(scheme: str) -> None:
    field = exact.fundamental_soliton(GRID.t).to(torch.complex64).expand(4, 1024)

    def propagate() -> torch.Tensor:
        medium = {"beta2": torch.full((6,), -1.0), "gamma": 1.0, "alpha": 0.01}
        return pe.propagate(
            field, pe.NonlinearSchrodinger(), medium, GRID, layer_length=0.05, scheme=scheme
        )

    # tables of the equation, compiled loops and transforms are made by the first
    propagate()
    # what is said of edges, and of steps, stands in files of their own
    check(entered(propagate), most_files=20, most_functions=81)
