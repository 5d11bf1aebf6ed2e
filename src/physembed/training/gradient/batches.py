"""Series and labels as shuffled batches, and a part of them held out."""

import warnings

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from torch import Tensor
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    SequentialSampler,
    TensorDataset,
)

from physembed.errors import PhysembedWarning
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


def hold_out(y: Tensor, fraction: float, seed: int) -> tuple[Tensor, Tensor]:
    """Indices of the training and the validation cases, stratified by class if there are any.

    The validation part is empty where either part would have less than one case per class, or a
    class has a single case.
    """
    labels = None if y.is_floating_point() else y.numpy(force=True)
    counts = np.array([len(y)]) if labels is None else np.bincount(labels)
    n_classes = int(np.count_nonzero(counts))
    everything = np.arange(len(y))
    n_held_out = round(fraction * len(y))
    too_few = min(n_held_out, len(y) - n_held_out) < n_classes
    if too_few or counts[counts > 0].min() < 2:
        return torch.from_numpy(everything), torch.empty(0, dtype=torch.long)
    kept, held_out = train_test_split(
        everything, test_size=n_held_out, stratify=labels, random_state=seed
    )
    return torch.from_numpy(np.sort(kept)), torch.from_numpy(np.sort(held_out))
