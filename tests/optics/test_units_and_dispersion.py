"""Quantities are read with their units, and dispersion means the same however it was measured."""

import math
import re

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.optics import FIBRES, RAMAN_MODELS, Dispersion, Pulse, fibre_named, in_si
from physembed.optics.units import DECIBEL, SPEED_OF_LIGHT, with_prefix


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("100 fs", "s", 1e-13),
        ("1.5e3 nm", "m", 1.5e-6),
        ("1 kW", "W", 1e3),
        ("80 MHz", "1/s", 80e6),
        ("2 nJ", "W s", 2e-9),
        ("1.3 /W/km", "1/(W m)", 1.3e-3),
        ("1.3 1/(W km)", "1/(W m)", 1.3e-3),
        ("-21.7 ps^2/km", "s^2/m", -21.7e-27),
        ("500 fs²", "s^2", 5e-28),
        ("17 ps/(nm km)", "s/m^2", 17e-6),
        ("-1.7 ps^10/km", "s^10/m", -1.7e-123),
        ("0.2 dB/km", "1/m", 0.2e-3 * math.log(10) / 10),
        ("3 µm", "m", 3e-6),
        (7, "m", 7.0),
        ("57 dBm", "W", 501.187233627272),
        ("-30 dBm", "W", 1e-6),
    ],
)
def test_a_quantity_is_read(text: object, unit: str, expected: float) -> None:
    assert in_si("it", text, unit) == pytest.approx(expected, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("100 fs", 'such a unit, such as "1550 nm" or "10 m", got \'100 fs\', which'),
        ("3 parsec", "'parsec' is no unit; known are m, s, W, J, Hz, rad and dB with the prefixes"),
        ("1550", "got '1550', which has no unit"),
        ("193.414 THz", "got '193.414 THz', which is a frequency, of 1550 nm"),
        ("57 dBm", "'dBm' is no unit"),
        ("1 1/(W m", "a bracket is open"),
        ("long", "got 'long'"),
        (None, "got None"),
        ("1e400 km", "length must be within double precision, got '1e400 km'"),
        ("1e307 km", "length must be within double precision"),
        ("1 km^999", "length must be within double precision"),
        ("1e-400 m", "length must be within double precision"),
        (math.nan, "got nan"),
    ],
)
def test_what_is_no_such_quantity_is_named(value: object, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=re.escape(message)):
        in_si("length", value, "m")


SILICA = FIBRES["fused-silica"].dispersion


def test_fused_silica_is_what_the_tables_say() -> None:
    """36.16 fs²/mm at 800 nm, -27.95 fs²/mm at 1550 nm; its zero lies at 1273 nm."""
    assert SILICA.betas_at("800 nm", 3)[0] == pytest.approx(36.16e-27, rel=1e-3, abs=0)
    assert SILICA.betas_at("800 nm", 3)[1] == pytest.approx(27.47e-42, rel=1e-3, abs=0)
    assert SILICA.betas_at("1550 nm", 2)[0] == pytest.approx(-27.95e-27, rel=1e-3, abs=0)
    assert abs(SILICA.betas_at("1272.8 nm", 2)[0]) < 1e-29


def test_index_dispersion_parameter_and_formula_agree() -> None:
    lam = np.linspace(0.9e-6, 2.2e-6, 200)
    omega = 2 * np.pi * SPEED_OF_LIGHT / lam
    by_index = Dispersion.from_index(lam, SILICA.beta(omega) * SPEED_OF_LIGHT / omega)
    beta2 = np.array([SILICA.betas_at(x, 2)[0] for x in lam])
    parameter = -2 * np.pi * SPEED_OF_LIGHT * beta2 / lam**2
    by_parameter = Dispersion.from_parameter(lam[::-1], parameter[::-1])
    offset = np.linspace(-2.5e14, 2.5e14, 101)
    formula = SILICA.about(1.4e-6, offset)
    for other in (by_index, by_parameter):
        assert np.abs(other.about(1.4e-6, offset) - formula).max() < 1e-5 * np.abs(formula).max()
    # a Taylor series of its derivatives
    offset = np.linspace(-1e14, 1e14, 101)
    formula = SILICA.about(1.4e-6, offset)
    series = Dispersion.taylor(SILICA.betas_at(1.4e-6, 8), 1.4e-6)
    assert np.abs(series.about(1.4e-6, offset) - formula).max() < 1e-5 * np.abs(formula).max()
    assert series.betas_at(1.3e-6, 4)[0] == pytest.approx(
        SILICA.betas_at(1.3e-6, 4)[0], rel=1e-4, abs=0
    )


