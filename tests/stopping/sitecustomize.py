"""Signals a process the moment that files are there, seen from within the processes that make them.

Python imports this module at its start where its folder is on PYTHONPATH, in the process that a
test starts as in the workers of that process. Whoever looked from outside would come too late
whenever the machine is busy. The order stands in the environment, see ``stopping`` in conftest.py
and ``faults/kills.py``.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ORDER, FIRST = "PHYSEMBED_TEST_STOP", "PHYSEMBED_TEST_FIRST_PROCESS"


def obey(order: dict[str, Any]) -> None:
    """Look whenever a file is opened or renamed."""
    os.environ.setdefault(FIRST, str(os.getpid()))
    looking = done = False

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal looking, done
        # looking is reported, too
        if looking or done or event not in ("open", "os.rename"):
            return
        looking = True
        try:
            if _are_there(order) and _is_meant(order):
                done = True
                _give(order)
        finally:
            looking = False

    sys.addaudithook(look)


def _are_there(order: dict[str, Any]) -> bool:
    try:
        return len(list(Path(order["folder"]).glob(order["files"]))) >= order["at_least"]
    except OSError:  # a folder goes away while it is read
        return False


def _is_meant(order: dict[str, Any]) -> bool:
    command_line = Path("/proc/self/cmdline").read_bytes().decode()
    return order["process"] is None or command_line.startswith(order["process"])


def _give(order: dict[str, Any]) -> None:
    """Send the signal, if no other process has sent it."""
    try:
        Path(order["given"]).touch(exist_ok=False)
    except FileExistsError:
        return
    first = int(os.environ[FIRST])
    os.kill(first if order["process"] is None else os.getpid(), order["signal"])


def count(order: dict[str, Any]) -> None:
    """Count what any process does to a folder, and kill the first process at a number."""
    os.environ.setdefault(FIRST, str(os.getpid()))
    events = ("open", "os.rename", "os.remove")

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in events or not any(_lies_in(order["folder"], p) for p in arguments[:2]):
            return
        with Path(order["counted"]).open("ab") as stream:
            stream.write(b".")
            stream.flush()
            if stream.tell() == order["at"]:
                os.kill(int(os.environ[FIRST]), signal.SIGKILL)

    sys.addaudithook(look)


def _lies_in(folder: str, path: object) -> bool:
    """Whether a file is in the folder, or beside it on its way there."""
    return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(folder)


if ORDER in os.environ:
    given = json.loads(os.environ[ORDER])
    (count if "counted" in given else obey)(given)
