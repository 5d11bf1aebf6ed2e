"""The best of several compositions, each with its physics found by projection."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from torch import Tensor

from physembed.errors import InvalidInputError, TrainingError
from physembed.networks import SeriesNetwork
from physembed.training.cases import draw_cases
from physembed.training.history import Record
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.task import ProjectionTask
from physembed.training.projection.train import FoundPhysics, find_physics, solve_readout


def train_best_by_projection(
    makers: Sequence[Callable[[], SeriesNetwork]],
    x: Tensor,
    y: Tensor,
    settings: ProjectionSettings,
    *,
    seed: int,
    device: str = "cpu",
    progress: bool = False,
    checkpoint: Path | None = None,
) -> tuple[SeriesNetwork, list[Record]]:
    """Search each composition's physics; keep the one of the least left-out error.

    Parameters
    ----------
    makers : sequence of callable
        Each builds a network; at least one.
    x, y, settings, seed, device, progress
        As for :func:`train_by_projection`.
    checkpoint : Path, optional
        As for :func:`train_by_projection`; a composition's number is put before the file's name.

        Of a fit that can only fail again, none is left behind.

    Returns
    -------
    network : SeriesNetwork
    history : list of dict
        Of the composition kept.
    """
    task = ProjectionTask(x, y, settings, seed, device=device, progress=progress)
    # a single composition is compared with none
    judged_on = draw_cases(len(x), settings.final_cases, seed, 0) if len(makers) > 1 else None
    searches: list[FoundPhysics] = []
    try:
        for number, make in enumerate(makers):
            file = checkpoint and checkpoint.with_name(f"{number}-{checkpoint.name}")
            searches.append(find_physics(make, task, checkpoint=file, judged_on=judged_on))
    except (InvalidInputError, TrainingError):
        # the same fit would end here again; after a kill, or without memory, it goes on
        for search in searches:
            search.on_disk.remove()
        raise
    best = min(searches, key=lambda search: math.inf if math.isnan(search.loss) else search.loss)
    solve_readout(best.network, task)
    for search in searches:
        search.on_disk.remove()
    return best.network, best.history
