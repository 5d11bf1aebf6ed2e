"""A gradient training on disk, from which it goes on to the same end.

The file is Lightning's own checkpoint: weights, optimiser, schedule, the state of every callback.
It is read as plain tensors and numbers (``weights_only``); nothing in it is executed.
"""

import time
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Checkpoint

from physembed._files import check_writable, file_replaced_atomically
from physembed.errors import RunFolderError

SECONDS_BETWEEN = 2.0
"""At least so much time lies between two writings."""


class TrainingCheckpoint(Checkpoint):
    """Writes a training to a file at the end of epochs, with the state of its random numbers.

    To be the last of the callbacks, so that it finds what the others did with the epoch; being a
    checkpoint to Lightning, it stays behind a user's.

    Parameters
    ----------
    file : Path
        Its name is to tell this training from every other.
    shuffling : torch.Generator
        Of the order of batches.
    """

    def __init__(self, file: Path, shuffling: torch.Generator) -> None:
        check_writable(file)
        self.file = file
        self.shuffling = shuffling
        self._written = time.monotonic()

    def to_resume_from(self) -> Path | None:
        """The file, if there is one.

        Raises
        ------
        RunFolderError
            If it cannot be read.
        """
        if not self.file.exists():
            return None
        try:
            found = torch.load(self.file, weights_only=True, map_location="cpu")
            found["callbacks"]["TrainingCheckpoint"]["shuffling"]
        except Exception as error:
            # what a damaged archive raises is torch's own affair, and of many kinds
            raise RunFolderError(
                f"{self.file} is no training that can be gone on with ({_first_line(error)}); "
                "remove it, or name another checkpoint_dir."
            ) from error
        return self.file

    @property
    def state_key(self) -> str:
        return "TrainingCheckpoint"

    def state_dict(self) -> dict[str, Any]:
        on_gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
        return {
            "shuffling": self.shuffling.get_state(),
            "random": torch.get_rng_state(),
            "random_on_gpus": on_gpus,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.shuffling.set_state(state_dict["shuffling"].cpu())
        torch.set_rng_state(state_dict["random"].cpu())
        if state_dict["random_on_gpus"]:
            torch.cuda.set_rng_state_all([state.cpu() for state in state_dict["random_on_gpus"]])

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        is_due = time.monotonic() - self._written >= SECONDS_BETWEEN
        if not trainer.strategy.broadcast(is_due):
            return
        if trainer.is_global_zero:
            with file_replaced_atomically(self.file) as temporary:
                trainer.save_checkpoint(temporary)
        else:
            trainer.save_checkpoint(self.file)  # takes part, and writes nothing
        self._written = time.monotonic()

    def remove(self) -> None:
        """The training is at its end."""
        self.file.unlink(missing_ok=True)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
