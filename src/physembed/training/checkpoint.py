"""A training on disk while it runs: one file, from which it goes on to the same end.

The file is an archive of torch's, read as plain tensors and numbers (``weights_only``): nothing in
it is executed.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from physembed._files import check_writable, file_replaced_atomically
from physembed.errors import RunFolderError

SECONDS_BETWEEN = 2.0
"""At least so much time lies between two writings."""


class Checkpoint:
    """Where a training is kept while it runs.

    Parameters
    ----------
    file : Path
        Its name is to tell this training from every other.

    Raises
    ------
    RunFolderError
        If it cannot be written.
    """

    def __init__(self, file: Path) -> None:
        check_writable(file)
        self.file = file
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

    def read(self, check: Callable[[Any], object], device: str = "cpu") -> Any:
        """What the file holds, None where there is none.

        Parameters
        ----------
        check : callable
            Given what was read, raises whatever where it is not what is to be gone on with.
        device : str, default="cpu"
            Where tensors are put.

        Raises
        ------
        RunFolderError
        """
        if not self.file.exists():
            return None
        try:
            content = torch.load(self.file, weights_only=True, map_location=device)
            check(content)
        except RunFolderError:
            raise
        except Exception as error:
            # what a damaged archive raises is torch's own affair, and of many kinds
            raise RunFolderError(
                f"{self.file} is no training that can be gone on with ({_first_line(error)}); "
                "remove it, or name another checkpoint_dir."
            ) from error
        return content

    def remove(self) -> None:
        """The training is at its end."""
        self.file.unlink(missing_ok=True)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
