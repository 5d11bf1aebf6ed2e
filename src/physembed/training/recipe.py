"""What a fit is told, and what it gives back: values that are handed down and never ask back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.history import Record
from physembed.training.method import Settings
from physembed.training.projection.settings import ProjectionSettings

if TYPE_CHECKING:
    from physembed.training.selection.packing import Packed

Sizes = tuple[int, int, int]
"""Channels, timepoints and outputs of a network: its classes, or one for a regression."""

MakeNetwork = Callable[[], SeriesNetwork]


@dataclass(frozen=True)
class Candidates:
    """The networks that are left to be trained when the training cases have chosen.

    Parameters
    ----------
    name : str
        Of what was chosen.
    makers : sequence of callable
        Each builds a network. A search trains all and takes the one of the least left-out error;
        other ways of training take the first.
    """

    name: str
    makers: Sequence[MakeNetwork]


@dataclass(frozen=True)
class Recipe:
    """How a model is made and fitted, whatever the cases.

    Parameters
    ----------
    name : str
        What is fitted, in a word.
    make_network : callable
        Builds the network, or the first of several where there are no cases to choose by.
    settings : TrainingSettings, ProjectionSettings, SelectionSettings or None
        Of its way of training; None where the physics is designed.
    has_physics : bool, default=True
        Whether it is a network of fibres, and no baseline.
    alternatives : sequence of callable, default=()
        Build further networks, of which a search trains each beside the first.
    choose : callable or None, default=None
        Gives the :class:`Candidates` for series (cases, channels, timepoints) and their classes or
        targets; None leaves the networks that are named here.
    readout : {"ridge", "best"}, default="ridge"
        How the readout of designed physics is found.
    lighter : str or None, default=None
        What to take instead where the memory is not enough for a closed-form readout.
    without_effect : str, default=""
        What was asked for and changes nothing, for a warning.
    seed : int, default=0
    device : {"cpu", "cuda"}, default="cpu"
    class_weights : Tensor of shape (classes,) or None, default=None
    sample_weights : Tensor of shape (cases,) or None, default=None
        How much each case counts, beside the weight of its class.
    groups : Tensor of shape (cases,), int64, or None, default=None
        Cases of one value are left out together where a detector is chosen.
    gains : ndarray of shape (features,) or (choices, features), or None, default=None
        How much each feature of the network counts where detectors are chosen, or several choices
        of that, the usual one first; None is alike.
    teacher : classifier, str or None, default=None
        Whose scores are to be reproduced where detectors are chosen.
    callbacks : sequence of Lightning callbacks, default=()
        Of gradient training.
    verbose : bool, default=False
        Whether to say on standard error how the fit goes on.
    checkpoint_dir : Path or None, default=None
        Where a fit is kept while it runs.
    fingerprint : str, default=""
        What tells this recipe from every other, in that folder.
    """

    name: str
    make_network: MakeNetwork
    settings: Settings
    has_physics: bool = True
    alternatives: Sequence[MakeNetwork] = ()
    choose: Callable[[Tensor, Tensor], Candidates] | None = None
    readout: str = "ridge"
    lighter: str | None = None
    without_effect: str = ""
    seed: int = 0
    device: str = "cpu"
    class_weights: Tensor | None = None
    sample_weights: Tensor | None = None
    groups: Tensor | None = None
    gains: NDArray[np.float64] | None = None
    teacher: Any = None
    callbacks: Sequence[Any] = ()
    verbose: bool = False
    checkpoint_dir: Path | None = None
    fingerprint: str = ""

    def case_weights(self, y: Tensor) -> Tensor | None:
        """How much each case counts, of classes or targets y; None where all count alike."""
        if self.class_weights is None:
            return self.sample_weights
        of_classes = self.class_weights[y]
        return of_classes if self.sample_weights is None else of_classes * self.sample_weights

    def advice(self) -> str:
        """What to lower where a fit needs too much memory."""
        if isinstance(self.settings, TrainingSettings):
            return f"Lower batch_size, which is {self.settings.batch_size}"
        if isinstance(self.settings, ProjectionSettings):
            most = max(cases for _, _, cases in self.settings.rungs)
            return f"Lower the cases of a step of the search (rungs), which are up to {most}"
        return f"Take {f'{self.lighter}, ' if self.lighter else ''}fewer cases or shorter series"


@dataclass(frozen=True)
class Fitted:
    """What fitting has found.

    Parameters
    ----------
    network : SeriesNetwork
        On the CPU, in evaluation mode.
    history : list of dict
        One record per epoch of gradient training, or per step of the winning start of a search.
    divergence : str or None, default=None
        Why a training ended before its time, with the weights that were good.
    name : str, default=""
        Of the candidate that was taken.
    packed : Packed or None, default=None
        Where detectors were chosen, these and their readout as bytes.
    """

    network: SeriesNetwork
    history: list[Record]
    divergence: str | None = None
    name: str = ""
    packed: "Packed | None" = None
