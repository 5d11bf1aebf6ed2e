"""Where a search begins: starts that are drawn, and some that are brought into focus."""

from typing import Any

import torch

from physembed.training.cases import draw_cases
from physembed.training.projection.objective import LackOfContrast, Objective, evaluate
from physembed.training.projection.search import SearchState, Step, search
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.starts import Searched, Values, join, take

FOCUSED = 4
"""Starts in focus that autofocus puts in the place of drawn ones."""


def first_starts(
    searched: Searched, x: Any, settings: ProjectionSettings, points: int, seed: int
) -> Values:
    """The starts of the first rung; with autofocus the last of them have much contrast.

    Parameters
    ----------
    searched : Searched
    x : Tensor of shape (cases, channels, timepoints), or what the network's ``encode`` made of it
    settings : ProjectionSettings
    points : int
        Channels times timepoints of a case.
    seed : int
    """
    generator = torch.Generator().manual_seed(seed)
    n_drawn, _, n_cases = settings.rungs[0]
    values = searched.draw(n_drawn, generator)
    if not settings.autofocus:
        return values
    contrast: Objective = LackOfContrast(searched, x)
    candidates = searched.draw(n_drawn, generator)
    cases = draw_cases(len(x), n_cases, seed, 0)
    n_focused = min(FOCUSED, n_drawn)
    sharpest = evaluate(contrast, candidates, cases, points).loss.argsort()[:n_focused]
    state = SearchState(take(candidates, sharpest))
    steps = [Step(0, n_focused, n_cases, settings.rate, searched.stages[0], 12)] * 12
    search(searched, contrast, state, steps, n_cases=len(x), points=points, seed=seed + 1)
    return join(take(values, torch.arange(n_drawn - n_focused)), state.values)
