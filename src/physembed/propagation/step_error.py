"""What the steps of a splitting get wrong, by taking fewer of them, or more, for one case.

Of a scheme of order p, half as many steps err by 2^p as much, so that the difference of both is
2^p - 1 times the error. Where that says too much, for a coarse run may go wrong in ways that a fine
one does not, twice as many steps are asked.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from physembed.physics import Grid, MasterEquation
from physembed.propagation.gradients import is_transformed, run_schedule
from physembed.propagation.sampling_warning import give_warning
from physembed.propagation.schedule import make_schedule
from physembed.propagation.schemes import SCHEMES

TOLERATED_ERROR = 0.1
"""‖error‖ / ‖E‖ of what leaves, but for a phase of the whole, from which a warning is given."""

WANTED_ERROR = 0.01
"""What the advice leads to."""


def warn_of_step_error(
    entered: Tensor,
    left: Tensor,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    *,
    scheme: str,
    n_layers: int,
    layer_length: float,
    steps: int,
    named: str = "steps_per_layer",
) -> None:
    """Warn where the field that leaves depends on the number of steps; of the strongest case.

    It costs half the propagation of one case, and where the steps seem too long two and a half.

    Parameters
    ----------
    entered, left : Tensor of shape (..., *grid)
        Before and after the cascade, of one medium rather than of an ensemble.
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape () or (n_layers,)
    grid : Grid
    scheme : str
        Of :data:`~physembed.propagation.SCHEMES`.
    n_layers : int
    layer_length : float
    steps : int
        Per layer.
    named : str, default="steps_per_layer"
        What the caller calls them.
    """
    # a function that is traced or mapped must not branch on its values
    if is_transformed() or not entered.numel():
        return
    with torch.no_grad():
        n_axes = len(grid.shape) + equation.needs_channels
        rows, ends = (x.detach().reshape(-1, *x.shape[x.ndim - n_axes :]) for x in (entered, left))
        strongest = int(rows.abs().flatten(1).amax(dim=1).argmax())
        start, end = rows[strongest], ends[strongest]

        def error(other_steps: int) -> float:
            schedule = make_schedule(
                scheme, n_layers, layer_length=float(layer_length), steps_per_layer=other_steps
            )
            detached = {name: value.detach() for name, value in values.items()}
            return _distance(run_schedule(start, equation, detached, grid, schedule), end)

        fold = 2 ** SCHEMES[scheme].order
        if steps > 1 and error(steps // 2) / (fold - 1) <= TOLERATED_ERROR:
            return
        remaining = error(2 * steps) * fold / (fold - 1)
    # where the other run overflows, the phase per step is far too large and has been warned of
    if remaining <= TOLERATED_ERROR or not math.isfinite(remaining):
        return
    factor = max(2.0, (remaining / WANTED_ERROR) ** (1 / SCHEMES[scheme].order))
    give_warning(
        f"the steps are too long: twice as many give a field that differs by {remaining:.2g} of it",
        f"increase {named} to {math.ceil(steps * factor):,} or more, or let rtol choose them",
        "steps",
        factor,
    )


def _distance(one: Tensor, other: Tensor) -> float:
    """‖one - other‖ / ‖other‖ but for a phase of the whole; infinite where one is not finite."""
    size = torch.linalg.vector_norm(other).double()
    if not bool(size):
        return 0.0
    one, other = one.to(torch.complex128), other.to(torch.complex128)
    overlap = torch.vdot(one.flatten(), other.flatten())
    turned = one * torch.polar(torch.ones_like(overlap.real), overlap.angle())
    distance = float(torch.linalg.vector_norm(turned - other) / size)
    return distance if math.isfinite(distance) else math.inf
