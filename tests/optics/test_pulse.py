"""Pulses in SI against closed forms, and spectra as they are measured."""

import math

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.optics import Dispersion, Fibre, Pulse
from physembed.optics.units import SPEED_OF_LIGHT

GRID = pe.TimeGrid(1024, spacing=4e-15)
LAM = 835e-9


@pytest.mark.parametrize("make", [Pulse.sech, Pulse.gaussian, Pulse.lorentzian])
def test_width_power_and_energy_of_a_pulse(make) -> None:
    fine = pe.TimeGrid(8192, spacing=1e-15)
    pulse = make("100 fs", "1550 nm", energy="50 pJ")
    power = pulse.on(fine).abs().square()
    assert float(power.sum()) * 1e-15 == pytest.approx(50e-12, rel=1e-4, abs=0)
    assert float(power.max()) == pytest.approx(pulse.peak_power, rel=1e-12, abs=0)
    # half the peak at ±50 fs
    assert power[4096 + 50] == pytest.approx(pulse.peak_power / 2, rel=1e-9, abs=0)
    same = make(100e-15, 1.55e-6, average_power="5 mW", repetition_rate="100 MHz")
    assert same.peak_power == pytest.approx(pulse.peak_power, rel=1e-12, abs=0)


def test_a_chirped_gaussian_is_as_long_as_dispersion_makes_it() -> None:
    """T/T₀ = √(1 + (gdd/T₀²)²) (Agrawal, eq. 3.2.7), and what undoes it is the other sign."""
    pulse = Pulse.gaussian("50 fs", LAM, peak_power=1.0)
    t0 = 50e-15 / (2 * math.sqrt(math.log(2)))
    chirped = pulse.chirped(gdd="1000 fs^2")
    peak = float(chirped.on(GRID).abs().square().max())
    assert peak == pytest.approx(1 / math.sqrt(1 + (1000e-30 / t0**2) ** 2), rel=1e-6, abs=0)
    back = chirped.chirped(gdd="-1000 fs^2").on(GRID)
    assert torch.allclose(back, pulse.on(GRID), atol=1e-10)
    # a fibre of β₂ does the same, and one of the other sign compresses
    glass = Fibre(Dispersion.taylor(["-20 ps^2/km"], LAM), gamma=0.0, raman=None)
    out = glass.propagate(chirped, "5 cm", grid=GRID, frames=1)
    assert out.power[-1].max() == pytest.approx(1.0, rel=1e-6, abs=0)


