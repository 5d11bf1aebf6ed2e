"""The folder of a single run: claimed by one process, resumable, replaced as a whole."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from physembed._files import one_writer, put_back, remove_temporaries, remove_temporaries_of
from physembed.errors import RunFolderError

UNFINISHED = "unfinished"
"""What a run that has not come to its end keeps in its folder; the same command goes on from it."""
_LOCK = ".lock"


def check_run_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that a new run would overwrite without being told to, or must not."""
    from physembed.estimators.model_files import is_model_folder

    put_back(folder)
    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; --out must be a folder.")
    if not folder.is_dir() or {path.name for path in folder.iterdir()} <= {UNFINISHED}:
        return
    if not is_model_folder(folder):
        raise RunFolderError(
            f"{folder} is not empty and not a run folder, so it is left alone. "
            "Choose another --out."
        )
    if not overwrite:
        raise RunFolderError(
            f"{folder} holds a run already. Choose another --out, or pass --overwrite to replace "
            "it."
        )


@contextmanager
def claimed_for_a_run(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Claim a folder for one run while the block runs.

    Yields
    ------
    Path
        A folder inside, in which the training is kept while it is unfinished. It stays where
        the block ends before the training does, and goes where nothing is in it.

    Raises
    ------
    RunFolderError
        If another process is at work there, the folder cannot be written, or is in the way.
    """
    kept = folder / UNFINISHED
    is_new = not folder.exists()
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunFolderError(f"{folder} cannot be written: {error.strerror or error}.") from error
    busy = f"another physembed is at work in {folder}; wait for it, or choose another --out."
    with one_writer(kept / _LOCK, busy):
        # it may have been finished while this process came here
        check_run_folder(folder, overwrite=overwrite)
        remove_temporaries_of(folder)
        remove_temporaries(kept)
        try:
            yield kept
        finally:
            if kept.is_dir() and not has_begun(folder):
                shutil.rmtree(kept, ignore_errors=True)
                if is_new:
                    with suppress(OSError):
                        folder.rmdir()


def has_begun(folder: Path) -> bool:
    """Whether a training that has not come to its end is kept in a run folder."""
    kept = folder / UNFINISHED
    # hidden are the lock, and what a killed process was about to write
    return kept.is_dir() and any(not path.name.startswith(".") for path in kept.iterdir())
