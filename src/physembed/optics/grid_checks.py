"""Whether a grid serves what a fibre is made of."""

import math

from physembed.errors import InvalidInputError
from physembed.optics.guided_light import GuidedLight
from physembed.optics.pulse import Pulse
from physembed.optics.units import SPEED_OF_LIGHT
from physembed.physics import TimeGrid

POINTS = (2**10, 2**15)
"""Fewest and most points of a grid that is chosen."""

MARGIN = 1.02
"""Times the fastest Raman gain that a band should reach."""

PULSE_ALONE = 2.7
"""Half of a pulse's band, in units of one over its duration: a sech's spectrum has fallen by 15 dB
there."""


def known_half_bands(equation: GuidedLight) -> dict[str, float]:
    """How far from the carrier dispersion, loss and gamma are known, in rad/s, where by a table."""
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / equation.wavelength
    half_bands = {}
    for name, table in equation.tables.items():
        low, high = table.wavelengths
        above = 2 * math.pi * SPEED_OF_LIGHT / low - omega0 if low else math.inf
        half_bands[name] = min(above, omega0 - 2 * math.pi * SPEED_OF_LIGHT / high)
    return half_bands


def half_bands_of(equation: GuidedLight, pulse: Pulse) -> dict[str, float]:
    """As :func:`known_half_bands`, where they hold what a pulse has before it is any broader.

    Raises
    ------
    InvalidInputError
        If a table ends within its spectrum.
    """
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / equation.wavelength
    half_bands = known_half_bands(equation)
    half_band_of_pulse = PULSE_ALONE / pulse.fwhm
    for name, known in half_bands.items():
        # that the carrier itself lies outside is said where the table is asked
        if 0 < known < half_band_of_pulse:
            low, high = (
                2e9 * math.pi * SPEED_OF_LIGHT / (omega0 + s * half_band_of_pulse) for s in (1, -1)
            )
            raise InvalidInputError(
                f"{name} is not known as far as the spectrum of a pulse of "
                f"{pulse.fwhm * 1e15:.3g} fs reaches, which is from {low:.4g} to {high:.4g} nm; "
                "give it over more wavelengths, or take a longer pulse."
            )
    return half_bands


def chosen_grid(
    pulse: Pulse, equation: GuidedLight, *, bandwidth: float, window: float
) -> TimeGrid:
    """A grid of :data:`POINTS` with a band of many bandwidths, as far as the fibre is known."""
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / pulse.wavelength
    half_band = 16 * bandwidth
    if equation.raman is not None:
        half_band = max(half_band, 2.02 * math.pi * equation.raman.fastest)
    half_band = min(half_band, 0.9 * omega0)
    for known in half_bands_of(equation, pulse).values():
        half_band = min(half_band, max(known, 1e-3 * omega0) * (1 - 1e-9))
    wanted = 2 ** math.ceil(math.log2(max(1.0, window * half_band / math.pi)))
    return TimeGrid(min(max(wanted, POINTS[0]), POINTS[1]), math.pi / half_band)


def check_carrier(equation: GuidedLight) -> None:
    """Refuse a carrier at which a table of dispersion, loss or gamma has nothing.

    Raises
    ------
    InvalidInputError
    """
    for name, table in equation.tables.items():
        low, high = table.wavelengths
        if not low <= equation.wavelength <= high:
            raise InvalidInputError(
                f"wavelength must be from {low * 1e9:.5g} to {high * 1e9:.5g} nm, where {name} is "
                f"known, got {equation.wavelength * 1e9:.5g} nm."
            )


def check_grid(grid: TimeGrid, wavelength: float, equation: GuidedLight, shock_time: float) -> None:
    """Refuse a band with negative frequencies, or one that the Raman response does not fit into.

    Raises
    ------
    InvalidInputError
    """
    nyquist = math.pi / grid.spacing
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / wavelength
    if nyquist >= omega0 and shock_time:
        raise InvalidInputError(
            f"grid must have a spacing above {math.pi / omega0 * 1e15:.3g} fs at "
            f"{wavelength * 1e9:.5g} nm, so that the band holds no negative frequencies; got "
            f"{grid.spacing * 1e15:.3g} fs."
        )
    raman = equation.raman
    if raman is None:
        return
    for name, half_band in known_half_bands(equation).items():
        # then no grid serves both, and it is not the grid's spacing that must change
        if 0 < half_band < 2 * math.pi * raman.fastest:
            needed = MARGIN * raman.fastest
            carrier = SPEED_OF_LIGHT / wavelength
            low, high = (SPEED_OF_LIGHT / (carrier + side * needed) for side in (1, -1))
            raise InvalidInputError(
                f"{name} must be known from {low * 1e9:.5g} to {high * 1e9:.5g} nm about "
                f"{wavelength * 1e9:.5g} nm, as far as the Raman response {raman.name!r} reaches "
                f"({raman.fastest / 1e12:.3g} THz), and is known "
                f"{half_band / (2e12 * math.pi):.3g} THz from there; give a longer table, or a "
                "fibre with raman=None."
            )
    if nyquist / (2 * math.pi) < raman.fastest:
        raise InvalidInputError(
            f"grid must have a spacing of at most {0.5e15 / raman.fastest:.3g} fs to resolve "
            f"the Raman response {raman.name!r}, or raman must be None; got "
            f"{grid.spacing * 1e15:.4g} fs."
        )
