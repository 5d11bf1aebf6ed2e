"""Batches divided between processes so that their mean gradient is that of the whole batch."""

import os
import warnings
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributed import is_torchelastic_launched

from physembed._checks import check_integer
from physembed.errors import InvalidInputError, PhysembedWarning


def check_started_together(processes: int, nodes: int) -> None:
    """Refuse a training over several processes that torchrun has not started as so many.

    Raises
    ------
    InvalidInputError
    """
    check_integer("processes", processes, least=1)
    check_integer("nodes", nodes, least=1)
    wanted = processes * nodes
    started = int(os.environ.get("WORLD_SIZE", "1")) if is_torchelastic_launched() else 1
    if wanted == 1 < started:
        warnings.warn(
            f"torchrun started {started} processes, and each trains all of it, alone; "
            f"processes={started} would share it out.",
            PhysembedWarning,
            stacklevel=3,
        )
    if wanted > 1 and started != wanted:
        raise InvalidInputError(
            f"processes={processes} on {nodes} node(s) are {wanted} processes, but {started} "
            f"run(s). Start the script with: torchrun --nproc-per-node {processes} SCRIPT"
            + (f" on each node, with --nnodes {nodes}." if nodes > 1 else "")
        )


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
        """Which cases of a batch; one that is to count for nothing where there are too few."""
        if self.n_processes == 1:
            return slice(None)
        if self.process >= n_cases:
            return torch.zeros(1, dtype=torch.long)
        return torch.arange(self.process, n_cases, self.n_processes)

    def mean(self, values: Tensor, weights: Tensor) -> Tensor:
        """This process's part of a batch's weighted mean; the mean over processes is the whole.

        Parameters
        ----------
        values : Tensor
            Of this share's cases.
        weights : Tensor
            Of every case of the batch.
        """
        places = self.places(len(weights))
        of_share = weights[places] if self.process < len(weights) else weights.new_zeros(1)
        return self.n_processes * (values * of_share).sum() / weights.sum()
