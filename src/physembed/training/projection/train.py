"""Training by projection: the readout is solved exactly wherever the physics is looked at."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from physembed.errors import InvalidInputError, PhysembedWarning
from physembed.networks import SeriesNetwork
from physembed.training.cases import draw_cases
from physembed.training.history import Record
from physembed.training.projection.checkpoint import SearchCheckpoint
from physembed.training.projection.first_starts import first_starts
from physembed.training.projection.objective import (
    Evaluation,
    LeftOutError,
    NearTheStart,
    Objective,
    UnderErrors,
    evaluate,
)
from physembed.training.projection.progress import SearchProgress
from physembed.training.projection.proof import found_is_better
from physembed.training.projection.search import SearchState, plan, search
from physembed.training.projection.settings import ProjectionSettings, Rung
from physembed.training.projection.starts import Searched, join, n_starts, take
from physembed.training.projection.task import ProjectionTask
from physembed.training.projection.trace import Trace
from physembed.training.randomness import seeded
from physembed.training.readout.logistic import fit_best_readout
from physembed.training.readout.ridge import fit_readout

LOOK_ONCE: tuple[Rung, ...] = ((1, 0, 3),)
"""The network's own values, unmoved."""


def train_by_projection(
    make_network: Callable[[], SeriesNetwork],
    x: Tensor,
    y: Tensor,
    settings: ProjectionSettings | None = None,
    *,
    seed: int,
    groups: Tensor | None = None,
    device: str = "cpu",
    progress: bool = False,
    checkpoint: Path | None = None,
) -> tuple[SeriesNetwork, list[Record]]:
    r"""Find a network's physics, the readout being eliminated, and then solve the readout.

    For given physics θ the best ridge readout and its leave-one-out error are known in closed form,
    so only

    .. math:: \min_\theta \; \min_\lambda \; \frac{1}{n} \sum_i
              \left( \frac{y_i - \hat y_i(\theta, \lambda)}{1 - h_{ii}(\theta, \lambda)} \right)^2

    is left: a few numbers, in natural units, whose ranges the network declares
    (:meth:`~physembed.networks.SeriesNetwork.search_spaces`). Many starts go side by side in one
    batch, the worse ones are dropped rung by rung, and Adam moves the others, on fresh cases in
    each step. Nothing depends on what the numbers mean: any network with trainable embedding
    parameters will do. Comparators take their thresholds before the search, from the physics that
    the network begins with.

    Parameters
    ----------
    make_network : callable
        Builds the network; called once, after the seed is set.
    x : Tensor of shape (cases, channels, timepoints), real
    y : Tensor of shape (cases,), int64, or (cases,) or (cases, targets), float
        Classes 0 ... n_classes - 1, each present; or real numbers, for regression.
    settings : ProjectionSettings, optional
    seed : int
        The same seed on the same machine gives the same network.
    groups : Tensor of shape (cases,), integer, optional
        Physics that is to serve cases of groups never seen: the left-out error is that of whole
        groups.
    device : {"cpu", "cuda"}, default="cpu"
    progress : bool, default=False
        Whether to show a bar with a time estimate on standard error.
    checkpoint : Path, optional
        A file that the search is kept in while it runs and taken up from if it was interrupted;
        removed at the end.

    Returns
    -------
    network : SeriesNetwork
        On the CPU, in evaluation mode.
    history : list of dict
        The way of the winning start, one record per step.

    Raises
    ------
    InvalidInputError
        If the network has no embedding parameter, or there are fewer than two cases.
    TrainingError
        If no start has a finite left-out error.

    References
    ----------
    Golub and Pereyra, SIAM J. Numer. Anal. 10, 413 (1973); Jamieson and Talwalkar, AISTATS (2016).
    """
    settings = settings or ProjectionSettings()
    task = ProjectionTask(x, y, settings, seed, groups=groups, device=device, progress=progress)
    physics = find_physics(make_network, task, checkpoint=checkpoint)
    solve_readout(physics.network, task)
    physics.on_disk.remove()
    return physics.network, physics.history


@dataclass(frozen=True)
class FoundPhysics:
    """What a search has found, before its readout is solved.

    Parameters
    ----------
    network : SeriesNetwork
        On the CPU, in evaluation mode.
    history : list of dict
    on_disk : SearchCheckpoint
        To be removed when it is needed no more.
    loss : float
        The left-out error on the cases that were asked for; NaN where there were none.
    """

    network: SeriesNetwork
    history: list[Record]
    on_disk: SearchCheckpoint
    loss: float


