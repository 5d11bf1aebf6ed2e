"""What the steps of a splitting get wrong, by taking fewer of them, or more, for one case.

Of a scheme of order p, half as many steps err by 2^p as much, so that the difference of both is
2^p - 1 times the error; steps of neighbouring layers that are equal are halved together. Where that
says too much, for a coarse run may go wrong in ways that a fine one does not, twice as many steps
are asked.
"""

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from physembed.physics import CoefficientValues, FieldEquation, Grid, MasterEquation
from physembed.physics.coefficient import at_every_layer, count_members
from physembed.physics.transforms import is_transformed
from physembed.propagation.bounds import KERR, Bounds, Numbers, bounds_of, coefficient_rows
from physembed.propagation.edges import FieldNumbers
from physembed.propagation.gradients import run_schedule
from physembed.propagation.kernels.transforms import transforms_are_at_hand
from physembed.propagation.kernels.whole import ROW_POINTS
from physembed.propagation.linear_law import linear_law
from physembed.propagation.sampling import is_alone, numbers_of_equal_layers, symbol_over
from physembed.propagation.sampling_warning import give_warning, warn_of_few_steps
from physembed.propagation.schedule import ORDERS, make_schedule
from physembed.propagation.schemes import SCHEMES

TOLERATED_ERROR = 0.01
"""‖error‖ / ‖E‖ of what leaves, but for a phase of the whole, from which a warning is given."""

WANTED_ERROR = 0.005
"""What the advice leads to."""


