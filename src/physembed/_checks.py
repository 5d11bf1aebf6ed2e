"""What counts as a number in an argument; numpy's scalars do, booleans do not."""

import math
import numbers
from typing import TypeGuard


def is_integer(value: object) -> TypeGuard[int]:
    """Whether ``value`` is a whole number in type."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a real, finite number."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and math.isfinite(float(value))  # type: ignore[arg-type]
