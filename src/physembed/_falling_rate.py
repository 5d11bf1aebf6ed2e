"""The rate of a descent that is to end where it is."""

import math


def falling_rate(rate: float, share: float, *, last: float = 0.0) -> float:
    """From the rate to a part of it along half a cosine.

    Parameters
    ----------
    rate : float
        At the first step.
    share : float
        Of the descent that is done, from 0 to 1.
    last : float, default=0.0
        What is left of the rate at the end, as a part of it.
    """
    return rate * (last + (1 - last) * (1 + math.cos(math.pi * share)) / 2)
