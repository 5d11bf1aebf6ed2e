"""What a preset is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed._checks import check_flag, check_integer, check_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.networks import Fibre, Level, PhysicalEmbeddingNetwork
from physembed.training.method import Settings
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.recipe import Candidates, Sizes

DETECTORS = 16
"""Detectors per case where no budget of readout weights is given."""


@dataclass(frozen=True)
class Changes:
    """Coefficients or terms frozen wherever fibres have them, another window, no levels.

    Parameters
    ----------
    frozen : mapping of str to float or sequence of float, or None, default=None
        See :meth:`~physembed.Fibre.frozen`.
    guard_band : float or None, default=None
        Zeros beside the series, in its lengths; None leaves each encoder its own.
    of_fields : bool, default=False
        Whether each two channels are the quadratures of a field.
    levels : bool, default=True
        Whether what is read may depend on offset and gain of a series.

    Raises
    ------
    InvalidInputError
    """

    frozen: Mapping[str, float | Sequence[float]] | None = None
    guard_band: float | None = None
    of_fields: bool = False
    levels: bool = True

    def __post_init__(self) -> None:
        if self.frozen is not None and not isinstance(self.frozen, Mapping):
            raise InvalidInputError(
                f"frozen must be a mapping from names to numbers, got {self.frozen!r}."
            )
        check_number("guard_band", self.guard_band, least=0, optional=True)
        check_flag("levels", self.levels)

    def guard_band_or(self, default: float) -> float:
        """The guard band, or a preset's own where none is asked for."""
        return default if self.guard_band is None else self.guard_band

    def of(self, fibres: Sequence[Fibre]) -> Sequence[Fibre]:
        """The fibres with these changes.

        Raises
        ------
        UnknownNameError
            If no fibre has a coefficient or a term of a name.
        InvalidInputError
            If nothing is left without levels, or something else would depend on them.
        """
        if self.frozen:
            known = {name: None for fibre in fibres for name in names_of(fibre)}
            for name in self.frozen:
                if name not in known:
                    raise UnknownNameError("coefficient or term", name, list(known))
            fibres = [_frozen(fibre, self.frozen) for fibre in fibres]
        if self.guard_band is not None:
            fibres = [
                replace(fibre, encoder=replace(fibre.encoder, guard_band=self.guard_band))
                for fibre in fibres
            ]
        if self.of_fields:
            fibres = [fibre.of_fields() for fibre in fibres]
        return fibres if self.levels else _without_levels(fibres)


@dataclass(frozen=True)
class Asked:
    """What a composition is asked for.

    Parameters
    ----------
    sizes : (int, int, int)
        Channels, timepoints and outputs.
    budget : int or None, default=None
        Most readout weights, biases included.
    changes : Changes
        What is changed in every fibre.
    signed_readout : bool, default=False
        Whether two classes share one row of weights.
    seed : int, default=0
        Of what is drawn while the training cases choose.
    device : {"cpu", "cuda"}, default="cpu"
        Where they do.
    """

    sizes: Sizes
    budget: int | None = None
    changes: Changes = field(default_factory=Changes)
    signed_readout: bool = False
    seed: int = 0
    device: str = "cpu"

    def maker(self, fibres: Sequence[Fibre]) -> Callable[[], PhysicalEmbeddingNetwork]:
        """What builds the network of a composition."""
        n_channels, n_timepoints, n_outputs = self.sizes
        return partial(
            PhysicalEmbeddingNetwork,
            self.changes.of(fibres),
            n_channels=n_channels,
            n_timepoints=n_timepoints,
            n_classes=n_outputs,
            signed_readout=self.signed_readout,
        )


Compositions = Callable[[Asked], Sequence[Sequence[Fibre]]]
"""Fibres of each composition, before what is to be changed in them: of what is asked for they look
at sizes, budget and, where they have lengths in timepoints, at the window."""

Choose = Callable[[Asked, Sequence[Sequence[Fibre]], Tensor, Tensor], Candidates]
"""How the training cases choose: what is asked for, the compositions, series and classes or
targets; gives what is left of them, or what is made of them."""


