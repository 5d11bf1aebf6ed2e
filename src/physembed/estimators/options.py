"""What every estimator can be told beside its model, and what it says where memory is short."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.utils import check_random_state

from physembed._checks import check_integer, is_integer
from physembed._devices import TRAINING_DEVICES
from physembed.errors import InvalidInputError, OutOfMemoryError


def device_of(device: object) -> str:
    """Where to compute: what "auto" stands for is CUDA where there is one, else the CPU.

    Raises
    ------
    InvalidInputError
        If it is the name of no device, or CUDA is asked for and there is none.
    """
    if device not in TRAINING_DEVICES:
        raise InvalidInputError(
            f"device must be one of {', '.join(TRAINING_DEVICES)}, got {device!r} "
            "(Apple's mps has no float64, in which phases are computed)."
        )
    if device == "cuda" and not torch.cuda.is_available():
        raise InvalidInputError(
            "device is 'cuda', but torch sees no CUDA device; choose 'auto' or 'cpu'."
        )
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return str(device)


def copied_callbacks(callbacks: object) -> list[Any]:
    """Copies of what is called back, since its state is that of one fit.

    Raises
    ------
    InvalidInputError
        If they are no callbacks of Lightning's.
    """
    if callbacks is None or (isinstance(callbacks, (list, tuple)) and not callbacks):
        return []
    from lightning.pytorch import Callback

    if isinstance(callbacks, Callback):
        raise InvalidInputError(
            f"callbacks must be a list, got {callbacks!r} alone; write callbacks=[...]."
        )
    if not isinstance(callbacks, (list, tuple)):
        raise InvalidInputError(
            "callbacks must be a list of objects of lightning.pytorch.Callback, or None, got "
            f"{callbacks!r}."
        )
    for place, callback in enumerate(callbacks):
        if not isinstance(callback, Callback):
            raise InvalidInputError(
                f"callbacks[{place}] must be an object of lightning.pytorch.Callback, got "
                f"{callback!r}."
            )
    return copy.deepcopy(list(callbacks))


def check_what_changes_no_result(n_threads: object, verbose: object) -> None:
    """Refuse what is no number of threads, and no degree of talkativeness.

    Raises
    ------
    InvalidInputError
    """
    check_integer("n_threads", n_threads, least=1, optional=True)
    if not isinstance(verbose, (int, np.integer, np.bool_)):
        raise InvalidInputError(f"verbose must be 0, 1 or a boolean, got {verbose!r}.")


def checkpoints_in(checkpoint_dir: str | Path | None, random_state: object) -> Path | None:
    """The folder of checkpoints, if there is one.

    Raises
    ------
    InvalidInputError
        If no fit could be told from another there.
    """
    if checkpoint_dir is None:
        return None
    if not is_integer(random_state):
        raise InvalidInputError(
            "checkpoint_dir needs random_state to be an integer, since an interrupted fit is "
            f"recognised by it; got random_state={random_state!r}."
        )
    return Path(checkpoint_dir)


def seed_of(random_state: int | np.random.RandomState | None) -> int:
    """A seed drawn from scikit-learn's ``random_state``.

    Raises
    ------
    InvalidInputError
    """
    try:
        generator = check_random_state(random_state)
    except ValueError as error:
        raise InvalidInputError(f"random_state: {error}.") from error
    return int(generator.randint(np.iinfo(np.int32).max))


@contextmanager
def memory_errors_advise(advice: Callable[[], str]) -> Iterator[None]:
    """Turn the memory errors of numpy and torch into one of ours.

    Parameters
    ----------
    advice : callable
        Gives what to do about it, a sentence without its full stop.

    Raises
    ------
    OutOfMemoryError
    """
    try:
        yield
    except OutOfMemoryError:
        raise
    except (MemoryError, RuntimeError) as error:
        if not _is_out_of_memory(error):
            raise
        told = str(error) or type(error).__name__
        raise OutOfMemoryError(f"the memory is not enough: {told}. {advice()}.") from error


def advice_for_cases(*, in_fit: bool) -> str:
    """What to do where the series themselves, or what is made of them, are too many."""
    return "Take fewer cases or shorter series" if in_fit else "Give fewer cases at a time"


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is that of numpy, of torch on the CPU, or of CUDA."""
    told = isinstance(error, (MemoryError, torch.OutOfMemoryError))
    return told or "can't allocate memory" in str(error) or "not enough memory" in str(error)
