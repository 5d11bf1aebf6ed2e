"""How many files and functions of the library one fit, one prediction, one propagation enters.

``python -m studies.entered results/house`` counts with ``sys.setprofile`` and writes
``entered.json``, which a test holds the library to.
"""

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from aeon.datasets import load_classification

import physembed as pe
from physembed._files import write_json_atomically
from physembed._markdown import markdown_table
from physembed.estimators.answering import without_novelty
from physembed.physics import exact_solutions as exact

PACKAGE = str(Path(pe.__file__).parent)
GRID = pe.TimeGrid(1024, 80 / 1024)
ASKED_FOR = {"fit": (35, 160), "predict": (20, 70), "propagate": (14, 60)}
"""Files and functions that were asked for."""
LONGEST_FILE = 300
"""Lines of a file, at most."""

Function = tuple[str, str]
"""File, and qualified name."""


def entered(work: Callable[[], object]) -> set[Function]:
    """Every function of ours that a piece of work calls.

    A lambda or a comprehension belongs to the function that it stands in.
    """
    functions = set()

    def look(frame: Any, event: str, argument: object) -> None:
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


def pieces_of_work() -> dict[str, Callable[[], object]]:
    """What is counted, by name; everything is loaded and compiled when this returns.

    A fit and a prediction of ``lattice`` on GunPoint; a fit that measures no novelty; four
    solitons through six layers of ``lie`` and of ``strang``.
    """
    x, y = load_classification("GunPoint", split="train")
    known = pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(x, y)
    known.predict(x)
    again = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    field = exact.fundamental_soliton(GRID.t).to(torch.complex64).expand(4, 1024)

    def fit_alone() -> None:
        with without_novelty():
            again.fit(x, y)

    def propagate(scheme: str) -> torch.Tensor:
        beta2 = torch.full((6,), -1.0)
        medium: dict[str, float | torch.Tensor] = {"beta2": beta2, "gamma": 1.0, "alpha": 0.01}
        return pe.propagate(
            field, pe.NonlinearSchrodinger(), medium, GRID, layer_length=0.05, scheme=scheme
        )

    # tables of the equation, compiled loops and transforms are made by the first
    propagate("strang")
    return {
        "fit": partial(again.fit, x, y),
        "fit without novelty": fit_alone,
        "predict": partial(known.predict, x),
        "propagate": partial(propagate, "strang"),
        "propagate, lie": partial(propagate, "lie"),
    }


def counted() -> dict[str, dict[str, list[str]]]:
    """Of each piece of work the files that it enters, and the functions in each; on one thread.

    More threads are limited and shared out by functions of their own.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        counts = {}
        for name, work in pieces_of_work().items():
            by_file: dict[str, list[str]] = {}
            for file, function in sorted(entered(work)):
                by_file.setdefault(file, []).append(function)
            counts[name] = by_file
        return counts
    finally:
        torch.set_num_threads(threads)


def table(record: dict[str, Any]) -> str:
    """Files and functions by room, as Markdown."""
    fewest_files, record = record["fewest_files"], record["functions"]
    rooms: dict[str, dict[str, tuple[int, int]]] = {}
    for name, files in record.items():
        of_files = Counter(_room(file) for file in files)
        of_functions: Counter[str] = Counter()
        for file, functions in files.items():
            of_functions[_room(file)] += len(functions)
        for room, count in of_files.items():
            rooms.setdefault(room, {})[name] = count, of_functions[room]
    names = [name for name in record if "," not in name]
    rows = [[room, *_cells(rooms[room], names)] for room in sorted(rooms)]
    whole = {n: (len(record[n]), sum(map(len, record[n].values()))) for n in names}
    rows.append(["in all", *_cells(whole, names)])
    rows.append(["asked for", *_cells(ASKED_FOR, names)])
    fewest = [f"{fewest_files[name]}" for name in names]
    rows.append([f"files of {LONGEST_FILE} lines that hold as much", *fewest])
    return markdown_table(("Files / functions", *names), rows)


def _fewest_files(files: Iterable[str]) -> int:
    """How many would do if every folder's were filled to the last line."""
    lines: Counter[str] = Counter()
    for file in files:
        text = (Path(PACKAGE) / file).read_text("utf-8")
        lines[str(Path(file).parent)] += len(text.splitlines())
    return sum(-(-count // LONGEST_FILE) for count in lines.values())


def _room(file: str) -> str:
    room = file.split("/", maxsplit=1)[0]
    return "beside the rooms" if room.endswith(".py") else f"{room}/"


def _cells(counts: dict[str, tuple[int, int]], names: Sequence[str]) -> list[str]:
    return ["{} / {}".format(*counts[name]) if name in counts else "" for name in names]


if __name__ == "__main__":
    functions = counted()
    fewest = {name: _fewest_files(files) for name, files in functions.items()}
    write_json_atomically(
        Path(sys.argv[1]) / "entered.json", {"functions": functions, "fewest_files": fewest}
    )
