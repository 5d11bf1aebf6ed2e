"""What the steps of a splitting get wrong, by taking fewer of them, or more, for one case.

Of a scheme of order p, half as many steps err by 2^p as much, so that the difference of both is
2^p - 1 times the error. Where that says too much, for a coarse run may go wrong in ways that a fine
one does not, twice as many steps are asked.
"""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, FieldEquation, Grid, MasterEquation
from physembed.physics.coefficient import at_every_layer, count_members
from physembed.propagation.gradients import is_transformed, run_schedule
from physembed.propagation.noise import Noise
from physembed.propagation.sampling import is_alone, numbers_of_equal_layers, symbol_over
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
    *,
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    scheme: str,
    n_layers: int,
    layer_length: float,
    steps: int,
    noise: Noise | None = None,
) -> None:
    """Warn where the field that leaves depends on the number of steps; of the strongest case.

    It costs half the propagation of one case, and where the steps seem too long two and a half; at
    one step per layer, which cannot be halved, two. It costs nothing where the steps are exact:
    without a local law, or with nothing beside a phase.

    Parameters
    ----------
    entered, left : Tensor of shape (..., *grid)
        Before and after the cascade.
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape () or (n_layers,)
    grid : Grid
    scheme : str
    n_layers : int
    layer_length : float
    steps : int
        Per layer.
    noise : Noise or None, default=None
        With it, for an ensemble, and with an exponential scheme, nothing is looked at.
    """
    if noise is not None or count_members(values) or scheme not in SCHEMES:
        return
    # a function that is traced or mapped must not branch on its values
    if is_transformed() or not entered.numel():
        return
    with torch.no_grad():
        several = equation.needs_channels or len(equation.components) > 1
        n_axes = len(grid.shape) + several
        rows, ends = (x.detach().reshape(-1, *x.shape[x.ndim - n_axes :]) for x in (entered, left))
        numbers = torch.view_as_real(rows.resolve_conj()) if rows.is_complex() else rows
        strongest = int(torch.linalg.vector_norm(numbers.flatten(1), torch.inf, dim=1).argmax())
        start, end = rows[strongest], ends[strongest]
        layers = at_every_layer(values, n_layers)
        if _is_exact(end, equation, grid, layers):
            return

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
    if remaining <= TOLERATED_ERROR:
        return
    other_way = (
        'take scheme="etdrk4"' if isinstance(equation, FieldEquation) else "let rtol choose them"
    )
    if not math.isfinite(remaining):
        # how many more are needed, an overflow does not tell
        give_warning(
            "the steps are too long: twice as many give a field that is not finite",
            f"increase steps_per_layer far beyond {2 * steps:,}, or {other_way}",
            "steps",
        )
        return
    factor = max(2.0, (remaining / WANTED_ERROR) ** (1 / SCHEMES[scheme].order))
    give_warning(
        f"the steps are too long: twice as many give a field that differs by {remaining:.2g} of it",
        f"increase steps_per_layer to {math.ceil(steps * factor):,} or more, or {other_way}",
        "steps",
        factor,
    )


def _is_exact(
    field: Tensor, equation: MasterEquation, grid: Grid, layers: Sequence[CoefficientValues]
) -> bool:
    """Whether any number of steps gives the same: every layer is linear alone, or phase alone."""
    # a law may vanish at a field by chance, as that of a wave at rest does, but not at a random one
    noise = torch.randn(field.shape, generator=torch.Generator().manual_seed(0), dtype=field.dtype)
    probe = noise.to(field.device) * field.abs().amax()
    for places in numbers_of_equal_layers(layers).values():
        c = layers[places[0] - 1]
        if equation.is_conservative and is_alone(equation, symbol_over(field, equation, grid, c)):
            continue
        if bool(equation.local_derivative(probe, grid, c).any()):
            return False
    return True


def _distance(one: Tensor, other: Tensor) -> float:
    """‖one - other‖ / ‖other‖, of complex fields but for a phase of the whole; or infinite."""
    size = torch.linalg.vector_norm(other).double()
    if not bool(size):
        return 0.0
    if one.is_complex():
        one, other = one.to(torch.complex128), other.to(torch.complex128)
        overlap = torch.vdot(one.flatten(), other.flatten())
        one = one * torch.polar(torch.ones_like(overlap.real), overlap.angle())
    distance = float(torch.linalg.vector_norm(one - other) / size)
    return distance if math.isfinite(distance) else math.inf
