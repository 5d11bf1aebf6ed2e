"""An equation without what distinguishes it is a simpler one."""

import itertools

import pytest
import torch
from cases import LINE, NAMES, PLANE, case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES

FIBRE = pe.NonlinearSchrodinger()
MEDIUM = {"beta2": -0.8, "gamma": 0.9}
SHORT = {"layer_length": 0.4, "steps_per_layer": 3, "check_sampling": False}

# a few dozen transforms of a field that fills the band
ROUNDING = 1e-13


def light(field: torch.Tensor, grid=LINE, *, scheme: str = "strang", **coefficients: float):
    return pe.propagate(field, FIBRE, MEDIUM | coefficients, grid, scheme=scheme, **SHORT)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_without_nonlinearity_and_drive_the_medium_is_linear(name: str, scheme: str) -> None:
    off = ("gamma", "g", "drive", "saturation", "nonlinear_loss")
    coefficients = {k: 0.0 for k in off if k in case(name).coefficients}
    channels = (2,) if case(name).equation.needs_channels else ()
    a, b = (random_field(*channels, *case(name).grid.shape, seed=seed) for seed in (1, 2))

    def run(field: torch.Tensor) -> torch.Tensor:
        return case(name).run(field, scheme=scheme, coefficients=coefficients)

    assert relative_error(run(a + (0.3 - 2j) * b), run(a) + (0.3 - 2j) * run(b)) < ROUNDING


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("grid", [LINE, PLANE], ids=["line", "plane"])
def test_condensate_without_potential_is_light(
    grid: pe.TimeGrid | pe.PlaneGrid, scheme: str
) -> None:
    field = random_field(*grid.shape)
    out = pe.propagate(
        field,
        pe.GrossPitaevskii(),
        {"kinetic": 0.8, "g": -0.9, "strength": 0.0},
        grid,
        scheme=scheme,
        **SHORT,
    )
    assert relative_error(out, light(field, grid, scheme=scheme)) < ROUNDING


def test_generalised_without_raman_and_shock_is_the_simple_equation() -> None:
    """The same law, one exact and one by Runge-Kutta: they meet at the fourth order."""
    field = case("nonlinear-schrodinger").field()
    errors = []
    for steps in (4, 8, 16, 32):
        options = {"scheme": "strang", "steps_per_layer": steps, "check_sampling": False}
        simple = pe.propagate(field, FIBRE, MEDIUM | {"beta3": 0.1, "alpha": 0.2}, LINE, **options)
        general = pe.propagate(
            field,
            pe.GeneralisedNonlinearSchrodinger(),
            MEDIUM | {"beta3": 0.1, "alpha": 0.2, "raman_fraction": 0.0, "shock_time": 0.0},
            LINE,
            **options,
        )
        errors.append(relative_error(general, simple))
    # a factor of 16 by halving the step, with a margin for the coarsest
    assert all(a / b > 12 for a, b in itertools.pairwise(errors))
    # (|E|² h)^4 / 120 with h = 1/32
    assert errors[-1] < 1e-7


def test_generalised_with_a_prompt_response_is_the_simple_equation() -> None:
    """Raman times far below the spacing respond at once."""
    field = case("nonlinear-schrodinger").field()
    general = pe.propagate(
        field,
        pe.GeneralisedNonlinearSchrodinger(tau1=1e-6, tau2=1e-6),
        MEDIUM | {"raman_fraction": 1.0},
        LINE,
        scheme="strang",
        **SHORT | {"steps_per_layer": 30},
    )
    simple = pe.propagate(
        field, FIBRE, MEDIUM, LINE, scheme="strang", **SHORT | {"steps_per_layer": 30}
    )
    # a delay of 1e-6 at frequencies of ten, and the Runge-Kutta step's (0.4/30)^4 / 120
    assert relative_error(general, simple) < 1e-5


def test_laser_without_gain_and_loss_is_the_simple_equation() -> None:
    field = case("nonlinear-schrodinger").field()
    options = SHORT | {"steps_per_layer": 40}
    laser = pe.propagate(
        field, pe.ComplexGinzburgLandau(), MEDIUM, LINE, scheme="strang", **options
    )
    simple = pe.propagate(field, FIBRE, MEDIUM, LINE, scheme="strang", **options)
    # the Runge-Kutta step against the exact one: (|E|² h)^4 z / 120 with h = 0.01
    assert relative_error(laser, simple) < 1e-9


