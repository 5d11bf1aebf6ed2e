"""Quantities: a number in SI units, or a text with its unit, read by one function."""

import math
import re
from collections.abc import Iterable

from physembed._checks import is_number, shown
from physembed.errors import InvalidInputError

SPEED_OF_LIGHT = 299792458.0
"""m/s, exact by the definition of the metre."""

REDUCED_PLANCK = 1.054571817e-34
"""J s, exact by the definition of the kilogram, here to ten digits."""

DECIBEL = 0.23025850929940458
"""ln(10) / 10: a loss of one dB in nepers of power."""

_PREFIXES = {
    "": 1.0, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "c": 1e-2, "m": 1e-3, "u": 1e-6,
    "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18,
}  # fmt: skip

_Exponents = tuple[int, int, int]
"""Of metre, second and watt."""

_BASES: dict[str, tuple[float, _Exponents]] = {
    "m": (1.0, (1, 0, 0)),
    "s": (1.0, (0, 1, 0)),
    "W": (1.0, (0, 0, 1)),
    "J": (1.0, (0, 1, 1)),
    "Hz": (1.0, (0, -1, 0)),
    "rad": (1.0, (0, 0, 0)),
    "dB": (DECIBEL, (0, 0, 0)),
}

EXAMPLES: dict[str, str] = {
    "m": '"1550 nm" or "10 m"',
    "s": '"100 fs"',
    "W": '"1 kW"',
    "J": '"1 nJ"',
    "1/s": '"80 MHz"',
    "s^2": '"500 fs^2"',
    "s^3": '"1e4 fs^3"',
    "s^2/m": '"-21.7 ps^2/km"',
    "s^3/m": '"0.127 ps^3/km"',
    "1/m": '"0.2 dB/km"',
    "1/(W m)": '"1.3 /W/km"',
    "s/m^2": '"17 ps/(nm km)"',
    "1": '"20 dB"',
}
"""What a text of a unit's kind looks like."""

KNOWN = "m, s, W, J, Hz, rad and dB with the prefixes from T to a, and dBm"

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)")
_FACTOR = re.compile(r"(1|[A-Za-zµμ]+)(?:\^?([+-]?\d+)|([²³⁴]))?")


def in_si(argument: str, value: object, unit: str) -> float:
    """A quantity in SI units.

    Parameters
    ----------
    argument : str
        What the caller calls it.
    value : float or str
        A finite number in the SI unit, or a text such as ``"100 fs"``, ``"0.2 dB/km"``,
        ``"1.3 /W/km"``, ``"1.3 1/(W km)"``, ``"-21.7 ps^2/km"`` or ``"17 ps/(nm km)"``. Known are
        m, s, W, J, Hz and dB (of power) with the prefixes from a to T, ``/``, ``^`` and a bracket;
        and dBm, of a power.
    unit : str
        The SI unit, such as ``"s"``, ``"1/(W m)"`` or ``"s^2/m"``.

    Returns
    -------
    float

    Raises
    ------
    InvalidInputError
        If it is neither, the unit is of another kind, or the number leaves double precision.

    Examples
    --------
    >>> from physembed.optics import in_si
    >>> in_si("width", "100 fs", "s")
    1e-13
    """
    if is_number(value):
        return float(value)
    matched = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    example = f", such as {EXAMPLES[unit]}" if unit in EXAMPLES else ""
    accepted = f"{argument} must be a number in {unit} or a text with such a unit{example}"
    if matched is None:
        raise InvalidInputError(f"{accepted}, got {shown(value)}.")
    if matched[2].strip() == "dBm" and unit == "W":
        return float(f"{1e-3 * 10 ** (float(matched[1]) / 10):.15g}")
    beyond = f"{argument} must be within double precision, got {shown(value)}."
    try:
        scale, exponents = _read(matched[2])
    except ValueError as error:
        raise InvalidInputError(f"{accepted}, got {value!r}: {error}; known are {KNOWN}.") from None
    except OverflowError:
        raise InvalidInputError(beyond) from None
    if exponents != _read(unit)[1]:
        raise InvalidInputError(
            f"{accepted}, got {value!r}, {_why(matched, scale, exponents, unit)}."
        )
    number = float(matched[1]) * scale
    is_zero = not re.search("[1-9]", re.split("[eE]", matched[1])[0])
    if not math.isfinite(number) or (number == 0) != is_zero:
        raise InvalidInputError(beyond)
    # through a text, so that "100 fs" is 1e-13 and not the float beside it
    return float(f"{number:.15g}")


def _why(matched: "re.Match[str]", scale: float, exponents: _Exponents, unit: str) -> str:
    """What is wrong with a quantity of another kind than the unit's."""
    if not matched[2].strip():
        return "which has no unit"
    if unit == "m" and exponents == _BASES["Hz"][1]:
        wavelength = SPEED_OF_LIGHT / (float(matched[1]) * scale) if float(matched[1]) else math.inf
        return f"which is a frequency, of {wavelength * 1e9:.6g} nm"
    return "which is of another kind"


def with_prefix(value: float, unit: str) -> str:
    """A quantity in SI as it is read best, such as ``"150 fs"``."""
    if value == 0 or not math.isfinite(value):
        return f"{value:.4g} {unit}"
    thousands = sorted((f, p) for p, f in _PREFIXES.items() if p != "c")
    size = float(f"{abs(value):.4g}")
    factor, prefix = max((step for step in thousands if step[0] <= size), default=thousands[0])
    return f"{value / factor:.4g} {prefix}{unit}"


def same_kind(unit: str, other: str) -> bool:
    """Whether two units are of one kind, as dB/km and 1/m are."""
    return _read(unit)[1] == _read(other)[1]


def kind_among(text: str, units: Iterable[str]) -> str | None:
    """Which of some units is of the kind of a quantity; None if it is none, or of no such kind."""
    matched = _NUMBER.fullmatch(text)
    try:
        exponents = None if matched is None else _read(matched[2])[1]
    except (ValueError, OverflowError):
        return None
    return next((unit for unit in units if _read(unit)[1] == exponents), None)


def _read(text: str) -> tuple[float, _Exponents]:
    """The factor to SI and the exponents of a unit such as ``ps^2/(W km)``."""
    scale, total, sign, bracket = 1.0, [0, 0, 0], 1, 0
    rest = text.strip()
    while rest:
        if rest[0] in "/(·* )":
            if rest[0] == "/":
                sign = -1
            elif rest[0] == "(":
                bracket += 1
            elif rest[0] == ")":
                bracket -= 1
                sign = 1
            rest = rest[1:]
            continue
        matched = _FACTOR.match(rest)
        if matched is None:
            raise ValueError(f"{rest!r} is no unit")
        factor, exponents = _unit(matched[1])
        power = sign * int(matched[2] or " ²³⁴".find(matched[3] or " ") + 1)
        scale *= factor**power
        total = [a + power * b for a, b in zip(total, exponents, strict=True)]
        rest = rest[matched.end() :].lstrip()
        # a slash holds for one factor, or for a bracket
        if not bracket and not rest.startswith("/"):
            sign = 1
    if bracket:
        raise ValueError("a bracket is open")
    return scale, (total[0], total[1], total[2])


def _unit(name: str) -> tuple[float, _Exponents]:
    name = name.replace("µ", "u").replace("μ", "u")
    if name == "1":
        return 1.0, (0, 0, 0)
    for base, (factor, exponents) in _BASES.items():
        prefix = name.removesuffix(base)
        if name.endswith(base) and prefix in _PREFIXES and not (base == "dB" and prefix):
            return factor * _PREFIXES[prefix], exponents
    raise ValueError(f"{name!r} is no unit")
