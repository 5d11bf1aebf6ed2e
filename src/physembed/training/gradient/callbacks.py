"""What is recorded, kept, checked and shown at the end of every epoch."""

import copy
import math
import time
import warnings
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import EarlyStopping
from rich.progress import MofNCompleteColumn, TextColumn
from torch import Tensor, nn

from physembed.errors import DivergenceError, PhysembedWarning
from physembed.networks import SeriesNetwork
from physembed.training.history import Record
from physembed.training.progress import training_bar

METRICS = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
READOUT = "a weight of the readout"


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

    def state_dict(self) -> dict[str, Any]:
        return {"records": self.records}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.records[:] = state_dict["records"]


class ProgressBar(pl.Callback):
    """One rich bar on standard error for the whole training; nothing where it is not a terminal."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.progress = training_bar("training", MofNCompleteColumn(), TextColumn("epochs"))

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.progress.disable = not trainer.is_global_zero
        self.progress.start()
        self.task = self.progress.add_task("training", total=trainer.max_epochs, metrics="")

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        record = self.history.records[-1]
        metrics = f"loss {record['train_loss']:.3f}"
        if record["validation_accuracy"] == record["validation_accuracy"]:
            metrics += f"  validation accuracy {record['validation_accuracy']:.1%}"
        self.progress.update(self.task, advance=1, metrics=metrics)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.progress.stop()

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        self.progress.stop()


class FiniteLoss(pl.Callback):
    """Stops with a named coefficient as soon as the loss is no longer finite.

    The weights at the end of the last epoch in which everything was finite are kept in memory.
    """

    def __init__(self, network: SeriesNetwork) -> None:
        self.network = network
        self.good: dict[str, Tensor] | None = None
        self.epoch = 0
        self._looked = False

    def on_before_backward(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, loss: Tensor
    ) -> None:
        # all processes must leave together: the others would wait for one that left alone
        is_finite = trainer.strategy.reduce_boolean_decision(bool(torch.isfinite(loss)))
        # a step later every coefficient would be as lost as the one that began it
        if not is_finite:
            raise divergence(self.network, float(loss.detach()), trainer.current_epoch + 1)

    def on_before_optimizer_step(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, optimizer: torch.optim.Optimizer
    ) -> None:
        if not self._looked:
            self._looked = True
            warn_of_numbers_without_a_slope(self.network)
        slopes = [p.grad for p in self.network.parameters() if p.grad is not None]
        if not all(bool(torch.isfinite(slope).all()) for slope in slopes):
            raise divergence(self.network, math.nan, trainer.current_epoch + 1, what="gradient")

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        weights = self.network.state_dict()
        if all(bool(torch.isfinite(value).all()) for value in weights.values()):
            self.good = copy.deepcopy(weights)
            self.epoch = trainer.current_epoch + 1

    def state_dict(self) -> dict[str, Any]:
        return {"good": self.good, "epoch": self.epoch}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.good, self.epoch = state_dict["good"], state_dict["epoch"]


def warn_of_numbers_without_a_slope(network: SeriesNetwork) -> None:
    """Say which physical parameters nothing detected depends on, after a backward pass."""
    physical = {id(p) for p in network.embedding_parameters() if p.requires_grad}
    still = [
        name
        for name, p in network.named_parameters()
        if id(p) in physical and (p.grad is None or not bool(p.grad.any()))
    ]
    if still:
        warnings.warn(
            f"the gradient of {', '.join(still)} is zero, so that it stays as it is: nothing "
            "detected depends on it there, or it stands before a hard comparator, which has no "
            "slope until it has a width, such as 0.1.",
            PhysembedWarning,
            stacklevel=2,
        )


def divergence(
    network: SeriesNetwork, value: float, epoch: int, *, what: str = "loss"
) -> DivergenceError:
    """What to say where the loss, or its gradient, is no longer finite.

    What is not finite is named, or else the largest number there is: coefficients in natural units,
    and the weights of the readout.
    """
    numbers = network.coefficients()
    before = _largest(network.embedding_parameters())
    if not numbers or (not math.isfinite(before) and all(map(math.isfinite, numbers.values()))):
        numbers |= {"a weight before the readout": before}
    numbers |= {READOUT: _largest(network.readout_parameters())}
    lost = [name for name, number in numbers.items() if not math.isfinite(number)]
    largest = max(numbers, key=lambda name: abs(numbers[name]))
    named = (
        f"{', '.join(lost)} diverged"
        if lost
        else f"the largest number is {largest} = {numbers[largest]:.3g}"
    )
    in_readout = (lost or [largest]) == [READOUT]
    lower = "head_rate or physics_rate" if in_readout else "physics_rate or head_rate"
    return DivergenceError(
        f"the {what} became {value} in epoch {epoch}; {named}. Lower {lower}.", rescued=None
    )


def _largest(parameters: list[nn.Parameter]) -> float:
    """The number of largest magnitude, NaN where there is one, 0 where there are none."""
    flat = torch.cat([torch.zeros(1), *(p.detach().cpu().flatten() for p in parameters)])
    return float(flat[flat.abs().argmax()])


class Patience(EarlyStopping):
    """Lightning's, under a name of its own, so that a user's may stand beside it."""


class BestWeights(pl.Callback):
    """Keeps a copy of the weights of the lowest validation loss in memory."""

    def __init__(self, network: SeriesNetwork) -> None:
        self.network = network
        self.lowest = math.inf
        self.weights: dict[str, Tensor] | None = None
        self.epoch = 0

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        loss = float(trainer.callback_metrics["validation_loss"])
        if loss < self.lowest:
            self.lowest = loss
            self.weights = copy.deepcopy(self.network.state_dict())
            self.epoch = trainer.current_epoch + 1

    def state_dict(self) -> dict[str, Any]:
        return {"lowest": self.lowest, "weights": self.weights, "epoch": self.epoch}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.lowest, self.weights = state_dict["lowest"], state_dict["weights"]
        self.epoch = state_dict["epoch"]

    def restore(self) -> None:
        """Put the kept weights back into the network, if any were kept."""
        if self.weights is not None:
            self.network.load_state_dict(self.weights)
