"""What every estimator can be told beside its model."""

import copy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.utils import check_random_state

from physembed._checks import check_integer, is_integer
from physembed._devices import TRAINING_DEVICES, is_gpu_lost_by_forking
from physembed.errors import InvalidInputError, PhysembedWarning

SPAWN = (
    "start such processes by the method 'spawn', as multiprocessing.get_context('spawn') does, or "
    "a DataLoader's multiprocessing_context"
)


def device_of(device: object) -> str:
    """Where to compute, as asked for; "auto" is left open where there is a GPU, else the CPU.

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
    is_lost = is_gpu_lost_by_forking()
    if device == "cuda" and is_lost:
        raise InvalidInputError(
            "device must be 'cpu' or 'auto' in a process that was forked after a GPU was used, got "
            f"'cuda'; {SPAWN}."
        )
    if device == "cuda" and not torch.cuda.is_available():
        from physembed.propagation.self_check import why_no_gpu

        raise InvalidInputError(
            "device is 'cuda', but torch sees no CUDA device; choose 'auto' or 'cpu' "
            f"({why_no_gpu()})."
        )
    if device == "auto" and is_lost:
        warnings.warn(
            f"device='auto' is the CPU in a process that was forked after a GPU was used; {SPAWN}.",
            PhysembedWarning,
            stacklevel=2,
        )
        return "cpu"
    if device == "auto":
        return "auto" if torch.cuda.is_available() else "cpu"
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


def check_what_changes_no_result(n_jobs: Any, verbose: object) -> None:
    """Refuse what is no number of threads, and no degree of talkativeness.

    Raises
    ------
    InvalidInputError
    """
    check_integer("n_jobs", n_jobs, least=1, also=-1, optional=True)
    if not isinstance(verbose, (bool, np.bool_)):
        check_integer("verbose", verbose, least=0)


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
