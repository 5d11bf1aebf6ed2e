"""What a preset is."""

from collections.abc import Callable
from dataclasses import dataclass

from physembed.networks import Fibre
from physembed.training import ProjectionSettings, TrainingSettings

Alternatives = Callable[[int, int, int, int | None], tuple[tuple[Fibre, ...], ...]]


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
    projection : ProjectionSettings or None, default=None
        Settings of a search where one is asked for in place of ``training``; None is the default's.
    candidates : tuple of Preset, default=()
        Designed presets among which the training cases choose; ``fibres`` are then those of the
        first, which is taken where there is nothing to choose by.
    alternatives : callable or None, default=None
        Compositions among which the training cases choose, for numbers of channels, timepoints and
        classes and a budget of readout weights; training by projection alone chooses, otherwise
        the first is taken.
    signed_readout : bool, default=False
        Whether two classes share one row of weights (:class:`~physembed.networks.SignedHead`).
    """

    name: str
    fibres: Callable[[int], tuple[Fibre, ...]]
    training: TrainingSettings | ProjectionSettings | None
    projection: ProjectionSettings | None = None
    candidates: tuple["Preset", ...] = ()
    alternatives: Alternatives | None = None
    signed_readout: bool = False
