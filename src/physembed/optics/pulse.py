"""Pulses of light: an envelope, a wavelength and a power, in SI."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number, require_positive
from physembed.errors import InvalidInputError
from physembed.optics.band import LONGEST_WAVELENGTH, as_numbers
from physembed.optics.spectral_lines import sum_of_lines, width_and_peak
from physembed.optics.units import SPEED_OF_LIGHT, in_si, with_prefix
from physembed.physics import TimeGrid
from physembed.physics.pulses import sech

_SECH = 2 * math.log(1 + math.sqrt(2))
"""FWHM of sech² in units of its T₀, 1.763."""

_GAUSSIAN = 2 * math.sqrt(math.log(2))
_LORENTZIAN = 2 * math.sqrt(math.sqrt(2) - 1)

SHAPES: dict[str, tuple[float, Callable[[Tensor], Tensor], float]] = {
    "sech": (_SECH, sech, 2.0),
    "gaussian": (_GAUSSIAN, lambda tau: torch.exp(-(tau**2) / 2), math.sqrt(math.pi)),
    "lorentzian": (_LORENTZIAN, lambda tau: 1 / (1 + tau**2), math.pi / 2),
}
"""Of every shape: FWHM / T₀ of the power, the amplitude of t / T₀, and ∫ power dt / T₀."""

_QUANTITY = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*[A-Za-zµμ]+")
"""A number with its unit."""

LONGEST_PULSE = 1e-3
"""In s: beyond, a number was meant in another unit."""


@dataclass(frozen=True)
class Pulse:
    """A pulse on a carrier exp(-iω₀t): E(t) in √W, |E|² is the power.

    Made by :meth:`sech`, :meth:`gaussian`, :meth:`lorentzian`, :meth:`from_spectrum` or
    :meth:`read`.

    Parameters
    ----------
    envelope : callable
        E of t in s, float64 to complex128, at its Fourier limit or as measured.
    wavelength : float
        Of the carrier, in m.
    fwhm : float
        Full width at half maximum of the power, in s.
    peak_power : float
        In W, before the chirp.
    gdd, tod : float, default=0
        Group-delay dispersion in s² and third-order dispersion in s³ that it has gone through: the
        phase gdd Ω²/2 + tod Ω³/6 of the spectrum, Ω from the carrier; positive as of normally
        dispersive glass.

    Examples
    --------
    >>> import physembed.optics as optics
    >>> pulse = optics.Pulse.sech("100 fs", "1550 nm", energy="1 nJ")
    >>> round(pulse.peak_power)  # W
    8814
    """

    envelope: Callable[[Tensor], Tensor]
    wavelength: float
    fwhm: float
    peak_power: float
    gdd: float = 0.0
    tod: float = 0.0

    def __repr__(self) -> str:
        chirp = [
            f", {name} {value * 1e15**power:.4g} fs^{power}"
            for name, value, power in (("gdd", self.gdd, 2), ("tod", self.tod, 3))
            if value
        ]
        return (
            f"Pulse({with_prefix(self.fwhm, 's')}, {with_prefix(self.peak_power, 'W')} at "
            f"{self.wavelength * 1e9:.6g} nm{''.join(chirp)})"
        )

    def __post_init__(self) -> None:
        require_positive(wavelength=self.wavelength, fwhm=self.fwhm)
        check_number("peak_power", self.peak_power, least=0)
        for name, value, most, meant in (
            ("wavelength", self.wavelength, LONGEST_WAVELENGTH, "in m, such as 1550e-9"),
            ("fwhm", self.fwhm, LONGEST_PULSE, "in s, such as 100e-15"),
        ):
            if value > most:
                raise InvalidInputError(f"{name} must be {meant}, or have a unit, got {value:g}.")
        check_number("gdd", self.gdd)
        check_number("tod", self.tod)

    @classmethod
    def sech(cls, fwhm: float | str, wavelength: float | str, **power: float | str) -> "Pulse":
        """sech²(t / T₀) in power, T₀ = fwhm / 1.763.

        Parameters
        ----------
        fwhm, wavelength : float or str
        **power : float or str
            ``peak_power``, or ``energy``, or ``average_power`` and ``repetition_rate``.
        """
        return _shaped("sech", fwhm, wavelength, power)

    @classmethod
    def gaussian(cls, fwhm: float | str, wavelength: float | str, **power: float | str) -> "Pulse":
        """exp(-(t / T₀)²) in power, T₀ = fwhm / 1.665; arguments as of :meth:`sech`."""
        return _shaped("gaussian", fwhm, wavelength, power)

    @classmethod
    def lorentzian(
        cls, fwhm: float | str, wavelength: float | str, **power: float | str
    ) -> "Pulse":
        """1 / (1 + (t / T₀)²)² in power, T₀ = fwhm / 1.287; arguments as of :meth:`sech`."""
        return _shaped("lorentzian", fwhm, wavelength, power)

    @classmethod
    def read(cls, text: str) -> "Pulse":
        """A pulse such as ``"sech 100 fs 1 kW 1550 nm"``: shape, FWHM, power or energy, wavelength.

        Raises
        ------
        InvalidInputError
            If it is not of that form.
        """
        words = text.split(maxsplit=1) if isinstance(text, str) else []
        quantities = _QUANTITY.findall(words[1]) if len(words) == 2 else []
        if len(quantities) != 3 or _QUANTITY.sub("", words[1]).strip():
            raise InvalidInputError(
                "pulse must be a shape, a width, a peak power or energy and a wavelength, each "
                f'with its unit, such as "sech 100 fs 1 kW 1550 nm"; got {text!r}.'
            )
        check_choice("pulse", words[0], SHAPES)
        width, power, wavelength = quantities
        kind = "energy" if power.endswith("J") else "peak_power"
        return _shaped(words[0], width, wavelength, {kind: power})

    @classmethod
    def from_spectrum(
        cls,
        wavelengths: ArrayLike,
        spectrum: ArrayLike,
        phase: ArrayLike | None = None,
        *,
        wavelength: float | str,
        energy: float | str,
    ) -> "Pulse":
        """A pulse whose spectrum was measured.

        Parameters
        ----------
        wavelengths : array_like of shape (n,)
            In m.
        spectrum : array_like of shape (n,)
            Power per wavelength in any unit, not in dB.
        phase : array_like of shape (n,) or None, default=None
            Of E(ω) in rad, that grows with the delay of higher frequencies as ``gdd`` does; None
            is the Fourier limit.
        wavelength : float or str
            Of the carrier.
        energy : float or str

        Raises
        ------
        InvalidInputError
            If the lists do not fit, or nothing is there; or if all of it lies in a small part of
            the wavelengths.

        Notes
        -----
        Between the wavelengths amplitude and phase are straight lines. Lines Δω apart repeat
        after 2π/Δω, so the field is zero beyond half of that.
        """
        centre, total = in_si("wavelength", wavelength, "m"), in_si("energy", energy, "J")
        require_positive(wavelength=centre)
        check_number("energy", total, least=0)
        lam, power = as_numbers("wavelengths", wavelengths, "m"), as_numbers("spectrum", spectrum)
        angle = np.zeros_like(lam) if phase is None else as_numbers("phase", phase)
        if not lam.ndim == 1 or not lam.shape == power.shape == angle.shape:
            raise InvalidInputError(
                "wavelengths, spectrum and phase must be lists of the same length, got shapes "
                f"{lam.shape}, {power.shape} and {angle.shape}."
            )
        if not (np.isfinite(lam).all() and (lam > 0).all() and len(np.unique(lam)) == len(lam) > 1):
            raise InvalidInputError("wavelengths must be at least two different positive numbers.")
        if not np.isfinite(angle).all():
            raise InvalidInputError("phase must be finite.")
        if not (np.isfinite(power).all() and (power >= 0).all() and power.any()):
            raise InvalidInputError("spectrum must be positive somewhere and negative nowhere.")
        order = np.argsort(-lam)
        offset = 2 * math.pi * SPEED_OF_LIGHT * (1 / lam[order] - 1 / centre)
        # per frequency: |dλ/dω| = λ² / 2πc
        amplitude = np.sqrt(power[order]) * lam[order]
        fine = np.linspace(offset[0], offset[-1], max(1024, 4 * len(lam)))
        lines = np.interp(fine, offset, amplitude) * np.exp(
            1j * np.interp(fine, offset, np.unwrap(angle[order]))
        )
        line_width = float(fine[1] - fine[0])
        # of the transform over the lines Parseval says the energy; nothing between them is nothing
        shown_energy = 2 * math.pi * float((abs(lines) ** 2).sum()) or 1.0
        lines *= math.sqrt(total * line_width / shown_energy)
        fwhm, peak = width_and_peak(lines, line_width)
        return cls(sum_of_lines(fine, lines), centre, fwhm, peak)

    def chirped(self, gdd: float | str = 0.0, tod: float | str = 0.0) -> "Pulse":
        """The same spectrum after more dispersion, such as ``gdd="500 fs^2"``."""
        return replace(
            self,
            gdd=self.gdd + in_si("gdd", gdd, "s^2"),
            tod=self.tod + in_si("tod", tod, "s^3"),
        )

    def on(self, grid: TimeGrid) -> Tensor:
        """E in √W at the times of a grid in seconds: shape (n_points,), complex128."""
        field = self.envelope(grid.t) + 0j
        if self.gdd == 0 and self.tod == 0:
            return field
        # light of the Fourier component ω lies at -ω from the carrier
        offset = -grid.omega
        phase = self.gdd / 2 * offset**2 + self.tod / 6 * offset**3
        return torch.fft.ifft(torch.fft.fft(field) * torch.polar(torch.ones_like(phase), phase))

    def train(self, grid: TimeGrid, n_pulses: int, period: float | str) -> Tensor:
        """``n_pulses`` of them, ``period`` apart, about the middle of a grid."""
        check_integer("n_pulses", n_pulses, least=1)
        spacing = in_si("period", period, "s")
        one = torch.fft.fft(self.on(grid))
        delays = (torch.arange(n_pulses, dtype=torch.float64) - (n_pulses - 1) / 2) * spacing
        if float(delays.abs().max()) > grid.window / 2:
            raise InvalidInputError(
                f"period must leave {n_pulses} pulses within the window of {grid.window:g} s, got "
                f"{spacing:g} s."
            )
        return torch.fft.ifft(one * torch.exp(-1j * delays[:, None] * grid.omega).sum(dim=0))


def _shaped(
    name: str, fwhm: float | str, wavelength: float | str, power: dict[str, float | str]
) -> Pulse:
    ratio, amplitude, area = SHAPES[name]
    width, centre = in_si("fwhm", fwhm, "s"), in_si("wavelength", wavelength, "m")
    require_positive(fwhm=width, wavelength=centre)
    t0 = width / ratio
    peak = _peak_power(power, area * t0)

    def envelope(t: Tensor) -> Tensor:
        return math.sqrt(peak) * amplitude(t / t0)

    return Pulse(envelope, centre, width, peak)


def _peak_power(power: dict[str, float | str], area: float) -> float:
    """The peak power of a pulse of ``area`` joules per watt."""
    units = {"peak_power": "W", "energy": "J", "average_power": "W", "repetition_rate": "1/s"}
    values = {k: in_si(k, v, units[k]) for k, v in power.items() if k in units}
    for name, value in values.items():
        check_number(name, value, least=0)
    given = set(power)
    if given == {"peak_power"}:
        return values["peak_power"]
    if given == {"energy"}:
        return values["energy"] / area
    if given == {"average_power", "repetition_rate"}:
        require_positive(repetition_rate=values["repetition_rate"])
        return values["average_power"] / values["repetition_rate"] / area
    named = ", ".join(sorted(given)) or "none"
    raise InvalidInputError(
        'the power of a pulse must be given as peak_power="1 kW", as energy="1 nJ", or as '
        f'average_power="100 mW" and repetition_rate="80 MHz"; got {named}.'
    )
