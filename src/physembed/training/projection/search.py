"""Successive halving over starts, then the later stages from the best of them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from physembed._falling_rate import falling_rate
from physembed.errors import TrainingError
from physembed.training.cases import draw_cases
from physembed.training.projection.descent import Adam
from physembed.training.projection.objective import Objective, evaluate
from physembed.training.projection.recorded import RecordedGradients
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.starts import Searched, Values, n_starts, take
from physembed.training.projection.trace import Trace


@dataclass(frozen=True)
class Step:
    """One step of the plan of a search.

    Parameters
    ----------
    rung : int
        Stages after the first go on counting.
    starts : int
        How many are kept before it.
    cases : int
    rate : float or None
        None only looks.
    stage : int
        The numbers of this stage and those before it move.
    closes : bool
        Whether it is the last of its rung.
    length : int
        Steps of its rung.
    """

    rung: int
    starts: int
    cases: int
    rate: float | None
    stage: int
    length: int


def plan(settings: ProjectionSettings, stages: list[int]) -> list[Step]:
    """All steps of a search, in order."""
    steps: list[Step] = []
    last = len(settings.rungs) - 1
    for number, (starts, length, cases) in enumerate(settings.rungs):
        if length == 0:
            steps.append(Step(number, starts, cases, None, stages[0], 1))
        for step in range(length):
            falls = number == last
            rate = _falling(settings.rate, step, length) if falls else settings.rate
            steps.append(Step(number, starts, cases, rate, stages[0], length))
    _, _, cases = settings.rungs[-1]
    for offset, stage in enumerate(stages[1:], start=1):
        length = settings.stage_steps
        steps += [
            Step(last + offset, 1, cases, _falling(settings.rate, step, length), stage, length)
            for step in range(length)
        ]
    return steps


def _falling(rate: float, step: int, steps: int) -> float:
    """The rate of a step of the last rung, or of a later stage, which end at a tenth of it."""
    return falling_rate(rate, step / steps, last=0.1)


@dataclass
class SearchState:
    """All that a search goes on from.

    Parameters
    ----------
    values : dict of str to Tensor
        Of the starts that are left.
    position : int
        Steps of the plan that are done.
    """

    values: Values
    position: int = 0
    adam: Adam = field(default_factory=Adam)
    trace: Trace = field(default_factory=Trace)

    def keep(self, chosen: Tensor) -> None:
        """Forget all starts but some, in their order."""
        self.values = take(self.values, chosen)
        self.adam.keep(chosen)
        self.trace.keep(chosen)


def search(
    searched: Searched,
    objective: Objective,
    state: SearchState,
    steps: list[Step],
    *,
    n_cases: int,
    points: int,
    seed: int,
    after_step: Callable[[SearchState], None] = lambda state: None,
) -> None:
    """Advance a search to the end of its plan, in place.

    Every step draws its cases from the seed and its number alone, so that a search that is taken
    up again goes on as if nothing had happened, and all starts are compared on the same cases.

    Parameters
    ----------
    searched : Searched
    objective : callable
    state : SearchState
    steps : list of Step
    n_cases : int
        Cases there are to draw from.
    points : int
        Points of a case, for the parts in which starts are computed.
    seed : int
    after_step : callable, optional

    Raises
    ------
    TrainingError
        If the loss of no start is finite, nor was before. A start that is lost on its way goes half
        of the way back, again and again, to where it was sound.
    """
    slopes_at = RecordedGradients(objective, points)
    for step in _remaining(steps, state):
        started = time.perf_counter()
        cases = draw_cases(n_cases, step.cases, seed, state.position)
        if step.rate is None:
            evaluation = evaluate(objective, state.values, cases, points)
            moved = state.values
        else:
            active = {k for k, space in searched.spaces.items() if space.stage <= step.stage}
            evaluation, slopes = slopes_at(state.values, cases, active)
            moved = state.adam.step(state.values, slopes, searched.spaces, step.rate)
        state.trace.add(state.values, evaluation, time.perf_counter() - started)
        lost = ~torch.isfinite(evaluation.loss)
        if bool(lost.any()):
            sound, was_sound = state.trace.last_sound()
            if not bool(was_sound.any()):
                raise TrainingError(
                    f"the left-out error of all {len(lost)} starts is no number in step "
                    f"{state.position + 1}, nor was before; narrow the ranges of the coefficients."
                )
            moved = _half_way_back(moved, state.values, sound, lost & was_sound)
        state.values = searched.limit(moved)
        state.position += 1
        after_step(state)


def _half_way_back(moved: Values, lost: Values, sound: Values, which: Tensor) -> Values:
    """For starts whose medium has lost its field: half of the way back to where it had one."""
    back = {}
    for name, value in moved.items():
        here = which.reshape(-1, *([1] * (value.ndim - 1)))
        back[name] = torch.where(here, (lost[name] + sound[name]) / 2, value)
    return back


def _remaining(steps: list[Step], state: SearchState) -> Iterator[Step]:
    """The steps still to be done; before each, no more starts are left than it has."""
    while state.position < len(steps):
        step = steps[state.position]
        if step.starts < n_starts(state.values):
            length = steps[state.position - 1].length if state.position else 1
            recent = state.trace.recent_loss((length + 1) // 2)
            state.keep(recent.argsort(stable=True)[: step.starts])
        yield step
