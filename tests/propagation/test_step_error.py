"""Steps that are too long are seen by taking others, whatever it is that they get wrong."""

import math
import re
import subprocess
import sys
import warnings

import pytest
import torch

import physembed as pe
from physembed.propagation import step_error
from physembed.propagation.gradients import run_schedule
from physembed.propagation.schedule import make_schedule

GRID = pe.TimeGrid(128, spacing=0.25)
FIBRE = pe.NonlinearSchrodinger()
THIRD = 3 / torch.cosh(GRID.t) + 0j
SOLITON = {"beta2": -1.0, "gamma": 1.0}
TEN = {"layer_length": 0.3, "steps_per_layer": 10}


def warned(field, equation, medium, grid: pe.TimeGrid = GRID, **options) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pe.propagate(field, equation, medium, grid, **options)
    return [str(w.message) for w in caught if "steps are too long" in str(w.message)]


def test_a_soliton_of_third_order_in_ten_steps_of_the_first_order_scheme() -> None:
    """Too few, and the band is too narrow for a resonance to tell."""
    (message,) = warned(THIRD, FIBRE, SOLITON, **TEN)
    advised = re.search(r"steps_per_layer to ([\d,]+) or more, or let rtol", message)
    assert advised is not None
    steps = int(advised[1].replace(",", ""))
    options = TEN | {"check_sampling": False}
    right = (
        pe.propagate(
            THIRD,
            FIBRE,
            SOLITON,
            GRID,
            **(options | {"scheme": "yoshida4", "steps_per_layer": 200}),
        )
        .abs()
        .square()
    )
    bad, good = (
        pe.propagate(THIRD, FIBRE, SOLITON, GRID, **(options | {"steps_per_layer": n}))
        for n in (10, steps)
    )
    errors = [float((x.abs().square() - right).norm() / right.norm()) for x in (bad, good)]
    # the advice is for half a percent of the field, whose square errs by twice as much
    assert errors[0] > 0.1 and errors[1] < 0.015
    assert warned(THIRD, FIBRE, SOLITON, **(TEN | {"steps_per_layer": steps})) == []
    # four percent in ten steps of the second order are told as well, and what to take
    (message,) = warned(THIRD, FIBRE, SOLITON, **(TEN | {"scheme": "strang"}))
    assert "differs by 0.046 of it; increase steps_per_layer to 31 or more" in message
    assert (
        warned(THIRD, FIBRE, SOLITON, **(TEN | {"scheme": "strang", "steps_per_layer": 31})) == []
    )


def test_a_harmonic_trap_whose_steps_are_too_long() -> None:
    """A coherent state swings at ω = √(2 κ strength) = 10: at ω h = 1.9 Strang's steps turn it by
    2 asin(ω h / 2) each, a third too fast, and no phase of the field tells."""
    grid = pe.TimeGrid(256, spacing=0.125)
    state = torch.exp(-5 * (grid.t - 1.5) ** 2) + 0j
    options = {"layer_length": 1.9, "scheme": "strang"}
    trap, deep = pe.GrossPitaevskii(), {"kinetic": 1.0, "g": 0.0, "strength": 50.0}
    assert len(warned(state, trap, deep, grid, steps_per_layer=10, **options)) == 1
    assert len(warned(state, trap, deep, grid, steps_per_layer=200, **options)) == 1
    assert warned(state, trap, deep, grid, steps_per_layer=444, **options) == []


def test_the_strongest_case_speaks_for_all() -> None:
    batch = torch.stack([0.01 * THIRD, THIRD])
    assert len(warned(batch, FIBRE, SOLITON, **TEN)) == 1
    assert warned(batch[:1], FIBRE, SOLITON, **TEN) == []


def test_a_scheme_of_fourth_order_that_is_all_wrong_is_told() -> None:
    """Half as many steps are as wrong, and a fifteenth of the difference of both is not much."""
    field = 8 / torch.cosh(GRID.t) + 0j
    run = {"layer_length": 0.8, "scheme": "yoshida4", "steps_per_layer": 30}
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        ends = [
            pe.propagate(field, FIBRE, SOLITON, GRID, **(run | {"steps_per_layer": n}))
            for n in (15, 30, 60)
        ]
    by_fewer, by_more = (step_error._distance(end, ends[1]) for end in (ends[0], ends[2]))
    assert by_fewer / 15 < 0.1 < by_more
    assert len(warned(field, FIBRE, SOLITON, **run)) == 1


