"""The best of several compositions, each with its physics found by projection."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.cases import draw_cases
from physembed.training.history import Record
from physembed.training.projection.objective import LeftOutError, evaluate
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.projection.starts import Searched
from physembed.training.projection.train import train_by_projection


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

    Returns
    -------
    network : SeriesNetwork
    history : list of dict
        Of the composition kept.
    """
    trained = []
    cases = draw_cases(len(x), settings.final_cases, seed, 0)
    for number, make in enumerate(makers):
        file = None if checkpoint is None else checkpoint.with_name(f"{number}-{checkpoint.name}")
        network, history = train_by_projection(
            make, x, y, settings, seed=seed, device=device, progress=progress, checkpoint=file
        )
        if len(makers) == 1:
            return network, history
        searched = Searched.of(network)
        objective = LeftOutError(searched, x, y)
        points = x.shape[1] * x.shape[2]
        loss = float(evaluate(objective, searched.current(), cases, points).loss)
        trained.append((float("inf") if math.isnan(loss) else loss, network, history))
    _, network, history = min(trained, key=lambda entry: entry[0])
    return network, history
