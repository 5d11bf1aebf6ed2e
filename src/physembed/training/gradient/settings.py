"""The settings of gradient training."""

from dataclasses import dataclass

import numpy as np

from physembed._checks import is_integer, is_number
from physembed.errors import InvalidInputError

Record = dict[str, float]
"""What one epoch of training leaves: losses, accuracies, seconds and every coefficient."""

KEPT_WEIGHTS = ("best", "last")


@dataclass(frozen=True)
class TrainingSettings:
    """How a network is trained by gradient: cross-entropy, Adam, one-cycle schedule.

    Parameters
    ----------
    max_epochs : int, default=40
    min_steps : int, default=0
        Where the epochs have fewer gradient steps in all than this, because the cases are few,
        there are more of them.
    batch_size : int, default=32
    physics_rate : float, default=0.01
        Peak learning rate of everything before the head; for a medium, in natural units.
    head_rate : float, default=0.01
        Peak learning rate of the head.
    weight_decay : float, default=0.0
        Decoupled weight decay of the head alone: physics is not drawn to zero.
    gradient_clip : float, default=1.0
        Largest norm of the gradient.
    validation_fraction : float, default=0.1
        Share of the training cases held out, stratified by class; 0 holds out none. It is left
        out where it would hold out less than one case per class.
    keep : {"best", "last"}, default="best"
        Weights to end with: those of the lowest validation loss, or the last ones.
    start_scales : tuple of float, default=()
        Scales of the starting coefficients to choose from before training, by the leave-one-out
        error of a closed-form readout on the training cases; empty leaves the start as it is.
    patience : int or None, default=None
        Stop after so many epochs without a lower validation loss; None never stops early. It needs
        held-out cases.
    """

    max_epochs: int = 40
    min_steps: int = 0
    batch_size: int = 32
    physics_rate: float = 0.01
    head_rate: float = 0.01
    weight_decay: float = 0.0
    gradient_clip: float = 1.0
    validation_fraction: float = 0.1
    keep: str = "best"
    start_scales: tuple[float, ...] = ()
    patience: int | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, np.generic):
                object.__setattr__(self, name, value.item())
        for name in ("max_epochs", "batch_size"):
            value = getattr(self, name)
            if not is_integer(value) or value < 1:
                raise InvalidInputError(f"{name} must be a positive integer, got {value!r}.")
        if not is_integer(self.min_steps) or self.min_steps < 0:
            raise InvalidInputError(
                f"min_steps must be zero or a positive integer, got {self.min_steps!r}."
            )
        for name in ("physics_rate", "head_rate", "gradient_clip"):
            value = getattr(self, name)
            if not (is_number(value) and value > 0):
                raise InvalidInputError(f"{name} must be a positive number, got {value!r}.")
        if not (is_number(self.weight_decay) and self.weight_decay >= 0):
            raise InvalidInputError(
                f"weight_decay must be zero or positive, got {self.weight_decay!r}."
            )
        if not (is_number(self.validation_fraction) and 0 <= self.validation_fraction < 1):
            raise InvalidInputError(
                f"validation_fraction must be in [0, 1), got {self.validation_fraction!r}."
            )
        if not all(is_number(scale) for scale in self.start_scales):
            raise InvalidInputError(
                f"start_scales must hold finite numbers, got {self.start_scales!r}."
            )
        if self.keep not in KEPT_WEIGHTS:
            raise InvalidInputError(
                f"keep must be one of {', '.join(KEPT_WEIGHTS)}, got {self.keep!r}."
            )
        self._check_patience()

    def _check_patience(self) -> None:
        if self.patience is None:
            return
        if not is_integer(self.patience) or self.patience < 1:
            raise InvalidInputError(
                f"patience must be a positive integer or None, got {self.patience!r}."
            )
        if self.validation_fraction == 0:
            raise InvalidInputError(
                f"early_stopping (patience={self.patience}) goes by held-out cases, and "
                "validation_fraction=0 holds out none; choose one of the two."
            )

    def epochs(self, n_cases: int) -> int:
        """Number of epochs for so many training cases."""
        steps_per_epoch = -(-n_cases // self.batch_size)
        return max(self.max_epochs, -(-self.min_steps // steps_per_epoch))
