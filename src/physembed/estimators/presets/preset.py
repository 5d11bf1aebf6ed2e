"""What a preset is."""

from collections.abc import Callable
from dataclasses import dataclass

from physembed.networks import Fibre
from physembed.training import ProjectionSettings, TrainingSettings


@dataclass(frozen=True)
class Preset:
    """A named composition, and nothing more.

    Parameters
    ----------
    name : str
    fibres : callable
        The fibres for series of a given number of timepoints.
    training : TrainingSettings, ProjectionSettings or None
        The way of training that was validated for it; None: the physics is designed and the
        readout solved in closed form.
    """

    name: str
    fibres: Callable[[int], tuple[Fibre, ...]]
    training: TrainingSettings | ProjectionSettings | None
