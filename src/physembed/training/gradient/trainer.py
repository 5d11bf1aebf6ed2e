"""Lightning's Trainer, without the files and the words that nobody asked for."""

import logging
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import lightning.pytorch as pl
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Checkpoint, ProgressBar

from physembed.errors import InvalidInputError
from physembed.training.gradient.settings import TrainingSettings


def quiet_trainer(
    settings: TrainingSettings,
    n_epochs: int,
    device: str,
    callbacks: list[pl.Callback],
    *,
    processes: int = 1,
    nodes: int = 1,
) -> pl.Trainer:
    """A trainer that clips gradients as the settings say, and of itself writes nothing.

    Several processes hold a copy of the network each and average their gradients; they share out
    the batches themselves (:class:`~physembed.training.gradient.shares.Share`).

    Raises
    ------
    InvalidInputError
        If the callbacks do not go together, or the device is absent.
    """
    loggers = [logging.getLogger(name) for name in ("lightning.pytorch", "lightning.fabric")]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        return pl.Trainer(
            accelerator=device,
            devices=processes,
            num_nodes=nodes,
            strategy="ddp" if processes * nodes > 1 else "auto",
            use_distributed_sampler=False,
            max_epochs=n_epochs,
            gradient_clip_val=settings.gradient_clip,
            callbacks=callbacks,
            logger=False,
            enable_checkpointing=any(isinstance(one, Checkpoint) for one in callbacks),
            enable_progress_bar=any(isinstance(one, ProgressBar) for one in callbacks),
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
    except (MisconfigurationException, RuntimeError) as error:
        raise InvalidInputError(f"callbacks or device cannot be trained with: {error}") from error


def run_to_the_end(trainer: pl.Trainer, *arguments: Any, **options: Any) -> None:
    """``trainer.fit``, in which Ctrl-C is the KeyboardInterrupt that it is elsewhere.

    Lightning makes an exit of it, which no ``except`` of a notebook or a server expects, and leaves
    the process deaf to the next one.
    """
    handler = signal.getsignal(signal.SIGINT)
    try:
        with _known_warnings_are_silent():
            trainer.fit(*arguments, **options)
    except SystemExit as error:
        if not isinstance(error.__context__, KeyboardInterrupt):
            raise
        signal.signal(signal.SIGINT, handler)
        raise KeyboardInterrupt from error.__context__


@contextmanager
def _known_warnings_are_silent() -> Iterator[None]:
    """Without Lightning's warnings about what is meant to be so."""
    with warnings.catch_warnings():
        # the data lie in memory: workers would only copy them
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        warnings.filterwarnings("ignore", message=".*val_dataloader.*")
        # Lightning against the newest torch; nothing that a user could act on
        warnings.filterwarnings("ignore", message=".*isinstance.treespec, LeafSpec.*")
        yield
