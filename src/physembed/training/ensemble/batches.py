"""Batches of several members at once, each in an order of its own."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, Sampler

from physembed.training.batches import Batches


class _MemberCases(Dataset[tuple[Tensor, ...]]):
    """Cases of all members by their own numbers: shapes (members, cases, ...)."""

    def __init__(self, x: Tensor, y: Tensor, cases: Tensor) -> None:
        self.x, self.y, self.cases = x, y, cases

    def __getitem__(self, chosen: Sequence[Sequence[int]]) -> tuple[Tensor, ...]:
        cases = self.cases.gather(1, torch.tensor(chosen))
        return self.x[cases], self.y[cases]

    def __len__(self) -> int:
        return self.cases.shape[1]


class _Together(Sampler[tuple[list[int], ...]]):
    """The samplers of the members, in step."""

    def __init__(self, samplers: Sequence[BatchSampler]) -> None:
        self.samplers = samplers

    def __iter__(self) -> Iterator[tuple[list[int], ...]]:
        return zip(*self.samplers, strict=True)

    def __len__(self) -> int:
        return len(self.samplers[0])


def member_batches(
    x: Tensor, y: Tensor, cases: Tensor, batch_size: int, *, seeds: Sequence[int] | None = None
) -> Batches:
    """Batches of shapes (members, batch, channels, timepoints) and (members, batch).

    Parameters
    ----------
    x, y : Tensor
        Series and labels of all cases.
    cases : Tensor of shape (members, cases)
        Which of them a member sees.
    batch_size : int
    seeds : sequence of int or None
        Of each member's order, the same that a separate training of that seed has; None keeps the
        order of ``cases``.
    """
    numbers = range(cases.shape[1])
    orders = (
        [range(cases.shape[1])] * cases.shape[0]
        if seeds is None
        else [
            RandomSampler(numbers, generator=torch.Generator().manual_seed(seed)) for seed in seeds
        ]
    )
    samplers = [BatchSampler(order, batch_size, drop_last=False) for order in orders]
    return DataLoader(_MemberCases(x, y, cases), sampler=_Together(samplers), batch_size=None)