@pytest.mark.parametrize(
    ("resonances", "wavelengths", "message"),
    [
        (["0.1 um"], ("1 um",), "wavelengths must be the shortest and the longest"),
        (["0.1 um"], ("2 um", "1 um"), "wavelengths must be the shortest and the longest"),
        (["0.1 um", "9 um"], ("1 um", "2 um"), "resonances must be as many as strengths, 1, got 2"),
        (["1.5 um"], ("1 um", "2 um"), "with no resonance inside, got 1000 to 2000 nm"),
        (["2.1 um"], ("1 um", "2 um"), "wavelengths must be where n² is positive"),
    ],
)
def test_a_formula_of_sellmeier_that_cannot_be_is_named(
    resonances: list[str], wavelengths: tuple[str, ...], message: str
) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        Dispersion.sellmeier([1.0], resonances, wavelengths)


def test_a_band_beyond_the_table_is_named() -> None:
    with pytest.raises(pe.InvalidInputError, match=r"known from 210 to 3710 nm.*fs or more"):
        SILICA.about(1.55e-6, np.linspace(-1e15, 1e15, 11))
    with pytest.raises(pe.InvalidInputError, match="choose a wavelength inside"):
        SILICA.about(5e-6, np.zeros(1))
    # a grid fine enough would be no grid any more
    with pytest.raises(pe.InvalidInputError, match="choose a wavelength further inside"):
        SILICA.about(3.7e-6, np.linspace(-1e13, 1e13, 11))
    with pytest.raises(pe.InvalidInputError, match="wavelengths must be in m"):
        Dispersion.from_index([1500, 1550, 1600, 1650], [1.4] * 4)


@pytest.mark.parametrize("lam", [215e-9, 3600e-9])
def test_a_wavelength_too_near_to_the_end_of_a_table_is_named(lam: float) -> None:
    """No grid was asked for, and none would help."""
    with pytest.raises(pe.InvalidInputError, match=r"wavelength must be from 220.5 to 3524.5 nm"):
        SILICA.betas_at(lam, 2)
    with pytest.raises(pe.InvalidInputError, match=r"wavelength must be from 220.5 to 3524.5 nm"):
        FIBRES["fused-silica"].propagate(Pulse.sech("100 fs", lam, peak_power=1.0), "1 mm")
    for inside in (221e-9, 3524e-9):
        assert len(SILICA.betas_at(inside, 6)) == 5


def test_a_narrow_table_serves_its_middle() -> None:
    """What is measured of a fibre is often its C band alone."""
    lam = np.linspace(1.5e-6, 1.6e-6, 11)
    table = Dispersion.from_parameter(lam, 17e-6 + 56 * (lam - 1.55e-6))
    # β₂ = -D λ² / 2πc, β₃ = (λ² / 2πc)² (S + 2 D / λ)
    factor = 1.55e-6**2 / (2 * math.pi * SPEED_OF_LIGHT)
    beta2, beta3 = table.betas_at("1550 nm", 3)
    assert beta2 == pytest.approx(-17e-6 * factor, rel=1e-6, abs=0)
    assert beta3 == pytest.approx(factor**2 * (56 + 2 * 17e-6 / 1.55e-6), rel=1e-4, abs=0)
    with pytest.raises(pe.InvalidInputError, match=r"from 1524.2 to 1574.2 nm, got 1700 nm"):
        table.betas_at("1700 nm", 2)