def test_laser_with_linear_loss_only_attenuates() -> None:
    field = random_field(64)
    laser = {"beta2": -0.8, "gamma": 0.0, "loss": 0.5}
    out = pe.propagate(field, pe.ComplexGinzburgLandau(), laser, LINE, scheme="strang", **SHORT)
    simple = light(field, gamma=0.0, alpha=0.5)
    assert relative_error(out, simple) < ROUNDING


def test_cavity_without_drive_and_detuning_is_the_simple_equation() -> None:
    field = case("nonlinear-schrodinger").field()
    options = SHORT | {"steps_per_layer": 40}
    cavity = MEDIUM | {"alpha": 0.3, "detuning": 0.0, "drive": 0.0}
    out = pe.propagate(field, pe.LugiatoLefever(), cavity, LINE, scheme="strang", **options)
    simple = pe.propagate(field, FIBRE, MEDIUM | {"alpha": 0.3}, LINE, scheme="strang", **options)
    # the Runge-Kutta step against the exact one
    assert relative_error(out, simple) < 1e-9


def test_modes_that_do_not_couple_are_alone() -> None:
    fields = random_field(3, 64)
    modes = pe.CoupledNonlinearSchrodinger()
    out = pe.propagate(fields, modes, MEDIUM | {"cross": 0.0}, LINE, scheme="strang", **SHORT)
    assert relative_error(out, light(fields)) < ROUNDING


def test_a_single_mode_is_alone_whatever_the_coupling() -> None:
    field = random_field(1, 64)
    modes = pe.CoupledNonlinearSchrodinger()
    out = pe.propagate(field, modes, MEDIUM | {"cross": 2.0}, LINE, scheme="strang", **SHORT)
    assert relative_error(out, light(field)) < ROUNDING


def test_a_dark_mode_feels_the_light_of_its_neighbour() -> None:
    """Cross-phase modulation of a weak probe: exp(i γ x |E₁|² z)."""
    fields = torch.stack([random_field(64), 1e-6 * random_field(64, seed=1)])
    out = pe.propagate(
        fields,
        pe.CoupledNonlinearSchrodinger(),
        {"beta2": 0.0, "gamma": 0.9, "cross": 2 / 3},
        LINE,
        layer_length=0.4,
        check_sampling=False,
    )
    phase = 0.9 * 2 / 3 * fields[0].abs() ** 2 * 0.4
    expected = fields[1] * torch.polar(torch.ones_like(phase), phase)
    # the probe's own phase is 1e-12
    assert relative_error(out[1], expected) < 1e-11


@pytest.mark.parametrize("axis", ["y", "x"])
def test_light_constant_along_one_axis_is_one_dimensional(axis: str) -> None:
    """On a plane that is not square, so that the axes cannot be confused."""
    n = PLANE.n_x if axis == "y" else PLANE.n_y
    line = pe.TimeGrid(n, PLANE.spacing)
    profile = random_field(n)
    field = (profile if axis == "y" else profile[:, None]).expand(PLANE.shape).clone()
    plane = light(field, PLANE)
    expected = light(profile, line)
    expected = (expected if axis == "y" else expected[:, None]).expand(PLANE.shape)
    assert relative_error(plane, expected) < ROUNDING


def test_a_linear_condensate_in_a_trap_is_the_product_of_its_axes() -> None:
    trap = {"kinetic": 0.9, "g": 0.0, "strength": 0.3, "centre": 0.5}
    along_y, along_x = random_field(PLANE.n_y), random_field(PLANE.n_x, seed=1)
    plane = pe.propagate(
        along_y[:, None] * along_x, pe.GrossPitaevskii(), trap, PLANE, scheme="strang", **SHORT
    )
    lines = [
        pe.propagate(
            field,
            pe.GrossPitaevskii(),
            trap,
            pe.TimeGrid(len(field), PLANE.spacing),
            scheme="strang",
            **SHORT,
        )
        for field in (along_y, along_x)
    ]
    assert relative_error(plane, lines[0][:, None] * lines[1]) < ROUNDING


@pytest.mark.parametrize("name", NAMES)
def test_darkness_stays_dark_unless_driven(name: str) -> None:
    out = case(name).run(torch.zeros_like(case(name).field()))
    driven = "drive" in case(name).coefficients
    assert (float(out.abs().max()) > 0.1) is driven
    assert driven or float(out.abs().max()) == 0.0
