"""A property of a fibre that changes with the wavelength, such as its loss."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physembed._checks import check_number
from physembed.errors import InvalidInputError
from physembed.optics.band import check_band, checked_table
from physembed.optics.units import SPEED_OF_LIGHT, in_si, same_kind

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SpectralCurve:
    """A loss or a nonlinearity over the wavelength, within the wavelengths where it is known.

    Made by :meth:`from_table` or :meth:`from_formula`.

    Parameters
    ----------
    value : callable
        In SI, of ω in rad/s.
    wavelengths : (float, float)
        From the shortest to the longest at which it holds, in m.
    unit : str
        Such as ``"1/m"``.
    """

    value: Callable[[Numbers], Numbers]
    wavelengths: tuple[float, float]
    unit: str

    @classmethod
    def from_table(cls, wavelengths: ArrayLike, values: ArrayLike, unit: str) -> "SpectralCurve":
        """Straight lines over ω between ``values`` in ``unit``, such as ``"dB/km"``."""
        lam, numbers = checked_table(wavelengths, values, "values", least=2)
        factor = in_si("unit", f"1 {unit}", unit)
        omega = 2 * math.pi * SPEED_OF_LIGHT / lam[::-1]
        in_order = numbers[::-1] * factor

        def value(at: Numbers) -> Numbers:
            return np.asarray(np.interp(at, omega, in_order))

        return cls(value, (float(lam[0]), float(lam[-1])), unit)

    @classmethod
    def from_formula(
        cls,
        formula: Callable[[Numbers], Numbers],
        unit: str,
        wavelengths: tuple[float | str, float | str],
    ) -> "SpectralCurve":
        """``formula`` of λ in m gives values in ``unit`` within ``wavelengths``."""
        low, high = (in_si("wavelengths", x, "m") for x in wavelengths)
        factor = in_si("unit", f"1 {unit}", unit)

        def value(at: Numbers) -> Numbers:
            return np.asarray(formula(2 * math.pi * SPEED_OF_LIGHT / at) * factor)

        return cls(value, (low, high), unit)

    def at(self, wavelength: float | str) -> float:
        """The value at a wavelength, in SI."""
        lam = in_si("wavelength", wavelength, "m")
        check_number("wavelength", lam, above=0)
        return float(self.about(lam, np.zeros(1), "the curve")[0])

    def about(self, wavelength: float, omega: Numbers, name: str) -> Numbers:
        """The values in SI at the offsets ``omega`` in rad/s from a wavelength.

        Raises
        ------
        InvalidInputError
            If a frequency is outside of what is known of what is called ``name``.
        """
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / wavelength
        check_band(name, self.wavelengths, wavelength, omega0 + omega)
        return self.value(omega0 + omega)


def of_curve(name: str, value: "float | str | SpectralCurve", unit: str) -> SpectralCurve | None:
    """The curve that an argument is, if it is one; else it is checked as a quantity.

    Raises
    ------
    InvalidInputError
        If it is neither, or of another unit.
    """
    if not isinstance(value, SpectralCurve):
        in_si(name, value, unit)
        return None
    if not same_kind(value.unit, unit):
        raise InvalidInputError(
            f"{name} must be a curve in {unit} or such a unit, got one in {value.unit!r}."
        )
    return value
