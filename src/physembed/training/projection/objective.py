"""What a search minimises: the left-out error of the readout, or the lack of contrast."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.training.projection.starts import Searched, Values, n_starts, take
from physembed.training.readout.left_out import accuracy, leave_one_out, signed_targets

POINTS_AT_ONCE = 2**20
"""Cases times channels times timepoints of all starts that are computed together: what a cache
holds is faster than what it does not."""

POINTS_ON_A_GPU = 2**24
"""As many on a GPU, which fewer do not fill: a field of them takes 128 MiB."""


@dataclass(frozen=True)
class Evaluation:
    """A batch of starts on some cases.

    Parameters
    ----------
    loss : Tensor of shape (starts,), float64
    accuracy : Tensor of shape (starts,)
        Left-out accuracy; NaN where there are no classes.
    """

    loss: Tensor
    accuracy: Tensor


Objective = Callable[[Values, Tensor], Evaluation]
"""Loss of every start on the cases of given indices."""


@dataclass(frozen=True)
class LeftOutError:
    """Leave-one-out error of the readout that is best for given physics (variable projection).

    Parameters
    ----------
    searched : Searched
    x : Tensor of shape (cases, channels, timepoints), or what the network's ``encode`` makes of it
    y : Tensor of shape (cases,), int64, or (cases, targets), float
        Classes, or what is to be predicted.
    groups : Tensor of shape (cases,), integer, or None
    """

    searched: Searched
    x: Any
    y: Tensor
    groups: Tensor | None = None

    @property
    def waits_for_the_host(self) -> bool:
        """Whether a GPU cannot go on alone: how large groups are is asked for in every step."""
        return self.groups is not None

    @cached_property
    def n_classes(self) -> int:
        """Of the labels; asked once, since a GPU would be waited for."""
        return int(self.y.max()) + 1

    def __call__(self, values: Values, cases: Tensor) -> Evaluation:
        features = self.searched.features(values, self.x[cases])
        groups = None if self.groups is None else self.groups[cases]
        if self.y.is_floating_point():
            left_out = leave_one_out(features, self.y[cases].reshape(len(cases), -1), groups=groups)
            return Evaluation(left_out.loss, torch.full_like(left_out.loss, torch.nan).detach())
        labels = self.y[cases]
        # a class that the batch lacks has a constant target and no error
        targets = signed_targets(labels, self.n_classes)
        left_out = leave_one_out(features, targets, groups=groups)
        return Evaluation(left_out.loss, accuracy(left_out.scores.detach(), labels))


@dataclass(frozen=True)
class NearTheStart:
    """An objective with a Gaussian prior about values that are trusted already.

    With n errors of variance σ², the most probable values minimise
    σ² + σ² / n Σ ((θ - θ₀) / d)²: few cases hold the physics where it was, many let it go. σ² is
    the objective itself, and gives no gradient there.

    Parameters
    ----------
    objective : callable
    start : dict of str to Tensor
        θ₀, a single start.
    deviations : dict of str to float
        d of each parameter.
    n_errors : int
        Cases times targets of the whole training set.
    """

    objective: "Objective"
    start: Values
    deviations: dict[str, float]
    n_errors: int

    @property
    def waits_for_the_host(self) -> bool:
        """Whether what it is of does."""
        return waits_for_the_host(self.objective)

    def __call__(self, values: Values, cases: Tensor) -> Evaluation:
        evaluation = self.objective(values, cases)
        moved = [
            ((value - self.start[name]) / self.deviations[name]).double().flatten(1)
            for name, value in values.items()
        ]
        distance = torch.cat(moved, dim=1).square().sum(dim=1)
        prior = evaluation.loss.detach() * distance / self.n_errors
        return Evaluation(evaluation.loss + prior, evaluation.accuracy)


@dataclass(frozen=True)
class UnderErrors:
    """An objective averaged over a medium that is not quite as it was ordered.

    Every value becomes θ (1 + s n) and θ (1 - s n), n of the standard normal distribution, drawn
    anew with the cases of every step and the same for all starts.

    Parameters
    ----------
    objective : callable
    tolerance : float
        s.
    """

    objective: "Objective"
    tolerance: float
    waits_for_the_host = True

    def __call__(self, values: Values, cases: Tensor) -> Evaluation:
        generator = torch.Generator().manual_seed(int(cases.sum()))
        errors = {
            name: self.tolerance
            * torch.randn(value.shape[1:], generator=generator, dtype=torch.float64).to(value)
            for name, value in values.items()
        }
        sides = [
            self.objective({k: v * (1 + sign * errors[k]) for k, v in values.items()}, cases)
            for sign in (1, -1)
        ]
        return Evaluation(
            (sides[0].loss + sides[1].loss) / 2, (sides[0].accuracy + sides[1].accuracy) / 2
        )


@dataclass(frozen=True)
class LackOfContrast:
    """Minus the deviation of a case's features from their mean, averaged over the cases.

    On detectors of log intensity this is the contrast that a camera's autofocus looks at: it needs
    no labels.

    Parameters
    ----------
    searched : Searched
    x : Tensor of shape (cases, channels, timepoints), or what the network's ``encode`` makes of it
    """

    searched: Searched
    x: Any

    def __call__(self, values: Values, cases: Tensor) -> Evaluation:
        features = self.searched.features(values, self.x[cases]).double()
        contrast = (features.var(dim=-1, correction=0) + 1e-12).sqrt().mean(dim=-1)
        return Evaluation(-contrast, torch.full_like(contrast, torch.nan).detach())


def waits_for_the_host(objective: Objective) -> bool:
    """Whether an objective says so of itself: a CUDA graph cannot hold it."""
    return bool(getattr(objective, "waits_for_the_host", False))


def evaluate(objective: Objective, values: Values, cases: Tensor, points: int) -> Evaluation:
    """Loss and accuracy of every start, without a gradient."""
    with torch.no_grad():
        parts = [objective(part, cases) for part in _parts(values, points * len(cases))]
    return Evaluation(torch.cat([p.loss for p in parts]), torch.cat([p.accuracy for p in parts]))


def gradients(
    objective: Objective, values: Values, cases: Tensor, points: int, active: set[str]
) -> tuple[Evaluation, Values]:
    """Loss, accuracy, and the gradient with respect to every active value of every start."""
    parts = [
        gradients_at_once(objective, part, cases, active)
        for part in _parts(values, points * len(cases))
    ]
    slopes = {name: torch.cat([part[name] for _, part in parts]) for name in active}
    losses, accuracies = ([getattr(e, what) for e, _ in parts] for what in ("loss", "accuracy"))
    return Evaluation(torch.cat(losses), torch.cat(accuracies)), slopes


def gradients_at_once(
    objective: Objective, values: Values, cases: Tensor, active: set[str]
) -> tuple[Evaluation, Values]:
    """As :func:`gradients`, of all starts together."""
    leaves = {k: v.detach().requires_grad_(k in active) for k, v in values.items()}
    wanted = {name: leaves[name] for name in active}
    with torch.enable_grad():
        evaluation = objective(leaves, cases)
        if not evaluation.loss.requires_grad:
            raise InvalidInputError(
                "training must not be projection: what the detectors read has no slope, as of "
                "LongestDwell alone; take a detector beside it that has one, or selection."
            )
        total = evaluation.loss.sum()
        slopes = torch.autograd.grad(total, list(wanted.values()), allow_unused=True)
    of_each = {
        name: torch.zeros_like(leaf) if slope is None else slope
        for (name, leaf), slope in zip(wanted.items(), slopes, strict=True)
    }
    return Evaluation(evaluation.loss.detach(), evaluation.accuracy), of_each


def starts_at_once(values: Values, points: int) -> int:
    """How many starts are computed together, of so many points each."""
    on_gpu = next(iter(values.values())).device.type == "cuda"
    return max(1, (POINTS_ON_A_GPU if on_gpu else POINTS_AT_ONCE) // max(points, 1))


def _parts(values: Values, points: int) -> list[Values]:
    """The starts in parts that are computed together."""
    at_once = starts_at_once(values, points)
    if n_starts(values) <= at_once:
        return [values]
    return [take(values, part) for part in torch.arange(n_starts(values)).split(at_once)]
