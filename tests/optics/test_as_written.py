"""Lines as they stand in issues and papers, texts with units everywhere, and what refuses them."""

import math
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from physembed import optics
from physembed.errors import InvalidInputError
from physembed.optics import Dispersion, Fibre, Pulse, SpectralCurve
from physembed.physics import TimeGrid

BETAS = ["-21.7 ps^2/km", "0.127 ps^3/km"]


def test_the_two_lines_that_a_front_door_was_asked_for() -> None:
    pulse = Pulse.sech(fwhm="100 fs", peak_power="1 kW", wavelength="1550 nm")
    fibre = Fibre(betas=BETAS, gamma="1.3 /W/km", loss="0.2 dB/km")
    light = fibre.propagate(pulse, "10 cm", frames=2)
    other = Fibre(Dispersion.taylor(BETAS, "1550 nm"), gamma="1.3 /W/km", loss="0.2 dB/km")
    # about the carrier is about 1550 nm, where that is the carrier
    same = other.propagate(pulse, "10 cm", frames=2, grid=light.grid)
    np.testing.assert_allclose(light.fields.numpy(), same.fields.numpy(), rtol=0, atol=1e-9)
    assert fibre.soliton_number(pulse) == other.soliton_number(pulse) > 0.4
    assert fibre.medium("1550 nm")[1] == other.medium("1550 nm")[1]
    # at another carrier the numbers are taken as they are, and nothing is said
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fibre.medium("800 nm")[1]["beta2"] == -21.7e-27
    assert repr(fibre.dispersion) == "Dispersion(-21.7 ps^2/km, 0.127 ps^3/km about the carrier)"
    assert replace(fibre, gamma=0.0).dispersion is fibre.dispersion


def test_a_text_with_its_unit_is_the_number_in_si_wherever_there_is_a_quantity() -> None:
    """Every argument of what a user builds, as text and as number."""
    table = ["1.4 um", "1500 nm", "1.6e-6 m", "1700 nm"]
    metres = [1.4e-6, 1.5e-6, 1.6e-6, 1.7e-6]
    grid = TimeGrid(64, 1e-13)
    pulse = Pulse.sech("1 ps", "1550 nm", peak_power="1 W")
    fibre = Fibre(betas=BETAS, gamma="1.3 /W/km", raman=None)
    pairs = [
        (Pulse.sech("1 ps", "1550 nm", energy="1 nJ"), Pulse.sech(1e-12, 1.55e-6, energy=1e-9)),
        (
            Pulse.gaussian("1 ps", "1550 nm", average_power="1 mW", repetition_rate="80 MHz"),
            Pulse.gaussian(1e-12, 1.55e-6, average_power=1e-3, repetition_rate=80e6),
        ),
        (
            Pulse.lorentzian("1 ps", "1550 nm", peak_power="30 dBm"),
            Pulse.lorentzian(1e-12, 1.55e-6, peak_power=1.0),
        ),
        (pulse.chirped("2 ps^2", "3 ps^3"), pulse.chirped(2e-24, 3e-36)),
        (pulse.train(grid, 2, "2 ps"), pulse.train(grid, 2, 2e-12)),
        (
            Dispersion.from_parameter(table, ["17 ps/(nm km)"] * 4).betas_at("1550 nm", 2),
            Dispersion.from_parameter(metres, [17e-6] * 4).betas_at(1.55e-6, 2),
        ),
        (
            Dispersion.sellmeier([0.7], ["0.07 um"], ("1 um", "2 um")).betas_at("1.5 um", 3),
            Dispersion.sellmeier([0.7], [0.07e-6], (1e-6, 2e-6)).betas_at(1.5e-6, 3),
        ),
        (
            SpectralCurve.from_table(table, [1, 2, 3, 4], "dB/km").at("1550 nm"),
            SpectralCurve.from_table(metres, [1, 2, 3, 4], "dB/km").at(1.55e-6),
        ),
        (
            replace(fibre, loss="0.2 dB/km", shock_time="1 fs").medium("1550 nm")[1],
            replace(fibre, loss=0.2e-4 * math.log(10), shock_time=1e-15).medium(1.55e-6)[1],
        ),
        (
            fibre.propagate(pulse, "2 m", grid=grid, frames=["1 m"]).fields,
            fibre.propagate(pulse, 2.0, grid=grid, frames=[1.0]).fields,
        ),
        (
            optics.Amplifier("20 dB", noise_figure="5 dB").noise_density("1550 nm"),
            optics.Amplifier(100.0, noise_figure=10**0.5).noise_density(1.55e-6),
        ),
        (
            optics.quantum_noise(grid, "1 um", (2,), seed=0),
            optics.quantum_noise(grid, 1e-6, (2,), seed=0),
        ),
    ]
    for by_text, by_number in pairs:
        one, other = (
            np.array([x.fwhm, x.wavelength, x.peak_power, x.gdd, x.tod])
            if isinstance(x, Pulse)
            else np.array(list(x.values()) if isinstance(x, dict) else x)
            for x in (by_text, by_number)
        )
        np.testing.assert_allclose(one, other, rtol=1e-13)


