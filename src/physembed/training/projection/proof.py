"""Whether found physics is better than the network's own, on cases that the search has not seen."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from sklearn.model_selection import KFold, StratifiedKFold
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.readout.ridge import fit_readout

Train = Callable[..., tuple[SeriesNetwork, object]]


def found_is_better(
    train: Train,
    make_network: Callable[[], SeriesNetwork],
    x: Tensor,
    y: Tensor,
    settings: ProjectionSettings,
    *,
    seed: int,
    device: str,
    progress: bool,
) -> bool:
    """Search in every division of the training cases, and test on those left out.

    Left-out error is computed within the search's own cases and flatters it: with many numbers
    and few cases it falls while the physics gets worse. This looks at cases outside.

    Parameters
    ----------
    train : callable
        :func:`~physembed.training.train_by_projection`.
    make_network, x, y, settings, seed, device, progress
        As for it; ``settings.proving_folds`` divisions are made.

    Returns
    -------
    bool
        True where the found physics makes fewer mistakes (a smaller squared error, for real
        numbers) than the network's own, each with its ridge readout; False also where a class has
        fewer cases than there are folds.
    """
    plain = replace(settings, proving_folds=0, readout="ridge")
    n_folds = settings.proving_folds
    is_classified = not y.is_floating_point()
    if is_classified and int(torch.bincount(y).min()) < n_folds:
        return False
    kind = StratifiedKFold if is_classified else KFold
    folds = kind(n_folds, shuffle=True, random_state=seed % 2**32)
    errors_as_made = errors_trained = 0.0
    for searched, unseen in folds.split(np.zeros(len(x)), y.numpy(force=True)):
        torch.manual_seed(seed)
        as_made = make_network()
        as_made.prepare(x[searched], seed=seed)
        fit_readout(as_made, x[searched], y[searched])
        trained, _ = train(
            make_network,
            x[searched],
            y[searched],
            plain,
            seed=seed,
            device=device,
            progress=progress,
        )
        errors_as_made += _errors(as_made, x[unseen], y[unseen])
        errors_trained += _errors(trained, x[unseen], y[unseen])
    return errors_trained < errors_as_made


def _errors(network: SeriesNetwork, x: Tensor, y: Tensor) -> float:
    """The number of mistakes, or the sum of squared errors."""
    network.eval()
    with torch.inference_mode():
        outputs = network(x)
    if not y.is_floating_point():
        return float((outputs.argmax(dim=1) != y).sum())
    return float((outputs - y.reshape(len(y), -1)).square().sum())
