"""How much of the library one propagation enters: what a reader of it has to open."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
import torch

import physembed as pe
from physembed.physics import exact_solutions as exact

SOURCE = str(Path(pe.__file__).parent)
MOST_FILES, MOST_FUNCTIONS = 14, 60
GRID = pe.TimeGrid(1024, 80 / 1024)


def entered(call: Callable[[], object]) -> tuple[set[str], set[tuple[str, str]]]:
    """The files and the functions under src/physembed that a call goes through.

    A comprehension belongs to the function that it stands in.
    """
    functions: set[tuple[str, str]] = set()

    def profile(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(SOURCE) and code.co_name[0] != "<":
            functions.add((code.co_filename[len(SOURCE) + 1 :], code.co_qualname))

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return {file for file, _ in functions}, functions


@pytest.mark.parametrize("scheme", ["lie", "strang"])
def test_one_propagation_enters_few_files_and_functions(scheme: str) -> None:
    field = exact.fundamental_soliton(GRID.t).to(torch.complex64).expand(4, 1024)

    def propagate() -> torch.Tensor:
        medium = {"beta2": torch.full((6,), -1.0), "gamma": 1.0, "alpha": 0.01}
        return pe.propagate(
            field, pe.NonlinearSchrodinger(), medium, GRID, layer_length=0.1, scheme=scheme
        )

    # tables of the equation, compiled loops and transforms are made by the first
    propagate()
    files, functions = entered(propagate)
    assert len(files) <= MOST_FILES, sorted(files)
    assert len(functions) <= MOST_FUNCTIONS, sorted(functions)
