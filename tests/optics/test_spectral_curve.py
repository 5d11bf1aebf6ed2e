"""Loss and nonlinearity that change with the wavelength, against closed forms."""

import math

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.optics import SILICA_LOSS, Dispersion, Fibre, Pulse, SpectralCurve
from physembed.optics.units import DECIBEL, SPEED_OF_LIGHT

LAM = 1.55e-6
OMEGA0 = 2 * math.pi * SPEED_OF_LIGHT / LAM
GRID = pe.TimeGrid(128, spacing=9e-15)
FLAT = Dispersion.taylor([], LAM)
LIGHT = OMEGA0 - GRID.omega.numpy()
"""Frequencies of the light in the order of the transform."""


def lambdas(omega: np.ndarray) -> np.ndarray:
    return 2 * math.pi * SPEED_OF_LIGHT / omega


AROUND = np.linspace(1.15e-6, 2.4e-6, 200)
AREA = SpectralCurve.from_formula(
    lambda lam: 2e-3 * (LAM / lam) * (lam / LAM) ** -2.5, "1/(W m)", ("1.1 um", "2.5 um")
)
"""γ = n₂ω / (c A) of a mode whose area grows as λ^2.5."""


def test_every_frequency_loses_its_own_share() -> None:
    glass = Fibre(FLAT, gamma=0.0, loss=SILICA_LOSS, raman=None)
    pulse = Pulse.gaussian("30 fs", LAM, peak_power=1.0)
    out = glass.propagate(pulse, "20 km", grid=GRID, frames=1, check_sampling=False)
    lines = torch.fft.fft(out.fields).abs().square().numpy()
    micrometres = lambdas(LIGHT) * 1e6
    decibels = 20 * (0.8 / micrometres**4 + 7.81e11 * np.exp(-48.48 / micrometres))
    lit = lines[1] > 1e-12 * lines[1].max()
    assert lines[1][lit] / lines[0][lit] == pytest.approx(
        np.exp(-decibels[lit] * DECIBEL), rel=1e-6, abs=0
    )
    assert glass.loss_at("1.55 um") == pytest.approx(0.159e-3 * DECIBEL, rel=1e-2, abs=0)


@pytest.mark.parametrize("line", [0, 7, -9])
def test_a_tone_turns_by_the_nonlinearity_of_its_own_frequency(line: int) -> None:
    """|E|² is P all along, and the phase γ(ω) P L."""
    glass = Fibre(FLAT, gamma=AREA, raman=None)
    tone = torch.exp(1j * GRID.omega[line] * GRID.t)
    out = glass.propagate(
        2 * tone, "100 m", grid=GRID, wavelength=LAM, frames=1, rtol=1e-10, check_sampling=False
    )
    lam = lambdas(LIGHT[line])
    phase = 2e-3 * (LAM / lam) ** 3.5 * 4 * 100
    expected = 2 * tone * complex(math.cos(phase), math.sin(phase))
    assert float((out.fields[-1] - expected).norm() / expected.norm()) < 1e-8


def test_photons_are_kept_where_modes_change_with_the_frequency() -> None:
    pulse = Pulse.sech("40 fs", LAM, peak_power="2 kW")
    glass = Fibre(FLAT, gamma=AREA)
    out = glass.propagate(pulse, "0.2 m", grid=GRID, frames=1, rtol=1e-10, check_sampling=False)
    assert out.photons[1] == pytest.approx(out.photons[0], rel=1e-8, abs=0)
    assert abs(out.energy[1] / out.energy[0] - 1) > 1e-4
    # of a mode of one area it is the plain equation
    table = SpectralCurve.from_table(AROUND, 2 * LAM / AROUND, "/W/km")
    fields = [
        Fibre(FLAT, gamma=gamma).propagate(
            pulse, "0.2 m", grid=GRID, frames=1, rtol=1e-8, check_sampling=False
        ).fields[-1]
        for gamma in (table, "2 /W/km")
    ]  # fmt: skip
    # straight lines over ω between entries of a straight line over ω
    assert float((fields[0] - fields[1]).norm() / fields[1].norm()) < 1e-6