@pytest.mark.parametrize("scheme", ["lie", "strang", "yoshida4"])
@pytest.mark.parametrize("size", [0.05, 2.0, 1e30])
def test_a_row_in_one_call_is_the_row_pass_by_pass(scheme: str, size: float, monkeypatch) -> None:
    """In half as many steps, and twice as many; up to a field that overflows."""
    field = (size / torch.cosh(GRID.t)).to(torch.complex64)
    beta2, lengths = torch.tensor([-1.0, -1.0, 0.4, 0.4], dtype=torch.float64), (0.05,) * 4
    for equation, given in (
        (FIBRE, {"alpha": 0.1, "beta2": beta2, "gamma": 1.0}),
        (pe.GrossPitaevskii(), {"kinetic": 0.7 * beta2.abs(), "g": 0.5, "strength": 0.1}),
    ):
        values = {
            name: torch.as_tensor(given.get(name, 0.0), dtype=torch.float64).expand(4)
            for name in equation.coefficients
        }
        steps = step_error.FixedSteps(equation, values, GRID, scheme, lengths, 2)
        schedule = make_schedule(scheme, 4, layer_length=lengths, steps_per_layer=2)
        left = run_schedule(field, equation, values, GRID, schedule)
        for beyond in (math.inf, -1.0):
            in_one_call = step_error.estimated_error(field, left, steps, beyond=beyond)
            with monkeypatch.context() as patch:
                patch.setattr(step_error, "ROW_POINTS", 0)
                expected = step_error.estimated_error(field, left, steps, beyond=beyond)
            assert in_one_call == pytest.approx(expected, rel=1e-3, abs=1e-7)


def test_what_is_not_looked_at_says_nothing() -> None:
    short = {"layer_length": 0.3}
    for options in (
        short | {"rtol": 1e-4},
        TEN | {"noise": pe.Noise(1e-12)},
        TEN | {"check_sampling": False},
    ):
        assert warned(THIRD, FIBRE, SOLITON, **options) == []


def test_one_step_per_layer_is_looked_at_by_two() -> None:
    """The default, which cannot be halved."""
    for n_layers, is_warned in ((10, True), (400, False)):
        layers = {"beta2": torch.full((n_layers,), -1.0), "gamma": 1.0}
        messages = warned(THIRD, FIBRE, layers, layer_length=0.3 / n_layers)
        assert [("let rtol choose them" in message) for message in messages] == [True] * is_warned


@pytest.mark.parametrize("steps", [1, 6])
@pytest.mark.parametrize(
    "medium",
    [
        {"beta2": -1.0, "gamma": 0.0, "alpha": 0.4},
        {"beta2": 0.0, "gamma": 1.0},
        {"beta2": torch.tensor([-1.0, 0.0]), "gamma": torch.tensor([0.0, 1.0])},
    ],
)
def test_what_any_number_of_steps_does_exactly_is_not_run_again(
    monkeypatch, medium: dict, steps: int
) -> None:
    monkeypatch.setattr(
        step_error, "run_schedule", lambda *_, **__: pytest.fail("it was run again")
    )
    options = {"layer_length": 0.1, "steps_per_layer": steps}
    assert warned(THIRD, FIBRE, medium, **options) == []
    with pytest.raises(pytest.fail.Exception):
        warned(THIRD, FIBRE, SOLITON, **options)
    # loss does not commute with a phase that the intensity gives
    with pytest.raises(pytest.fail.Exception):
        warned(THIRD, FIBRE, {"beta2": 0.0, "gamma": 1.0, "alpha": 0.4}, **options)


def test_a_wave_at_rest_is_no_linear_medium() -> None:
    """sin u of a pendulum that only moves vanishes at the beginning, and not later."""
    field = torch.stack([0 * GRID.t, 2 + 0 * GRID.t])
    medium = {"speed": 1.0, "mass": 1.0}
    (message,) = warned(field, pe.SineGordon(), medium, layer_length=2.0)
    assert 'take scheme="etdrk4"' in message


WAVE = torch.cos(8 * torch.pi * GRID.t / GRID.window)
OF_FIELDS = {
    "one real": (pe.Burgers(), {"a": 1.0, "viscosity": 0.3}, WAVE),
    "two real": (pe.SineGordon(), {"speed": 1.0, "mass": 1.0}, torch.stack([2 * WAVE, 0 * WAVE])),
}


