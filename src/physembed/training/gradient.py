"""Training of a whole network by gradient, through Lightning's Trainer."""

from collections.abc import Callable

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import EarlyStopping
from torch import Tensor

from physembed.networks import SeriesNetwork
from physembed.training.batches import batches, hold_out
from physembed.training.callbacks import BestWeights, FiniteLoss, History
from physembed.training.classification import SeriesClassification
from physembed.training.progress import ProgressBar
from physembed.training.settings import Record, TrainingSettings
from physembed.training.start import scale_start
from physembed.training.trainer import known_warnings_are_silent, quiet_trainer


def train_by_gradient(
    make_network: Callable[[], SeriesNetwork],
    x: Tensor,
    y: Tensor,
    settings: TrainingSettings,
    *,
    seed: int,
    device: str = "auto",
    progress: bool = False,
    callbacks: list[pl.Callback] | None = None,
) -> tuple[SeriesNetwork, list[Record]]:
    """Train a network; the same seed on the same machine gives the same weights.

    Parameters
    ----------
    make_network : callable
        Builds the network; called once, after the seed is set.
    x : Tensor of shape (cases, channels, timepoints), real
    y : Tensor of shape (cases,), int64
    settings : TrainingSettings
    seed : int
        Seed of the initial weights, the held-out cases, the order of batches and dropout. The
        global random state of torch is left as it was.
    device : {"auto", "cpu", "cuda"}, default="auto"
    progress : bool, default=False
        Whether to show a progress bar with a time estimate on standard error.
    callbacks : list of Lightning callbacks, optional

    Returns
    -------
    network : SeriesNetwork
        On the CPU, in evaluation mode.
    history : list of dict
        One record per epoch.

    Raises
    ------
    TrainingError
        If the loss is no longer finite.
    """
    training, validation = hold_out(y, settings.validation_fraction, seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = make_network()
        network.prepare(x[training], seed=seed)
        scale_start(network, x[training], y[training], settings.start_scales, seed=seed)
        shuffling = torch.Generator().manual_seed(seed)
        train_batches = batches(x[training], y[training], settings.batch_size, generator=shuffling)
        has_validation = len(validation) > 0
        validation_batches = (
            batches(x[validation], y[validation], settings.batch_size) if has_validation else None
        )
        history = History(network)
        best = BestWeights(network)
        hooks: list[pl.Callback] = [FiniteLoss(network), history]
        if has_validation and settings.keep == "best":
            hooks.append(best)
        if has_validation and settings.patience is not None:
            hooks.append(EarlyStopping("validation_loss", patience=settings.patience))
        if progress:
            hooks.append(ProgressBar(history))
        n_epochs = settings.epochs(len(training))
        trainer = quiet_trainer(settings, n_epochs, device, [*hooks, *(callbacks or [])])
        with known_warnings_are_silent():
            trainer.fit(SeriesClassification(network, settings), train_batches, validation_batches)
        best.restore()
    return network.cpu().eval(), history.records
