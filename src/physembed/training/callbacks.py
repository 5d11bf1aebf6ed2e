"""What is recorded, kept and checked at the end of every epoch."""

import copy
import math
import time
from typing import Any

import lightning.pytorch as pl
from torch import Tensor

from physembed.errors import TrainingError
from physembed.networks import SeriesNetwork
from physembed.training.settings import Record

METRICS = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


class History(pl.Callback):
    """One record per epoch: losses, accuracies, seconds, and every physical coefficient."""

    def __init__(self, network: SeriesNetwork) -> None:
        self.network = network
        self.records: list[Record] = []

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self._started = time.perf_counter()

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        record: Record = {"epoch": trainer.current_epoch + 1}
        for name in METRICS:
            value = trainer.callback_metrics.get(name)
            record[name] = math.nan if value is None else float(value)
        record["seconds"] = time.perf_counter() - self._started
        record |= self.network.coefficients()
        self.records.append(record)


class FiniteLoss(pl.Callback):
    """Stops with a named coefficient as soon as the loss is no longer finite."""

    def __init__(self, network: SeriesNetwork) -> None:
        self.network = network

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        if math.isfinite(float(outputs["loss"])):
            return
        raise divergence(self.network, float(outputs["loss"]), trainer.current_epoch + 1)


def divergence(network: SeriesNetwork, loss: float, epoch: int) -> TrainingError:
    """What to say where the loss is no longer finite."""
    coefficients = network.coefficients()
    lost = [name for name, value in coefficients.items() if not math.isfinite(value)]
    largest = max(coefficients, key=lambda name: abs(coefficients[name]), default=None)
    named = (
        f"{', '.join(lost)} diverged"
        if lost
        else f"the largest coefficient is {largest} = {coefficients[largest]:.3g}"
        if largest
        else "the network has no physical coefficient"
    )
    return TrainingError(
        f"the loss became {loss} in epoch {epoch}; {named}. Lower physics_rate or head_rate."
    )


class BestWeights(pl.Callback):
    """Keeps a copy of the weights of the lowest validation loss in memory."""

    def __init__(self, network: SeriesNetwork) -> None:
        self.network = network
        self.lowest = math.inf
        self.weights: dict[str, Tensor] | None = None

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        loss = float(trainer.callback_metrics["validation_loss"])
        if loss < self.lowest:
            self.lowest = loss
            self.weights = copy.deepcopy(self.network.state_dict())

    def restore(self) -> None:
        """Put the kept weights back into the network, if any were kept."""
        if self.weights is not None:
            self.network.load_state_dict(self.weights)