@pytest.mark.parametrize("name", OF_FIELDS)
def test_equations_of_fields_are_looked_at_too(name: str) -> None:
    """In one step of the first order, the default; enough of them are told to be."""
    equation, medium, field = OF_FIELDS[name]
    run = {"layer_length": 3.0}
    messages = warned(field, equation, medium, **run)
    assert len(messages) == 1 and 'take scheme="etdrk4"' in messages[0]
    assert len(warned(torch.stack([0.01 * field, field]), equation, medium, **run)) == 1
    assert warned(field, equation, medium, scheme="strang", steps_per_layer=100, **run) == []
    assert warned(field, equation, medium, scheme="etdrk4", steps_per_layer=10, **run) == []


def test_exponential_schemes_are_looked_at_too() -> None:
    """Whose steps nothing told of; also where a splitting would be exact."""
    equation, medium, field = OF_FIELDS["one real"]
    run = {"layer_length": 3.0, "scheme": "etdrk2"}
    (message,) = warned(field, equation, medium, steps_per_layer=2, **run)
    assert re.search("increase steps_per_layer to [0-9]+ or more", message)
    assert warned(field, equation, medium, steps_per_layer=200, **run) == []
    phase = {"alpha": 0.0, "beta2": 0.0, "gamma": 1.0}
    options = {"layer_length": 0.3, "scheme": "etdrk4"}
    assert len(warned(THIRD, FIBRE, phase, steps_per_layer=2, **options)) == 1
    assert warned(THIRD, FIBRE, phase, steps_per_layer=40, **options) == []
    linear = {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0}
    assert warned(THIRD / 3, FIBRE, linear, layer_length=0.3, scheme="etdrk4") == []


def test_a_real_field_that_changes_its_sign_is_not_the_same() -> None:
    one = torch.randn(8, dtype=torch.float64)
    assert step_error._distance(-one, one) == pytest.approx(2)
    assert step_error._distance(-one + 0j, one + 0j) == pytest.approx(0, abs=1e-7)


def test_an_overflow_of_the_finer_run_is_told(monkeypatch) -> None:
    def overflows(field, *_, **__):
        return field * torch.inf

    monkeypatch.setattr(step_error, "run_schedule", overflows)
    (message,) = warned(THIRD, FIBRE, SOLITON, **TEN)
    assert "twice as many give a field that is not finite" in message


MANY = """
import resource, torch, physembed as pe
grid = pe.TimeGrid(16, 0.5)
field = torch.exp(-grid.t**2).to(torch.complex128)
def run(steps, beta2):
    medium = {"beta2": torch.tensor(beta2), "gamma": 0.1}
    pe.propagate(field, pe.NonlinearSchrodinger(), medium, grid, scheme="strang",
                 steps_per_layer=steps)
# everything is loaded and compiled
run(3, [-1.0, -1.0, -2.0])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
run(5001, [-1.0, -1.0, -2.0])
print(1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


def test_thousands_of_steps_are_looked_at_in_memory_by_their_number() -> None:
    """Halves of unequal layers are layers of their own; a matrix of all of them is half a GB."""
    done = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, check=True)
    # a row of numbers and an object for each of fifteen thousand steps
    assert int(done.stdout) < 100e6


def test_no_number_of_steps_is_named_that_is_not_taken(monkeypatch) -> None:
    """Whatever is told of steps, one sentence tells it, of as many as a cascade may have."""
    layers = {"beta2": -torch.linspace(1, 2, 1000), "gamma": 1e7}
    (message,) = warned_of_steps(THIRD, FIBRE, layers, layer_length=1e-3, scheme="strang")
    assert "more than the 4,194,304 that are taken would be needed: lower the field" in message
    # an error that a hundred times as many steps of first order would bring down
    monkeypatch.setattr(step_error, "estimated_error", lambda *_, **__: 0.5)
    many = {"layer_length": 0.1, "steps_per_layer": 50_000, "scheme": "lie"}
    (message,) = warned_of_steps(THIRD, FIBRE, SOLITON, **many)
    assert "needed: take a scheme of higher order, or let rtol choose them" in message


def warned_of_steps(field, equation, medium, **options) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pe.propagate(field, equation, medium, GRID, **options)
    return [str(w.message) for w in caught if w.message.remedy == "steps"]