@pytest.mark.parametrize(
    ("wrong", "wanted"),
    [
        (lambda: Pulse.sech("100", "1550 nm", peak_power=1.0), 'fwhm .* "100 fs", got .*no unit'),
        (lambda: Pulse.sech(100, "1550 nm", peak_power=1.0), "fwhm must be in s, such as 100e-15"),
        (lambda: Pulse.sech("1 ps", 1550, peak_power=1.0), "wavelength must be in m, such as 1550"),
        (lambda: Pulse.sech("1 ps", "1550", peak_power=1.0), '"1550 nm" or "10 m", got .*no unit'),
        (lambda: Pulse.sech("1 ps", "1 um", peak_power="1"), 'peak_power .* "1 kW", got .*no unit'),
        (lambda: Pulse.sech("1 ps", "1 um", energy="1 kW"), 'energy .* "1 nJ", got .*other kind'),
        (lambda: Fibre(betas=["-21.7"], gamma=0), r'betas\[0\] .* "-21.7 ps\^2/km", got .*no unit'),
        (lambda: Fibre(betas=[-21.7], gamma=0), r'betas\[0\] must be in s\^2/m, such as'),
        (lambda: Fibre(betas="-21.7 ps^2/km", gamma=0), "betas must be a list such as"),
        (lambda: Fibre(betas=BETAS), 'gamma must be .* "1.3 /W/km", got None'),
        (lambda: Fibre(betas=BETAS, gamma="1.3"), 'gamma .* "1.3 /W/km", got .*no unit'),
        (lambda: Fibre(betas=BETAS, gamma=1, loss="0.2"), 'loss .* "0.2 dB/km", got .*no unit'),
        (lambda: Fibre(gamma=1), "dispersion must be a Dispersion, .* or betas be given"),
        (lambda: Fibre(Dispersion.taylor(BETAS), 1, betas=BETAS), "must not both be given"),
        (lambda: Fibre(betas=BETAS, gamma=1, loss="-0.35 dB/km"), "loss must not be negative"),
        (lambda: Fibre(betas=BETAS, gamma=1, loss=-1e-5), "got -1e-05; what gains is an Amplifier"),
        (
            lambda: Fibre(
                betas=BETAS,
                gamma=1,
                loss=SpectralCurve.from_table([1.5e-6, 1.6e-6], [0.2, -0.1], "dB/km"),
            ),
            "loss must not be negative.* within SpectralCurve",
        ),
    ],
)  # fmt: skip
def test_what_was_meant_otherwise_is_refused_with_what_to_write(wrong, wanted: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        wrong()
    assert re.search(wanted, str(told.value)), told.value


def test_a_medium_beyond_a_table_is_refused_with_the_tables_range() -> None:
    lam = np.linspace(1.4e-6, 1.7e-6, 9)
    narrow = SpectralCurve.from_table([1.5e-6, 1.6e-6], [0.2, 0.3], "dB/km")
    strong = SpectralCurve.from_table([1.5e-6, 1.6e-6], [1.3, 1.2], "/W/km")
    table = Dispersion.from_parameter(lam, 17e-6 + 0 * lam)
    for fibre, name, known in (
        (Fibre(table, gamma=0), "dispersion", "1400 to 1700"),
        (Fibre(betas=BETAS, gamma=0, loss=narrow), "loss", "1500 to 1600"),
        (Fibre(betas=BETAS, gamma=strong), "gamma", "1500 to 1600"),
    ):
        fibre.medium("1550 nm")
        for beyond in ("1390 nm", "1701 nm"):
            expected = f"wavelength must be from {known} nm, where {name} is known, got {beyond}"
            with pytest.raises(InvalidInputError, match=expected):
                fibre.medium(beyond)
