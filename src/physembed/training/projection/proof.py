"""Whether found physics is better than the network's own, on cases that the search has not seen."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from sklearn.model_selection import KFold, StratifiedKFold
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.projection.starts import Searched
from physembed.training.projection.task import ProjectionTask
from physembed.training.readout.ridge import fit_readout

DRAWS = 16
"""Media with errors of a tolerance that a proof is asked of."""

Train = Callable[..., tuple[SeriesNetwork, object]]


def found_is_better(
    train: Train, make_network: Callable[[], SeriesNetwork], task: ProjectionTask
) -> bool:
    """Search in every division of the training cases, and test on those left out.

    Left-out error is computed within the search's own cases and flatters it: with many numbers
    and few cases it falls while the physics gets worse. This looks at cases outside.

    Parameters
    ----------
    train : callable
        :func:`~physembed.training.train_by_projection`.
    make_network : callable
        As for it.
    task : ProjectionTask
        ``settings.proving_folds`` divisions are made.

    Returns
    -------
    bool
        True where the found physics makes fewer mistakes (a smaller squared error, for real
        numbers) than the network's own, each with its ridge readout, and under errors of
        ``settings.tolerance`` where there are any; False also where a class has fewer cases than
        there are folds.
    """
    x, y, settings, seed = task.x, task.y, task.settings, task.seed
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
            device=task.device,
            progress=task.progress,
        )
        tested = x[unseen], y[unseen]
        errors_as_made += errors_as_built(as_made, *tested, settings.tolerance)
        errors_trained += errors_as_built(trained, *tested, settings.tolerance)
    return errors_trained < errors_as_made


def errors_as_built(network: SeriesNetwork, x: Tensor, y: Tensor, tolerance: float) -> float:
    """The mistakes; or -log p in the mean over media that are not quite as they were ordered."""
    if not tolerance:
        return _errors(network, x, y)
    searched, generator = Searched.of(network), torch.Generator().manual_seed(0)
    ordered, total = searched.current(), 0.0
    for _ in range(DRAWS):
        built = {
            name: value * (1 + tolerance * torch.randn(value.shape, generator=generator).to(value))
            for name, value in ordered.items()
        }
        searched.assign(built)
        # few cases are mistaken by few media, and probabilities tell how nearly the others are
        total += _errors(network, x, y, by_probability=True)
    searched.assign(ordered)
    return total / DRAWS


def _errors(network: SeriesNetwork, x: Tensor, y: Tensor, *, by_probability: bool = False) -> float:
    """The number of mistakes, or the sum of squared errors; or of -log p of the right classes."""
    network.eval()
    with torch.inference_mode():
        outputs = network(x)
    if y.is_floating_point():
        return float((outputs - y.reshape(len(y), -1)).square().sum())
    if by_probability:
        return float(torch.nn.functional.cross_entropy(outputs.double(), y, reduction="sum"))
    return float((outputs.argmax(dim=1) != y).sum())
