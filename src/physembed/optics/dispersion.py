"""Dispersion of a fibre from whatever is known of it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import make_interp_spline

from physembed._checks import check_number, check_numbers
from physembed.errors import InvalidInputError
from physembed.optics.band import (
    NEIGHBOURHOOD,
    as_list,
    check_band,
    checked_limits,
    checked_table,
    inside,
)
from physembed.optics.series_range import estimated_range
from physembed.optics.units import SPEED_OF_LIGHT, in_si

Numbers = NDArray[np.float64]

LARGEST_PARAMETER = 0.1
"""Largest abs(D) in s/m², 100 000 ps/(nm km): beyond, it was meant in another unit."""

LARGEST_BETA = 1e-18
"""Largest abs(β_k) in s^k/m of any order, as of 10⁹ ps²/km."""


@dataclass(frozen=True, eq=False)
class Dispersion:
    """β(ω), the propagation constant of a fibre's mode, within the wavelengths where it is known.

    Made by :meth:`taylor`, :meth:`from_parameter`, :meth:`from_index` or :meth:`sellmeier`.

    Parameters
    ----------
    beta : callable
        β in 1/m of ω in rad/s, but for what is linear in ω, which only moves the pulse.
    wavelengths : (float, float)
        From the shortest to the longest at which it holds, in m; of a Taylor series of which
        nothing is said, from 0 to infinity. See :meth:`trusted`.
    betas : tuple of float
        Where it is a Taylor series: β₂, β₃, ... in s^k/m about the frequency of ``centre``.
    centre : float or None
        The wavelength of a Taylor series, in m; None: that of the light which is sent.

    Examples
    --------
    >>> import physembed.optics as optics
    >>> glass = optics.Dispersion.taylor(["-21.7 ps^2/km", "0.127 ps^3/km"], "1550 nm")
    >>> round(glass.betas_at("1500 nm")[0] * 1e27, 1)  # β₂ there, in ps²/km
    -16.6
    """

    beta: Callable[[Numbers], Numbers]
    wavelengths: tuple[float, float] = (0.0, math.inf)
    betas: tuple[float, ...] = ()
    centre: float | None = None

    @classmethod
    def taylor(
        cls,
        betas: Sequence[float | str],
        wavelength: float | str | None = None,
        wavelengths: tuple[float | str, float | str] | None = None,
    ) -> "Dispersion":
        """β = Σ β_k (ω - ω₀)^k / k! about a wavelength.

        Parameters
        ----------
        betas : sequence of float or str
            β₂, β₃, ... such as ``["-21.7 ps^2/km"]``.
        wavelength : float, str or None, default=None
            None: the carrier of whatever light is sent.
        wavelengths : (float or str, float or str) or None, default=None
            The shortest and the longest for which it is good; light beyond is warned of where it
            is propagated. None: what :meth:`trusted` estimates.
        """
        centre = None
        if wavelength is not None:
            centre = in_si("wavelength", wavelength, "m")
            check_number("wavelength", centre, above=0)
        terms = as_list("betas", betas, '["-21.7 ps^2/km", "0.127 ps^3/km"]')
        values = tuple(in_si(f"betas[{k}]", b, f"s^{k + 2}/m") for k, b in enumerate(terms))
        for k, value in enumerate(values):
            if abs(value) > LARGEST_BETA:
                raise InvalidInputError(
                    f"betas[{k}] must be in s^{k + 2}/m, such as 1e-{12 * (k + 2) + 3} or "
                    f'"1 ps^{k + 2}/km", got {value:g}.'
                )

        def beta(omega: Numbers) -> Numbers:
            if centre is None:
                raise InvalidInputError("a series about the carrier has no β before light is sent.")
            offset = omega - 2 * math.pi * SPEED_OF_LIGHT / centre
            terms = (b * offset**k / math.factorial(k) for k, b in enumerate(values, start=2))
            return np.asarray(sum(terms, start=np.zeros_like(omega)))

        limits = (0.0, math.inf) if wavelengths is None else checked_limits(wavelengths)
        return cls(beta, limits, values, centre)

    @classmethod
    def from_parameter(cls, wavelengths: ArrayLike, parameter: ArrayLike) -> "Dispersion":
        """From a table of D(λ), by splines and twice ∫ dω; β₂ = -D λ² / 2πc.

        Parameters
        ----------
        wavelengths : array_like of shape (n,)
            At least four, in m or texts such as ``"1550 nm"``.
        parameter : array_like of shape (n,)
            D in s/m² (1 ps/(nm km) is 1e-6), or texts such as ``"17 ps/(nm km)"``.
        """
        lam, d = checked_table(wavelengths, parameter, "parameter", least=4, unit="s/m^2")
        if np.abs(d).max() > LARGEST_PARAMETER:
            raise InvalidInputError(
                'parameter must be in s/m², such as 17e-6 or "17 ps/(nm km)", got up to '
                f"{np.abs(d).max():g}."
            )
        omega = 2 * math.pi * SPEED_OF_LIGHT / lam[::-1]
        beta2 = -d[::-1] * lam[::-1] ** 2 / (2 * math.pi * SPEED_OF_LIGHT)
        spline = make_interp_spline(omega, beta2, k=min(3, len(omega) - 1))
        return cls(spline.antiderivative(2), (float(lam[0]), float(lam[-1])))

    @classmethod
    def from_index(cls, wavelengths: ArrayLike, index: ArrayLike) -> "Dispersion":
        """From a table of the effective index n(λ), by splines: β = n ω / c.

        Parameters
        ----------
        wavelengths : array_like of shape (n,)
            At least four, in m or texts such as ``"1550 nm"``.
        index : array_like of shape (n,)
        """
        lam, n = checked_table(wavelengths, index, "index", least=4)
        omega = 2 * math.pi * SPEED_OF_LIGHT / lam[::-1]
        spline = make_interp_spline(
            omega, n[::-1] * omega / SPEED_OF_LIGHT, k=min(5, len(omega) - 1)
        )
        return cls(spline, (float(lam[0]), float(lam[-1])))

    @classmethod
    def sellmeier(
        cls,
        strengths: Sequence[float] | Numbers,
        resonances: Sequence[float | str],
        wavelengths: tuple[float | str, float | str],
    ) -> "Dispersion":
        """n² = 1 + Σ B λ² / (λ² - C²) of a bulk glass, C in m, within ``wavelengths``.

        Raises
        ------
        InvalidInputError
            If there are not as many resonances as strengths, if ``wavelengths`` are not the
            shortest and the longest one, or if light is not transmitted all the way between them.
        """
        given = strengths.tolist() if isinstance(strengths, np.ndarray) else strengths
        check_numbers("strengths", given)
        given_at = as_list("resonances", resonances, '["0.0684 um", "0.116 um", "9.9 um"]')
        c = np.array([in_si(f"resonances[{k}]", x, "m") for k, x in enumerate(given_at)])
        if len(c) != len(strengths):
            raise InvalidInputError(
                f"resonances must be as many as strengths, {len(strengths)}, got {len(c)}."
            )
        b = np.array(strengths, dtype=float)
        low, high = checked_limits(wavelengths)

        def beta(omega: Numbers) -> Numbers:
            squared = (2 * math.pi * SPEED_OF_LIGHT / np.asarray(omega)) ** 2
            terms = b * squared[..., None] / (squared[..., None] - c**2)
            return np.sqrt(1 + terms.sum(axis=-1)) * omega / SPEED_OF_LIGHT

        with np.errstate(all="ignore"):
            is_clear = np.isfinite(beta(inside((low, high)))).all()
        if not is_clear or ((low <= np.abs(c)) & (np.abs(c) <= high)).any():
            raise InvalidInputError(
                f"wavelengths must be where n² is positive, with no resonance inside, got "
                f"{low * 1e9:.5g} to {high * 1e9:.5g} nm."
            )
        return cls(beta, (low, high))

    def __repr__(self) -> str:
        low, high = (f"{lam * 1e9:.5g}" for lam in self.trusted())
        if not self.betas:
            return f"Dispersion(known from {low} to {high} nm)"
        terms = ", ".join(
            f"{beta * 1e12**k * 1e3:.5g} ps^{k}/km" for k, beta in enumerate(self.betas, start=2)
        )
        if self.centre is None:
            return f"Dispersion({terms} about the carrier)"
        return f"Dispersion({terms} about {self.centre * 1e9:.6g} nm, for {low} to {high} nm)"

    def trusted(self) -> tuple[float, float]:
        """The shortest and the longest wavelength for which it is good, in m.

        What a table, a formula or the maker of a Taylor series says, else what
        :func:`~physembed.optics.series_range.estimated_range` estimates of a series.
        """
        if self.wavelengths[0] or self.centre is None:
            return self.wavelengths
        return estimated_range(self.betas, self.centre)

    def seen_from(self, carrier: float) -> "Dispersion":
        """It itself, but for a series about the carrier: that about this one, in m."""
        if not self.betas or self.centre is not None:
            return self
        return self.taylor(self.betas, carrier, self.wavelengths if self.wavelengths[0] else None)

    def about(self, wavelength: float, omega: Numbers) -> Numbers:
        """β(ω₀ + Ω) - β(ω₀) - Ω β₁(ω₀), in 1/m, at the offsets ``omega`` in rad/s.

        Raises
        ------
        InvalidInputError
            If a frequency is outside of what is known.
        """
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / wavelength
        if self.betas:
            betas = self.betas_at(wavelength, len(self.betas) + 1)
            terms = (b * omega**k / math.factorial(k) for k, b in enumerate(betas, start=2))
            return np.asarray(sum(terms, start=np.zeros_like(omega)))
        check_band("dispersion", self.wavelengths, wavelength, omega0 + omega)
        return self.beta(omega0 + omega) - self.beta(np.array(omega0)) - omega * self._slope(omega0)

    def largest_delay(self, wavelength: float, reach: float) -> float:
        """The largest group delay in s/m against a carrier in m of light up to ``reach`` from it.

        ``reach`` is in rad/s, and less where dispersion is not good so far.
        """
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / wavelength
        shortest, longest = self.seen_from(wavelength).trusted()
        highest = 2 * math.pi * SPEED_OF_LIGHT / shortest - omega0 if shortest else math.inf
        lowest = 2 * math.pi * SPEED_OF_LIGHT / longest - omega0
        ends = max(-reach, 0.9 * lowest), min(reach, 0.9 * highest)
        # a carrier beyond all that is known has no delays that are
        if not ends[0] < 0 < ends[1]:
            ends = -reach, reach
        offsets = np.linspace(*ends, 257)
        slopes = np.gradient(self.about(wavelength, offsets), offsets)
        return float(np.abs(slopes).max())

    def betas_at(self, wavelength: float | str, most: int = 6) -> tuple[float, ...]:
        """β₂, β₃, ..., β_most at a wavelength, in s^k/m, by a polynomial through its neighbourhood.

        That of a Taylor series is exact; of a table it is what its spline says.

        Raises
        ------
        InvalidInputError
            If dispersion is not known to 5% of the frequency on both sides, or to a quarter of a
            table that is narrow.
        """
        lam = in_si("wavelength", wavelength, "m")
        check_number("wavelength", lam, above=0)
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / lam
        if self.betas:
            centre = 2 * math.pi * SPEED_OF_LIGHT / (self.centre or lam)
            series = Polynomial(
                [0, 0, *(b / math.factorial(k) for k, b in enumerate(self.betas, start=2))]
            )
            return tuple(float(series.deriv(k)(omega0 - centre)) for k in range(2, most + 1))
        reach = self._reach(lam, most)
        nodes = reach * np.cos(np.pi * (np.arange(4 * most) + 0.5) / (4 * most))
        fitted = Polynomial.fit(nodes, self.about(lam, nodes), most + 4, domain=[-reach, reach])
        return tuple(float(fitted.deriv(k)(0.0)) for k in range(2, most + 1))

    def _reach(self, wavelength: float, most: int) -> float:
        """How far from ω₀ derivatives are taken from, in rad/s."""
        low, high = self.wavelengths
        omega0 = 2 * math.pi * SPEED_OF_LIGHT / wavelength
        # of a narrow table a quarter of it
        share = min(NEIGHBOURHOOD, (high - low) / (2 * (high + low))) if low else NEIGHBOURHOOD
        shortest, longest = low * (1 + share), high * (1 - share)
        if not shortest <= wavelength <= longest:
            raise InvalidInputError(
                f"wavelength must be from {shortest * 1e9:.5g} to {longest * 1e9:.5g} nm, got "
                f"{wavelength * 1e9:.5g} nm: dispersion is known from {low * 1e9:.5g} to "
                f"{high * 1e9:.5g} nm, and its derivatives need {share:.2g} of the wavelength on "
                "both sides."
            )
        # of the highest orders a short stretch shows little beside rounding
        wanted = max(NEIGHBOURHOOD, NEIGHBOURHOOD / 4 * most) * omega0
        above = 2 * math.pi * SPEED_OF_LIGHT / low - omega0 if low else math.inf
        below = omega0 - 2 * math.pi * SPEED_OF_LIGHT / high
        return min(wanted, above, below)

    def _slope(self, omega0: float) -> float:
        """β₁ by central differences of fourth order."""
        h = 1e-3 * omega0
        near, far = (
            float(self.beta(np.array(omega0 + k * h)) - self.beta(np.array(omega0 - k * h)))
            for k in (1, 2)
        )
        return (8 * near - far) / (12 * h)
