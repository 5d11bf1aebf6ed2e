"""The settings of gradient training."""

from dataclasses import dataclass

import numpy as np

from physembed._checks import (
    check_choice,
    check_integer,
    check_number,
    check_numbers,
    require_positive,
)
from physembed.errors import InvalidInputError
from physembed.networks import register_part

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

    Examples
    --------
    >>> import physembed as pe
    >>> longer = pe.TrainingSettings(max_epochs=80, physics_rate=0.02, patience=10)
    >>> classifier = pe.PhysicalEmbeddingClassifier("nlse", training=longer)
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
            check_integer(name, getattr(self, name), least=1)
        check_integer("min_steps", self.min_steps, least=0)
        require_positive(
            physics_rate=self.physics_rate,
            head_rate=self.head_rate,
            gradient_clip=self.gradient_clip,
        )
        check_number("weight_decay", self.weight_decay, least=0)
        check_number("validation_fraction", self.validation_fraction, least=0, below=1)
        object.__setattr__(self, "start_scales", tuple(self.start_scales))
        if self.start_scales:
            check_numbers("start_scales", self.start_scales)
        check_choice("keep", self.keep, KEPT_WEIGHTS)
        check_integer("patience", self.patience, least=1, optional=True)
        if self.patience is not None and self.validation_fraction == 0:
            raise InvalidInputError(
                f"patience={self.patience} goes by held-out cases, and validation_fraction=0 holds "
                "out none; choose one of the two."
            )

    def epochs(self, n_cases: int) -> int:
        """Number of epochs for so many training cases."""
        steps_per_epoch = -(-n_cases // self.batch_size)
        return max(self.max_epochs, -(-self.min_steps // steps_per_epoch))


register_part(TrainingSettings)