def test_a_curve_that_cannot_be_is_named() -> None:
    loss = SpectralCurve.from_table(["1500e-9", "1600e-9"], [0.2, 0.21], "dB/km")
    pulse = Pulse.sech("100 fs", LAM, peak_power=1.0)
    with pytest.raises(pe.InvalidInputError, match=r"loss is known from 1500 to 1600 nm.*fs or"):
        Fibre(FLAT, gamma=0.0, loss=loss, raman=None).propagate(pulse, "1 m", grid=GRID)
    # no grid serves both the curve and the Raman response, and none is advised
    for grid in (GRID, None):
        with pytest.raises(pe.InvalidInputError, match=r"loss must be known from 1402.*raman=None"):
            Fibre(FLAT, gamma=0.0, loss=loss).propagate(pulse, "1 m", grid=grid)
    # a grid that is chosen stays inside
    assert Fibre(FLAT, gamma=0.0, loss=loss, raman=None).propagate(
        Pulse.sech("1 ps", LAM, peak_power=1.0), "1 m", frames=1
    ).energy[1] > 0  # fmt: skip
    with pytest.raises(pe.InvalidInputError, match=r"gamma must be a curve in 1/.W m. or"):
        Fibre(FLAT, gamma=loss)
    with pytest.raises(pe.InvalidInputError, match="'kn' is no unit"):
        SpectralCurve.from_table([1.5e-6, 1.6e-6], [0.2, 0.2], "dB/kn")
    with pytest.raises(pe.InvalidInputError, match=r"known from 1500 to 1600 nm"):
        loss.at("1.7 um")
    changes_sign = SpectralCurve.from_formula(lambda lam: LAM + 1e-7 - lam, "/W/m", (1e-6, 3e-6))
    with pytest.raises(pe.InvalidInputError, match="gamma must be of one sign"):
        Fibre(FLAT, gamma=changes_sign).propagate(pulse, "1 m", grid=GRID)


BAND = ("1 um", "2 um")


@pytest.mark.parametrize(
    ("formula", "unit", "wavelengths", "message"),
    [
        (np.ones_like, "dB/km", ("1 um",), r"wavelengths must be the shortest and.*\('1 um',\)"),
        (np.ones_like, "dB/km", BAND[::-1], r"wavelengths must be the shortest.*\('2 um', '1 um'"),
        (np.ones_like, "dB/km", ("1 um", "1 um"), "wavelengths must be the shortest"),
        (np.ones_like, "dB/km", (0.0, 1e-6), "wavelengths must be the shortest"),
        (np.ones_like, "dB/km", (math.nan, 1e-6), r"wavelengths\[0\] must be a number in m"),
        (np.ones_like, "dB/km", (1.0, 2.0), "wavelengths must be in m"),
        (0.2, "dB/km", BAND, r"formula must be a function of λ in m, got 0\.2"),
        (lambda lam: np.ones(3), "dB/km", BAND, r"formula must .* of shape \(3,\) for one of"),
        (lambda lam: 1j * lam, "dB/km", BAND, "formula must .* got complex128"),
        (math.exp, "dB/km", BAND, "formula must .* got TypeError"),
        (lambda lam: np.log(lam - 1.5e-6), "dB/km", BAND, "formula must .* got nan at 149"),
        (lambda lam: np.full_like(lam, 1e308), "dB/nm", BAND, "formula must .* got inf at"),
    ],
)
def test_a_formula_is_tried_when_it_is_given(
    formula: object, unit: str, wavelengths: object, message: str
) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        SpectralCurve.from_formula(formula, unit, wavelengths)


def test_a_formula_may_be_one_number_and_is_watched_between_what_was_tried() -> None:
    flat = SpectralCurve.from_formula(lambda lam: 0.2, "dB/km", BAND)
    assert flat.at("1.5 um") == pytest.approx(0.2e-3 * DECIBEL, rel=1e-14, abs=0)
    hole = SpectralCurve.from_formula(
        lambda lam: np.where(np.abs(lam - 1.5e-6) < 1e-12, np.nan, 0.2), "dB/km", BAND
    )
    with pytest.raises(pe.InvalidInputError, match=r"formula must .* got nan at 1500 nm"):
        hole.at("1.5 um")


@pytest.mark.parametrize(
    ("wavelengths", "values", "message"),
    [
        (["1 um", "2 s"], [0.2, 0.2], r"wavelengths\[1\] must be a number in m .*got '2 s'"),
        ([1e-6, 2e-6], ["0.2 dB/km", 0.2], "values must be a list of real numbers without units"),
        ([1e-6, 2e-6], [0.2j, 0.2], "values must be a list of real numbers"),
        ([1e-6, [2e-6]], [0.2, 0.2], "wavelengths must be a list of real numbers"),
        ([1e-6], [0.2], "wavelengths and values must be lists of the same length, at least 2"),
        ([1e-6, 2e-6], [1e306, 0.2], "values must be within double precision in SI"),
    ],
)
def test_a_table_that_cannot_be_is_named(wavelengths: object, values: object, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        SpectralCurve.from_table(wavelengths, values, "dB/um")
