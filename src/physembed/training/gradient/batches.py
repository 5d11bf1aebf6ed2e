"""Series and labels as shuffled batches, and a part of them held out."""

import warnings
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    SequentialSampler,
    TensorDataset,
)

from physembed.errors import PhysembedWarning
from physembed.training.cases import hold_out
from physembed.training.gradient.settings import TrainingSettings

Batches = DataLoader[tuple[Tensor, ...]]


class EncodedCases(Dataset[tuple[Any, Tensor]]):
    """What a network's ``encode`` made of series, and their labels, by lists of indices.

    Parameters
    ----------
    x : object
        Indexed by cases.
    y : Tensor of shape (cases,)
    """

    def __init__(self, x: Any, y: Tensor) -> None:
        self.x = x
        self.y = y

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, places: list[int]) -> tuple[Any, Tensor]:
        cases = torch.tensor(places)
        return self.x[cases], self.y[cases]


def batches(
    x: Any, y: Tensor, batch_size: int, *, generator: torch.Generator | None = None
) -> Batches:
    """Whole batches cut out of tensors at once; shuffled where a generator is given.

    Parameters
    ----------
    x : Tensor of shape (cases, channels, timepoints), or what the network's ``encode`` made of it
    y : Tensor of shape (cases,)
    batch_size : int
    generator : torch.Generator, optional
    """
    dataset: Dataset[Any] = TensorDataset(x, y) if isinstance(x, Tensor) else EncodedCases(x, y)
    sampler = SequentialSampler(y) if generator is None else RandomSampler(y, generator=generator)
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
