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

FEWEST_TOLD = 100
"""Cases left out so far, below which all divisions are looked at."""
DECIDED = 3.3
"""Standard errors of the mean difference from which on it is decided: one in two thousand times
chance goes as far. Every division takes a search, and of many cases the first tells enough."""

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
        there are folds. Divisions are looked at until it is decided (:func:`is_decided`).
    """
    x, y, settings, seed = task.x, task.y, task.settings, task.seed
    plain = replace(settings, proving_folds=0, readout="ridge")
    n_folds = settings.proving_folds
    is_classified = not y.is_floating_point()
    if is_classified and int(torch.bincount(y).min()) < n_folds:
        return False
    kind = StratifiedKFold if is_classified else KFold
    folds = kind(n_folds, shuffle=True, random_state=seed % 2**32)
    # of every case that was left out, what the found physics errs more than the network's own
    excess: list[Tensor] = []
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
        trained_errs, made_errs = (
            errors_as_built(network, *tested, settings.tolerance) for network in (trained, as_made)
        )
        excess.append(trained_errs - made_errs)
        if is_decided(torch.cat(excess)):
            break
    return bool(torch.cat(excess).sum() < 0)


def is_decided(excess: Tensor) -> bool:
    """Whether so many differences, one of each case, tell their sign.

    Of mistakes this is McNemar's test: of the cases that only one of both is mistaken about. It
    tells of two networks that were fitted, not of how differently a search ends in other divisions,
    and takes cases for independent, for which the limit is far above the usual 2.

    Parameters
    ----------
    excess : Tensor of shape (cases,), float64

    References
    ----------
    McNemar, Psychometrika 12, 153 (1947); Maron and Moore, NeurIPS 6, 59 (1993), on races that
    end where they are decided.
    """
    if len(excess) < FEWEST_TOLD:
        return False
    deviation, mean = torch.std_mean(excess)
    return bool(mean.abs() * len(excess) ** 0.5 > DECIDED * deviation)


def errors_as_built(network: SeriesNetwork, x: Tensor, y: Tensor, tolerance: float) -> Tensor:
    """Mistakes, (cases,); or -log p in the mean over media not quite as they were ordered."""
    if not tolerance:
        return _errors(network, x, y)
    searched, generator = Searched.of(network), torch.Generator().manual_seed(0)
    ordered, total = searched.current(), torch.zeros(len(x), dtype=torch.float64)
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


def _errors(
    network: SeriesNetwork, x: Tensor, y: Tensor, *, by_probability: bool = False
) -> Tensor:
    """Of every case 1 for a mistake, or the squared error; or -log p of the right class."""
    network.eval()
    with torch.inference_mode():
        outputs = network(x).double()
    if y.is_floating_point():
        return (outputs - y.reshape(len(y), -1)).square().sum(dim=1)
    if by_probability:
        return torch.nn.functional.cross_entropy(outputs, y, reduction="none")
    return (outputs.argmax(dim=1) != y).double()
