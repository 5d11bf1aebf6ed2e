"""A property of a fibre that changes with the wavelength, such as its loss."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from physembed._checks import check_number, shown
from physembed.errors import InvalidInputError
from physembed.optics.band import check_band, checked_limits, checked_table, inside
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

    Examples
    --------
    >>> import physembed.optics as optics
    >>> loss = optics.SpectralCurve.from_table(
    ...     [1.5e-6, 1.55e-6, 1.6e-6], [0.22, 0.2, 0.23], "dB/km"
    ... )
    >>> loss.unit
    'dB/km'
    """

    value: Callable[[Numbers], Numbers]
    wavelengths: tuple[float, float]
    unit: str

    def __repr__(self) -> str:
        low, high = (f"{lam * 1e9:.5g}" for lam in self.wavelengths)
        return f"SpectralCurve(in {self.unit}, known from {low} to {high} nm)"

    @classmethod
    def from_table(cls, wavelengths: ArrayLike, values: ArrayLike, unit: str) -> "SpectralCurve":
        """Straight lines over ω between ``values`` in ``unit``, such as ``"dB/km"``.

        Raises
        ------
        InvalidInputError
            If they are no table of two wavelengths in m or more, or the unit is none.
        """
        lam, numbers = checked_table(wavelengths, values, "values", least=2)
        factor = in_si("unit", f"1 {unit}", unit)
        omega = 2 * math.pi * SPEED_OF_LIGHT / lam[::-1]
        with np.errstate(over="ignore"):
            in_order = numbers[::-1] * factor
        if not np.isfinite(in_order).all():
            raise InvalidInputError(
                f"values must be within double precision in SI, got up to {np.abs(numbers).max():g}"
                f" {unit}."
            )

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
        """``formula`` of λ in m gives values in ``unit`` within ``wavelengths``.

        Parameters
        ----------
        formula : callable
            Of an array of wavelengths an array of as many values, or one value for all of them.
        unit : str
        wavelengths : (float or str, float or str)
            The shortest and the longest.

        Raises
        ------
        InvalidInputError
            If an argument is not as described, or the formula gives something else or what is not
            finite, here or wherever it is asked for later.
        """
        limits = checked_limits(wavelengths)
        factor = in_si("unit", f"1 {unit}", unit)
        if not callable(formula):
            raise InvalidInputError(f"formula must be a function of λ in m, got {shown(formula)}.")

        def value(at: Numbers) -> Numbers:
            return _values_of(formula, 2 * math.pi * SPEED_OF_LIGHT / at, factor)

        value(inside(limits))
        return cls(value, limits, unit)

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


def _values_of(formula: Callable[[Numbers], Numbers], lam: Numbers, factor: float) -> Numbers:
    """What a formula gives at wavelengths, in SI, if it is one finite number for each."""
    accepted = "formula must give a finite number for each wavelength of an array"
    try:
        with np.errstate(all="ignore"):
            given = np.asarray(formula(lam))
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InvalidInputError(f"{accepted}, got {type(error).__name__}: {error}.") from error
    if given.shape not in ((), lam.shape) or given.dtype.kind not in "iuf":
        raise InvalidInputError(
            f"{accepted}, got {given.dtype} of shape {given.shape} for one of {lam.shape}."
        )
    with np.errstate(over="ignore"):
        numbers = np.full(lam.shape, given.astype(float) * factor)
    if not np.isfinite(numbers).all():
        worst = int(np.argmin(np.isfinite(numbers)))
        raise InvalidInputError(
            f"{accepted}, got {numbers.flat[worst]} at {lam.flat[worst] * 1e9:.5g} nm."
        )
    return numbers


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


def check_loss(loss: "float | str | SpectralCurve") -> None:
    """Refuse a loss that is none, or one that gains.

    Raises
    ------
    InvalidInputError
    """
    curve = of_curve("loss", loss, "1/m")
    if curve is None:
        least = in_si("loss", loss, "1/m")
        given = shown(loss)
    else:
        least = float(curve.value(inside(curve.wavelengths)).min())
        given = f"{least:.3g} /m within {curve!r}"
    if least < 0:
        raise InvalidInputError(
            f'loss must not be negative, such as "0.2 dB/km", got {given}; what gains is an '
            "Amplifier between spans, or alpha of medium() in physembed.propagate."
        )
