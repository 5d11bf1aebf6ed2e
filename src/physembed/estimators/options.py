"""What every estimator can be told beside its model: names, meanings and checks."""

import copy
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sklearn.utils import check_random_state

from physembed._checks import is_integer
from physembed.errors import InvalidInputError, PhysembedWarning
from physembed.training.method import Settings, without_effect

if TYPE_CHECKING:
    from physembed.estimators.series_estimator import SeriesEstimator

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
OF_GRADIENT_TRAINING = ("early_stopping", "callbacks")
"""Further constructor arguments that only gradient training knows."""
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


def warn_of_idle_options(estimator: "SeriesEstimator", settings: Settings) -> None:
    """Say which options that were asked for change nothing in this way of training."""
    asked = {name: getattr(estimator, name) for name in (*OVERRIDES, *OF_GRADIENT_TRAINING)}
    # False is no early stopping, and an empty list no callback
    given = [n for n, v in asked.items() if (v if n in OF_GRADIENT_TRAINING else v is not None)]
    idle, reason = without_effect(settings, given)
    if idle:
        told = ", ".join(f"{name}={asked[name]!r}" for name in idle)
        warnings.warn(f"without effect: {told}; {reason}.", PhysembedWarning, stacklevel=2)


def check_threads(n_threads: object) -> None:
    """Refuse what is no number of threads.

    Raises
    ------
    InvalidInputError
    """
    if n_threads is not None and (not is_integer(n_threads) or n_threads < 1):
        raise InvalidInputError(f"n_threads must be a positive integer or None, got {n_threads!r}.")


def check_verbose(verbose: object) -> None:
    """Refuse what is no degree of talkativeness.

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(verbose, (int, np.integer, np.bool_)):
        raise InvalidInputError(f"verbose must be 0, 1 or a boolean, got {verbose!r}.")


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
