"""Argument checks that the closed forms share."""

import math

from physembed.errors import InvalidInputError


def require_positive(**arguments: float) -> None:
    """Refuse an argument that is not a positive, finite number.

    Raises
    ------
    InvalidInputError
    """
    for name, value in arguments.items():
        if not (math.isfinite(value) and value > 0):
            raise InvalidInputError(f"{name} must be a positive, finite number, got {value!r}.")


def require_negative(**arguments: float) -> None:
    """Refuse an argument that is not a negative, finite number.

    Raises
    ------
    InvalidInputError
    """
    for name, value in arguments.items():
        if not (math.isfinite(value) and value < 0):
            raise InvalidInputError(f"{name} must be a negative, finite number, got {value!r}.")
