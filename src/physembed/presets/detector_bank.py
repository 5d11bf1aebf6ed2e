"""Many designed detectors, of which the training cases choose a few to be built."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from physembed.networks import Fibre, PhysicalEmbeddingNetwork
from physembed.presets.preset import Asked, n_detectors
from physembed.training.readout.ridge import detected_features
from physembed.training.recipe import Candidates, Sizes
from physembed.training.selection.by_left_out_error import choose_detectors


@dataclass(frozen=True)
class DetectorBank:
    """Detectors, and what a few of them are built as.

    Parameters
    ----------
    name : str
        Of the preset that is made of it.
    fibres : callable
        All of them, for series of a given number of timepoints, in a form that is quick to
        compute.
    alone : callable
        The fibre of a detector of its own, for a number of timepoints and the detector's place
        among the bank's; its coefficients may be :class:`~physembed.networks.Trainable`.
    """

    name: str
    fibres: Callable[[int], tuple[Fibre, ...]]
    alone: Callable[[int, int], Fibre]

    def size(self, n_timepoints: int) -> int:
        """Number of detectors per channel."""
        return sum(fibre.n_features(n_timepoints) for fibre in self.fibres(n_timepoints))

    def some(self, n_timepoints: int, places: Iterable[int]) -> tuple[Fibre, ...]:
        """The fibres of some detectors."""
        return tuple(self.alone(n_timepoints, place) for place in places)

    def compositions(self, sizes: Sizes, budget: int | None) -> list[tuple[Fibre, ...]]:
        """As many detectors as a budget allows, spread evenly: a choice that no case made."""
        n_channels, n_timepoints, n_outputs = sizes
        size = self.size(n_timepoints)
        steps = range(min(n_detectors(budget, n_channels, n_outputs), size))
        places = [step * size // len(steps) for step in steps]
        return [self.some(n_timepoints, places)]

    def chosen(
        self, asked: Asked, compositions: Sequence[Sequence[Fibre]], x: Tensor, y: Tensor
    ) -> Candidates:
        """As many detectors as a budget allows, chosen by the training cases."""
        n_channels, _, n_outputs = asked.sizes
        n_chosen = n_detectors(asked.budget, n_channels, n_outputs)
        fibres = chosen_fibres(self, x, y, n_chosen, seed=asked.seed, device=asked.device)
        return Candidates(self.name, [asked.maker(fibres)])


def chosen_fibres(
    bank: DetectorBank,
    x: Tensor,
    y: Tensor,
    n_chosen: int,
    *,
    seed: int,
    device: str = "cpu",
) -> tuple[Fibre, ...]:
    """Let training cases choose detectors of a bank by the left-out error of their readout.

    Parameters
    ----------
    bank : DetectorBank
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float
        Classes, or what is to be predicted.
    n_chosen : int
        Per channel; no more than the bank has.
    seed : int
        Of the cases that thresholds are taken from.
    device : {"cpu", "cuda"}, default="cpu"
        Where the bank detects.

    Returns
    -------
    tuple of Fibre
        In the order of choice.
    """
    _, n_channels, n_timepoints = x.shape
    fibres = bank.fibres(n_timepoints)
    network = PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=1
    )
    network.prepare(x, seed=seed)
    features = detected_features(network.to(device), x)
    # of each fibre, all detectors of a channel stand together
    sizes = np.cumsum([fibre.n_features(n_timepoints, n_channels) for fibre in fibres])
    by_fibre = [
        part.reshape(len(x), n_channels, -1) for part in np.split(features, sizes[:-1], axis=1)
    ]
    candidates = np.concatenate(by_fibre, axis=2).transpose(0, 2, 1)
    n_chosen = min(n_chosen, candidates.shape[1])
    places = choose_detectors(candidates, y.numpy(force=True), n_chosen)
    return bank.some(n_timepoints, places)
