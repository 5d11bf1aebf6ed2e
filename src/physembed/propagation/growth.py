"""Coefficients whose effect leaves the range of floating-point numbers."""

import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.coefficient import at_layer, count_members, of_member
from physembed.physics.derivatives import band
from physembed.propagation.bounds import GAIN, PHASE, Bounds
from physembed.propagation.edges import ENERGY, FieldNumbers
from physembed.propagation.pass_tables import linear_exponents
from physembed.propagation.schedule import Pass

LARGEST_PHASE = 1e300
"""Radians, far from overflow."""

CHUNK = 8
"""Passes whose exponents are looked at together, so that memory does not grow with depth."""


def check_growth(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
    *,
    bounds: Bounds | None = None,
    inverse: bool = False,
) -> None:
    """Refuse coefficients whose linear gain leaves the range of the field's numbers.

    With ``bounds`` on what the law does nothing else is looked at where they say that it is far
    from that, which is nearly always.

    Raises
    ------
    InvalidInputError
        If the gain of a pass, or of all passes up to one, would overflow at some frequency, or if
        a linear phase does; the coefficient is named without which nothing would overflow.
    """
    if bounds is not None:
        length = sum(abs(part) for step in schedule for _, part in step.linear)
        limit = math.log(torch.finfo(dtype.to_real()).max)
        if length * bounds.most[GAIN] < limit and length * bounds.most[PHASE] < LARGEST_PHASE:
            return
    problem = _overflow(equation, values, grid, schedule, dtype, inverse=inverse)
    if problem is None:
        return
    for name, value in values.items():
        without = {**values, name: torch.zeros_like(value)}
        if _overflow(equation, without, grid, schedule, dtype, inverse=inverse) is None:
            raise InvalidInputError(
                f"coefficient {name!r} = {value.tolist()} is too large: {problem}"
            )
    raise InvalidInputError(problem)


def _overflow(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
    *,
    inverse: bool,
) -> str | None:
    """What overflows, in words, or None."""
    sign = -1.0 if inverse else 1.0
    total = largest = torch.zeros(())
    finite = torch.ones((), dtype=torch.bool)
    for exponents in _chunks(equation, values, grid, schedule, reverse=inverse):
        finite = finite & torch.isfinite(exponents).all(dim=0)
        growth = sign * exponents.real
        totals = total + growth.cumsum(dim=0)
        # a loss before a gain does not help where the gain's own factor overflows
        largest = torch.maximum(largest, torch.maximum(totals, growth).amax(dim=0))
        total = totals[-1]
    if not bool(finite.all()):
        return (
            "the coefficients times omega, or its powers, overflow; lower the dispersion or the "
            "attenuation, or shorten the layers."
        )
    gain = float(largest.max())
    limit = math.log(torch.finfo(dtype.to_real()).max)
    if gain < limit:
        return None
    return (
        f"the coefficients amplify the field by exp({gain:.4g}), beyond the range of {dtype} "
        f"(exp({limit:.4g})); lower the gain (a negative attenuation, or with inverse=True a "
        "positive one) or shorten the layers."
    )


def _chunks(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    *,
    reverse: bool,
) -> Iterator[Tensor]:
    """The exponents of the passes in their order, or the reverse, a few at a time."""
    steps = [step for step in schedule if step.linear]
    with torch.no_grad():
        for start in range(0, len(steps), CHUNK):
            if reverse:
                stop = len(steps) - start
                chunk = steps[max(0, stop - CHUNK) : stop]
                yield linear_exponents(equation, values, grid, chunk).flip(0)
            else:
                yield linear_exponents(equation, values, grid, steps[start : start + CHUNK])


def check_step_growth(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    grid: Grid,
    schedule: Sequence[Pass],
    dtype: torch.dtype,
) -> None:
    """Refuse coefficients whose linear gain in one step leaves the range of the field's numbers.

    What many steps amplify, a local law may saturate, so that it is looked at when it is done.

    Raises
    ------
    InvalidInputError
    """
    limit = math.log(torch.finfo(dtype.to_real()).max)
    lengths: dict[int, float] = {}
    for step in schedule:
        for layer, length in step.linear:
            lengths[layer] = max(lengths.get(layer, 0.0), abs(length))
    members = range(count_members(values)) if count_members(values) else [None]
    with torch.no_grad():
        omega = band(grid, is_real=equation.is_real)
        for member in members:
            one = values if member is None else of_member(values, member)
            of_media: dict[tuple[float, ...], float] = {}
            for layer, length in lengths.items():
                c = at_layer(one, layer)
                key = tuple(float(v) for v in vars(c).values())
                if key not in of_media:
                    symbol = torch.as_tensor(equation.linear_symbol(omega.to(_device_of(c)), c))
                    of_media[key] = _largest_rate(symbol, is_matrix=equation.couples_linearly)
                gain = of_media[key] * length
                if not gain < limit:
                    raise InvalidInputError(
                        f"the coefficients{_largest(one)} amplify the field by exp({gain:.4g}) in "
                        f"a step, beyond the range of {dtype} (exp({limit:.4g})); lower the gain "
                        "or take more steps."
                    )


