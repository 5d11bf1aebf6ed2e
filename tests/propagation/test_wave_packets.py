"""Wave packets, free and trapped, against closed forms."""

import math

import pytest
import torch
from cases import relative_error

import physembed as pe
from physembed.physics import exact_solutions as exact

FIBRE = pe.NonlinearSchrodinger()
TRAP = pe.GrossPitaevskii()

# enough for a pulse of unit width: exp(-19²/2) at the edge, a band of ±21
LINE = pe.TimeGrid(256, spacing=0.15)

WELL = {"strength": 0.5, "kinetic": 0.8}
ALONE = WELL | {"g": 0.0}
# two and a half turns of the well, Ω = 0.894
LONG = 17.0


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [
        lambda z: exact.trap_ground_state(LINE.t, z, **WELL),
        lambda z: exact.coherent_state(LINE.t, z, displacement=2.0, **WELL),
        lambda z: exact.breathing_gaussian(LINE.t, z, width=1.7, **WELL),
    ],
    ids=["ground state", "coherent state", "breathing"],
)
def test_trapped_wave_packets(form) -> None:
    out = pe.propagate(
        form(0.0), TRAP, ALONE, LINE, layer_length=LONG, steps_per_layer=1700, scheme="yoshida4"
    )
    # h^4 with h = 0.01, times 17
    assert relative_error(out, form(LONG)) < 1e-7


def test_breathing_frequency_is_twice_the_traps() -> None:
    """The variance is a cosine of 2Ω: its second difference gives the frequency."""
    half_turn = math.pi / exact.trap_frequency(**WELL)
    layers = 24
    fields = pe.propagate(
        exact.breathing_gaussian(LINE.t, width=1.7, **WELL),
        TRAP,
        ALONE | {"kinetic": torch.full((layers,), 0.8, dtype=torch.float64)},
        LINE,
        layer_length=half_turn / layers,
        steps_per_layer=20,
        scheme="yoshida4",
        return_layers=True,
    )
    weight = fields.abs() ** 2
    variance = (weight * LINE.t**2).sum(-1) / weight.sum(-1)
    # one period of the breathing is half a turn of the trap: only its first harmonic is there
    harmonics = torch.fft.rfft(variance).abs() / layers
    assert float(harmonics[1]) > 0.3
    # against the harmonic itself, the splitting's h^4
    assert float(harmonics[2:].max() / harmonics[1]) < 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("g", [3.0, -1.0])
def test_centre_of_mass_swings_with_the_trap_whatever_the_interaction(g: float) -> None:
    """Kohn's theorem (Kohn, 1961; Dobson, 1994)."""
    turn = 2 * math.pi / exact.trap_frequency(**WELL)
    start = exact.coherent_state(LINE.t, displacement=2.0, **WELL)
    for share, expected in ((0.25, 0.0), (0.5, -2.0), (0.4, 2.0 * math.cos(0.8 * math.pi))):
        out = pe.propagate(
            start,
            TRAP,
            WELL | {"g": g},
            LINE,
            layer_length=share * turn,
            steps_per_layer=400,
            scheme="yoshida4",
        )
        weight = out.abs() ** 2
        # the splitting's h^4
        assert float((weight * LINE.t).sum() / weight.sum()) == pytest.approx(expected, abs=1e-7)
    # the shape does change: the theorem is not about a coherent state
    half = pe.propagate(
        start, TRAP, WELL | {"g": g}, LINE, layer_length=turn / 2, steps_per_layer=400
    )
    assert relative_error(half.abs().flip(0).roll(1), start.abs()) > 1e-2


def test_condensate_in_the_plane_breathes_at_twice_the_trap_whatever_the_interaction() -> None:
    """In two dimensions the breathing is exact (Pitaevskii and Rosch, PRA 55, R853, 1997)."""
    grid = pe.PlaneGrid(48, 48, spacing=0.35)
    half_turn = math.pi / exact.trap_frequency(**WELL)
    start = exact.plane_wave_packet(grid.y, grid.x, kinetic=0.8, widths=(1.6, 1.6))
    layers = 12
    fields = pe.propagate(
        start,
        TRAP,
        WELL | {"g": 2.0, "kinetic": torch.full((layers,), 0.8, dtype=torch.float64)},
        grid,
        layer_length=half_turn / layers,
        steps_per_layer=40,
        scheme="yoshida4",
        return_layers=True,
    )
    weight = fields.abs() ** 2
    square = (weight * (grid.x**2 + grid.y**2)).sum((-2, -1)) / weight.sum((-2, -1))
    harmonics = torch.fft.rfft(square).abs() / layers
    assert float(harmonics[1]) > 0.1
    # a wrong frequency, or the breathing mode of one dimension, would leave percents; the splitting
    # and the tails at the window's edge leave 1e-6
    assert float(harmonics[2:].max() / harmonics[1]) < 1e-5


def test_free_wave_packet_drifts_and_spreads() -> None:
    form = {"kinetic": 0.7, "wavenumber": 2.0, "centre": -3.0}
    out = pe.propagate(
        exact.free_wave_packet(LINE.t, **form),
        TRAP,
        {"kinetic": 0.7, "g": 0.0, "strength": 0.0},
        LINE,
        layer_length=3.0,
    )
    # exact but for the tail of width 2.3 that wraps round, exp(-(18/2.3)²/2)
    assert relative_error(out, exact.free_wave_packet(LINE.t, 3.0, **form)) < 1e-10


@pytest.mark.parametrize("equation", ["condensate", "light"])
def test_free_wave_packet_in_the_plane(equation: str) -> None:
    """Neither square nor symmetric: y and x, and their signs, must not be exchanged."""
    grid = pe.PlaneGrid(80, 112, spacing=0.3)
    form = {
        "kinetic": 0.8,
        "widths": (1.0, 1.4),
        "wavenumbers": (1.5, -2.0),
        "centres": (-1.0, 2.0),
    }
    start = exact.plane_wave_packet(grid.y, grid.x, **form)
    if equation == "light":
        out = pe.propagate(
            start, FIBRE, {"beta2": -0.8, "gamma": 0.0}, grid, layer_length=1.5
        )  # fmt: skip
    else:
        out = pe.propagate(
            start, TRAP, {"kinetic": 0.8, "g": 0.0, "strength": 0.0}, grid, layer_length=1.5
        )
    # exact but for the tail of width 1.6 that wraps round, exp(-(11/1.6)²/2)
    assert relative_error(out, exact.plane_wave_packet(grid.y, grid.x, 1.5, **form)) < 1e-9
