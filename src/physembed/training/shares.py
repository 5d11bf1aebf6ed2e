"""Batches divided between processes so that their mean gradient is that of the whole batch."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Share:
    """What one of several processes computes of a batch.

    All processes draw the same batches from the same seed; each takes every ``n_processes``-th
    case. Distributed training averages their gradients, so that each process's mean over its own
    cases has to count by how much of the batch it stands for.

    Parameters
    ----------
    process : int
        Counted from 0.
    n_processes : int
    """

    process: int = 0
    n_processes: int = 1

    def places(self, n_cases: int) -> Tensor | slice:
        """Which cases of a batch; a case that counts for nothing where there are too few."""
        if self.n_processes == 1:
            return slice(None)
        first = self.process if self.process < n_cases else 0
        return torch.arange(first, n_cases if self.process < n_cases else 1, self.n_processes)

    def weight(self, weights: Tensor) -> Tensor | float:
        """By how much a mean over this share counts, given the weight of each case of the batch."""
        if self.n_processes == 1:
            return 1.0
        if self.process >= len(weights):
            return weights.new_zeros(())
        own = weights[self.process :: self.n_processes].sum()
        return self.n_processes * own / weights.sum()