def test_a_derivative_of_any_order_is_that_of_the_formula() -> None:
    """Malitson's formula by mpmath in fifty digits, β₂ to β₈ at 1400 nm."""
    formula = [
        -1.171044944216e-26,
        1.027267636246e-40,
        -2.774112604262e-55,
        1.160249351651e-69,
        -5.851474987023e-84,
        3.476703222007e-98,
        -2.377228981451e-112,
    ]
    for order, value, exact in zip(range(2, 9), SILICA.betas_at(1.4e-6, 8), formula, strict=True):
        assert value == pytest.approx(exact, rel=1e-8 * 5 ** (order - 1), abs=0), order


def test_dispersion_in_another_unit_is_named() -> None:
    lam = np.linspace(1.5e-6, 1.6e-6, 5)
    with pytest.raises(pe.InvalidInputError, match=r"parameter must be in s/m², .* got up to 17"):
        Dispersion.from_parameter(lam, np.full(5, -17.0))
    Dispersion.from_parameter(lam, np.full(5, -0.1))
    with pytest.raises(pe.InvalidInputError, match=r"betas\[1\] must be in s\^3/m, .*got 0.127"):
        Dispersion.taylor(["-21.7 ps^2/km", 0.127], "1550 nm")
    for given in (3, "-21.7 ps^2/km", np.array(3.0)):
        with pytest.raises(pe.InvalidInputError, match="betas must be a list such as"):
            Dispersion.taylor(given, "1550 nm")  # type: ignore[arg-type]
    for make in (SILICA.betas_at, lambda x: Dispersion.taylor([], x)):
        with pytest.raises(pe.InvalidInputError, match="wavelength must be a positive number"):
            make("0 nm")


def test_a_raman_response_has_unit_area_and_gain_at_13_terahertz() -> None:
    omega = 2 * math.pi * torch.linspace(0, 25e12, 251, dtype=torch.float64)
    for model in RAMAN_MODELS.values():
        response = model.response(omega)
        assert complex(response[0]) == pytest.approx(1.0, abs=1e-12)
        # what loses frequency gains power: Im h < 0 at ω > 0 with exp(-iωt)
        strongest = int(response.imag.argmin())
        assert float(response.imag[strongest]) < -1.1
        assert 12.3e12 < float(omega[strongest]) / (2 * math.pi) < 14.5e12


def test_hollenbeck_and_cantrell_is_the_integral_of_its_modes() -> None:
    from physembed.optics import raman

    t = torch.arange(0, 20000, dtype=torch.float64) * 0.25e-15
    light = 2 * math.pi * 299792458e2
    h = sum(
        a * torch.exp(-light * g / 2 * t - (light * w / 2 * t) ** 2 / 4) * torch.sin(light * x * t)
        for x, a, w, g in zip(
            raman._WAVENUMBERS, raman._AMPLITUDES, raman._GAUSSIAN, raman._LORENTZIAN, strict=True
        )
    )
    h = h / h.sum()
    omega = 2 * math.pi * torch.tensor([2e12, 13e12, 30e12], dtype=torch.float64)
    summed = (h * torch.exp(-1j * omega[:, None] * t)).sum(dim=1)
    # the rectangle rule at a quarter of a femtosecond
    assert torch.allclose(raman.hollenbeck_cantrell(omega), summed, atol=2e-4)


def test_the_catalogue_says_where_its_numbers_are_from() -> None:
    for name, fibre in FIBRES.items():
        assert fibre.name == name and re.search(r"\b(19|20)\d\d\b", fibre.source)
    with pytest.raises(pe.InvalidInputError, match="Did you mean 'SMF-28'"):
        fibre_named("SMF28")
    assert math.log(10) / 10 == DECIBEL
    # of BK7 a data sheet says n = 1.51680 at the yellow line of helium, and 44.65 fs²/mm at 800 nm
    glass = FIBRES["BK7"].dispersion
    omega = 2 * math.pi * SPEED_OF_LIGHT / 587.5618e-9
    index = float(glass.beta(np.array(omega))) * SPEED_OF_LIGHT / omega
    assert index == pytest.approx(1.51680, abs=5e-6)
    assert glass.betas_at("800 nm", 2)[0] == pytest.approx(44.65e-27, rel=1e-3, abs=0)


