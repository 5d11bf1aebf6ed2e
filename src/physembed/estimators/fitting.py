"""An estimator's network, fitted in the way that its settings say."""

import hashlib
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from physembed.errors import DivergenceError, TrainingWarning
from physembed.estimators.options import accelerator
from physembed.networks import SeriesNetwork
from physembed.training.gradient.settings import Record, TrainingSettings
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.randomness import seeded
from physembed.training.readout.logistic import fit_best_readout
from physembed.training.readout.ridge import fit_readout

if TYPE_CHECKING:
    from physembed.estimators.series_estimator import SeriesEstimator, Task


class Fitted(NamedTuple):
    """What fitting found.

    Parameters
    ----------
    network : SeriesNetwork
    history : list of dict
    divergence : str or None
        Why a training ended before its time, with the weights that were good.
    """

    network: SeriesNetwork
    history: list[Record]
    divergence: str | None = None


def fit_network(estimator: "SeriesEstimator", task: "Task") -> Fitted:
    """A fitted network, its history, and what went wrong with it.

    Raises
    ------
    TrainingError
        If there is no weight to keep.
    KeyboardInterrupt
        On Ctrl-C; it says so where the same fit goes on from what is kept.
    """
    settings = estimator.training_settings()
    with _interrupts_say_what_is_kept(estimator, task):
        if settings is None:
            return _designed(estimator, task)
        if isinstance(settings, ProjectionSettings):
            return _searched(estimator, task, settings)
        return _trained(estimator, task, settings)


def _designed(estimator: "SeriesEstimator", task: "Task") -> Fitted:
    with seeded(task.seed):
        network = estimator._designed_network(task)
    for parameter in network.embedding_parameters():
        parameter.requires_grad_(False)
    if estimator.verbose > 0:
        from rich.console import Console

        Console(stderr=True, highlight=False).print(
            f"{estimator._name()}: designed, {network.head.linear.in_features:,} features of "
            f"{len(task.x):,} cases; solving the readout"
        )
    network.prepare(task.x, seed=task.seed)
    of_classes = not task.y.is_floating_point() and task.class_weights is None
    if of_classes and estimator._readout() == "best":
        fit_best_readout(network, task.x, task.y, seed=task.seed)
    else:
        fit_readout(network, task.x, task.y, class_weights=task.class_weights)
    return Fitted(network, [])


def _searched(estimator: "SeriesEstimator", task: "Task", settings: ProjectionSettings) -> Fitted:
    from physembed.training.projection.alternatives import train_best_by_projection

    network, history = train_best_by_projection(
        estimator._alternatives(task),
        task.x,
        task.y,
        settings,
        seed=task.seed,
        device=accelerator(estimator.device),
        progress=estimator.verbose > 0,
        checkpoint=_checkpoint(estimator, task, "search.json"),
    )
    if task.class_weights is not None:
        # the search looks at all cases alike; what is read out obeys the weights
        fit_readout(network, task.x, task.y, class_weights=task.class_weights)
    return Fitted(network, history)


def _trained(estimator: "SeriesEstimator", task: "Task", settings: TrainingSettings) -> Fitted:
    from physembed.training.gradient.train import train_by_gradient

    try:
        network, history = train_by_gradient(
            lambda: estimator._make_network(*task.sizes),
            task.x,
            task.y,
            settings,
            seed=task.seed,
            device=accelerator(estimator.device),
            progress=estimator.verbose > 0,
            callbacks=estimator.callbacks_,
            class_weights=task.class_weights,
            checkpoint=_checkpoint(estimator, task, "training.ckpt"),
        )
    except DivergenceError as error:
        if error.kept is None:
            raise
        network, history, epoch = error.kept
        divergence = f"{error} The weights of epoch {epoch} are kept."
        warnings.warn(divergence, TrainingWarning, stacklevel=2)
        return Fitted(network, history, divergence)
    return Fitted(network, history)


def _checkpoint(estimator: "SeriesEstimator", task: "Task", name: str) -> Path | None:
    """Where this fit and no other is kept while it runs; None where nothing is to be kept."""
    if estimator.checkpoint_dir is None:
        return None
    return Path(estimator.checkpoint_dir) / f"{_digest(estimator, task)}-{name}"


def _digest(estimator: "SeriesEstimator", task: "Task") -> str:
    """What tells a fit from every other: settings, seed, cases and labels."""
    sha = hashlib.sha256(json.dumps(estimator.settings(), sort_keys=True).encode())
    sha.update(f"{task.seed};{task.sizes};{tuple(task.x.shape)};".encode())
    for tensor in (task.x, task.y):
        sha.update(tensor.contiguous().numpy(force=True).data)
    return sha.hexdigest()[:16]


@contextmanager
def _interrupts_say_what_is_kept(estimator: "SeriesEstimator", task: "Task") -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        folder = estimator.checkpoint_dir
        if folder is None or not any(Path(folder).glob(f"*{_digest(estimator, task)}*")):
            raise
        raise KeyboardInterrupt(
            f"stopped; the fit is kept in {folder}, and the same fit goes on from there"
        ) from error