@dataclass(frozen=True, eq=False)
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
    """

    equation: MasterEquation
    values: Mapping[str, Tensor]
    grid: Grid
    scheme: str
    lengths: Sequence[float]
    per_layer: int

    @cached_property
    def layers(self) -> list[CoefficientValues]:
        """The values of every layer, and of every member of an ensemble one after the other."""
        return at_every_layer(self.values, len(self.lengths))

    @cached_property
    def rows(self) -> Numbers | None:
        """The same as an array, (layers, coefficients); None where torch transforms them."""
        return coefficient_rows(self.values, len(self.lengths))

    @cached_property
    def bounds(self) -> Bounds | None:
        """What the law does at most, where its coefficients tell."""
        return bounds_of(self.equation, self.rows, tuple(self.values), self.grid)


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

    One case goes through half as many steps, and where these seem too long through twice as many;
    at one step in a layer unlike those beside it, which cannot be halved, through twice as many. It
    costs nothing where the steps are exact: without a local law, or with nothing beside a phase. Of
    an ensemble nothing is looked at.

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
    if not math.isfinite(remaining):
        # how many more are needed, an overflow does not tell
        give_warning(
            "the steps are too long: twice as many give a field that is not finite",
            f"increase {named} far beyond {2 * steps.per_layer:,}"
            + (f", or {other_way}" if other_way else ""),
            "steps",
        )
        return
    # of a field that is another one altogether no larger error can be extrapolated
    factor = max(2.0, (min(remaining, 1.0) / WANTED_ERROR) ** (1 / ORDERS[steps.scheme]))
    warn_of_few_steps(
        f"the steps are too long: twice as many give a field that differs by {remaining:.2g} of it",
        named=named,
        steps=steps.per_layer,
        n_layers=len(steps.lengths),
        factor=factor,
        otherwise=other_way,
        beyond="take a scheme of higher order",
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
    equation, grid, scheme = steps.equation, steps.grid, steps.scheme
    if count_members(steps.values):
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
        if _are_exact(steps, end):
            return 0.0
        fold = 2 ** ORDERS[scheme]
        halved = _halved(steps)
        by_fewer = math.inf
        if halved is not None:
            by_fewer = _distance_retaken(start, end, steps, halved) / (fold - 1)
        if by_fewer <= beyond:
            return by_fewer
        places = range(len(steps.lengths))
        twice = places, steps.lengths, 2 * steps.per_layer
        return _distance_retaken(start, end, steps, twice) * fold / (fold - 1)


def _distance_retaken(
    start: Tensor,
    end: Tensor,
    steps: FixedSteps,
    taken: tuple[Sequence[int], Sequence[float], int],
) -> float:
    """How far from ``end`` a case is after some layers of some lengths, in other steps."""
    assert steps.rows is not None
    places, lengths, per_layer = taken
    numbers = steps.rows[list(places)]
    schedule = make_schedule(
        steps.scheme, len(places), layer_length=tuple(lengths), steps_per_layer=per_layer
    )
    law = None
    if steps.scheme in SCHEMES:
        law = linear_law(steps.equation, steps.values, steps.grid, start.dtype)
    # a longer row is better shared by threads
    if law is not None and len(start) <= ROW_POINTS and transforms_are_at_hand():
        one, other = (row.resolve_conj().contiguous() for row in (start, end))
        return law.distance(one, other, numbers[:, None], schedule)
    of_places = torch.from_numpy(numbers.T.copy()).to(start.device)
    values = dict(zip(steps.values, of_places, strict=True))
    return _distance(run_schedule(start, steps.equation, values, steps.grid, schedule), end)


def _strongest(rows: Tensor) -> int:
    """The case with the largest number in it."""
    numbers = torch.view_as_real(rows.resolve_conj()) if rows.is_complex() else rows
    return int(torch.linalg.vector_norm(numbers.flatten(1), torch.inf, dim=1).argmax())


def _halved(steps: FixedSteps) -> tuple[list[int], list[float], int] | None:
    """Half as many steps: by layers, their lengths and the steps in each.

    Equal layers beside each other are one. None where a step stands by itself.
    """
    assert steps.rows is not None
    lengths, per_layer = steps.lengths, steps.per_layer
    differ = (steps.rows[1:] != steps.rows[:-1]).any(axis=1).tolist()
    starts = [0]
    starts += [k for k, new in enumerate(differ, 1) if new or lengths[k] != lengths[k - 1]]
    layers = [stop - start for start, stop in pairwise([*starts, len(lengths)])]
    halves = [count * per_layer // 2 for count in layers]
    totals = [lengths[start] * count for start, count in zip(starts, layers, strict=True)]
    if min(halves) == 0:
        return None
    if len(set(halves)) == 1:
        return starts, totals, halves[0]
    # as many steps in each are one step in as many
    runs = list(zip(starts, totals, halves, strict=True))
    places = [start for start, _, half in runs for _ in range(half)]
    return places, [total / half for _, total, half in runs for _ in range(half)], 1


def _are_exact(steps: FixedSteps, field: Tensor) -> bool:
    """Whether any number of steps gives the same: every layer is linear alone, or phase alone.

    Of a phase alone only a step that is split makes what it is.
    """
    equation, grid, is_split = steps.equation, steps.grid, steps.scheme in SCHEMES
    bounds = steps.bounds
    if bounds is not None and math.isfinite(bounds.most[KERR]):
        return bounds.are_exact(is_split=is_split)
    # a law may vanish at a field by chance, as that of a wave at rest does, but not at a random one
    probe = _noise(field.shape, field.dtype).to(field.device) * field.abs().amax()
    for places in numbers_of_equal_layers(steps.layers).values():
        c = steps.layers[places[0] - 1]
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
    left, right = (case.cpu().numpy().ravel() for case in (one, other))
    # of one case numpy's operations are sooner called than torch's
    with np.errstate(over="ignore", invalid="ignore"):
        if one.is_complex():
            left, right = left.astype(np.complex128), right.astype(np.complex128)
            left = left * cmath.rect(1.0, cmath.phase(np.vdot(left, right)))
        size = float(np.linalg.norm(right))
        distance = float(np.linalg.norm(right - left)) / size if size else 0.0
    return distance if math.isfinite(distance) else math.inf
