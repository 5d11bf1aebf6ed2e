"""Joint fine-tuning of physics and readout by gradient, after a search."""

import copy
from dataclasses import replace

import torch
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.method import GRADIENT
from physembed.training.projection.objective import LeftOutError, evaluate
from physembed.training.projection.starts import Searched


def fine_tuned(
    network: SeriesNetwork,
    x: Tensor,
    y: Tensor,
    cases: Tensor,
    *,
    epochs: int,
    seed: int,
    device: str,
    groups: Tensor | None = None,
) -> SeriesNetwork:
    """The network after joint training, or the same network where that has made it worse.

    Parameters
    ----------
    network : SeriesNetwork
        With its readout solved; it is left as it is.
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64
    cases : Tensor of indices
        Those on which left-out errors are compared.
    epochs : int
    seed : int
    device : str
    groups : Tensor of shape (cases,), integer, optional

    Returns
    -------
    SeriesNetwork
        Its readout is to be solved again.
    """
    from physembed.training.gradient.train import train_by_gradient

    settings = replace(GRADIENT, max_epochs=epochs, min_steps=0)
    tuned, _ = train_by_gradient(
        lambda: copy.deepcopy(network), x, y, settings, seed=seed, device=device
    )
    errors = []
    for candidate in (network, tuned):
        searched = Searched.of(candidate)
        objective = LeftOutError(searched, x, y, groups)
        found = evaluate(objective, searched.current(), cases, x.shape[1] * x.shape[2])
        errors.append(float(torch.nan_to_num(found.loss, nan=torch.inf)))
    return network if errors[1] >= errors[0] else tuned
