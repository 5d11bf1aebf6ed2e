"""One of the networks that are trained together, and what is known of it."""

import math
from dataclasses import dataclass, field

from torch import Tensor

from physembed.errors import TrainingError
from physembed.networks import SeriesNetwork
from physembed.training.settings import Record


@dataclass
class Member:
    """A network in training.

    Parameters
    ----------
    network : SeriesNetwork
        Holds the trained weights in the end.
    seed : int
    training, validation : Tensor of int64
        Its cases of either part.
    history : list of dict
        One record per epoch.
    error : TrainingError or None
        Why there are no trained weights.
    kept : dict of str to Tensor or None
        The weights to end with, as far as they are known.
    ended : bool
        Whether its training is over; the others may go on.
    """

    network: SeriesNetwork
    seed: int
    training: Tensor
    validation: Tensor
    history: list[Record] = field(default_factory=list)
    error: TrainingError | None = None
    kept: dict[str, Tensor] | None = None
    ended: bool = False
    lowest: float = math.inf
    lowest_awaited: float = math.inf
    epochs_waited: int = 0

    def out_of_patience(self, loss: float, patience: int) -> bool:
        """Whether the validation loss of one more epoch ends the training."""
        if not math.isfinite(loss):
            return True
        if loss < self.lowest_awaited:
            self.lowest_awaited, self.epochs_waited = loss, 0
            return False
        self.epochs_waited += 1
        return self.epochs_waited >= patience
