"""PyTorch's own gradient of the readable cascade: the oracle, and right to any order."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import count_members, of_member
from physembed.propagation.cascade import cascade_steps, run_cascade, step_forwards
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


def run_recomputed(
    field: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
) -> Tensor:
    """The field after the last pass; of a local step only the field that entered is kept.

    Parameters
    ----------
    field : Tensor of shape (..., *grid)
    equation : MasterEquation
    values : mapping of str to Tensor of shape () or (n_layers,)
    grid : Grid
    schedule : sequence of Pass
    """
    for step in cascade_steps(equation, values, grid, schedule):
        field = checkpoint(
            step_forwards,
            field,
            equation,
            grid,
            step,
            use_reentrant=False,
            preserve_rng_state=False,
        )
    return field
