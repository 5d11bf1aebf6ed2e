"""Signals a process the moment that files are there, seen from within the processes that make them.

Python imports this module at its start where its folder is on PYTHONPATH, in the process that a
test starts as in the workers of that process. Whoever looked from outside would come too late
whenever the machine is busy. The order stands in the environment, see ``stopping`` in conftest.py.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

ORDER, FIRST = "PHYSEMBED_TEST_STOP", "PHYSEMBED_TEST_FIRST_PROCESS"


def obey(order: dict[str, Any]) -> None:
    """Look at whatever the interpreter reports: an import, a file that is opened or renamed."""
    os.environ.setdefault(FIRST, str(os.getpid()))
    looking = done = False

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal looking, done
        # looking is reported, too
        if looking or done:
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


if ORDER in os.environ:
    obey(json.loads(os.environ[ORDER]))
