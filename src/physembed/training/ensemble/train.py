"""Training of several networks of one shape by gradient, as one batch."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks import SeriesNetwork, StackedNetworks
from physembed.training.batches import divided
from physembed.training.ensemble.batches import member_batches
from physembed.training.ensemble.bookkeeping import Bookkeeping
from physembed.training.ensemble.classification import EnsembleClassification
from physembed.training.ensemble.member import Member
from physembed.training.randomness import seeded
from physembed.training.settings import TrainingSettings
from physembed.training.start import scale_start
from physembed.training.trainer import quiet_trainer, run_to_the_end


def train_together(
    make_networks: Sequence[Callable[[], SeriesNetwork]],
    x: Tensor,
    y: Tensor,
    settings: TrainingSettings,
    *,
    seeds: Sequence[int],
    device: str = "auto",
) -> list[Member]:
    """Train one network from each seed, all of them in the same steps.

    Each ends as from :func:`~physembed.training.train_by_gradient` with its own seed, to rounding:
    the start, the held-out cases, the order of batches, the norm by which gradients are clipped,
    early stopping and the weights kept are its own. Small networks cost hardly more together than
    one of them alone, since their steps are short against what starts them.

    Parameters
    ----------
    make_networks : sequence of callables
        One for each member; called once, after its seed is set.
    x : Tensor of shape (cases, channels, timepoints), real
    y : Tensor of shape (cases,), int64
    settings : TrainingSettings
    seeds : sequence of int
        One for each member.
    device : {"auto", "cpu", "cuda"}, default="auto"

    Returns
    -------
    list of Member
        Their networks on the CPU, in evaluation mode. A member whose loss was no longer finite has
        an ``error``, and the others go on. The seconds in a history are a member's share.

    Raises
    ------
    InvalidInputError
        If the networks are not of one shape (:class:`~physembed.networks.StackedNetworks`), or
        there is not one seed for each.
    """
    if not seeds or len(seeds) != len(make_networks):
        raise InvalidInputError(
            f"seeds must hold one seed for each of {len(make_networks)} networks, got {seeds!r}."
        )
    members = [
        _begin(make_network, x, y, settings, seed)
        for make_network, seed in zip(make_networks, seeds, strict=True)
    ]
    training = torch.stack([member.training for member in members])
    validation = torch.stack([member.validation for member in members])
    networks = StackedNetworks([member.network for member in members])
    trainer = quiet_trainer(
        settings, settings.epochs(training.shape[1]), device, [Bookkeeping(members, settings)]
    )
    with seeded(seeds[0]):
        run_to_the_end(
            trainer,
            EnsembleClassification(networks, settings),
            member_batches(x, y, training, settings.batch_size, seeds=seeds),
            member_batches(x, y, validation, settings.batch_size) if validation.numel() else None,
        )
    for member in members:
        if member.error is None and member.kept is not None:
            networks.write(member.kept, member.network)
        member.network.eval()
    return members


def _begin(
    make_network: Callable[[], SeriesNetwork],
    x: Tensor,
    y: Tensor,
    settings: TrainingSettings,
    seed: int,
) -> Member:
    """A member at its start, the same as that of a separate training."""
    training, validation = divided(y, settings, seed)
    with seeded(seed):
        network = make_network()
        network.prepare(x[training], seed=seed)
        scale_start(network, x[training], y[training], settings.start_scales, seed=seed)
    return Member(network, seed, training, validation)
