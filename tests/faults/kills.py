"""Commands killed without warning at random moments, started again, and compared in the end.

A moment is counted in what the command does to its folder: every opening, renaming and removing
of a file there is one, and what lies between two of them leaves the same behind.
"""

import hashlib
import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import physembed as pe
from physembed import _checkpoint
from physembed.estimators.model_files import is_model_folder
from physembed.experiments.grid.folder import BENCHMARK, RECORDS
from physembed.experiments.grid.records import RECORD
from physembed.experiments.reproduction.archive import ARCHIVE
from tests.processes import Process
from tests.processes import command as run_command

RESULTS = (RECORD, RECORDS, BENCHMARK)
NOT_A_RESULT = {
    *("started", "seconds", "fit_seconds", "predict_seconds", "peak_memory_bytes"),
}
"""What no two runs have in common."""


@dataclass(frozen=True)
class Command:
    """A command that is to survive kills.

    Parameters
    ----------
    name : str
    arguments : tuple of str
        Without ``--out``.
    results : callable
        What must be the same in the end, from the folder of the results.
    """

    name: str
    arguments: tuple[str, ...]
    results: Callable[[Path], Any]


def without_times(data: Any) -> Any:
    """Results without what no two runs have in common."""
    if isinstance(data, dict):
        return {k: without_times(v) for k, v in data.items() if k not in NOT_A_RESULT}
    if isinstance(data, list):
        return [without_times(value) for value in data]
    return data


def results_file(out: Path) -> Any:
    """Of a single run, a comparison or a benchmark."""
    (file,) = (file for name in RESULTS if (file := out / name).exists())
    return without_times(json.loads(file.read_text("utf-8")))


def archive_file(out: Path) -> Any:
    """Of a reproduction: every record, from which its tables are written."""
    return without_times(json.loads((out / ARCHIVE).read_text("utf-8")))


def run_folder(out: Path) -> Any:
    """Of a single run: its results, its weights to the last bit, and its files."""
    weights = hashlib.sha256((out / "weights.safetensors").read_bytes()).hexdigest()
    names = sorted(str(path.relative_to(out)) for path in out.rglob("*"))
    return [results_file(out), weights, names]


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "train, gradient",
            (*("train", "ItalyPowerDemand", "--model", "nlse"), "--max-epochs", "30"),
            run_folder,
        ),
        Command(
            "train, search",
            ("train", "OSULeaf", "--model", "lens"),
            run_folder,
        ),
        Command(
            "compare",
            (
                *("compare", "ItalyPowerDemand", "--models", "linear,nlse,tiny", "--seeds", "2"),
                *("--max-epochs", "30", "--jobs", "2"),
            ),
            results_file,
        ),
        Command(
            "benchmark",
            (
                *("benchmark", "--datasets", "ItalyPowerDemand,GunPoint"),
                *("--models", "compact,lattice,linear", "--resamples", "3"),
            ),
            results_file,
        ),
        Command("reproduce", ("reproduce", "table1", "--quick"), archive_file),
    )
}
"""Every command that keeps results, by a name for the report; a new one is added here."""


@dataclass
class Survival:
    """How a command went through its kills.

    Parameters
    ----------
    command : str
    kills : int
    sequences : int
        Times that the command was brought to its end, after one to three kills each.
    identical : int
        Of those, how many had the results of an undisturbed run.
    went_on : int
        Kills after which something finished or unfinished was there to go on from.
    undisturbed_seconds : float
    """

    command: str
    kills: int = 0
    sequences: int = 0
    identical: int = 0
    went_on: int = 0
    undisturbed_seconds: float = 0.0


def survive(
    command: Command, n_kills: int, folder: Path, *, seed: int = 0, in_a_row: int = 3
) -> Survival:
    """Kill a command so many times, at moments drawn from all that it has.

    Raises
    ------
    AssertionError
        If a file that a kill has left behind is taken for a whole one, or the command fails.
    """
    random_numbers = random.Random(f"{command.name}{seed}")
    started = time.monotonic()
    n_moments = _finish(command, folder / "undisturbed")
    survival = Survival(command.name, undisturbed_seconds=time.monotonic() - started)
    expected = command.results(folder / "undisturbed")
    while survival.kills < n_kills:
        out = folder / f"killed-{survival.sequences}"
        for _ in range(min(random_numbers.randint(1, in_a_row), n_kills - survival.kills)):
            if _is_finished(command, out):
                break
            if _killed(command, out, random_numbers.randint(1, n_moments)):
                survival.kills += 1
                survival.went_on += _check_what_is_left(out)
        if not _is_finished(command, out):
            _finish(command, out)
        survival.sequences += 1
        survival.identical += command.results(out) == expected
        leftovers = [path.name for path in folder.rglob("*.physembed-tmp")]
        assert not leftovers, leftovers
    return survival


def _start(command: Command, out: Path, counted: Path, kill_at: int = 0) -> Process:
    """The command as a process of its own, which is killed at a moment of all its processes'."""
    order = {"folder": str(out), "counted": str(counted), "at": kill_at}
    return Process(
        *(_without_patience, *command.arguments, "--out", str(out)),
        environment=os.environ | {"PHYSEMBED_TEST_STOP": json.dumps(order)},
    )


def _without_patience(*arguments: str) -> None:
    """The command line in this process; a training is kept after every step."""
    _checkpoint.SECONDS_BETWEEN = 0.0
    run_command(*arguments)


def _killed(command: Command, out: Path, moment: int) -> bool:
    """Whether the command was still at work when it was to be killed."""
    with tempfile.TemporaryDirectory() as folder:
        # ends with the last worker, for each holds the other end of stderr
        done = _start(command, out, Path(folder) / "counted", moment).end()
    assert done.returncode in (0, -signal.SIGKILL), f"{command.name} in {out}: {done.stderr}"
    return done.returncode != 0


def _finish(command: Command, out: Path) -> int:
    """Bring it to its end; the number of its moments."""
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "counted"
        done = _start(command, out, counted).end()
        assert done.returncode == 0, f"{command.name} in {out}: {done.stderr}"
        return counted.stat().st_size


def _is_finished(command: Command, out: Path) -> bool:
    """Whether a run folder is complete, which the command would refuse to repeat."""
    return command.arguments[0] == "train" and (out / RECORD).exists()


def _check_what_is_left(out: Path) -> bool:
    """Read everything that a kill has left behind; whether there is something to go on from."""
    for file in out.rglob("*.json"):
        if ".physembed-tmp" not in str(file):
            json.loads(file.read_text("utf-8"))
    for file in out.rglob("config.json"):
        if ".physembed-tmp" not in str(file) and is_model_folder(file.parent):
            pe.load(file.parent)
    left = [
        *out.glob("unfinished/*"),
        *out.rglob("record.json"),
        *(out / name for name in RESULTS if (out / name).exists()),
    ]
    return any(file.name != ".lock" for file in left)
