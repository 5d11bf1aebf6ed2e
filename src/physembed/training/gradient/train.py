"""Training of a whole network by gradient, through Lightning's Trainer."""

from collections.abc import Callable
from pathlib import Path

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import ProgressBar as AnyProgressBar
from torch import Tensor

from physembed.errors import DivergenceError
from physembed.networks import SeriesNetwork
from physembed.training.cuda_graph import say_why_not
from physembed.training.gradient.batches import Batches, batches, divided
from physembed.training.gradient.callbacks import (
    BestWeights,
    FiniteLoss,
    History,
    Patience,
    ProgressBar,
)
from physembed.training.gradient.checkpoint import TrainingCheckpoint
from physembed.training.gradient.lightning_module import SeriesTraining
from physembed.training.gradient.recorded import (
    RecordedTraining,
    can_be_recorded,
    train_recorded,
)
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.gradient.shares import check_started_together
from physembed.training.gradient.start import scale_start
from physembed.training.gradient.trainer import quiet_trainer, run_to_the_end
from physembed.training.history import Record
from physembed.training.randomness import deterministic, seeded


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
    class_weights: Tensor | None = None,
    checkpoint: Path | None = None,
    processes: int = 1,
    nodes: int = 1,
) -> tuple[SeriesNetwork, list[Record]]:
    """Train a network; the same seed on the same machine gives the same weights.

    Parameters
    ----------
    make_network : callable
        Builds the network; called once, after the seed is set.
    x : Tensor of shape (cases, channels, timepoints), real
    y : Tensor of shape (cases,), int64 or float
        Classes; or real numbers, whose mean squared error is then lowered.
    settings : TrainingSettings
    seed : int
        Seed of the initial weights, the held-out cases, the order of batches and dropout. The
        global random state of torch is left as it was.
    device : {"auto", "cpu", "cuda"}, default="auto"
    progress : bool, default=False
        Whether to show a progress bar with a time estimate on standard error.
    callbacks : list of Lightning callbacks, optional
    class_weights : Tensor of shape (classes,), optional
        How much the loss of each class's cases counts.
    checkpoint : Path, optional
        A file that the training is kept in while it runs and gone on from if it was interrupted,
        to the same end; removed at the end. Its name must be this training's alone, and its folder
        one that all nodes see.
    processes, nodes : int, default=1
        Processes (GPUs, where these are trained on) on each of so many machines, started by
        ``torchrun --nproc-per-node PROCESSES``, see :doc:`models`. Each holds a copy of the network
        and all cases, and computes its share of every training batch (Lightning's distributed data
        parallel training). The result predicts as that of one process, to rounding, for networks
        without dropout and batch normalisation; only coefficients that nothing detected depends
        on, such as the last layer's Kerr coefficient in the Lie scheme, go their own way, as
        rounding alone moves them.

    Returns
    -------
    network : SeriesNetwork
        On the CPU, in evaluation mode.
    history : list of dict
        One record per epoch.

    Raises
    ------
    InvalidInputError
        If ``processes`` or ``nodes`` is no positive integer or not what torchrun started, or the
        device is absent.
    DivergenceError
        If the loss is no longer finite; with the last good weights, if an epoch was finished.
    RunFolderError
        If the checkpoint cannot be written or read.
    """
    check_started_together(processes, nodes)
    training, validation = divided(y, settings, seed)
    with seeded(seed):
        network = make_network()
        network.prepare(x[training], seed=seed)
        where = torch.device("cpu")
        if processes * nodes == 1 and checkpoint is None and not callbacks:
            where = _place_of(network, x, device)
        network.to(where)
        scale_start(
            network, x[training].to(where), y[training].to(where), settings.start_scales, seed=seed
        )
        shuffling = torch.Generator().manual_seed(seed)
        # what a user's callbacks are shown are series, and other devices are sent them
        encodes_once = device == "cpu" and processes * nodes == 1 and not callbacks
        encode = network.encode if encodes_once else lambda series: series
        train_batches = batches(
            encode(x[training]), y[training], settings.batch_size, generator=shuffling
        )
        has_validation = len(validation) > 0
        validation_batches = (
            batches(encode(x[validation]), y[validation], settings.batch_size)
            if has_validation
            else None
        )
        n_epochs = settings.epochs(len(training))
        if where.type == "cuda":
            records = _train_on_gpu(
                network,
                settings,
                train_batches,
                validation_batches,
                class_weights=class_weights,
                n_epochs=n_epochs,
                progress=progress,
            )
            if records is not None:
                return network.cpu().eval(), records
        history = History(network)
        best = BestWeights(network)
        finite = FiniteLoss(network)
        hooks: list[pl.Callback] = [finite, history]
        on_disk = None if checkpoint is None else TrainingCheckpoint(checkpoint, shuffling)
        if has_validation and settings.keep == "best":
            hooks.append(best)
        if has_validation and settings.patience is not None:
            hooks.append(Patience("validation_loss", patience=settings.patience))
        given = callbacks or []
        if progress and not any(isinstance(one, AnyProgressBar) for one in given):
            hooks.append(ProgressBar(history))
        hooks += given
        hooks += [] if on_disk is None else [on_disk]
        trainer = quiet_trainer(settings, n_epochs, device, hooks, processes=processes, nodes=nodes)
        try:
            with deterministic():
                run_to_the_end(
                    trainer,
                    SeriesTraining(network, settings, class_weights),
                    train_batches,
                    validation_batches,
                    ckpt_path=None if on_disk is None else on_disk.to_resume_from(),
                    weights_only=True,
                )
        except DivergenceError as error:
            if finite.good is not None:
                network.load_state_dict(finite.good)
                best.restore()
                epoch = finite.epoch if best.weights is None else best.epoch
                error.rescued = (network.cpu().eval(), history.records, epoch)
            raise
        best.restore()
    if on_disk is not None:
        on_disk.remove()
    return network.cpu().eval(), history.records


def _place_of(network: SeriesNetwork, x: Tensor, device: str) -> torch.device:
    """The GPU where the training is recorded there; else the CPU, from where Lightning moves it."""
    name = "cuda" if device == "auto" and torch.cuda.is_available() else device
    place = torch.device("cpu" if name == "auto" else name)
    return place if can_be_recorded(network, x, place) else torch.device("cpu")


def _train_on_gpu(
    network: SeriesNetwork,
    settings: TrainingSettings,
    training: Batches,
    validation: Batches | None,
    *,
    class_weights: Tensor | None,
    n_epochs: int,
    progress: bool,
) -> list[Record] | None:
    """The history of a recorded training, or None where it cannot be recorded, which is said."""
    try:
        recorded = RecordedTraining(
            network,
            settings,
            training,
            validation,
            class_weights=class_weights,
            n_epochs=n_epochs,
        )
    except torch.OutOfMemoryError:
        raise
    except RuntimeError as error:
        say_why_not(error)
        network.zero_grad(set_to_none=True)
        return None
    return train_recorded(recorded, settings, progress=progress)
