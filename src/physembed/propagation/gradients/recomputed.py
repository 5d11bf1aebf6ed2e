"""The stored gradient of any other local law: its step is computed again when it is needed."""

from collections.abc import Mapping, Sequence

from torch import Tensor
from torch.utils.checkpoint import checkpoint

from physembed.physics import Grid, MasterEquation
from physembed.propagation.cascade import cascade_steps, linear_step
from physembed.propagation.local_step import local_step
from physembed.propagation.schedule import Pass


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
        if step.exponent is not None:
            field = linear_step(field, step.exponent)
        if step.local_length:
            field = checkpoint(
                local_step,
                field,
                equation,
                grid,
                step.c,
                step.local_length,
                use_reentrant=False,
                preserve_rng_state=False,
            )
    return field
