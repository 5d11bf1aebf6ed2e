"""The checks of arguments: one sentence for each kind of number, name and list.

numpy's scalars count as Python's; booleans are no numbers, and neither are infinity and NaN. Every
check returns nothing, or raises :class:`~physembed.errors.InvalidInputError` with the argument, the
value and what would be accepted. A caller that needs the answer alone takes :func:`is_integer` or
:func:`is_number`.

=====================================================  ==========================================
``check_integer("bins", bins, least=1)``               ``bins must be a positive integer, got 0.``
``check_integer("degree", degree, least=1, most=8)``   ``... an integer from 1 to 8, got 9.``
``check_integer("jobs", jobs, least=1, also=-1)``      ``... a positive integer or -1, got 0.``
``check_number("period", period, above=0)``            ``... a positive number, got -1.0.``
``check_number("width", width, least=0)``              ``... zero or a positive number, got -1.``
``check_number("lowest", lowest, least=0, below=1)``   ``... a number from 0 to below 1, got 1.``
``check_numbers("angles", angles)``                    ``... a sequence of at least one finite ...``
``check_flag("levels", levels)``                       ``... must be True or False, got 'no'.``
``check_choice("scheme", scheme, SCHEMES)``            ``unknown scheme 'euler'. Known: ...``
=====================================================  ==========================================
"""

import math
import numbers
import reprlib
from collections.abc import Iterable, Mapping
from typing import TypeGuard

import numpy as np

from physembed.errors import InvalidInputError, UnknownNameError

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxlevel = 3


def is_integer(value: object) -> TypeGuard[int]:
    """Whether ``value`` is a whole number in type."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a real, finite number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        # an integer or a fraction beyond the largest float
        return False


def shown(value: object) -> str:
    """A value as an error shows it: its ``repr`` on one line, cut where it is long."""
    return " ".join(_SHORT.repr(value).split())


def check_integer(
    argument: str,
    value: object,
    *,
    least: int | None = None,
    most: int | None = None,
    also: int | None = None,
    optional: bool = False,
) -> None:
    """Refuse what is not an integer within the limits.

    Parameters
    ----------
    argument : str
        The argument's name.
    value : object
    least, most : int or None, default=None
        The limits, both accepted.
    also : int or None, default=None
        One that is accepted beyond them, such as the -1 that stands for every core.
    optional : bool, default=False
        Whether None is accepted as well.

    Raises
    ------
    InvalidInputError
    """
    if (value is None and optional) or (also is not None and is_integer(value) and value == also):
        return
    too_low_or_high = is_integer(value) and (
        (least is not None and value < least) or (most is not None and value > most)
    )
    if not is_integer(value) or too_low_or_high:
        if least == 1 and most is None:
            accepted = "a positive integer"
        else:
            accepted = f"an integer{_within(least, most)}"
        if also is not None:
            accepted += f", {also}" if optional else f" or {also}"
        _refuse(argument, value, accepted, optional)


def check_number(
    argument: str,
    value: object,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    below: float | None = None,
    optional: bool = False,
) -> None:
    """Refuse what is not a finite, real number within the limits.

    Parameters
    ----------
    argument : str
        The argument's name.
    value : object
    least, most : float or None, default=None
        Limits that are accepted themselves.
    above, below : float or None, default=None
        Limits that are not.
    optional : bool, default=False
        Whether None is accepted as well.

    Raises
    ------
    InvalidInputError
    """
    if value is None and optional:
        return
    inside = (
        is_number(value)
        and (least is None or value >= least)
        and (most is None or value <= most)
        and (above is None or value > above)
        and (below is None or value < below)
    )
    if not inside:
        accepted = _number_within(least, most, above, below)
        _refuse(argument, value, accepted, optional)


def check_numbers(
    argument: str,
    values: object,
    *,
    length: int | None = None,
    least: float = -math.inf,
    most: float = math.inf,
    optional: bool = False,
) -> None:
    """Refuse what is not a list or tuple of finite numbers, of a length or of at least one.

    Parameters
    ----------
    argument : str
        The argument's name.
    values : object
    length : int or None, default=None
        How many there must be; None: at least one.
    least, most : float, default=-inf, inf
        Limits of every number, both accepted.
    optional : bool, default=False
        Whether None is accepted as well.

    Raises
    ------
    InvalidInputError
    """
    if values is None and optional:
        return
    if isinstance(values, (list, tuple)):
        enough = len(values) == length if length is not None else len(values) > 0
        if enough and all(is_number(v) and least <= v <= most for v in values):
            return
    how_many = "at least one finite number" if length is None else f"{length} finite number(s)"
    within = "" if math.isinf(least) else f" from {least:g} to {most:g}"
    _refuse(argument, values, f"a list or tuple of {how_many}{within}", optional)


def check_flag(argument: str, value: object) -> None:
    """Refuse what is neither True nor False, a text above all, which would be true.

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(value, (bool, np.bool_)):
        _refuse(argument, value, "True or False", False)


def check_choice(
    argument: str,
    value: object,
    known: Iterable[str],
    *,
    retired: Mapping[str, str] | None = None,
) -> None:
    """Refuse what is not one of the known names.

    Parameters
    ----------
    argument : str
        The argument's name.
    value : object
    known : iterable of str
        The names, such as the keys of a registry.
    retired : mapping of str to str, optional
        Names that there were, and a sentence on what took their place.

    Raises
    ------
    UnknownNameError
        With what took its place, or with the nearest name, if one is near.
    """
    names = tuple(known)
    if not isinstance(value, str) or value not in names:
        instead = (retired or {}).get(value, "") if isinstance(value, str) else ""
        raise UnknownNameError(argument, value, names, instead=instead)


def require_positive(**arguments: object) -> None:
    """:func:`check_number` with ``above=0`` for every argument by its name."""
    for name, value in arguments.items():
        check_number(name, value, above=0)


def require_negative(**arguments: object) -> None:
    """:func:`check_number` with ``below=0`` for every argument by its name."""
    for name, value in arguments.items():
        check_number(name, value, below=0)


def _within(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of at least {least}"
    return f" of at most {most}" if most is not None else ""


def _number_within(
    least: float | None, most: float | None, above: float | None, below: float | None
) -> str:
    if most is None and below is None:
        if above is not None:
            return "a positive number" if above == 0 else f"a number above {above:g}"
        common: dict[float | None, str] = {
            None: "a finite number",
            0: "zero or a positive number",
        }
        return common.get(least, f"a number of at least {least}")
    if least is None and above is None and below == 0:
        return "a negative number"
    lower = f" from {least:g}" if least is not None else ""
    lower = f" from above {above:g}" if above is not None else lower
    upper = f" to {most:g}" if most is not None else f" to below {below:g}"
    return f"a number{lower}{upper}"


def _refuse(argument: str, value: object, accepted: str, optional: bool) -> None:
    alternative = " or None" if optional else ""
    raise InvalidInputError(f"{argument} must be {accepted}{alternative}, got {shown(value)}.")
