"""PyTorch's own gradient of the readable cascade: the oracle, and right to any order."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.cascade import cascade_steps, run_cascade
from physembed.propagation.coefficient_values import count_members, of_member
from physembed.propagation.schedule import Pass


def run_plain(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> Tensor:
    """The field after the last pass; members of an ensemble one after the other.

    Parameters
    ----------
    field : Tensor of shape (..., *grid), or (members, ..., *grid) for an ensemble
    equation : MasterEquation
    values : mapping of str to Tensor of shape (), (n_layers,) or (n_members, n_layers)
    grid : Grid
    schedule : sequence of Pass
    """
    if not count_members(values):
        steps = cascade_steps(equation, values, grid, schedule)
        return run_cascade(field, equation, grid, steps)[-1]
    members = [
        run_plain(one, equation, of_member(values, k), grid, schedule)
        for k, one in enumerate(field)
    ]
    return torch.stack(members)
