"""A gradient training in a checkpoint: weights, optimiser, schedule, the state of every callback.

It is Lightning's own checkpoint, with the state of the random numbers beside it.
"""

from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Checkpoint as LightningCheckpoint

from physembed._checkpoint import Checkpoint


class TrainingCheckpoint(LightningCheckpoint):
    """Writes a training to a file at the end of epochs.

    To be the last of the callbacks, so that it finds what the others did with the epoch; being a
    checkpoint to Lightning, it stays behind a user's.

    Parameters
    ----------
    file : Path
    shuffling : torch.Generator
        Of the order of batches.
    """

    def __init__(self, file: Path, shuffling: torch.Generator) -> None:
        self.checkpoint = Checkpoint(file)
        self.shuffling = shuffling

    def to_resume_from(self) -> Path | None:
        """The file, if there is one.

        Raises
        ------
        RunFolderError
            If it cannot be read.
        """
        content = self.checkpoint.read(lambda data: data["callbacks"][self.state_key]["shuffling"])
        return None if content is None else self.checkpoint.file

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
        # all processes write in the same epochs
        if not trainer.strategy.broadcast(self.checkpoint.is_due()):
            return
        if trainer.is_global_zero:
            self.checkpoint.write(trainer.save_checkpoint)
        else:
            trainer.save_checkpoint(self.checkpoint.file)  # takes part, and writes nothing
            self.checkpoint.was_written()

    def remove(self) -> None:
        """The training is at its end."""
        self.checkpoint.remove()
