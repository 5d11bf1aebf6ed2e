"""Programs of C on this machine: compiled without a warning, and run on cases."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physembed.deploy.c.header import Source
from physembed.deploy.c.template import fragment
from physembed.errors import PhysembedError

STRICT = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-Wdouble-promotion", "-pedantic")
"""What every program of ours is compiled with; a warning is an error."""


class CompilationError(PhysembedError):
    """A compiler refused what was written for it."""


def compiler() -> str | None:
    """The path of the machine's own compiler of C, or None."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def compiled(command: list[str], folder: Path) -> None:
    """Run a compiler in a folder.

    Raises
    ------
    CompilationError
        With what the compiler said.
    """
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompilationError(f"{command[0]} refused the program: {done.stderr.strip()[:2000]}")


class HostProgram:
    """A program of C, compiled for this machine in a folder of its own.

    Parameters
    ----------
    source : Source
    options : tuple of str, default=STRICT
        Of the compiler.
    """

    def __init__(self, source: Source, options: tuple[str, ...] = STRICT) -> None:
        self.source = source
        path = compiler()
        if path is None:
            raise CompilationError("there is no compiler of C on this machine (cc, gcc or clang).")
        self._folder = tempfile.TemporaryDirectory(prefix="physembed-")
        folder = Path(self._folder.name)
        names = {
            "NAME": source.name,
            "UPPER": source.name.upper(),
            "SAMPLE": source.sampling.c_type,
            "SCORE": source.score_type,
        }
        (folder / f"{source.name}.h").write_text(source.header, "utf-8")
        (folder / f"{source.name}.c").write_text(source.body, "utf-8")
        (folder / "run.c").write_text(fragment("run", (), names), "utf-8")
        compiled([path, *options, "-o", "run", f"{source.name}.c", "run.c", "-lm"], folder)
        self._program = folder / "run"

    def __call__(self, x: ArrayLike) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Classes (cases,), or negative numbers, and scores (cases, scores) of series.

        Scores are of single precision, or whole where the program is.
        """
        cases = np.ascontiguousarray(x, dtype=self.source.sampling.number)
        done = subprocess.run(
            [str(self._program)], input=cases.tobytes(), capture_output=True, check=True
        )
        rows = np.frombuffer(
            done.stdout, dtype=np.int32 if self.source.unit else np.float32
        ).reshape(len(cases), -1)
        return rows[:, 0].astype(np.int64), rows[:, 1:].copy()
