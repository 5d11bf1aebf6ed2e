"""What a preset is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from torch import Tensor

from physembed.networks import Fibre, PhysicalEmbeddingNetwork
from physembed.presets.changes import Changes
from physembed.training.method import Settings
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.recipe import Candidates, MakeNetwork, Sizes

Compositions = Callable[[Sizes, int | None], Sequence[Sequence[Fibre]]]
"""Fibres of each composition, for sizes and a budget of readout weights, which may be None."""


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

    def network(self, fibres: Sequence[Fibre]) -> PhysicalEmbeddingNetwork:
        """The network of a composition."""
        n_channels, n_timepoints, n_outputs = self.sizes
        return PhysicalEmbeddingNetwork(
            self.changes.of(fibres),
            n_channels=n_channels,
            n_timepoints=n_timepoints,
            n_classes=n_outputs,
            signed_readout=self.signed_readout,
        )

    def maker(self, fibres: Sequence[Fibre]) -> MakeNetwork:
        """What builds the network of a composition."""
        return partial(self.network, fibres)


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
    """

    name: str
    compositions: Compositions
    choose: Choose | None = None
    training: Settings = None
    projection: ProjectionSettings | None = None
    readout: str = "ridge"
    signed_readout: bool = False
    has_a_budget: bool = False

    def fibres(self, n_timepoints: int) -> tuple[Fibre, ...]:
        """The composition for one channel and two classes that no training case has chosen."""
        return tuple(self.compositions((1, n_timepoints, 2), None)[0])

    def network(self, asked: Asked) -> PhysicalEmbeddingNetwork:
        """The network of the composition that no training case has chosen."""
        return asked.network(self.compositions(asked.sizes, asked.budget)[0])

    def candidates(self, asked: Asked, x: Tensor, y: Tensor) -> Candidates:
        """The networks that the training cases leave to be trained.

        Parameters
        ----------
        asked : Asked
        x : Tensor of shape (cases, channels, timepoints)
        y : Tensor of shape (cases,), int64 or float64
            Classes, or what is regressed.
        """
        compositions = self.compositions(asked.sizes, asked.budget)
        if self.choose is not None:
            return self.choose(asked, compositions, x, y)
        return Candidates(self.name, [asked.maker(fibres) for fibres in compositions])


def for_every_length(fibres: Callable[[int], Sequence[Fibre]]) -> Compositions:
    """The one composition of a preset that asks for nothing but the number of timepoints."""
    return lambda sizes, budget: [fibres(sizes[1])]