def spectrum_of_a_gaussian(
    fwhm: float = 100e-15, n_points: int = 300
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wavelengths, power per wavelength and angular frequencies from 1550 nm."""
    lam = np.linspace(1480e-9, 1625e-9, n_points)
    omega = 2 * np.pi * SPEED_OF_LIGHT * (1 / lam - 1 / 1550e-9)
    t0 = fwhm / (2 * math.sqrt(math.log(2)))
    return lam, np.exp(-((omega * t0) ** 2)) / lam**2, omega


def test_a_measured_spectrum_gives_its_pulse() -> None:
    """The spectrum of a Gaussian of 100 fs, sampled over wavelength as a spectrometer does."""
    lam, density, omega = spectrum_of_a_gaussian()
    pulse = Pulse.from_spectrum(lam, density, wavelength="1550 nm", energy="1 pJ")
    expected = Pulse.gaussian("100 fs", "1550 nm", energy="1 pJ")
    ours, theirs = (p.on(GRID).abs().square() for p in (pulse, expected))
    assert float((ours - theirs).abs().max() / theirs.max()) < 2e-3
    delayed = Pulse.from_spectrum(
        lam, density, 5e-28 / 2 * omega**2, wavelength="1550 nm", energy="1 pJ"
    )
    same = expected.chirped(gdd="500 fs^2").on(GRID).abs().square()
    assert float((delayed.on(GRID).abs().square() - same).abs().max() / same.max()) < 2e-3


@pytest.mark.parametrize("fwhm", [100e-15, 123.4e-15, 400e-15])
@pytest.mark.parametrize("delay", [0.0, 37.7e-15])
def test_a_measured_pulse_is_as_long_and_as_strong_as_it_is(fwhm: float, delay: float) -> None:
    lam, density, omega = spectrum_of_a_gaussian(fwhm)
    pulse = Pulse.from_spectrum(lam, density, omega * delay, wavelength="1550 nm", energy="1 pJ")
    assert pulse.fwhm == pytest.approx(fwhm, rel=3e-3, abs=0)
    assert pulse.peak_power == pytest.approx(
        Pulse.gaussian(fwhm, LAM, energy="1 pJ").peak_power, rel=3e-3, abs=0
    )
    highest = pulse.envelope(torch.linspace(-1e-13, 1e-13, 401, dtype=torch.float64)).abs().max()
    assert float(highest) ** 2 == pytest.approx(pulse.peak_power, rel=1e-4, abs=0)


def test_a_rectangular_spectrum_has_the_width_of_a_sinc() -> None:
    """0.8859 over the bandwidth in Hz, at the band's own limit."""
    lam = SPEED_OF_LIGHT / np.linspace(190e12, 197e12, 300)
    pulse = Pulse.from_spectrum(lam, 1 / lam**2, wavelength="1550 nm", energy="1 pJ")
    assert pulse.fwhm == pytest.approx(0.885893 / 7e12, rel=2e-3, abs=0)


def test_a_measured_pulse_comes_once() -> None:
    """Its lines repeat after 66 ps, which the window holds twice."""
    lam, density, _ = spectrum_of_a_gaussian()
    pulse = Pulse.from_spectrum(lam, density, wavelength="1550 nm", energy="1 pJ")
    grid = pe.TimeGrid(2**13, spacing=20e-15)
    power = pulse.on(grid).abs().square()
    assert float(power.sum()) * grid.spacing == pytest.approx(1e-12, rel=1e-3, abs=0)
    assert float(power[grid.t.abs() > 2e-12].max()) < 1e-6 * pulse.peak_power


def test_a_spectrum_that_tells_too_little_is_named() -> None:
    lam, density, omega = spectrum_of_a_gaussian(n_points=40)
    common = {"wavelength": "1550 nm", "energy": "1 pJ"}
    with pytest.raises(pe.InvalidInputError, match="wavelengths must not reach far beyond"):
        Pulse.from_spectrum(
            [5e-7, 1.5499e-6, 1.55e-6, 1.5501e-6, 2e-6], [0.0, 0.0, 1.0, 0.0, 0.0], **common
        )
    with pytest.raises(pe.InvalidInputError, match="at least two different positive"):
        Pulse.from_spectrum([1e-6], [1.0], **common)
    with pytest.raises(pe.InvalidInputError, match="phase must be finite"):
        Pulse.from_spectrum(lam, density, omega * np.nan, **common)


@pytest.mark.parametrize(
    ("power", "named"),
    [
        ({"peak_power": -1.0}, "peak_power must be zero or a positive number"),
        ({"energy": "-1 pJ"}, "energy must be zero or a positive number"),
        ({"average_power": -1.0, "repetition_rate": 1e8}, "average_power must be zero or a"),
        ({"average_power": 1.0, "repetition_rate": 0.0}, "repetition_rate must be a positive"),
    ],
)
def test_a_power_that_cannot_be_is_named(power: dict[str, float | str], named: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=named):
        Pulse.sech("100 fs", "1550 nm", **power)
    if "energy" in power:
        lam, density, _ = spectrum_of_a_gaussian()
        with pytest.raises(pe.InvalidInputError, match=named):
            Pulse.from_spectrum(lam, density, wavelength="1550 nm", **power)


@pytest.mark.parametrize("text", ["sech 50 fs", "secant 50 fs 1 W 1 um", "sech 50 m 1 W 1 um", 3])
def test_what_is_no_pulse_is_named(text: object) -> None:
    with pytest.raises(pe.InvalidInputError):
        Pulse.read(text)
    with pytest.raises(pe.InvalidInputError, match=r"peak_power=.*as energy=.*average_power="):
        Pulse.sech("1 ps", "1 um")


def test_numbers_that_were_meant_in_another_unit_are_named() -> None:
    with pytest.raises(pe.InvalidInputError, match="fwhm must be in s, such as 100e-15, or have"):
        Pulse.sech(100, "1550 nm", peak_power="1 kW")
    with pytest.raises(pe.InvalidInputError, match="wavelength must be in m, such as 1550e-9"):
        Pulse.sech("100 fs", 1550, peak_power="1 kW")
