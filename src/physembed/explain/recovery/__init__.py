"""System identification: the coefficients of an unknown channel from what enters and leaves it."""

from physembed.explain.recovery.least_squares_fit import recover
from physembed.explain.recovery.recovered import Recovered

__all__ = ["Recovered", "recover"]