def test_tables_take_texts_with_units() -> None:
    wavelengths, values = (
        ["1500 nm", "1.53 um", "1560 nm", "1.6 um"],
        [17e-6, 17.5e-6, 18e-6, 18e-6],
    )
    texts = [f"{value * 1e6:.4g} ps/(nm km)" for value in values]
    told = Dispersion.from_parameter(wavelengths, texts).betas_at("1550 nm", 2)
    plain = Dispersion.from_parameter([1500e-9, 1530e-9, 1560e-9, 1600e-9], values)
    assert told == pytest.approx(plain.betas_at(1550e-9, 2), rel=1e-12, abs=0)
    with pytest.raises(pe.InvalidInputError, match=r"parameter\[0\] must be .*such as \"17 ps"):
        Dispersion.from_parameter(wavelengths, ["17 ps/nm", *texts[1:]])


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1.5e-13, "s", "150 fs"), (9999.9, "W", "10 kW"), (0.0, "J", "0 J"), (3.0, "m", "3 m"),
     (-2e-9, "J", "-2 nJ"), (1e-20, "J", "0.01 aJ")],
)  # fmt: skip
def test_a_quantity_is_written_with_a_prefix(value: float, unit: str, text: str) -> None:
    assert with_prefix(value, unit) == text


def test_a_series_says_how_far_it_is_good() -> None:
    """SMF-28 by β₂ and β₃: by its catalogue, and estimated to a third of β₂, (2πc/β₃) β₂/3."""
    low, high = FIBRES["SMF-28"].dispersion.trusted()
    assert (low, high) == (1460e-9, 1625e-9)
    betas = ["-21.7 ps^2/km", "0.127 ps^3/km"]
    low, high = Dispersion.taylor(betas, "1550 nm").trusted()
    offset = 21.7 / 0.127 / 3 * 1e12
    omega0 = 2 * math.pi * SPEED_OF_LIGHT / 1550e-9
    # by steps of a two-thousandth of the frequency
    assert low == pytest.approx(2 * math.pi * SPEED_OF_LIGHT / (omega0 + offset), rel=1e-3, abs=0)
    assert high == pytest.approx(2 * math.pi * SPEED_OF_LIGHT / (omega0 - offset), rel=1e-3, abs=0)
    alone = Dispersion.taylor(betas[:1], "1550 nm").trusted()
    assert alone == pytest.approx((1550e-9 / 1.05, 1550e-9 / 0.95), rel=1e-9, abs=0)
    assert "about 1550 nm, for 1460 to 1625 nm" in repr(FIBRES["SMF-28"])
    assert SILICA.trusted() == SILICA.wavelengths


def test_light_beyond_a_series_is_warned_of_once() -> None:
    """Neither a carrier nor a spectrum beyond it passes in silence; what is inside does."""
    fibre = FIBRES["SMF-28"]
    inside = Pulse.sech("200 fs", "1550 nm", peak_power="1 W")
    fibre.propagate(inside, "1 cm", frames=1)
    with pytest.warns(
        pe.PhysembedWarning, match="1460 to 1625 nm, and is asked for at 1310"
    ) as told:
        fibre.propagate(Pulse.sech("200 fs", "1310 nm", peak_power="1 W"), "1 cm", frames=1)
    assert len(told) == 1
    with pytest.warns(pe.PhysembedWarning, match="asked for at 1310 nm"):
        fibre.medium("1310 nm")
    with pytest.warns(pe.PhysembedWarning, match=r"% of the light is beyond, bright.* nm") as told:
        fibre.propagate(Pulse.sech("30 fs", "1550 nm", peak_power="1 W"), "1 cm", frames=1)
    assert len(told) == 1
