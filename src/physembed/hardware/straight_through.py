"""Detectors that decide, with the slope of what they decide about."""

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number


def comparator(values: Tensor, threshold: float | Tensor = 0.0, width: float = 1.0) -> Tensor:
    """1 above a threshold and 0 below it, with the slope of a logistic of so many widths.

    Parameters
    ----------
    values : Tensor
    threshold : float or Tensor, default=0.0
        Gradients flow to it too.
    width : float, default=1.0
        Of 1 / (1 + exp(-(values - threshold) / width)), whose slope it has.

    References
    ----------
    Bengio, Léonard and Courville, arXiv 1308.3432 (2013), section 4 (straight-through estimators).

    Examples
    --------
    >>> import torch
    >>> from physembed.hardware import comparator
    >>> values = torch.tensor([-1.0, 0.5], requires_grad=True)
    >>> above = comparator(values)
    >>> above.tolist()
    [0.0, 1.0]
    >>> above.sum().backward()
    >>> bool((values.grad > 0).all())
    True
    """
    check_number("width", width, above=0)
    excess = values - threshold
    soft = torch.sigmoid(excess / width)
    # soft - soft is exactly nothing, and has the slope
    return (excess > 0).to(values) + (soft - soft.detach())


def quantised(values: Tensor, bits: int, low: float, high: float) -> Tensor:
    """What a converter of so many bits reads between two levels, with slope one within them.

    Raises
    ------
    InvalidInputError
        If ``bits`` is not from 1 to 32, or the levels are not in order.

    Examples
    --------
    >>> import torch
    >>> from physembed.hardware import quantised
    >>> quantised(torch.tensor([0.1, 0.4, 0.9]), bits=1, low=0.0, high=1.0).tolist()
    [0.0, 0.0, 1.0]
    """
    check_integer("bits", bits, least=1, most=32)
    check_number("low", low)
    check_number("high", high, above=low)
    inside = values.clamp(low, high)
    step = (high - low) / (2**bits - 1)
    with torch.no_grad():
        read = low + ((inside - low) / step).round() * step
    return read + (inside - inside.detach())
