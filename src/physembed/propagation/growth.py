"""Coefficients whose effect leaves the range of floating-point numbers."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.cascade import Pass

Plan = Callable[[Mapping[str, Tensor]], list[Pass]]
"""The passes of a cascade for given values of its coefficients."""


def checked_plan(
    plan: Plan, values: Mapping[str, Tensor], dtype: torch.dtype, *, inverse: bool = False
) -> list[Pass]:
    """The passes for ``values``, refused by the name of the coefficient that overflows.

    Raises
    ------
    InvalidInputError
        As :func:`check_growth`; the coefficient is named without which nothing would overflow.
    """
    passes = plan(values)
    try:
        check_growth(passes, dtype, inverse=inverse)
    except InvalidInputError as error:
        for name, value in values.items():
            without = {**values, name: torch.zeros_like(value)}
            if not _overflows(plan(without), dtype, inverse=inverse):
                raise InvalidInputError(
                    f"coefficient {name!r} = {value.tolist()} is too large: {error}"
                ) from None
        raise
    return passes


def _overflows(passes: list[Pass], dtype: torch.dtype, *, inverse: bool) -> bool:
    try:
        check_growth(passes, dtype, inverse=inverse)
    except InvalidInputError:
        return True
    return False


def check_growth(passes: list[Pass], dtype: torch.dtype, *, inverse: bool = False) -> None:
    """Refuse coefficients whose linear gain leaves the range of the field's numbers.

    Raises
    ------
    InvalidInputError
        If the gain of a pass, or of all passes up to one, would overflow at some frequency; or
        if a linear phase does.
    """
    exponents = [p.exponent.detach() for p in passes if p.exponent is not None]
    if not exponents:
        return
    sign = -1.0 if inverse else 1.0
    total = largest = torch.zeros_like(exponents[0].real)
    finite = torch.ones_like(total, dtype=torch.bool)
    for exponent in reversed(exponents) if inverse else exponents:
        growth = sign * exponent.real
        total = total + growth
        # a loss before a gain does not help where the gain's own factor overflows
        largest = torch.maximum(largest, torch.maximum(total, growth))
        finite = finite & torch.isfinite(exponent)
    if not bool(finite.all()):
        raise InvalidInputError(
            "the coefficients times omega, or its powers, overflow; lower the dispersion or the "
            "attenuation, or shorten the layers."
        )
    gain = float(largest.max())
    limit = math.log(torch.finfo(dtype.to_real()).max)
    if not gain < limit:
        raise InvalidInputError(
            f"the coefficients amplify the field by exp({gain:.4g}), beyond the range of {dtype} "
            f"(exp({limit:.4g})); lower the gain (a negative attenuation, or with inverse=True a "
            "positive one) or shorten the layers."
        )


def check_local_growth(
    field: Tensor,
    equation: MasterEquation,
    grid: Grid,
    values: Mapping[str, Tensor],
    *,
    layers: list[CoefficientValues],
    layer_length: float,
) -> None:
    """Refuse a local gain that nothing saturates and that leaves the range of numbers.

    A Runge-Kutta step of such a gain is a polynomial and may well be finite, but it is not the
    solution. The gain is taken where the field is strongest, and again a thousand times stronger.

    Raises
    ------
    InvalidInputError
        If the gains of all layers together would overflow; the largest coefficient is named.
    """
    if equation.is_conservative or not field.numel():
        return
    with torch.no_grad():
        gain = sum(
            min(_local_gain(field * scale, equation, grid, c) for scale in (1.0, 1e3))
            for c in layers
        )
    limit = math.log(torch.finfo(field.dtype.to_real()).max)
    if gain * layer_length > limit:
        raise InvalidInputError(
            f"the coefficients{_largest(values)} amplify the field by exp("
            f"{gain * layer_length:.4g}), beyond the range of {field.dtype} (exp({limit:.4g})); "
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


def check_result(
    result: Tensor, equation: MasterEquation, grid: Grid, values: Mapping[str, Tensor]
) -> None:
    """Refuse to return a field that the local law has carried beyond all numbers.

    Raises
    ------
    InvalidInputError
        If a finite field has become infinite or not a number.
    """
    finite = torch.isfinite(result.detach())
    if bool(finite.all()):
        return
    first = [int(k) for k in (~finite).nonzero()[0][: -len(grid.shape)]]
    where = f" (first in case {first})" if first else ""
    raise InvalidInputError(
        f"the field became infinite or not a number in {type(equation).__name__}{where}: the "
        f"coefficients{_largest(values)} amplify it without limit, or change it too fast for the "
        "step; lower them or the field, or raise steps_per_layer."
    )