def _device_of(c: CoefficientValues) -> torch.device | None:
    """Where the coefficients are; None without any."""
    return next((value.device for value in vars(c).values()), None)


def _largest_rate(symbol: Tensor, *, is_matrix: bool) -> float:
    """The largest real part of a symbol, or of its matrices' eigenvalues; NaN where it is none."""
    if not bool(torch.isfinite(symbol).all()):
        return math.nan
    return float((torch.linalg.eigvals(symbol) if is_matrix else symbol).real.max())


def check_local_growth(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    values: Mapping[str, Tensor],
    *,
    layers: Sequence[CoefficientValues],
    lengths: Sequence[float],
) -> None:
    """Refuse a local gain that nothing saturates and that leaves the range of numbers.

    A Runge-Kutta step of such a gain is a polynomial and may well be finite, but it is not the
    solution. The gain is taken where the field is strongest, and again a thousand times stronger.

    Raises
    ------
    InvalidInputError
        If the gains of all layers together would overflow; the largest coefficient is named.
    """
    with torch.no_grad():
        gain = sum(
            length * min(_local_gain(field * scale, equation, grid, c) for scale in (1.0, 1e3))
            for c, length in zip(layers, lengths, strict=True)
        )
    limit = math.log(torch.finfo(field.dtype.to_real()).max)
    if gain > limit:
        raise InvalidInputError(
            f"the coefficients{_largest(values)} amplify the field by exp("
            f"{gain:.4g}), beyond the range of {field.dtype} (exp({limit:.4g})); "
            "lower the gain or shorten the layers."
        )


def _local_gain(field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues) -> float:
    """Re(dE/dz / E) of the local law without its drive, where the field is strongest."""
    c = CoefficientValues(**{k: v.to(field.real.dtype) for k, v in vars(c).items()})
    slope = equation.local_derivative(field, grid, c)
    slope = slope - equation.local_derivative(torch.zeros_like(field), grid, c)
    strongest = field.abs().argmax()
    amplitude = field.flatten()[strongest]
    return 0.0 if amplitude == 0 else float((slope.flatten()[strongest] / amplitude).real)


def _largest(values: Mapping[str, Tensor]) -> str:
    sizes = {name: float(value.detach().abs().max()) for name, value in values.items()}
    name = max(sizes, key=lambda name: sizes[name], default=None)
    return "" if name is None else f" (the largest is {name!r} = {sizes[name]:.4g})"


def is_finite(field: Tensor, numbers: FieldNumbers | None = None) -> bool:
    """Whether all of a field is finite: nearly always told by its energy, which may be known."""
    if numbers is not None:
        # the square of what is finite may not be
        return math.isfinite(numbers.most[ENERGY]) or bool(torch.isfinite(numbers.field).all())
    parts = field.detach().resolve_conj()
    parts = torch.view_as_real(parts) if parts.is_complex() else parts
    return bool(torch.isfinite(torch.linalg.vector_norm(parts))) or bool(
        torch.isfinite(parts).all()
    )


def check_result(
    result: Tensor, equation: MasterEquation, grid: Grid, values: Mapping[str, Tensor],
    numbers: FieldNumbers | None = None,
) -> None:  # fmt: skip
    """Refuse to return a field that the local law has carried beyond all numbers.

    Its own ``numbers`` may be known already.

    Raises
    ------
    InvalidInputError
        If a finite field has become infinite or not a number.
    """
    if is_finite(result, numbers):
        return
    finite = torch.isfinite(result.detach())
    first = [int(k) for k in (~finite).nonzero()[0][: -len(grid.shape)]]
    where = f" (first in case {first})" if first else ""
    raise InvalidInputError(
        f"the field became infinite or not a number in {type(equation).__name__}{where}: the "
        f"coefficients{_largest(values)} amplify it without limit, or change it too fast for the "
        "step; lower them or the field, or take more steps."
    )
