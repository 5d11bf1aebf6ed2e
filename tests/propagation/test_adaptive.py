"""Steps of every case's own choosing: right, independent of the company, and differentiable."""

import math
import re
import warnings

import pytest
import torch
import torch.autograd.forward_ad as forward_mode
from cases import case, relative_error

import physembed as pe
from physembed.physics import ALL_EQUATIONS, EQUATIONS, FieldEquation
from physembed.physics import exact_solutions as exact
from physembed.propagation.adaptive_cascade import run_adaptive_cascade

FIBRE = pe.NonlinearSchrodinger()
SOLITON = {"beta2": -1.0, "gamma": 1.0}
GRID = pe.TimeGrid(256, spacing=0.1875)
START = exact.fundamental_soliton(GRID.t)


def taken(field: torch.Tensor, rtol: float, stretches=((0, 1.5),), **values: float):
    """What it took through the soliton's fibre, or one of other ``values``."""
    medium = dict.fromkeys(FIBRE.coefficients, 0.0) | SOLITON | values
    tensors = {name: torch.tensor(value, dtype=torch.float64) for name, value in medium.items()}
    return run_adaptive_cascade(field, FIBRE, tensors, GRID, stretches, rtol=rtol)


OF_LIGHT = [name for name in EQUATIONS if not issubclass(EQUATIONS[name], FieldEquation)]


@pytest.mark.parametrize("name", OF_LIGHT)
def test_every_equation_agrees_with_its_finest_splitting(name: str) -> None:
    ours = case(name).run(layer_length=0.5, rtol=1e-8)
    theirs = case(name).run(layer_length=0.5, scheme="yoshida4", steps_per_layer=150)
    # yoshida4's error falls as the fourth power: 1e-9 at 300 steps of half the length
    assert relative_error(ours, theirs) < 2e-7


@pytest.mark.slow
def test_the_soliton_and_one_of_third_order() -> None:
    z0 = exact.soliton_period()
    out = pe.propagate(START, FIBRE, SOLITON, GRID, layer_length=z0, rtol=1e-10)
    assert relative_error(out, exact.fundamental_soliton(GRID.t, z0)) < 1e-8
    # compressed a tenth as long on the way, and itself again after the period
    fine = pe.TimeGrid(1024, spacing=0.04)
    third = 3 / torch.cosh(fine.t) + 0j
    out = pe.propagate(
        third, FIBRE, SOLITON, fine, layer_length=z0, rtol=1e-8, check_sampling=False
    )
    assert relative_error(out, third * complex(math.cos(z0 / 2), math.sin(z0 / 2))) < 1e-6


def test_the_error_follows_the_tolerance_and_both_are_told() -> None:
    end = exact.fundamental_soliton(GRID.t, 1.5)
    errors, steps = [], []
    for rtol in (1e-4, 1e-6, 1e-8):
        result = taken(START, rtol)
        errors.append(relative_error(result.fields[-1], end))
        steps.append(int(result.taken.steps))
        # four stages a step, one more to begin with, and those of rejected steps
        assert 4 * steps[-1] + 1 <= int(result.taken.evaluations) <= 6 * steps[-1] + 1
    # order four: a hundredth of the tolerance takes sqrt(10) times as many steps
    assert 2.5 < steps[1] / steps[0] < 4 and 2.5 < steps[2] / steps[1] < 4
    # no step errs by more, and the errors of a soliton add up at worst
    for error, n_steps, rtol in zip(errors, steps, (1e-4, 1e-6, 1e-8), strict=True):
        assert error < n_steps * rtol


def test_without_nonlinearity_one_step_is_exact() -> None:
    result = taken(START, 1e-6, gamma=0.0, beta4=0.3)
    assert int(result.taken.steps) == 1
    linear = pe.propagate(
        START, FIBRE, SOLITON | {"gamma": 0.0, "beta4": 0.3}, GRID, layer_length=1.5,
        check_sampling=False,
    )  # fmt: skip
    assert relative_error(result.fields[-1], linear) < 1e-12


def test_a_dark_field_stays_dark() -> None:
    result = taken(torch.zeros_like(START), 1e-6)
    assert not result.fields[-1].any()
    assert int(result.taken.steps) == 1


def test_a_driven_medium_makes_light_of_darkness() -> None:
    """In the dark nothing tells how long the first step may be; the first one tried is all."""
    comb = pe.LugiatoLefever()
    values = {"alpha": 1.0, "detuning": 0.5, "beta2": -1.0, "gamma": 1.0, "drive": 0.7}
    dark = torch.zeros_like(START)
    options = {"layer_length": 0.5, "check_sampling": False}
    ours = pe.propagate(torch.stack([dark, START]), comb, values, GRID, rtol=1e-8, **options)
    theirs = pe.propagate(
        torch.stack([dark, START]), comb, values, GRID, scheme="etdrk4", steps_per_layer=200,
        **options,
    )  # fmt: skip
    assert ours[0].any()
    assert relative_error(ours, theirs) < 1e-6
    alone = pe.propagate(dark, comb, values, GRID, rtol=1e-8, **options)
    assert relative_error(ours[0], alone) < 1e-12


