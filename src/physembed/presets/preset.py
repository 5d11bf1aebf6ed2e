"""What a preset is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from physembed.networks import Fibre
from physembed.training import ProjectionSettings, TrainingSettings


@dataclass(frozen=True)
class DetectorBank:
    """Many detectors, designed, of which the training cases choose a few to be built.

    Parameters
    ----------
    fibres : callable
        All of them, for series of a given number of timepoints, in a form that is quick to
        compute.
    alone : callable
        The fibre of a detector of its own, for a number of timepoints and the detector's place
        among the bank's; its coefficients may be :class:`~physembed.networks.Trainable`.
    """

    fibres: Callable[[int], tuple[Fibre, ...]]
    alone: Callable[[int, int], Fibre]

    def size(self, n_timepoints: int) -> int:
        """Number of detectors per channel."""
        return sum(fibre.n_features(n_timepoints) for fibre in self.fibres(n_timepoints))

    def some(self, n_timepoints: int, places: Iterable[int]) -> tuple[Fibre, ...]:
        """The fibres of some detectors."""
        return tuple(self.alone(n_timepoints, place) for place in places)

    def spread(self, n_timepoints: int, n_detectors: int) -> tuple[Fibre, ...]:
        """So many detectors, or all, spread evenly over the bank: a choice that no case made."""
        size = self.size(n_timepoints)
        steps = range(min(n_detectors, size))
        return self.some(n_timepoints, [step * size // len(steps) for step in steps])


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
    bank : DetectorBank or None, default=None
        Detectors of which the training cases choose as many as a budget of readout weights allows;
        ``fibres`` are then some that are spread evenly over the bank.
    readout : {"ridge", "best"}, default="ridge"
        How the readout of designed physics is found: by ridge, or by that or logistic regression,
        whichever cross-validation on the training cases prefers.
    signed_readout : bool, default=False
        Whether two classes share one row of weights (:class:`~physembed.networks.SignedHead`).
    """

    name: str
    fibres: Callable[[int], tuple[Fibre, ...]]
    training: TrainingSettings | ProjectionSettings | None
    projection: ProjectionSettings | None = None
    candidates: tuple["Preset", ...] = ()
    alternatives: Alternatives | None = None
    bank: DetectorBank | None = None
    readout: str = "ridge"
    signed_readout: bool = False

    @property
    def has_a_budget(self) -> bool:
        """Whether it works to a budget of readout weights."""
        return self.bank is not None or self.alternatives is not None
