"""Lasers and driven cavities against their exact amplitudes, waves and pulses."""

import math

import pytest
import torch
from cases import relative_error

import physembed as pe
from physembed.physics import exact_solutions as exact

LASER = pe.ComplexGinzburgLandau()

# enough for a pulse of unit width: exp(-19²/2) at the edge, a band of ±21
LINE = pe.TimeGrid(256, spacing=0.15)

LASING = {"gain": 1.1, "loss": 0.3, "saturation": 0.7, "nonlinear_loss": 0.15, "beta2": -0.6} | {
    "gamma": 0.9,
    "filtering": 0.4,
}


def test_laser_wave_stands() -> None:
    omega = float(LINE.omega[3])
    wave = {"frequency": omega} | LASING
    out = pe.propagate(
        exact.laser_plane_wave(LINE.t, **wave),
        LASER,
        LASING,
        LINE,
        layer_length=3.0,
        steps_per_layer=300,
        scheme="strang",
    )
    # the splitting's h² r² / 12 with rates r near one
    assert relative_error(out, exact.laser_plane_wave(LINE.t, 3.0, **wave)) < 1e-5


@pytest.mark.slow
def test_laser_finds_its_amplitude_from_noise_or_from_above() -> None:
    """The plane wave at the centre of the gain is attractive."""
    target = float(exact.laser_plane_wave(LINE.t, **LASING).abs()[0])
    for start in (0.05, 3.0):
        out = pe.propagate(
            torch.full((LINE.n_points,), start, dtype=torch.complex128),
            LASER,
            LASING,
            LINE,
            layer_length=30.0,
            steps_per_layer=1500,
            scheme="strang",
        )
        # relaxed by exp(-30 · 0.9); the splitting moves the fixed point by h²
        torch.testing.assert_close(
            out.abs(), torch.full((LINE.n_points,), target).double(), rtol=1e-4, atol=0
        )


@pytest.mark.parametrize(
    "laser",
    [
        {"gain": 0.2, "loss": 0.5, "beta2": -1.0, "gamma": 1.0, "filtering": 0.1}
        | {"nonlinear_loss": -0.3},
        {"gain": 2.6, "loss": 0.2, "beta2": -1.0, "gamma": 0.4, "filtering": 0.9}
        | {"nonlinear_loss": 0.3},
    ],
    ids=["gain below loss", "gain above loss"],
)
def test_chirped_laser_pulse_keeps_its_shape(laser: dict[str, float]) -> None:
    out = pe.propagate(
        exact.chirped_sech(LINE.t, **laser),
        LASER,
        laser | {"saturation": 0.0},
        LINE,
        layer_length=1.0,
        steps_per_layer=500,
        scheme="strang",
    )
    # h² with h = 0.002 and rates of order ten
    assert relative_error(out, exact.chirped_sech(LINE.t, 1.0, **laser)) < 2e-5


@pytest.mark.slow
def test_cavity_stays_in_its_stable_states_and_leaves_the_other() -> None:
    cavity = {"alpha": 0.4, "detuning": 1.2, "gamma": 0.8, "drive": 0.42}
    lower, middle, upper = exact.cavity_steady_states(**cavity)
    # normal dispersion and a band below the threshold of patterns: the outer branches are stable
    grid = pe.TimeGrid(16, spacing=2.0)

    def after(state: torch.Tensor, z: float) -> torch.Tensor:
        return pe.propagate(
            state * torch.ones(16, dtype=torch.complex128),
            pe.LugiatoLefever(),
            cavity | {"beta2": 0.5},
            grid,
            layer_length=z,
            steps_per_layer=int(100 * z),
            scheme="strang",
        )

    # the fixed point of the splitting is off by h² = 1e-4 of the rates' squares over 12
    assert relative_error(after(lower, 20.0), lower) < 1e-4
    assert relative_error(after(middle, 1.0), middle) < 1e-4
    assert relative_error(after(middle * 1.01, 40.0), middle) > 0.1
    assert relative_error(after(upper * 0.97, 40.0), upper) < 2e-3


def test_empty_cavity_fills_along_the_exponential() -> None:
    """γ = 0: E = F (1 - exp(-(α/2 + iΔ) z)) / (α/2 + iΔ)."""
    rate = complex(0.25, 0.8)
    out = pe.propagate(
        torch.zeros(16, dtype=torch.complex128),
        pe.LugiatoLefever(),
        {"alpha": 0.5, "detuning": 0.8, "beta2": -0.5, "gamma": 0.0, "drive": 0.6},
        pe.TimeGrid(16),
        layer_length=2.0,
        steps_per_layer=200,
        scheme="yoshida4",
    )
    turn = complex(math.cos(-1.6), math.sin(-1.6)) * math.exp(-0.5)
    expected = torch.full((16,), 0.6 * (1 - turn) / rate, dtype=torch.complex128)
    # h^4 with h = 0.01
    assert relative_error(out, expected) < 1e-9
