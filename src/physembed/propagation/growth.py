"""Coefficients whose effect leaves the range of floating-point numbers."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import Grid, MasterEquation
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
    sizes = {name: float(value.detach().abs().max()) for name, value in values.items()}
    largest = max(sizes, key=lambda name: sizes[name], default=None)
    named = "" if largest is None else f" (the largest is {largest!r} = {sizes[largest]:.4g})"
    raise InvalidInputError(
        f"the field became infinite or not a number in {type(equation).__name__}{where}: the "
        f"coefficients{named} amplify it without limit, or change it too fast for the step; "
        "lower them or the field, or raise steps_per_layer."
    )
