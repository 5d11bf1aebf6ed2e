"""Tables over the wavelength, and whether they reach over the band of a grid."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physembed._checks import shown
from physembed.errors import InvalidInputError
from physembed.optics.units import SPEED_OF_LIGHT, in_si

Numbers = NDArray[np.float64]

NEIGHBOURHOOD = 0.05
"""Share of the frequency on both sides that derivatives are taken from, at least."""

LONGEST_WAVELENGTH = 1e-3
"""In m: beyond, a number was meant in another unit."""


def check_band(
    name: str, wavelengths: tuple[float, float], wavelength: float, omega: Numbers
) -> None:
    """Refuse a band that reaches beyond what is known.

    Parameters
    ----------
    name : str
        Of what is known.
    wavelengths : (float, float)
        From the shortest to the longest at which it is, in m.
    wavelength : float
        Of the carrier, in m.
    omega : ndarray
        The frequencies of the band, in rad/s.

    Raises
    ------
    InvalidInputError
    """
    low, high = wavelengths
    highest = 2 * math.pi * SPEED_OF_LIGHT / low if low else math.inf
    lowest = 2 * math.pi * SPEED_OF_LIGHT / high
    # the ends themselves are known, but for the rounding of λ to ω and back
    if (
        low <= wavelength <= high
        and omega.max() <= highest * (1 + 1e-12)
        and (omega.min() >= lowest * (1 - 1e-12))
    ):
        return
    centre = 2 * math.pi * SPEED_OF_LIGHT / wavelength
    half_band = min(highest - centre, centre - lowest)
    advice = (
        f"a grid with a spacing of {math.pi / half_band * 1e15:.3g} fs or more stays inside"
        if half_band > NEIGHBOURHOOD / 2 * centre
        else "choose a wavelength inside"
        if half_band <= 0
        else "choose a wavelength further inside"
    )
    raise InvalidInputError(
        f"{name} is known from {low * 1e9:.5g} to {high * 1e9:.5g} nm, and the band about "
        f"{wavelength * 1e9:.5g} nm reaches from {_nanometres(omega.max())} to "
        f"{_nanometres(omega.min())}; {advice}."
    )


def _nanometres(omega: float) -> str:
    if omega <= 0:
        return "beyond all wavelengths"
    return f"{2e9 * math.pi * SPEED_OF_LIGHT / omega:.5g} nm"


def checked_limits(wavelengths: object) -> tuple[float, float]:
    """The shortest and the longest wavelength at which something is known, in m.

    Raises
    ------
    InvalidInputError
        If they are not two, of which the first is the shorter.
    """
    accepted = 'wavelengths must be the shortest and the longest one, such as ("1 um", "2 um")'
    if not isinstance(wavelengths, (tuple, list)) or len(wavelengths) != 2:
        raise InvalidInputError(f"{accepted}, got {shown(wavelengths)}.")
    low, high = (in_si(f"wavelengths[{k}]", x, "m") for k, x in enumerate(wavelengths))
    if not 0 < low < high:
        raise InvalidInputError(f"{accepted}, got {shown(wavelengths)}.")
    _check_in_metres(high)
    return low, high


def inside(wavelengths: tuple[float, float]) -> Numbers:
    """Frequencies in rad/s all over a range of wavelengths, where a formula is tried."""
    low, high = wavelengths
    return 2 * math.pi * SPEED_OF_LIGHT * np.linspace(1 / high, 1 / low, 257)


def checked_table(
    wavelengths: ArrayLike, values: ArrayLike, name: str, *, least: int, unit: str | None = None
) -> tuple[Numbers, Numbers]:
    """A table of at least ``least`` wavelengths in m, in increasing order, and values in ``unit``.

    Entries may be texts with a unit; values only where there is a ``unit``.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    lam, numbers = as_numbers("wavelengths", wavelengths, "m"), as_numbers(name, values, unit)
    if lam.ndim != 1 or lam.shape != numbers.shape or len(lam) < least:
        raise InvalidInputError(
            f"wavelengths and {name} must be lists of the same length, at least {least}, got "
            f"shapes {lam.shape} and {numbers.shape}."
        )
    if not (np.isfinite(lam).all() and np.isfinite(numbers).all() and (lam > 0).all()):
        raise InvalidInputError(f"wavelengths and {name} must be finite, and wavelengths positive.")
    order = np.argsort(lam)
    if (np.diff(lam[order]) == 0).any():
        raise InvalidInputError("wavelengths must differ from each other.")
    _check_in_metres(lam.max())
    return lam[order], numbers[order]


def as_numbers(name: str, values: ArrayLike, unit: str | None = None) -> Numbers:
    """A list or an array of numbers; texts in it are quantities in ``unit``.

    Raises
    ------
    InvalidInputError
        If there is something else in it.
    """
    texts = "without units" if unit is None else f"in {unit}, or texts with such a unit"
    wrong = f"{name} must be a list of real numbers {texts}, got {shown(values)}."
    try:
        if np.iscomplexobj(values):
            raise TypeError
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        holds_text = isinstance(values, (list, tuple, np.ndarray)) and any(
            isinstance(value, str) for value in values
        )
        if unit is None or not holds_text:
            raise InvalidInputError(wrong) from None
    assert isinstance(values, (list, tuple, np.ndarray))
    listed = [in_si(f"{name}[{k}]", value, unit) for k, value in enumerate(values)]
    return np.array(listed, dtype=float)


def _check_in_metres(longest: float) -> None:
    if longest > LONGEST_WAVELENGTH:
        raise InvalidInputError(
            f'wavelengths must be in m, such as 1550e-9 or "1550 nm", got up to {longest:g}.'
        )


def as_list(argument: str, values: object, example: str) -> Sequence[float | str]:
    """A list or an array as a list; a single number or text is refused."""
    given = values.tolist() if isinstance(values, np.ndarray) else values
    if not isinstance(given, (list, tuple)):
        raise InvalidInputError(
            f"{argument} must be a list such as {example}, got {shown(values)}."
        )
    return given
