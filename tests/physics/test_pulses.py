"""Named pulses against their formulas, and against what is known of how they propagate."""

import math

import pytest
import torch

import physembed as pe
from physembed.physics.pulses import PULSES, PulseShape, harmonic, pulse

GRID = pe.TimeGrid(1024, 40 / 1024)


def energy(field: torch.Tensor, grid: pe.TimeGrid = GRID) -> float:
    return float(field.abs().square().sum() * grid.spacing)


def width(field: torch.Tensor) -> float:
    weight = field.abs().square() / field.abs().square().sum()
    return float((weight * GRID.t**2).sum() - (weight * GRID.t).sum() ** 2) ** 0.5


@pytest.mark.parametrize("name", PULSES)
def test_every_pulse_is_a_finite_field_that_says_its_equation(name: str) -> None:
    field = pulse(name, GRID)
    assert field.shape == (1024,)
    assert field.dtype == torch.complex128
    assert bool(torch.isfinite(torch.view_as_real(field)).all())
    assert PULSES[name].__doc__


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # integrals of A^2 sech^2, N^2 A^2 sech^2, A^2 exp(-tau^2)
        ("soliton", 2 * 1.5**2 * 0.8),
        ("higher-order-soliton", 9 * 2 * 1.5**2 * 0.8),
        ("gaussian", math.sqrt(math.pi) * 1.5**2 * 0.8),
        ("chirped", math.sqrt(math.pi) * 1.5**2 * 0.8),
        # 2 T Gamma(1 + 1 / 2m), m = 3
        ("super-gaussian", 2 * math.gamma(7 / 6) * 1.5**2 * 0.8),
        # mean intensity times window, by construction
        ("noise", 1.5**2 * 40),
        # the modulation adds 0.01^2 / 2
        ("tone", 1.5**2 * 40 * (1 + 0.01**2 / 2)),
    ],
)
def test_energy_is_the_integral_of_the_formula(name: str, expected: float) -> None:
    field = pulse(name, GRID, PulseShape(amplitude=1.5, width=0.8, centre=2.0))
    # the trapezoidal rule on smooth, periodic functions; the super-Gaussian is steepest
    assert energy(field) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("beta2", [-1.0, 1.0])
def test_a_chirped_gaussian_is_compressed_where_beta2_times_chirp_is_negative(beta2) -> None:
    """(T₁/T₀)² = (1 + C β₂ z/T₀²)² + (β₂ z/T₀²)² (Agrawal 2019, eq. 3.2.19)."""
    chirp, z = 2.0, 0.4
    before = pulse("chirped", GRID, PulseShape(chirp=chirp))
    after = pe.propagate(
        before, pe.NonlinearSchrodinger(), {"beta2": beta2, "gamma": 0.0}, GRID, layer_length=z
    )
    expected = math.hypot(1 + chirp * beta2 * z, beta2 * z)
    assert (expected < 1) == (beta2 * chirp < 0)
    assert width(after) / width(before) == pytest.approx(expected, rel=1e-9)


def test_centre_and_frequency_are_where_they_are_asked_for() -> None:
    field = pulse("gaussian", GRID, PulseShape(centre=3.0, frequency=5.0))
    weight = field.abs().square()
    assert float((weight * GRID.t).sum() / weight.sum()) == pytest.approx(3.0, abs=1e-9)
    spectrum = torch.fft.fft(field).abs().square()
    line = 2 * math.pi / GRID.window
    assert harmonic(GRID, 5.0) == pytest.approx(5.0, abs=line / 2)
    mean = float((spectrum * GRID.omega).sum() / spectrum.sum())
    assert mean == pytest.approx(harmonic(GRID, 5.0), abs=1e-9)


def test_a_tone_has_three_lines_and_goes_on_across_the_edge() -> None:
    spectrum = torch.fft.fft(pulse("tone", GRID, PulseShape(frequency=1.3))).abs() / 1024
    lines = spectrum > 1e-9
    assert int(lines.sum()) == 3
    assert sorted(GRID.omega[lines].tolist()) == pytest.approx(
        [-harmonic(GRID, 1.3), 0, harmonic(GRID, 1.3)]
    )
    assert spectrum[lines].sort().values.tolist() == pytest.approx([0.005, 0.005, 1.0])


def test_noise_follows_its_seed_and_its_coherence_time() -> None:
    first = pulse("noise", GRID, PulseShape(seed=3))
    assert torch.equal(first, pulse("noise", GRID, PulseShape(seed=3)))
    assert not torch.equal(first, pulse("noise", GRID, PulseShape(seed=4)))
    long = pe.TimeGrid(2**16, 0.1)
    spectrum = torch.fft.fft(pulse("noise", long, PulseShape(width=2.0))).abs().square()
    mean_square = float((spectrum * long.omega**2).sum() / spectrum.sum())
    # a spectrum exp(-(2 omega)^2); about 2,600 independent lines make it good to 3 %
    assert mean_square == pytest.approx(1 / 8, rel=0.1)


def test_unknown_and_impossible_pulses_are_named() -> None:
    with pytest.raises(pe.UnknownNameError, match=r"unknown pulse 'solitn'\. Did you mean 'soli"):
        pulse("solitn", GRID)
    for arguments, message in [
        ({"width": 0.0}, r"width must be a positive number, got 0\.0"),
        ({"order": -1.0}, r"order must be a positive number, got -1\.0"),
        ({"amplitude": float("nan")}, "amplitude must be a finite number, got nan"),
        ({"centre": "0"}, "centre must be a finite number, got '0'"),
        ({"seed": 1.5}, r"seed must be an integer, got 1\.5"),
    ]:
        with pytest.raises(pe.InvalidInputError, match=message):
            PulseShape(**arguments)