def test_one_case_does_not_change_another() -> None:
    """The step is each case's own: beside a field of 25 times the power nothing is different."""
    stretches = [(0, 0.3)]
    alone = taken(START, 1e-7, stretches)
    both = taken(torch.stack([5 * START, START, 0 * START]), 1e-7, stretches)
    assert int(both.taken.steps[1]) == int(alone.taken.steps) < int(both.taken.steps[0]) / 5
    assert int(both.taken.evaluations[1]) == int(alone.taken.evaluations)
    assert int(both.taken.steps[2]) == 1
    # transforms of one row and of three agree to rounding
    assert relative_error(both.fields[-1][1], alone.fields[-1]) < 1e-12


def test_saving_on_the_way_changes_nothing_beyond_the_tolerance() -> None:
    places = [0.1, 0.25, 0.9, 1.5]
    lengths = [b - a for a, b in zip([0.0, *places], places, strict=False)]
    result = taken(START, 1e-8, stretches=[(0, length) for length in lengths])
    for z, field in zip(places, result.fields, strict=True):
        assert relative_error(field, exact.fundamental_soliton(GRID.t, z)) < 1e-7


def test_layers_members_channels_and_noise() -> None:
    """What a cascade of splittings takes, steps of their own choosing take as well."""
    layers = {
        "beta2": torch.tensor([-1.0, 0.4]),
        "gamma": 0.8,
        "alpha": torch.tensor([[0.0], [0.3]]),
    }
    options = {"return_layers": True, "noise": pe.Noise(1e-4, seed=3), "check_sampling": False}
    field = torch.stack([START, 1.3 * START])
    ours = pe.propagate(field, FIBRE, layers, GRID, rtol=1e-8, **options)
    theirs = pe.propagate(
        field, FIBRE, layers, GRID, scheme="yoshida4", steps_per_layer=200, **options
    )
    assert ours.shape == theirs.shape == (2, 2, 256)
    # noise fills the band, at whose edge the fourth-order splitting errs most
    assert relative_error(ours, theirs) < 1e-6


def test_the_gradient_is_that_of_the_steps_taken() -> None:
    """Against PyTorch's own through the same steps, and that against a splitting's."""
    field = torch.stack([START, 2 * START])

    def gradients(**options: object) -> list[torch.Tensor]:
        enters = field.clone().requires_grad_()
        values = {
            "beta2": torch.tensor([-1.0, -0.7], dtype=torch.float64, requires_grad=True),
            "gamma": torch.tensor(0.9, dtype=torch.float64, requires_grad=True),
            "beta3": torch.tensor(0.1, dtype=torch.float64, requires_grad=True),
        }
        out = pe.propagate(
            enters, FIBRE, values, GRID, layer_length=0.1, return_layers=True,
            check_sampling=False, **options,
        )  # fmt: skip
        weights = torch.linspace(0, 1, 256, dtype=torch.float64)
        loss = (out.abs() ** 2 * weights).sum() + (out[0].real ** 3).sum()
        return list(torch.autograd.grad(loss, [enters, *values.values()]))

    split = gradients(scheme="yoshida4", steps_per_layer=40)
    same = gradients(rtol=1e-7, gradient="autograd")
    for gradient in ("stored", "reversible"):
        ours = gradients(rtol=1e-7, gradient=gradient)
        for one, other, another in zip(ours, same, split, strict=True):
            assert relative_error(one, other) < 1e-11
            # an error of 1e-7 a step, times the sensitivity of a pulse of second order
            assert relative_error(one, another) < 1e-4


@pytest.mark.parametrize("name", OF_LIGHT)
def test_the_gradient_at_zero_where_training_starts(name: str) -> None:
    """Of every coefficient, backwards and forwards, against finite differences."""
    here = case(name)
    weights = torch.linspace(0, 1, here.grid.n_points, dtype=torch.float64)
    zero, one = torch.tensor([0.0, 1.0], dtype=torch.float64)

    def loss(coefficient: str, value: torch.Tensor) -> torch.Tensor:
        out = here.run(coefficients={coefficient: value}, layer_length=0.1, rtol=1e-7)
        return (out.abs() ** 2 * weights).sum()

    for coefficient in here.equation.coefficients:
        leaf = zero.clone().requires_grad_()
        (backwards,) = torch.autograd.grad(loss(coefficient, leaf), leaf)
        with forward_mode.dual_level():
            dual = forward_mode.make_dual(zero, one)
            forwards = forward_mode.unpack_dual(loss(coefficient, dual)).tangent
        up, down = (float(loss(coefficient, zero + h)) for h in (1e-3, -1e-3))
        # a few steps that err by 1e-7 of an energy of a few, over 2e-3
        assert float(backwards) == pytest.approx((up - down) / 2e-3, rel=1e-3, abs=1e-3)
        # of the same steps
        assert float(forwards) == pytest.approx(float(backwards), rel=1e-9, abs=1e-9)


