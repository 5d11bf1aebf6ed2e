"""Many designed detectors, of which the training cases choose a few to be built."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks import Fibre, PhysicalEmbeddingNetwork
from physembed.presets.homodyne import GUARD_BAND
from physembed.presets.preset import DETECTORS, Asked, n_detectors
from physembed.training.readout.ridge import detected_features
from physembed.training.recipe import Candidates
from physembed.training.selection.by_left_out_error import choose_detectors


@dataclass(frozen=True)
class DetectorBank:
    """Detectors, and what a few of them are built as.

    Parameters
    ----------
    name : str
        Of the preset that is made of it.
    fibres : callable
        All of them, for series of a given number of timepoints and a guard band, in a form that is
        quick to compute.
    alone : callable
        The fibre of a detector of its own, or of a group of them, for a number of timepoints, a
        guard band and its place among the bank's; its coefficients may be
        :class:`~physembed.networks.Trainable`.
    together : int, default=1
        Neighbouring detectors that are chosen and built as a group.
    default : int, default=DETECTORS
        Detectors per case where no budget is given.
    """

    name: str
    fibres: Callable[[int, float], tuple[Fibre, ...]]
    alone: Callable[[int, float, int], Fibre]
    together: int = 1
    default: int = DETECTORS

    def size(self, n_timepoints: int, guard_band: float = GUARD_BAND) -> int:
        """Number of groups per channel."""
        fibres = self.fibres(n_timepoints, guard_band)
        return sum(fibre.n_features(n_timepoints) for fibre in fibres) // self.together

    def n_groups(self, n_channels: int, n_outputs: int, budget: int | None) -> int:
        """Groups per channel that a budget of readout weights allows.

        Raises
        ------
        InvalidInputError
            If the budget does not reach for one.
        """
        detectors = n_detectors(budget, n_channels, n_outputs, default=self.default)
        if budget is not None and detectors < self.together:
            rows = 1 if n_outputs == 2 else n_outputs
            least = rows * (self.together * n_channels + 1)
            raise InvalidInputError(
                f"readout_weights must be at least {least} for {n_outputs} classes and "
                f"{n_channels} channel(s), for {self.name!r} builds {self.together} detectors at a "
                f"time, got {budget}."
            )
        return max(1, detectors // self.together)

    def some(
        self, n_timepoints: int, places: Iterable[int], guard_band: float = GUARD_BAND
    ) -> tuple[Fibre, ...]:
        """The fibres of some groups."""
        return tuple(self.alone(n_timepoints, guard_band, place) for place in places)

    def compositions(self, asked: Asked) -> list[tuple[Fibre, ...]]:
        """As many detectors as a budget allows, spread evenly: a choice that no case made."""
        n_channels, n_timepoints, n_outputs = asked.sizes
        guard_band = asked.changes.guard_band_or(GUARD_BAND)
        size = self.size(n_timepoints, guard_band)
        steps = range(min(self.n_groups(n_channels, n_outputs, asked.budget), size))
        places = [step * size // len(steps) for step in steps]
        return [self.some(n_timepoints, places, guard_band)]

    def chosen(
        self, asked: Asked, compositions: Sequence[Sequence[Fibre]], x: Tensor, y: Tensor
    ) -> Candidates:
        """As many detectors as a budget allows, chosen by the training cases."""
        n_channels, _, n_outputs = asked.sizes
        n_chosen = self.n_groups(n_channels, n_outputs, asked.budget)
        guard_band = asked.changes.guard_band_or(GUARD_BAND)
        fibres = chosen_fibres(
            self, x, y, n_chosen, seed=asked.seed, device=asked.device, guard_band=guard_band
        )
        return Candidates(self.name, [asked.maker(fibres)])


def chosen_fibres(
    bank: DetectorBank,
    x: Tensor,
    y: Tensor,
    n_chosen: int,
    *,
    seed: int,
    device: str = "cpu",
    guard_band: float = GUARD_BAND,
) -> tuple[Fibre, ...]:
    """The fibres of what :func:`chosen_places` chooses, in the order of choice."""
    places, _ = chosen_places(bank, x, y, n_chosen, seed=seed, device=device, guard_band=guard_band)
    return bank.some(x.shape[2], places, guard_band)


def chosen_places(
    bank: DetectorBank,
    x: Tensor,
    y: Tensor,
    n_chosen: int,
    *,
    seed: int,
    device: str = "cpu",
    guard_band: float = GUARD_BAND,
) -> tuple[list[int], NDArray[np.float64]]:
    """Let training cases choose detectors of a bank by the left-out error of their readout.

    Parameters
    ----------
    bank : DetectorBank
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float
        Classes, or what is to be predicted.
    n_chosen : int
        Groups per channel; no more than the bank has.
    seed : int
        Of the cases that thresholds are taken from.
    device : {"cpu", "cuda"}, default="cpu"
        Where the bank detects.
    guard_band : float, default=GUARD_BAND
        Beside the series, in its lengths.

    Returns
    -------
    list of int
        Places of groups in the order of choice.
    ndarray of shape (cases, features)
        What they detect.
    """
    _, n_channels, n_timepoints = x.shape
    fibres = bank.fibres(n_timepoints, guard_band)
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
    detectors = np.concatenate(by_fibre, axis=2).transpose(0, 2, 1)
    candidates = detectors.reshape(len(x), -1, bank.together * n_channels)
    n_chosen = min(n_chosen, candidates.shape[1])
    places = choose_detectors(candidates, y.numpy(force=True), n_chosen)
    return places, candidates[:, places].reshape(len(x), -1)
