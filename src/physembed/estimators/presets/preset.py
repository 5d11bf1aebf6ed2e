"""What a preset is."""

from collections.abc import Callable
from dataclasses import dataclass

from physembed.networks import Fibre
from physembed.training import TrainingSettings


@dataclass(frozen=True)
class Preset:
    """A named composition, and nothing more.

    Parameters
    ----------
    name : str
    fibres : callable
        The fibres for series of a given number of timepoints.
    training : TrainingSettings or None
        None: the physics is designed and the readout solved in closed form.
    candidates : tuple of Preset, default=()
        Designed presets among which the training cases choose; ``fibres`` are then those of the
        first, which is taken where there is nothing to choose by.
    """

    name: str
    fibres: Callable[[int], tuple[Fibre, ...]]
    training: TrainingSettings | None
    candidates: tuple["Preset", ...] = ()