def test_a_replay_keeps_no_more_than_it_may() -> None:
    from physembed.propagation.adaptive import walk

    values = {name: torch.tensor(0.0, dtype=torch.float64) for name in FIBRE.coefficients}
    values |= {name: torch.tensor(v, dtype=torch.float64) for name, v in SOLITON.items()}
    spectrum = torch.fft.fft(START[None])
    way = walk(spectrum, FIBRE, values, GRID, [(0, 2.0)], rtol=1e-8, storage=5 * 256 * 16)
    assert len(way.accepted) > 40
    assert 2 <= len(way.before) <= 5
    assert 0 in way.before


def test_single_precision_loses_no_step() -> None:
    single = taken(START.to(torch.complex64), 1e-6)
    assert single.fields[-1].dtype == torch.complex64
    assert int(single.taken.steps) <= int(taken(START, 1e-6).taken.steps) + 1
    assert relative_error(single.fields[-1], exact.fundamental_soliton(GRID.t, 1.5)) < 1e-5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rtol": 0.0}, "rtol must be a number from above 0 to below 1, got 0.0."),
        ({"rtol": 1e-17}, "rtol must be at least 2.2e-16 for a field of torch.complex128"),
        ({"rtol": 1e-6, "scheme": "strang"}, "must be left out with rtol"),
        ({"rtol": 1e-6, "steps_per_layer": 9}, "must be left out with rtol"),
        ({"rtol": 1e-6, "inverse": True}, "inverse must be False with rtol"),
    ],
)
def test_what_does_not_fit_together_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=re.escape(message)):
        pe.propagate(START, FIBRE, SOLITON, GRID, **options)


def test_an_equation_of_real_fields_is_refused() -> None:
    with pytest.raises(pe.InvalidInputError, match="rtol must be None for Burgers"):
        pe.propagate(
            torch.ones(256).double(),
            ALL_EQUATIONS["burgers"](),
            {"a": 1.0, "viscosity": 0.1},
            GRID,
            rtol=1e-6,
        )


def test_a_field_that_explodes_is_named() -> None:
    """Unsaturated gain in the local law: dE/dz = |E|² E blows up at z = 1/2."""
    laser = pe.ComplexGinzburgLandau()
    medium = {"beta2": 0.0, "gamma": 0.0, "nonlinear_loss": -1.0}
    with pytest.raises(pe.InvalidInputError, match=r"case 1 cannot be followed to rtol = 0\.001"):
        run_adaptive_cascade(
            torch.stack([0.1 * START, START]),
            laser,
            {
                name: torch.tensor(medium.get(name, 0.0), dtype=torch.float64)
                for name in laser.coefficients
            },
            GRID,
            [(0, 1.0)],
            rtol=1e-3,
        )


def test_the_window_is_still_watched_and_the_steps_are_not() -> None:
    with pytest.warns(pe.SamplingWarning, match="window"):
        pe.propagate(START, FIBRE, {"beta2": -9.0, "gamma": 0.0}, GRID, layer_length=4, rtol=1e-6)
    # four radians of nonlinear phase, for which one step of a splitting is too long
    medium = SOLITON | {"beta2": -0.02}
    with pytest.warns(pe.SamplingWarning, match="rad per step"):
        pe.propagate(2 * START, FIBRE, medium, GRID)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pe.propagate(2 * START, FIBRE, medium, GRID, rtol=1e-5)


def test_the_steps_are_returned_where_they_are_asked_for() -> None:
    out, steps = pe.propagate(
        torch.stack([START, 0 * START]), FIBRE, SOLITON, GRID, layer_length=1.5, rtol=1e-6,
        return_steps=True,
    )  # fmt: skip
    told = taken(START, 1e-6)
    assert relative_error(out[0], told.fields[-1]) < 1e-12
    assert steps.steps.tolist() == [int(told.taken.steps), 1]
    assert int(steps.evaluations[0]) == int(told.taken.evaluations)
    with pytest.raises(pe.InvalidInputError, match="return_steps must be False without rtol"):
        pe.propagate(START, FIBRE, SOLITON, GRID, return_steps=True)  # type: ignore[call-overload]
