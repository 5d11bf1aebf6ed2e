"""Series and labels as shuffled batches, and a part of them held out."""

import warnings

import torch
from torch import Tensor
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    SequentialSampler,
    TensorDataset,
)

from physembed.errors import PhysembedWarning
from physembed.training.cases import hold_out
from physembed.training.gradient.settings import TrainingSettings

Batches = DataLoader[tuple[Tensor, ...]]


def batches(
    x: Tensor, y: Tensor, batch_size: int, *, generator: torch.Generator | None = None
) -> Batches:
    """Whole batches cut out of tensors at once; shuffled where a generator is given."""
    dataset = TensorDataset(x, y)
    sampler = (
        SequentialSampler(dataset)
        if generator is None
        else RandomSampler(dataset, generator=generator)
    )
    # batch_size=None hands the sampler's lists of indices to the data set as they are
    return DataLoader(
        dataset, sampler=BatchSampler(sampler, batch_size, drop_last=False), batch_size=None
    )


def divided(y: Tensor, settings: TrainingSettings, seed: int) -> tuple[Tensor, Tensor]:
    """:func:`hold_out` as settings say, with a warning where there is nothing to stop early by."""
    training, validation = hold_out(y, settings.validation_fraction, seed)
    if settings.patience is not None and len(validation) == 0:
        warnings.warn(
            f"patience={settings.patience} has no effect: of {len(y)} training cases, "
            f"validation_fraction={settings.validation_fraction} holds out none, since each class "
            "must be held out and be left.",
            PhysembedWarning,
            stacklevel=3,
        )
    return training, validation