def find_physics(
    make_network: Callable[[], SeriesNetwork],
    task: ProjectionTask,
    *,
    checkpoint: Path | None,
    judged_on: Tensor | None = None,
) -> FoundPhysics:
    """As :func:`train_by_projection`, but for the readout.

    ``judged_on`` are the cases of which :attr:`FoundPhysics.loss` is.
    """
    x, y, seed, points = task.x, task.y, task.seed, task.points
    task = _as_many_cases_allow(task)
    with seeded(seed):
        task = _as_proven(task, make_network)
        network = make_network()
        network.prepare(x, seed=seed)
        network = network.to(task.device)
        searched = Searched.of(network)
        if not searched.spaces:
            raise InvalidInputError(
                "training by projection needs a Trainable coefficient, but the network has none; "
                'with training="designed" its readout is solved.'
            )
        inputs = network.encode(x.to(task.device))
        objective = _objective(task, searched, inputs)
        settings = task.settings.bounded(points)
        steps = plan(settings, searched.stages)
        on_disk = SearchCheckpoint(checkpoint, settings, seed, x, y)
        state = on_disk.read(task.device)
        if state is None:
            state = SearchState(first_starts(searched, inputs, settings, points, seed))
        with SearchProgress(steps, shown=task.progress) as bar:

            def after_step(state: SearchState) -> None:
                bar.update(state)
                on_disk.write(state)

            search(
                searched,
                objective,
                state,
                steps,
                n_cases=len(x),
                points=points,
                seed=seed,
                after_step=after_step,
            )
        cases = draw_cases(len(x), settings.final_cases, seed, len(steps))
        _settle(searched, state, objective, cases, points)
        loss = math.nan
        if judged_on is not None:
            plain = LeftOutError(searched, inputs, y.to(task.device))
            loss = float(evaluate(plain, state.values, judged_on, points).loss)
        network = network.cpu().eval()
        history = state.trace.records(searched, network)
        searched.assign(state.values)
    return FoundPhysics(network, history, on_disk, loss)


def solve_readout(network: SeriesNetwork, task: ProjectionTask) -> None:
    """The readout of physics that was found, on the CPU, in place."""
    with seeded(task.seed):
        if task.settings.readout == "best" and not task.y.is_floating_point():
            fit_best_readout(network, task.x, task.y, seed=task.seed)
        else:
            fit_readout(network, task.x, task.y)


def _as_many_cases_allow(task: ProjectionTask) -> ProjectionTask:
    """Without a search, where there are two cases."""
    if task.n_cases < 2:
        raise InvalidInputError(f"x must hold at least two cases, got {task.n_cases}.")
    if task.n_cases > 2:
        return task
    warnings.warn(
        "the physics is not searched for: of two cases each would be predicted by the other "
        "alone, whatever the physics.",
        PhysembedWarning,
        stacklevel=3,
    )
    return _looking_once(task)


def _as_proven(task: ProjectionTask, make_network: Callable[[], SeriesNetwork]) -> ProjectionTask:
    """Without a search, where it is to be proven and what it finds is no better."""
    if not task.settings.proving_folds:
        return task
    better = found_is_better(train_by_projection, make_network, task)
    torch.manual_seed(task.seed)
    return task if better else _looking_once(task)


def _looking_once(task: ProjectionTask) -> ProjectionTask:
    settings = replace(task.settings, rungs=LOOK_ONCE, stage_steps=0, proving_folds=0)
    return replace(task, settings=settings)


def _objective(task: ProjectionTask, searched: Searched, inputs: Any) -> Objective:
    """What is minimised: the left-out error, under errors of the medium, by a prior."""
    groups = None if task.groups is None else task.groups.to(task.device)
    objective: Objective = LeftOutError(searched, inputs, task.y.to(task.device), groups)
    if task.settings.tolerance:
        objective = UnderErrors(objective, task.settings.tolerance)
    if task.settings.prior is not None:
        objective = _near_the_start(objective, searched, task.y, task.settings.prior)
    return objective


def _near_the_start(
    objective: Objective, searched: Searched, y: Tensor, share: float
) -> NearTheStart:
    deviations = {name: share * space.width for name, space in searched.spaces.items()}
    n_classes = 0 if y.is_floating_point() else int(y.max()) + 1
    # two classes have one target
    n_targets = n_classes - (n_classes == 2) if n_classes else y[0].numel()
    return NearTheStart(objective, searched.current(), deviations, len(y) * n_targets)


def _settle(
    searched: Searched, state: SearchState, objective: Objective, cases: Tensor, points: int
) -> None:
    """Keep the best start that is left, or the network's own values, or a medium that does nothing.

    The last two need no search, so what a search finds must be worth more than they are.
    """
    n_left = n_starts(state.values)
    plain = searched.draw(2, torch.Generator())
    evaluation = evaluate(objective, join(state.values, plain), cases, points)
    if not bool(torch.isfinite(evaluation.loss[:n_left]).any()):
        # the last step, which nobody has looked at, has lost the field
        state.values, _ = state.trace.last_sound()
        evaluation = evaluate(objective, join(state.values, plain), cases, points)
    best = torch.nan_to_num(evaluation.loss, nan=torch.inf).argmin()[None]
    if int(best) < n_left:
        state.keep(best)
        return
    state.values = take(plain, best - n_left)
    state.trace = Trace()
    state.trace.add(
        state.values, Evaluation(evaluation.loss[best], evaluation.accuracy[best]), seconds=0.0
    )
