"""Warnings where the grid or the step is too coarse, and silence where it is not."""

import math
import re
import warnings

import pytest
import torch
from cases import NAMES, case, pulse, random_field

import physembed as pe
from physembed.physics import Grid
from physembed.physics import exact_solutions as exact

FIBRE = pe.NonlinearSchrodinger()
GRID = pe.TimeGrid(256, spacing=0.15)
PLANE = pe.PlaneGrid(64, 96, spacing=0.3)
LOSSY = {"beta2": 0.0, "gamma": 9.0, "alpha": 0.1}
CALM = {"beta2": -1.0, "gamma": 0.1}


def warnings_of(
    field: torch.Tensor, medium=CALM, grid=GRID, equation=FIBRE, **options
) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pe.propagate(field, equation, medium, grid, **options)
    assert all(issubclass(w.category, pe.SamplingWarning) for w in caught)
    # they point at the caller's line
    assert all(w.filename == __file__ for w in caught)
    return [str(w.message) for w in caught]


def tone(harmonic: int) -> torch.Tensor:
    return torch.polar(torch.ones(256, dtype=torch.float64), GRID.omega[harmonic] * GRID.t)


WELL_SAMPLED = {
    "soliton": exact.fundamental_soliton(GRID.t),
    "Gaussian": exact.gaussian_pulse(GRID.t, beta2=1.0),
    "pulse off the middle": pulse(GRID.t, centre=8.0),
    "continuous wave": tone(0),
    "tone": tone(40),
    "two tones": tone(40) + 0.5 * tone(-17),
    "dark solitons": exact.dark_soliton_pair(GRID.t, separation=GRID.window / 2),
    "modulated wave": 1 + 0.5 * torch.cos(GRID.omega[9] * GRID.t).to(torch.complex128),
    "darkness": torch.zeros(256, dtype=torch.complex128),
    "batch": torch.stack([tone(3), exact.fundamental_soliton(GRID.t), 0 * tone(0)]),
    "empty batch": torch.zeros(0, 256, dtype=torch.complex128),
}


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128], ids=str)
@pytest.mark.parametrize("name", WELL_SAMPLED)
def test_no_false_alarm(name: str, dtype: torch.dtype) -> None:
    field = WELL_SAMPLED[name].to(dtype)
    # four steps of the first order are 1.5 % off for two tones, which is told
    assert warnings_of(field, steps_per_layer=12) == []
    if name != "dark solitons":
        medium = {"beta2": 0.5, "gamma": 0.1, "alpha": 0.3}
        assert warnings_of(field, medium, scheme="strang", steps_per_layer=4) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_false_alarm_of_the_cases_of_these_tests(name: str) -> None:
    """A driven cavity fills its window by itself, which is not a pulse that wraps round."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", pe.SamplingWarning)
        # in as many steps as leave an error of a percent
        case(name).run(layer_length=0.5, steps_per_layer=24, check_sampling=True)


def test_no_false_alarm_in_the_plane() -> None:
    wave = torch.polar(
        torch.ones(PLANE.shape, dtype=torch.float64),
        2 * math.pi * (5 * PLANE.x / (96 * 0.3) + 3 * PLANE.y / (64 * 0.3)),
    )
    packet = exact.plane_wave_packet(PLANE.y, PLANE.x, kinetic=1.0)
    assert warnings_of(torch.stack([wave, packet]), grid=PLANE) == []


ENTERS = "the field that enters reaches the edge of the window.*enlarge the window"
LEAVES = "the field that leaves reaches the edge of the window.*enlarge the window"
BAND = "the spectrum of the field that {} reaches the edge of the band.*reduce the grid's spacing"


def assert_only(messages: list[str], *patterns: str) -> None:
    assert len(messages) == len(patterns), messages
    for message, pattern in zip(messages, patterns, strict=True):
        assert re.search(pattern, message), message


def test_a_pulse_at_the_edge_is_said_to_enter_there() -> None:
    # cut off there, it has a broad spectrum too
    assert_only(warnings_of(pulse(GRID.t, centre=18.0))[:1], ENTERS)


@pytest.mark.parametrize("width", [9.0, 12.0, 40.0])
def test_a_pulse_wider_than_the_window(width: float) -> None:
    """Its flanks are equal on both sides, and still it is cut off."""
    field = exact.gaussian_pulse(GRID.t, beta2=1.0, duration=width)
    assert_only(warnings_of(field)[:1], ENTERS)


def test_a_series_that_fills_the_window_without_fitting_it() -> None:
    """A tone between two harmonics jumps at the edge; so does a ramp."""
    off = torch.polar(torch.ones(256, dtype=torch.float64), 1.37 * GRID.t)
    assert_only(warnings_of(off)[:1], ENTERS)
    ramp = (GRID.t / GRID.window).to(torch.complex128)
    assert_only(warnings_of(ramp)[:1], ENTERS)


def test_one_case_of_a_batch_is_enough() -> None:
    batch = torch.stack([exact.fundamental_soliton(GRID.t), pulse(GRID.t, centre=18.0)])
    assert_only(warnings_of(batch)[:1], ENTERS)


def test_a_pulse_that_spreads_to_the_edge_is_said_to_leave_there() -> None:
    field = exact.gaussian_pulse(GRID.t, beta2=1.0)
    assert_only(warnings_of(field, {"beta2": 12.0, "gamma": 0.0}), LEAVES)
    # beside a wave that fills the window on purpose
    both = torch.stack([tone(3), field])
    assert_only(warnings_of(both, {"beta2": 12.0, "gamma": 0.0}), LEAVES)


WALKS_OFF = "carries the centre of the field to {}, out of the window of 38.4.*enlarge the window"


def moving(grid: pe.TimeGrid, frequency: float = 4.0) -> torch.Tensor:
    """A soliton of beta2 = -1 that is delayed by ``frequency`` per length."""
    carrier = torch.polar(torch.ones_like(grid.t), frequency * grid.t)
    return exact.fundamental_soliton(grid.t) * carrier


def test_a_pulse_that_goes_once_round_is_said_to() -> None:
    """It leaves where it entered, at its delay of one window, as if nothing had been."""
    medium = {"beta2": -1.0, "gamma": 1.0}
    options = {"layer_length": 9.6, "steps_per_layer": 800, "scheme": "strang"}
    assert_only(warnings_of(moving(GRID), medium, **options), WALKS_OFF.format("38.4"))
    # in a window four times as long it stays, and so does one at rest in any
    wide = pe.TimeGrid(1024, 0.15)
    assert warnings_of(moving(wide), medium, wide, **options) == []
    assert warnings_of(moving(GRID, 0.0), medium, **options) == []
    # an inverse is of something that was within
    assert warnings_of(moving(GRID), medium, inverse=True, **options) == []


def test_a_pulse_that_goes_out_and_comes_back() -> None:
    """By third-order dispersion of both signs: β₃ ⟨ω²⟩ / 2, of a carrier 2 and a width 1."""
    medium = {"beta2": 0.0, "gamma": 0.0, "beta3": torch.tensor([12.0, -12.0])}
    assert_only(warnings_of(moving(GRID, 2.0), medium), WALKS_OFF.format(r"26\.?\d?"))
    # a wave that fills the window is periodic
    assert warnings_of(tone(20), medium) == []
    # a trap turns a pulse round
    trap = {"kinetic": 1.0, "strength": 0.5, "g": 0.0}
    options = {"layer_length": 2 * math.pi, "steps_per_layer": 500, "scheme": "strang"}
    assert warnings_of(moving(GRID), trap, equation=pe.GrossPitaevskii(), **options) == []


def test_every_layer_is_looked_at_where_all_are_returned() -> None:
    """Spread to the edge, and brought together again."""
    field = exact.gaussian_pulse(GRID.t, beta2=1.0)
    medium = {"beta2": torch.tensor([12.0, -12.0]), "gamma": 0.0}
    pattern = LEAVES.replace("that leaves", "between layers")
    assert_only(warnings_of(field, medium, return_layers=True), pattern)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_edges_of_the_plane(axis: int) -> None:
    centres = [0.0, 0.0]
    centres[axis] = 8.8 if axis == 0 else 13.5
    packet = exact.plane_wave_packet(PLANE.y, PLANE.x, kinetic=1.0, centres=tuple(centres))
    assert_only(warnings_of(packet, grid=PLANE)[:1], ENTERS)


def test_a_pulse_shorter_than_the_spacing_is_undersampled() -> None:
    short = exact.gaussian_pulse(GRID.t, beta2=1.0, duration=0.08)
    messages = warnings_of(short, {"beta2": 0.0, "gamma": 0.0})
    assert_only(messages, BAND.format("enters"), BAND.format("leaves"))


def test_a_spectrum_that_broadens_to_the_edge_of_the_band() -> None:
    """Self-phase modulation by 60 radians, in small steps."""
    field = exact.gaussian_pulse(GRID.t, beta2=1.0)
    messages = warnings_of(field, {"beta2": 0.0, "gamma": 60.0}, steps_per_layer=40)
    assert_only(messages, BAND.format("leaves"))


def test_white_noise_fills_the_band() -> None:
    messages = warnings_of(random_field(256), {"beta2": 0.0, "gamma": 0.0})
    assert_only(messages, BAND.format("enters"), BAND.format("leaves"))


@pytest.mark.parametrize(
    ("equation", "medium"),
    [
        (FIBRE, {"beta2": 1e-3, "gamma": 4.0}),
        (pe.GrossPitaevskii(), {"kinetic": 1e-3, "g": 4.0, "strength": 0.1}),
        (pe.CoupledNonlinearSchrodinger(), {"beta2": 1e-3, "gamma": 2.0, "cross": 1.0}),
        (pe.GeneralisedNonlinearSchrodinger(), {"beta2": 0.0, "gamma": 4.0}),
        (pe.ComplexGinzburgLandau(), {"beta2": 0.0, "gamma": 4.0}),
        (
            pe.LugiatoLefever(),
            {"alpha": 0.1, "detuning": 0.1, "beta2": 0.0, "gamma": 4.0, "drive": 0.0},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_phase_of_more_than_pi_a_step(equation: pe.MasterEquation, medium) -> None:
    field = exact.gaussian_pulse(GRID.t, beta2=1.0).expand(2, 256)
    limit = "π" if equation.is_conservative else "1 for a Runge-Kutta step"
    pattern = rf"phase in layer 1 reaches (3.9\d?|4) rad per step, more than {limit}; .*steps_per"
    assert_only(warnings_of(field, medium, equation=equation)[:1], pattern)
    steps = 2 if equation.is_conservative else 5
    said = warnings_of(field, medium, equation=equation, steps_per_layer=steps)
    assert not [message for message in said if "rad per step" in message]
    # what is left of the error of Runge-Kutta steps is another matter, and told
    assert all("twice as many give" in message for message in said)
    assert warnings_of(field, medium, equation=equation, steps_per_layer=24) == []


def test_a_field_that_grows_until_its_steps_are_too_long() -> None:
    """A flat field, whose spectrum tells nothing: 0.01 rad per step at first, 22 in the end."""
    wave = torch.full((2, 256), 0.1, dtype=torch.complex128)
    medium = {"beta2": -0.01, "gamma": 1.0, "alpha": torch.full((10,), -0.77)}
    (message,) = warnings_of(wave, medium)
    assert re.search(r"phase in layer 10 reaches 22.1 rad per step, more than π", message)
    assert re.search("increase steps_per_layer to 8 or more", message)
    assert warnings_of(wave, medium, steps_per_layer=8) == []
    # one member of an ensemble is enough
    members = {"beta2": -0.01, "gamma": 1.0, "alpha": torch.tensor([[0.1], [-0.77]]).expand(2, 10)}
    assert warnings_of(wave[:1], members) == [message]


def test_a_runge_kutta_step_makes_energy_only_where_it_warns() -> None:
    """A pure phase, which takes and gives nothing, by steps of 0.3 to 4 rad."""
    wave = torch.full((16,), 1.0, dtype=torch.complex128)
    grid = pe.TimeGrid(16)
    laser = pe.ComplexGinzburgLandau()
    for gamma in (0.3, 0.9, 2.0, 4.0):
        medium = {"beta2": 0.0, "gamma": gamma}
        out = pe.propagate(wave, laser, medium, grid, check_sampling=False)
        grew = float(out.abs().max())
        warned = warnings_of(wave, medium, grid=grid, equation=laser)
        assert bool(warned) is (gamma > 1)
        # to a percent where it is silent
        assert warned or grew == pytest.approx(1.0, abs=1e-2)
    # the alarm is not idle
    assert abs(grew - 1) > 0.5


def test_the_layer_that_turns_too_far_is_named() -> None:
    gamma = torch.tensor([0.1, 0.2, 9.0], dtype=torch.float64)
    field = exact.gaussian_pulse(GRID.t, beta2=1.0)
    messages = warnings_of(field, {"beta2": 1e-3, "gamma": gamma})
    assert "in layer 3 reaches 8.99" in messages[0] or "in layer 3 reaches 9" in messages[0]


@pytest.mark.parametrize("grid", [GRID, PLANE], ids=["time", "plane"])
def test_self_phase_modulation_alone_is_exact_in_one_step(grid: Grid) -> None:
    """Without dispersion, gain or loss there is nothing that nine radians are split from."""
    axes = [torch.exp(-(x**2) / 2).to(torch.complex128) for x in grid.coordinates]
    field = math.prod(axes, start=torch.ones(grid.shape, dtype=torch.complex128))
    assert warnings_of(field, {"beta2": 0.0, "gamma": 9.0}, grid, check_sampling=True)[1:] == []
    expected = exact.self_phase_modulation(field, 1.0, gamma=9.0)
    out = pe.propagate(field, FIBRE, {"beta2": 0.0, "gamma": 9.0}, grid, check_sampling=False)
    torch.testing.assert_close(out, expected, rtol=0, atol=1e-13)
    # with loss there is: the phase of one step is wrong by a twentieth
    assert "nonlinear phase" in warnings_of(field, LOSSY, grid)[0]


def test_a_strong_potential_is_no_strong_nonlinearity() -> None:
    """A lens turns the phase by hundreds of radians, exactly."""
    field = exact.gaussian_pulse(GRID.t, beta2=1.0)
    lens = {"kinetic": 0.01, "g": 0.1, "strength": 2.0}
    assert warnings_of(field, lens, equation=pe.GrossPitaevskii(), steps_per_layer=24) == []
    said = warnings_of(field, lens, equation=pe.GrossPitaevskii())
    assert not [message for message in said if "rad per step" in message]


def test_checks_can_be_left_out() -> None:
    assert warnings_of(random_field(256), check_sampling=False) == []
