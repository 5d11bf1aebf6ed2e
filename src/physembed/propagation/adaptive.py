"""Steps as long as the field allows, of every case for itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import Grid, MasterEquation
from physembed.propagation.compiled_picture import picture_of
from physembed.propagation.interaction_picture import InteractionPicture, norm_ratio

SAFETY = 0.9
"""Of the step that the last error promises, what is tried."""

SHRINK, GROW = 0.2, 5.0
"""Limits of the change from one step to the next."""

SHORTEST = 1e-12
"""Of a stretch: steps that must be shorter hold no progress any more."""

Stretch = tuple[int, float]
"""A layer, and the length of medium to the next field that is asked for."""


@dataclass
class Accepted:
    """A step that was taken: by which cases, and how far each of them went."""

    stretch: int
    cases: Tensor
    lengths: Tensor


@dataclass
class Walk:
    """The way of a batch through a medium: what was asked for, taken and paid.

    Parameters
    ----------
    n_cases : int
    """

    n_cases: int
    spectra: list[Tensor] = field(default_factory=list)
    """At the end of every stretch, F[E] of shape (cases, ..., *grid)."""
    accepted: list[Accepted] = field(default_factory=list)
    before: dict[int, Tensor] = field(default_factory=dict)
    """By the number of an accepted step, the spectra before it: those that a replay starts from."""
    evaluations: "np.ndarray" = field(init=False)
    """Of every case: how often its local law was computed."""
    steps: "np.ndarray" = field(init=False)
    """Of every case: how many steps were accepted."""

    def __post_init__(self) -> None:
        self.evaluations = np.zeros(self.n_cases, dtype=np.int64)
        self.steps = np.zeros(self.n_cases, dtype=np.int64)


def walk(
    spectrum: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    stretches: Sequence[Stretch],
    *,
    rtol: float,
    storage: int = 0,
) -> Walk:
    """Go through a medium with steps whose error is at most ``rtol`` of the field each.

    The error of a step is ‖h (k₄ - k₅) / 10‖ / ‖E‖ of a case alone, so that no case changes
    another's steps. It grows as h⁴, from which the next step follows.

    Parameters
    ----------
    spectrum : Tensor of shape (cases, ..., *grid), complex
        F[E] of what enters.
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape () or (n_layers,)
    grid : Grid
    stretches : sequence of (int, float)
        The layer and the length of each; a field is kept at the end of every one.
    rtol : float
    storage : int, default=0
        Bytes that may be kept for a replay; where they are not enough, every second spectrum is
        let go, then every fourth, and so on. 0 keeps nothing.

    Raises
    ------
    InvalidInputError
        If a case needs steps so short that it does not come forward.
    """
    way = Walk(len(spectrum))
    wanted = np.full(way.n_cases, np.inf)
    thinning = _Thinning(way, storage)
    with torch.no_grad():
        for number, (layer, length) in enumerate(stretches):
            medium = picture_of(equation, values, layer, grid, spectrum)
            spectrum = _through(
                medium, spectrum, (number, length), rtol=rtol, wanted=wanted, way=way,
                thinning=thinning,
            )  # fmt: skip
            way.spectra.append(spectrum)
    return way


def _through(
    medium: InteractionPicture,
    spectrum: Tensor,
    stretch: tuple[int, float],
    *,
    rtol: float,
    wanted: "np.ndarray",
    way: Walk,
    thinning: "_Thinning",
) -> Tensor:
    """One stretch of homogeneous medium, given as its number and its length.

    ``wanted``, the steps to try, is left for the next one.
    """
    number, length = stretch
    rate = medium.local_rate(spectrum)
    way.evaluations += 1
    first = np.isinf(wanted)
    wanted[first] = _first_steps(spectrum, rate, rtol)[first]
    left = np.full(way.n_cases, float(length))
    while (left > 0).any():
        # cases that have arrived cost nothing
        under_way = np.flatnonzero(left > 0)
        cases = torch.from_numpy(under_way).to(spectrum.device)
        everyone = len(under_way) == way.n_cases
        start, known = (spectrum, rate) if everyone else (spectrum[cases], rate[cases])
        # the last two steps are equal, rather than one and a splinter
        h = np.minimum(wanted[under_way], left[under_way])
        h = np.where((h < left[under_way]) & (2 * h > left[under_way]), left[under_way] / 2, h)
        end, next_rate, error = medium.trial(start, known, h)
        way.evaluations[under_way] += 4
        good = error <= rtol
        with np.errstate(divide="ignore"):
            factor = np.clip(SAFETY * (rtol / error) ** 0.25, SHRINK, GROW)
        # a step cut short by the end of the stretch says nothing against longer ones
        factor = np.where(np.isfinite(error), factor, SHRINK)
        at_least = np.where(good & (h < wanted[under_way]), wanted[under_way], 0.0)
        wanted[under_way] = np.maximum(h * factor, at_least)
        if not good.all() and (h[~good] < SHORTEST * length).any():
            worst = int(under_way[~good][np.argmin(h[~good])])
            name = type(medium.equation).__name__
            raise InvalidInputError(
                f"case {worst} cannot be followed to rtol = {rtol:g}: {name} needs steps shorter "
                f"than {SHORTEST:g} of the length {length:g}; lower the coefficients or the field, "
                "or raise rtol."
            )
        if not good.any():
            continue
        thinning.before_step(spectrum)
        moved = torch.from_numpy(under_way[good]).to(spectrum.device)
        lengths = torch.from_numpy(h[good]).to(spectrum.device)
        way.accepted.append(Accepted(number, moved, lengths))
        way.steps[under_way[good]] += 1
        remaining = left[under_way[good]] - h[good]
        left[under_way[good]] = np.where(h[good] >= left[under_way[good]], 0.0, remaining)
        if everyone and good.all():
            spectrum, rate = end, next_rate
        else:
            which = torch.from_numpy(good).to(spectrum.device)
            spectrum = spectrum.index_copy(0, moved, end[which])
            rate = rate.index_copy(0, moved, next_rate[which])
    return spectrum


def _first_steps(spectrum: Tensor, rate: Tensor, rtol: float) -> "np.ndarray":
    """Of every case a step in which the local law changes the field by rtol^(1/4)."""
    change = norm_ratio(rate, spectrum, spectrum)
    # in the dark every change is infinite: a step of length 0 would never grow, whereas one that is
    # too long is rejected for its error
    tells = (change > 0) & np.isfinite(change)
    with np.errstate(divide="ignore"):
        return np.where(tells, rtol**0.25 / change, math.inf)


class _Thinning:
    """Spectra before accepted steps, in bounded memory: of every one, then every second, ..."""

    def __init__(self, way: Walk, storage: int) -> None:
        self.way, self.storage, self.every = way, storage, 1

    def before_step(self, spectrum: Tensor) -> None:
        number = len(self.way.accepted)
        if not self.storage or number % self.every:
            return
        self.way.before[number] = spectrum
        n_bytes = spectrum.numel() * spectrum.element_size()
        # two are kept whatever they take
        while len(self.way.before) > max(2, self.storage // n_bytes):
            self.every *= 2
            for step in [step for step in self.way.before if step % self.every]:
                del self.way.before[step]
