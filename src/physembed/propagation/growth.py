"""Gain beyond the range of floating-point numbers, refused before any work is done."""

import math

import torch

from physembed.errors import InvalidInputError
from physembed.propagation.cascade import Pass


def check_growth(passes: list[Pass], dtype: torch.dtype, *, inverse: bool = False) -> None:
    """Refuse coefficients whose linear gain leaves the range of the field's numbers.

    Raises
    ------
    InvalidInputError
        If the product of all the gains, at the frequency that gains most, would overflow.
    """
    limit = math.log(torch.finfo(dtype.to_real()).max)
    sign = -1.0 if inverse else 1.0
    with torch.no_grad():
        exponents = [p.exponent.real for p in passes if p.exponent is not None]
        gain = float((sign * torch.stack(exponents).sum(dim=0)).max()) if exponents else 0.0
    if not gain < limit:
        raise InvalidInputError(
            f"the coefficients amplify the field by exp({gain:.4g}), beyond the range of {dtype} "
            f"(exp({limit:.4g})); lower the gain (a negative attenuation, or with inverse=True a "
            "positive one) or shorten the layers."
        )
