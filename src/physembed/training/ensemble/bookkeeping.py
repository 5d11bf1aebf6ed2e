"""What is recorded, kept and checked for every member at the end of every epoch."""

import math
import time
from collections.abc import Sequence
from typing import Any

import lightning.pytorch as pl

from physembed.training.callbacks import divergence
from physembed.training.ensemble.classification import EnsembleClassification
from physembed.training.ensemble.member import Member
from physembed.training.settings import Record, TrainingSettings


class Bookkeeping(pl.Callback):
    """Histories, best weights, patience and divergence, each member for itself.

    Parameters
    ----------
    members : sequence of Member
    settings : TrainingSettings
    """

    def __init__(self, members: Sequence[Member], settings: TrainingSettings) -> None:
        self.members = members
        self.settings = settings
        self._validation: tuple[Sequence[float], Sequence[float]] | None = None

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._started = time.perf_counter()

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        losses = outputs["losses"].tolist()
        for number, (member, loss) in enumerate(zip(self.members, losses, strict=True)):
            if not member.ended and not math.isfinite(loss):
                self._write(pl_module, number)
                member.error = divergence(member.network, loss, trainer.current_epoch + 1)
                member.ended = True
        self._stop_with_the_last(trainer)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        networks = _ensemble(pl_module).networks
        self._validation = _ensemble(pl_module).validation_means.means()
        if self.settings.keep != "best":
            return
        for number, member in enumerate(self.members):
            loss = self._validation[0][number]
            if not member.ended and loss < member.lowest:
                member.lowest, member.kept = loss, networks.member_weights(number)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        train = _ensemble(pl_module).train_means.means()
        unknown = [math.nan] * len(self.members)
        validation = self._validation or (unknown, unknown)
        n_active = sum(not member.ended for member in self.members)
        seconds = time.perf_counter() - self._started
        patience = None if self._validation is None else self.settings.patience
        for number, member in enumerate(self.members):
            if member.ended:
                continue
            self._write(pl_module, number)
            record: Record = {
                "epoch": trainer.current_epoch + 1,
                "train_loss": train[0][number],
                "train_accuracy": train[1][number],
                "validation_loss": validation[0][number],
                "validation_accuracy": validation[1][number],
                "seconds": seconds / n_active,
            }
            member.history.append(record | member.network.coefficients())
            if patience is not None:
                member.ended = member.out_of_patience(validation[0][number], patience)
        self._stop_with_the_last(trainer)

    def _write(self, pl_module: pl.LightningModule, number: int) -> None:
        """The present weights of a member that has not ended, into its network."""
        networks = _ensemble(pl_module).networks
        networks.write(networks.member_weights(number), self.members[number].network)

    def _stop_with_the_last(self, trainer: pl.Trainer) -> None:
        if all(member.ended for member in self.members):
            trainer.should_stop = True


def _ensemble(pl_module: pl.LightningModule) -> EnsembleClassification:
    assert isinstance(pl_module, EnsembleClassification)
    return pl_module
