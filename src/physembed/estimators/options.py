"""What every estimator can be told beside its model: names, meanings and checks."""

from pathlib import Path

import numpy as np
import torch
from sklearn.utils import check_random_state

from physembed._checks import is_integer
from physembed.errors import InvalidInputError

DEVICES = ("auto", "cpu", "cuda")
PATIENCE = 10
"""Epochs without a lower validation loss after which ``early_stopping=True`` stops."""
OVERRIDES = (
    "max_epochs",
    "batch_size",
    "physics_rate",
    "head_rate",
    "weight_decay",
    "validation_fraction",
    "keep",
)
"""Constructor arguments that replace a training setting of the model where not None."""
NOT_SETTINGS = (
    "training",
    "early_stopping",
    "device",
    "n_threads",
    "verbose",
    "callbacks",
    "random_state",
    "checkpoint_dir",
    *OVERRIDES,
)
"""Constructor arguments that are told otherwise among the settings, or change no result."""


def patience(early_stopping: object) -> int | None:
    """Epochs without a lower validation loss after which to stop; None is never.

    Raises
    ------
    InvalidInputError
    """
    if early_stopping is None or isinstance(early_stopping, (bool, np.bool_)):
        return PATIENCE if early_stopping else None
    if not is_integer(early_stopping) or early_stopping < 1:
        raise InvalidInputError(
            f"early_stopping must be True, False, None or a positive number of epochs, got "
            f"{early_stopping!r}."
        )
    return int(early_stopping)


def check_device(device: object) -> None:
    """Refuse the name of no device.

    Raises
    ------
    InvalidInputError
    """
    if device not in DEVICES:
        raise InvalidInputError(
            f"device must be one of {', '.join(DEVICES)}, got {device!r} "
            "(Apple's mps has no float64, in which phases are computed)."
        )


def check_threads(n_threads: object) -> None:
    """Refuse what is no number of threads.

    Raises
    ------
    InvalidInputError
    """
    if n_threads is not None and (not is_integer(n_threads) or n_threads < 1):
        raise InvalidInputError(f"n_threads must be a positive integer or None, got {n_threads!r}.")


def check_checkpoint_dir(checkpoint_dir: str | Path | None, random_state: object) -> None:
    """Refuse a folder of checkpoints where no fit could be told from another.

    Raises
    ------
    InvalidInputError
    """
    if checkpoint_dir is not None and not is_integer(random_state):
        raise InvalidInputError(
            "checkpoint_dir needs random_state to be an integer, since an interrupted fit is "
            f"recognised by it; got random_state={random_state!r}."
        )


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


def accelerator(device: str) -> str:
    """What "auto" stands for: CUDA where there is one, else the CPU.

    Raises
    ------
    InvalidInputError
        If CUDA is asked for and there is none.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise InvalidInputError(
            "device is 'cuda', but torch sees no CUDA device; choose 'auto' or 'cpu'."
        )
    if device != "auto":
        return device
    return "cuda" if torch.cuda.is_available() else "cpu"
