"""What the steps of a splitting get wrong, by taking fewer of them, or more, for one case.

Of a scheme of order p, half as many steps err by 2^p as much, so that the difference of both is
2^p - 1 times the error; steps of neighbouring layers that are equal are halved together. Where that
says too much, for a coarse run may go wrong in ways that a fine one does not, twice as many steps
are asked.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, FieldEquation, Grid, MasterEquation
from physembed.physics.coefficient import at_every_layer, count_members
from physembed.propagation.edges import FieldNumbers
from physembed.propagation.exponential import EXPONENTIAL_SCHEMES
from physembed.propagation.gradients import is_transformed, run_schedule
from physembed.propagation.sampling import is_alone, numbers_of_equal_layers, symbol_over
from physembed.propagation.sampling_warning import give_warning
from physembed.propagation.schedule import make_schedule
from physembed.propagation.schemes import SCHEMES

TOLERATED_ERROR = 0.01
"""‖error‖ / ‖E‖ of what leaves, but for a phase of the whole, from which a warning is given."""

WANTED_ERROR = 0.005
"""What the advice leads to."""

ORDERS = {
    **{name: scheme.order for name, scheme in SCHEMES.items()},
    **{name: order for name, (order, _) in EXPONENTIAL_SCHEMES.items()},
}
"""Of every scheme."""


@dataclass(frozen=True)
class FixedSteps:
    """The equal steps that a cascade was taken in.

    Parameters
    ----------
    equation : MasterEquation
    values : mapping of str to float64 Tensor of shape () or (n_layers,)
    grid : Grid
    scheme : str
    lengths : sequence of float
        Of every layer.
    per_layer : int
    layers : sequence of CoefficientValues or None, default=None
        The values of every layer, where they are at hand.
    """

    equation: MasterEquation
    values: Mapping[str, Tensor]
    grid: Grid
    scheme: str
    lengths: Sequence[float]
    per_layer: int
    layers: Sequence[CoefficientValues] | None = None


def warn_of_step_error(
    entered: Tensor,
    left: Tensor,
    steps: FixedSteps,
    *,
    named: str = "steps_per_layer",
    other_way: str | None = None,
    numbers: FieldNumbers | None = None,
) -> None:
    """Warn where the field that leaves depends on the number of steps; of the strongest case.

    It costs half the propagation of one case, and where the steps seem too long two and a half; at
    one step in a layer unlike those beside it, which cannot be halved, two. It costs nothing where
    the steps are exact: without a local law, or with nothing beside a phase. Of an ensemble nothing
    is looked at.

    Parameters
    ----------
    entered, left : Tensor of shape (..., *grid)
        Before and after the cascade.
    steps : FixedSteps
    named : str, default="steps_per_layer"
        What the caller calls their number.
    other_way : str or None, default=None
        What the caller may do instead of taking more. None: what :func:`propagate` offers.
    numbers : FieldNumbers or None, default=None
        Of what entered, where they are known already.
    """
    remaining = estimated_error(entered, left, steps, numbers=numbers, beyond=TOLERATED_ERROR)
    if remaining is None or remaining <= TOLERATED_ERROR:
        return
    if other_way is None:
        other_way = _other_way(steps)
    or_else = f", or {other_way}" if other_way else ""
    if not math.isfinite(remaining):
        # how many more are needed, an overflow does not tell
        give_warning(
            "the steps are too long: twice as many give a field that is not finite",
            f"increase {named} far beyond {2 * steps.per_layer:,}{or_else}",
            "steps",
        )
        return
    factor = max(2.0, (remaining / WANTED_ERROR) ** (1 / ORDERS[steps.scheme]))
    give_warning(
        f"the steps are too long: twice as many give a field that differs by {remaining:.2g} of it",
        f"increase {named} to {math.ceil(steps.per_layer * factor):,} or more{or_else}",
        "steps",
        factor,
    )


def _other_way(steps: FixedSteps) -> str:
    """What :func:`propagate` does instead of taking more steps; empty where it knows no better."""
    if not isinstance(steps.equation, FieldEquation):
        return "let rtol choose them"
    return "" if steps.scheme == "etdrk4" else 'take scheme="etdrk4"'


def estimated_error(
    entered: Tensor,
    left: Tensor,
    steps: FixedSteps,
    *,
    numbers: FieldNumbers | None = None,
    beyond: float = 0.0,
) -> float | None:
    """‖error‖ / ‖E‖ of the strongest case as steps tell it; None where nothing is looked at.

    By half as many steps, where those say that it is at most ``beyond``, and else by twice as many.
    Arguments as of :func:`warn_of_step_error`.
    """
    equation, values, grid, scheme = steps.equation, steps.values, steps.grid, steps.scheme
    if count_members(values):
        return None
    # a function that is traced or mapped must not branch on its values
    if is_transformed() or not entered.numel():
        return None
    with torch.no_grad():
        several = equation.needs_channels or len(equation.components) > 1
        n_axes = len(grid.shape) + several
        rows, ends = (x.detach().reshape(-1, *x.shape[x.ndim - n_axes :]) for x in (entered, left))
        strongest = _strongest(rows) if numbers is None or several else int(numbers.peak.argmax())
        start, end = rows[strongest], ends[strongest]
        lengths, layers = steps.lengths, steps.layers
        if layers is None:
            layers = at_every_layer(values, len(lengths))
        if _is_exact(end, equation, grid, layers, is_split=scheme in SCHEMES):
            return 0.0

        def error(places: Sequence[int], other_lengths: Sequence[float], other_steps: int) -> float:
            of_places = {
                name: value.detach()[list(places)] if value.numel() > 1 else value.detach()
                for name, value in values.items()
            }
            schedule = make_schedule(
                scheme, len(places), layer_length=tuple(other_lengths), steps_per_layer=other_steps
            )
            return _distance(run_schedule(start, equation, of_places, grid, schedule), end)

        fold = 2 ** ORDERS[scheme]
        halved = _halved(layers, lengths, steps.per_layer)
        by_fewer = math.inf if halved is None else error(*halved, 1) / (fold - 1)
        if by_fewer <= beyond:
            return by_fewer
        return error(range(len(lengths)), lengths, 2 * steps.per_layer) * fold / (fold - 1)


def _strongest(rows: Tensor) -> int:
    """The case with the largest number in it."""
    numbers = torch.view_as_real(rows.resolve_conj()) if rows.is_complex() else rows
    return int(torch.linalg.vector_norm(numbers.flatten(1), torch.inf, dim=1).argmax())


def _halved(
    layers: Sequence[CoefficientValues], lengths: Sequence[float], steps: int
) -> tuple[list[int], list[float]] | None:
    """Half as many steps, each by its layer and its length; None where one stands by itself."""
    runs: list[tuple[object, int, int]] = []
    for k, (c, length) in enumerate(zip(layers, lengths, strict=True)):
        key = (length, *(float(value) for value in vars(c).values()))
        if runs and runs[-1][0] == key:
            runs[-1] = (key, runs[-1][1], runs[-1][2] + steps)
        else:
            runs.append((key, k, steps))
    if any(count < 2 for _, _, count in runs):
        return None
    places, halves = [], []
    for _, first, count in runs:
        places += [first] * (count // 2)
        halves += [lengths[first] * count / steps / (count // 2)] * (count // 2)
    return places, halves


def _is_exact(
    field: Tensor, equation: MasterEquation, grid: Grid, layers: Sequence[CoefficientValues], *,
    is_split: bool,
) -> bool:  # fmt: skip
    """Whether any number of steps gives the same: every layer is linear alone, or phase alone.

    Of a phase alone only a step that ``is_split`` makes what it is.
    """
    # a law may vanish at a field by chance, as that of a wave at rest does, but not at a random one
    probe = _noise(field.shape, field.dtype).to(field.device) * field.abs().amax()
    for places in numbers_of_equal_layers(layers).values():
        c = layers[places[0] - 1]
        of_phase = is_split and equation.is_conservative
        if of_phase and is_alone(equation, symbol_over(field, equation, grid, c)):
            continue
        if bool(equation.local_derivative(probe, grid, c).any()):
            return False
    return True


@lru_cache(maxsize=8)
def _noise(shape: torch.Size, dtype: torch.dtype) -> Tensor:
    # kept for any later call, which may be outside of inference mode
    with torch.inference_mode(False):
        return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)


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
