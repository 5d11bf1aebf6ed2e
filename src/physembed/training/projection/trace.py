"""The way that every start has gone, of which the winner's is told in the end."""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.history import Record
from physembed.training.projection.objective import Evaluation
from physembed.training.projection.starts import Searched, Values, take


@dataclass
class Trace:
    """Values, losses, accuracies and seconds of every step, for the starts that are left."""

    values: list[Values] = field(default_factory=list)
    losses: list[Tensor] = field(default_factory=list)
    accuracies: list[Tensor] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, values: Values, evaluation: Evaluation, seconds: float) -> None:
        """Note a step, with the values that its loss belongs to."""
        self.values.append({name: value.detach().clone() for name, value in values.items()})
        self.losses.append(evaluation.loss)
        self.accuracies.append(evaluation.accuracy)
        self.seconds.append(seconds)

    def keep(self, chosen: Tensor) -> None:
        """Forget all starts but some."""
        self.values = [take(values, chosen) for values in self.values]
        self.losses = [losses[chosen] for losses in self.losses]
        self.accuracies = [accuracies[chosen] for accuracies in self.accuracies]

    def recent_loss(self, steps: int) -> Tensor:
        """Mean loss of each start over the last steps in which it was a number.

        Infinite where the last one is none.
        """
        losses = torch.stack(self.losses[-max(steps, 1) :])
        finite = torch.isfinite(losses)
        mean = torch.where(finite, losses, 0.0).sum(dim=0) / finite.sum(dim=0)
        # a sum of all rounds as a mean does only where nothing is left out
        mean = torch.where(finite.all(dim=0), losses.mean(dim=0), mean)
        return torch.where(finite[-1], mean, math.inf)

    def last_sound(self) -> tuple[Values, Tensor]:
        """The last values of each start whose loss was a number, and whether there are any."""
        losses = torch.stack(self.losses)
        finite = torch.isfinite(losses)
        # the last step that was finite: the first of the reversed ones
        last = len(losses) - 1 - finite.flip(0).int().argmax(dim=0)
        starts = torch.arange(losses.shape[1], device=losses.device)
        sound = {
            name: torch.stack([values[name] for values in self.values])[last, starts]
            for name in self.values[-1]
        }
        return sound, finite.any(dim=0)

    def records(self, searched: Searched, network: SeriesNetwork) -> list[Record]:
        """The way of the first start that is left, as a history."""
        history: list[Record] = []
        steps = zip(self.values, self.losses, self.accuracies, self.seconds, strict=True)
        for number, (values, loss, accuracy, seconds) in enumerate(steps, start=1):
            searched.assign(values)
            record: Record = {
                "epoch": number,
                "train_loss": float(loss[0]),
                "train_accuracy": float(accuracy[0]),
                "validation_loss": math.nan,
                "validation_accuracy": math.nan,
                "seconds": seconds,
            }
            history.append(record | network.coefficients())
        return history
