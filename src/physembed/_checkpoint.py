"""A training on disk while it runs: one file, from which it goes on to the same end.

The file is an archive of torch's, read as plain tensors and numbers (``weights_only``), or what a
caller reads in its place: nothing in it is executed.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from physembed._files import check_writable, file_replaced_atomically
from physembed.errors import RunFolderError

SECONDS_BETWEEN = 2.0
"""At least so much time lies between two writings, where they come often."""


def read_archive(file: Path, device: str = "cpu") -> Any:
    """The tensors and numbers of an archive of torch's, tensors on a device."""
    return torch.load(file, weights_only=True, map_location=device)


class Checkpoint:
    """Where a training is kept while it runs.

    Parameters
    ----------
    file : Path
        Its name is to tell this training from every other, or ``check`` has to.
    argument : str, default="checkpoint_dir"
        What the user has named it, or its folder, by.

    Raises
    ------
    RunFolderError
        If it cannot be written.
    """

    def __init__(self, file: Path, *, argument: str = "checkpoint_dir") -> None:
        check_writable(file)
        self.file, self.argument = file, argument
        self._written = time.monotonic()

    def is_due(self) -> bool:
        """Whether the last writing is long enough ago."""
        return time.monotonic() - self._written >= SECONDS_BETWEEN

    def write(self, save: Callable[[Path], object]) -> None:
        """Replace the file in one step by what ``save`` writes to a path."""
        with file_replaced_atomically(self.file) as temporary:
            save(temporary)
        self.was_written()

    def was_written(self) -> None:
        """Count from now until the next writing is due."""
        self._written = time.monotonic()

    def read(
        self, check: Callable[[Any], object], load: Callable[[Path], Any] = read_archive
    ) -> Any:
        """What the file holds, None where there is none.

        Parameters
        ----------
        check : callable
            Given what was read, raises whatever where it is not what is to be gone on with.
        load : callable, default=read_archive
            Reads a path; it executes nothing.

        Raises
        ------
        RunFolderError
        """
        if not self.file.exists():
            return None
        try:
            content = load(self.file)
            check(content)
        except RunFolderError:
            raise
        except Exception as error:
            # what a damaged archive raises is its reader's own affair, and of many kinds
            raise RunFolderError(
                f"{self.file} is no training that can be gone on with ({_first_line(error)}); "
                f"remove it, or name another {self.argument}."
            ) from error
        return content

    def remove(self) -> None:
        """The training is at its end."""
        self.file.unlink(missing_ok=True)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
