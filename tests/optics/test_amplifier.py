"""Noise of amplifiers against its noise figure."""

import math

import pytest
import torch

import physembed as pe
from physembed.optics import Amplifier
from physembed.optics.units import REDUCED_PLANCK, SPEED_OF_LIGHT

LAM = 1.55e-6
GRID = pe.TimeGrid(1024, spacing=1e-12)


def test_the_gain_and_the_photons_of_a_noise_figure() -> None:
    """58 dB + input in dBm - noise figure is the ratio to the noise in 0.1 nm of both
    polarisations (Agrawal (2021), section 7.4)."""
    amplifier = Amplifier("20 dB", "5 dB")
    signal = torch.full((64, GRID.n_points), 1e-3**0.5, dtype=torch.complex128)  # 0 dBm
    noise = amplifier.amplify(signal, GRID, LAM, seed=0) - 10 * signal
    power = float(noise.abs().square().mean())
    expected = amplifier.noise_density("1550 nm") / GRID.spacing
    # 65 536 samples: 0.4 %
    assert power == pytest.approx(expected, rel=0.02, abs=0)
    in_a_tenth = 2 * amplifier.noise_density(LAM) * 12.48e9
    ratio = 10 * math.log10(1e-3 * 100 / in_a_tenth)
    assert ratio == pytest.approx(58 - 5, abs=0.1)
    assert not torch.equal(noise[0], noise[1])
    again = amplifier.amplify(signal, GRID, LAM, seed=0) - 10 * signal
    assert torch.equal(noise, again)


def test_the_best_that_there_is() -> None:
    best = Amplifier(100, 2 - 1 / 100)
    assert best.photons_per_mode == pytest.approx(99, rel=1e-12)
    energy = REDUCED_PLANCK * 2 * math.pi * SPEED_OF_LIGHT / LAM
    assert best.noise_density(LAM) == pytest.approx(99 * energy, rel=1e-9)
    # of no gain there need be no noise
    assert Amplifier(1, 1).photons_per_mode == 0
    with pytest.raises(pe.InvalidInputError, match=r"at least 2 - 1/gain = 1.99, 2.99 dB"):
        Amplifier("20 dB", "2 dB")
    with pytest.raises(pe.InvalidInputError, match="gain must be"):
        Amplifier("-3 dB")
    with pytest.raises(pe.InvalidInputError, match="gain must be a number in 1"):
        Amplifier("20 dB/m")
    with pytest.raises(pe.InvalidInputError, match="field must be a complex tensor"):
        best.amplify(torch.ones(8), GRID, LAM, seed=0)


@pytest.mark.parametrize(
    ("gain", "figure", "message"),
    [
        ("5000 dB", 2.0, "gain must be within double precision, up to 3082 dB; got '5000 dB'"),
        ("20 dB", "5000 dB", "noise_figure must be within double precision, up to 3082 dB"),
        ("1e999 dB", 2.0, "gain must be within double precision, got '1e999 dB'"),
        (1e300, 1e300, "noise_figure times gain must be within double precision"),
    ],
)
def test_what_leaves_double_precision_is_named(gain: object, figure: object, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        Amplifier(gain, figure)
