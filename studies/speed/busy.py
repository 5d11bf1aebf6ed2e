"""Small work on a busy machine: one command, alone and beside other processes at full load.

``python -m studies.speed --parts busy``. The command trains ``tiny`` on GunPoint with the threads
that a user gets who says nothing. It and the other processes are held to the same two cores, so
that what is said does not depend on how many the machine has; of rounds that alternate, the
shortest counts. With a process on every core, half of each is left, and no program could take less
than twice its time: threads that wait for each other at full speed took sixteen to thirty times.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from physembed._markdown import markdown_table
from physembed.training.environment import environment_record

ROUNDS = 3
COMMAND = "from physembed.cli import main; main()"
TRAIN = ("train", "GunPoint", "--model", "tiny", "--overwrite")
AT_FULL_LOAD = "while True: pass"
THREADS_SAID = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Variables by which a user says how many threads there are: here, nobody does."""


def busy_record(report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Seconds on the clock of the command beside so many processes as there are cores, and fewer.

    Raises
    ------
    RuntimeError
        Where this process may use one core alone: threads that wait show on two.
    """
    every_core = os.sched_getaffinity(0)
    cores = sorted(every_core)[:2]
    if len(cores) < 2:
        raise RuntimeError("the busy machine needs two cores.")
    seconds: dict[str, list[float]] = {str(n): [] for n in range(len(cores) + 1)}
    # which processes that are begun from here inherit
    os.sched_setaffinity(0, cores)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(ROUNDS):
                for n_others, times in seconds.items():
                    report(f"round {number + 1} beside {n_others} others")
                    with _others(int(n_others)):
                        times.append(_command(Path(folder) / "run"))
    finally:
        os.sched_setaffinity(0, every_core)
    return {
        "environment": environment_record(),
        "load": os.getloadavg()[0],
        "command": " ".join(("physembed", *TRAIN[:-1])),
        "cores": len(cores),
        "seconds": seconds,
    }


@contextmanager
def _others(n_others: int) -> Iterator[None]:
    """Processes that do nothing but compute, wherever on the cores they are put."""
    loads = [subprocess.Popen([sys.executable, "-c", AT_FULL_LOAD]) for _ in range(n_others)]
    try:
        yield
    finally:
        for load in loads:
            load.kill()
            load.wait()


def _command(run: Path) -> float:
    environment = {k: v for k, v in os.environ.items() if k not in THREADS_SAID}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMMAND, *TRAIN, "--out", str(run)],
        check=True,
        capture_output=True,
        env=environment,
    )
    return time.perf_counter() - started


def busy_table(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    shortest = {int(n): min(times) for n, times in record["seconds"].items()}
    beside = {0: "alone", 1: "beside one process at full load"}
    rows = [
        (
            beside.get(n_others, f"beside {n_others}, one for each core"),
            f"{seconds:.1f}",
            f"{seconds / shortest[0]:.2f}",
        )
        for n_others, seconds in shortest.items()
    ]
    lines = [
        markdown_table(("on two cores", "seconds on the clock", "times alone"), rows),
        "",
        f"`{record['command']}`, start-up included, shortest of {len(record['seconds']['0'])} "
        f"rounds, on {record['environment']['processor']}.",
    ]
    return "\n".join(lines)