@dataclass(frozen=True)
class Preset:
    """A named composition, and how the training cases choose where there are several.

    Parameters
    ----------
    name : str
    compositions : callable
        See :data:`Compositions`; at least one. The first is taken where there are no training cases
        to choose by.
    choose : callable or None, default=None
        See :data:`Choose`; None leaves all compositions, of which a search trains each and takes
        the best, and another way of training the first.
    training : TrainingSettings, ProjectionSettings or None, default=None
        The way of training that was validated for it; None: the physics is designed and the
        readout solved in closed form.
    projection : ProjectionSettings or None, default=None
        Settings of a search where one is asked for in place of ``training``; None is the default's.
    readout : {"ridge", "best"}, default="ridge"
        How the readout of designed physics is found: by ridge, or by that or logistic regression,
        whichever cross-validation on the training cases prefers.
    signed_readout : bool, default=False
        Whether two classes share one row of weights (:class:`~physembed.networks.SignedHead`).
    has_a_budget : bool, default=False
        Whether it works to a budget of readout weights.
    gains : callable or None, default=None
        How much each feature counts where detectors are chosen out of it, for its fibres and
        numbers of timepoints and channels; None is alike.
    """

    name: str
    compositions: Compositions
    choose: Choose | None = None
    training: Settings = None
    projection: ProjectionSettings | None = None
    readout: str = "ridge"
    signed_readout: bool = False
    has_a_budget: bool = False
    gains: Callable[[Sequence[Fibre], int, int], NDArray[np.float64]] | None = None

    def takes_fields(self, sizes: Sizes) -> bool:
        """Whether it is one for complex series too.

        A choice among detectors of real series is not, nor are such detectors alone, envelopes and
        real media.
        """
        fibres = [fibre for some in self.compositions(Asked(sizes)) for fibre in some]
        real = any(fibre.encoder.envelope or fibre.equation.is_real for fibre in fibres)
        real |= all(fibre.detector.reads_real_series for fibre in fibres)
        return self.choose is None and not real

    def fibres(self, n_timepoints: int) -> tuple[Fibre, ...]:
        """The composition for one channel and two classes that no training case has chosen."""
        return tuple(self.compositions(Asked((1, n_timepoints, 2)))[0])

    def network(self, asked: Asked) -> PhysicalEmbeddingNetwork:
        """The network of the composition that no training case has chosen."""
        return asked.maker(self.compositions(asked)[0])()


def for_every_length(fibres: Callable[[int], Sequence[Fibre]]) -> Compositions:
    """The one composition of a preset that asks for nothing but the number of timepoints."""
    return lambda asked: [fibres(asked.sizes[1])]


def for_every_window(
    fibres: Callable[[int, float], Sequence[Fibre]], guard_band: float
) -> Compositions:
    """The one composition of a preset whose lengths are told in timepoints, whatever the window.

    It depends on their number and on the guard band, by which natural units change.
    """
    return lambda asked: [fibres(asked.sizes[1], asked.changes.guard_band_or(guard_band))]


def names_of(fibre: Fibre) -> list[str]:
    """The coefficients and the terms of a fibre's equation."""
    return list(dict.fromkeys([*fibre.equation.coefficients, *fibre.equation.terms]))


def _frozen(fibre: Fibre, frozen: Mapping[str, float | Sequence[float]]) -> Fibre:
    return fibre.frozen({k: v for k, v in frozen.items() if k in names_of(fibre)})


def _without_levels(fibres: Sequence[Fibre]) -> Sequence[Fibre]:
    """The fibres without those that read the series as it comes, which alone may see its level."""
    remaining = []
    for number, fibre in enumerate(fibres, start=1):
        reads_levels = fibre.takes_zero or isinstance(fibre.detector, Level)
        if fibre.encoder.removes_level:
            remaining.append(fibre)
        elif fibre.encoder.channel_differences and not reads_levels:
            raise InvalidInputError(
                "levels must be True where channels are compared, whose gains may drift apart, got "
                f"False and channel_differences=True before fibre {number}."
            )
        elif fibre.taps or not reads_levels:
            raise InvalidInputError(
                "levels must be True where an encoder leaves offset or gain to a medium, "
                f"got False and normalisation {fibre.encoder.normalisation!r} before fibre "
                f"{number}; 'z-score' takes them away."
            )
    if not remaining:
        raise InvalidInputError(
            "levels must be True for a composition that reads nothing else, got False."
        )
    return remaining


def check_budget(budget: int | None) -> None:
    """Refuse what is no budget.

    Raises
    ------
    InvalidInputError
    """
    check_integer("readout_weights", budget, least=1, optional=True)


def n_detectors(
    budget: int | None, n_channels: int, n_classes: int, *, default: int = DETECTORS
) -> int:
    """Detectors per channel that a budget of readout weights allows, biases included.

    Two classes have one row of weights, more have one each.

    Raises
    ------
    InvalidInputError
        If the budget does not reach for one detector per channel.
    """
    check_budget(budget)
    rows = 1 if n_classes == 2 else n_classes
    if budget is None:
        return max(1, default // n_channels)
    detectors = (budget // rows - 1) // n_channels
    if detectors < 1:
        raise InvalidInputError(
            f"readout_weights must be at least {rows * (n_channels + 1)} for {n_classes} classes "
            f"and {n_channels} channel(s), got {budget}."
        )
    return detectors
