"""Commands and scripts in processes of their own, which are not kept waiting by their imports.

An interpreter that begins anew imports for longer than most tests have to do. Here a process
that has imported everything, and has run nothing and holds no thread, is forked for each command;
the fork has an environment, a working folder, standard output and error of its own, gets signals
as any process, and starts its workers as new interpreters. How the program begins is tested where
it does begin anew (``cli/test_program.py``, ``test_import.py``).
"""

import atexit
import multiprocessing
import os
import pkgutil
import runpy
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import physembed

STOPPING = Path(__file__).parent / "stopping" / "sitecustomize.py"
HEAVY = ("torch", "sklearn.linear_model", "aeon.classification", "lightning.pytorch")
DRAWING = ("matplotlib.pyplot", "plotly.graph_objects")
OWN = [module.name for module in pkgutil.walk_packages(physembed.__path__, "physembed.")]

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([*HEAVY, *DRAWING, *OWN])


class Process:
    """A function at work in a fork.

    Parameters
    ----------
    function : callable
    *arguments : object
    environment : mapping of str to str
    folder : Path, default=Path()
        Where it works.
    """

    def __init__(
        self,
        function: Callable[..., object],
        *arguments: object,
        environment: Mapping[str, str],
        folder: Path = Path(),
    ) -> None:
        pipes = [_FORKS.Pipe(duplex=False) for _ in ("standard output", "standard error")]
        self._ends = [reading for reading, _ in pipes]
        writing = [end for _, end in pipes]
        self._process: Any = _FORKS.Process(
            target=_work, args=(function, arguments, dict(environment), folder.resolve(), writing)
        )
        self._process.start()
        for end in writing:
            end.close()

    def end(self) -> "CompletedProcess[str]":
        """What it said and its code, once it and all that it has started have ended."""
        with ThreadPoolExecutor(len(self._ends)) as readers:
            output, errors = readers.map(_read, self._ends)
        self._process.join()
        return CompletedProcess([], self._process.exitcode, output, errors)


def start(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Process:
    """The command line at work."""
    return Process(command, *arguments, environment=environment)


def run_script(
    file: Path, *arguments: object, folder: Path, environment: Mapping[str, str] = os.environ
) -> Process:
    """A script at work in a folder."""
    return Process(_script, file, *arguments, environment=environment, folder=folder)


def _read(end: Connection) -> str:
    with os.fdopen(os.dup(end.fileno()), encoding="utf-8", errors="replace") as stream:
        return stream.read()


def _work(
    function: Callable[..., object],
    arguments: tuple[object, ...],
    environment: dict[str, str],
    folder: Path,
    writing: list[Connection],
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, end in enumerate(writing, start=1):
        os.dup2(end.fileno(), descriptor)
        end.close()
    # what Python does for an interpreter that begins with this environment, and at its end
    runpy.run_path(str(STOPPING))
    code = _code_of(function, arguments)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _code_of(function: Callable[..., object], arguments: tuple[object, ...]) -> int:
    try:
        function(*arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def command(*arguments: str) -> None:
    """The command line in this process."""
    from physembed.cli import main

    sys.argv = ["physembed", *arguments]
    main()


def _script(file: Path, *arguments: object) -> None:
    sys.argv = [str(file), *map(str, arguments)]
    runpy.run_path(str(file), run_name="__main__")
