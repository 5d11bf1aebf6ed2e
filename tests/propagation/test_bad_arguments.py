"""Wrong arguments are named, before any work is done."""

import math

import numpy as np
import pytest
import torch
from cases import case, random_field

import physembed as pe

GRID = pe.TimeGrid(64, spacing=0.3)
FIBRE = pe.NonlinearSchrodinger()
FIELD = random_field(64)
MEDIUM = {"beta2": 1.0, "gamma": 1.0}


def propagate(**change: object) -> torch.Tensor:
    arguments = {
        "field": FIELD,
        "equation": FIBRE,
        "coefficients": MEDIUM,
        "grid": GRID,
        "check_sampling": False,
    }
    return pe.propagate(**(arguments | change))


@pytest.mark.parametrize(
    ("coefficients", "message"),
    [
        ({"beta2": 1.0, "gama": 1.0}, "'gama'.*Did you mean 'gamma'"),
        (
            {"beta2": 1.0, "gamma": 1.0, "kinetic": 1.0},
            "coefficient of NonlinearSchrodinger 'kinetic'",
        ),
        ({"beta2": 1.0}, r"'gamma' \(Kerr nonlinearity\).*is missing"),
        ({}, "'beta2'.*is missing; required: beta2, gamma"),
        ({"beta2": None, "gamma": 1.0}, "'beta2'.*is missing"),
        ({"beta2": math.nan, "gamma": 1.0}, "'beta2' must be finite, got nan"),
        ({"beta2": 1.0, "gamma": [0.1, math.inf]}, r"'gamma' must be finite, got \[0.1, inf\]"),
        ({"beta2": 1j, "gamma": 1.0}, "'beta2' must be real, got 1j"),
        ({"beta2": np.complex64(1j), "gamma": 1.0}, "'beta2' must be real"),
        ({"beta2": np.array([1j]), "gamma": 1.0}, "'beta2' must be real"),
        ({"beta2": torch.tensor(1j), "gamma": 1.0}, "'beta2' must be real, got dtype"),
        ({"beta2": True, "gamma": 1.0}, "'beta2' must be real, got dtype torch.bool"),
        ({"beta2": "one", "gamma": 1.0}, "'beta2' must be a number or a real tensor, got 'one'"),
        ({"beta2": [1.0, "one"], "gamma": 1.0}, "'beta2' must be a number"),
        ({"beta2": [[1.0], [1.0, 2.0]], "gamma": 1.0}, "'beta2' must be a number"),
        ({"beta2": 10**400, "gamma": 1.0}, "'beta2' must be a number"),
        (
            # numpy would cut it off from its gradient
            {"beta2": [torch.tensor(1.0, requires_grad=True)] * 2, "gamma": 1.0},
            "'beta2' must be a number or a real tensor",
        ),
        (
            {"beta2": torch.ones(2, 2, 1), "gamma": 1.0},
            r"\(n_layers,\), or \(n_members, n_layers\) for an ensemble, got \(2, 2, 1\)",
        ),
        (
            {"beta2": torch.ones(2, 3), "gamma": torch.ones(4, 3)},
            "disagree on the number of members: beta2: 2, gamma: 4",
        ),
        ({"beta2": torch.ones(0), "gamma": 1.0}, r"shape \(\) or \(n_layers,\), .* got \(0,\)"),
        ({"beta2": [], "gamma": 1.0}, r"shape \(\) or \(n_layers"),
        (
            {"beta2": torch.ones(2), "gamma": torch.ones(3)},
            "disagree on the number of layers: beta2: 2, gamma: 3",
        ),
        ([1.0, 1.0], "coefficients must be a mapping of names to values, got"),
        (None, "coefficients must be a mapping"),
    ],
)
def test_bad_coefficients_are_named(coefficients: object, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        propagate(coefficients=coefficients)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"field": torch.ones(64)}, "field must be complex64 or complex128, got torch.float32"),
        ({"field": torch.ones(64, dtype=torch.int64)}, "field must be complex64"),
        (
            {"field": torch.ones(8, dtype=torch.complex64)},
            r"the grid's 64 points, got shape \(8,\)",
        ),
        ({"field": torch.tensor(1j)}, r"64 points, got shape \(\)"),
        ({"field": [1.0]}, "field must be a torch tensor, got list"),
        ({"field": np.ones(64, dtype=complex)}, "field must be a torch tensor, got ndarray"),
        ({"field": FIELD / 0}, "field must be finite, got 64 of 64 points"),
        ({"field": FIELD.index_fill(0, torch.tensor(3), math.nan)}, "got 1 of 64 points"),
        ({"grid": pe.PlaneGrid(8, 8)}, r"8 x 8 points, got shape \(64,\)"),
        ({"grid": 64}, "grid must be a TimeGrid or a PlaneGrid, got 64"),
        ({"grid": None}, "grid must be a TimeGrid"),
        ({"scheme": "strange"}, "unknown scheme 'strange'.*Did you mean 'strang'"),
        ({"scheme": None}, "unknown scheme None"),
        ({"layer_length": 0.0}, "layer_length must be a positive number, got 0.0"),
        ({"layer_length": -1.0}, "layer_length must be a positive"),
        ({"layer_length": math.inf}, "layer_length must be a positive"),
        ({"layer_length": "1"}, "layer_length must be a positive"),
        ({"layer_length": True}, "layer_length must be a positive"),
        ({"steps_per_layer": 0}, "steps_per_layer must be a positive integer, got 0"),
        (
            {"steps_per_layer": 10**13},
            "number of layers must be at most 4,194,304, got [1-9]0,000",
        ),
        ({"steps_per_layer": 1.5}, "steps_per_layer must be a positive integer"),
        ({"steps_per_layer": True}, "steps_per_layer must be a positive integer"),
        ({"equation": "nlse"}, "equation must be a MasterEquation.*got 'nlse'"),
        ({"equation": pe.NonlinearSchrodinger}, "equation must be a MasterEquation"),
        ({"equation": pe.CoupledNonlinearSchrodinger()}, "couples channels.*got"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        propagate(**change)


def test_equations_in_time_are_refused_in_the_plane() -> None:
    plane = pe.PlaneGrid(8, 8)
    field = random_field(8, 8)
    with pytest.raises(pe.InvalidInputError, match="equation in time"):
        propagate(field=field, grid=plane, equation=pe.GeneralisedNonlinearSchrodinger())
    with pytest.raises(pe.InvalidInputError, match="beta3 must be zero in the plane"):
        propagate(field=field, grid=plane, coefficients=MEDIUM | {"beta3": 0.1})
    with pytest.raises(pe.InvalidInputError, match="length must be the window"):
        propagate(
            equation=pe.GrossPitaevskii(pe.FreeFormPotential(4, 3.0)),
            coefficients={"kinetic": 1.0, "g": 0.0},
        )


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128], ids=str)
@pytest.mark.parametrize("scheme", ["lie", "strang", "yoshida4"])
def test_gain_beyond_the_range_of_numbers_is_refused(scheme: str, dtype: torch.dtype) -> None:
    """exp(89) is the end of float32, exp(710) of float64."""
    limit = {torch.complex64: 88.0, torch.complex128: 709.0}[dtype]
    field = FIELD.to(dtype) * 1e-3
    medium = {"beta2": 0.0, "gamma": 0.0}
    # half of that, because the intensity must have a place among the numbers too
    below = propagate(field=field, scheme=scheme, coefficients=medium | {"alpha": -0.9 * limit})
    assert bool(torch.isfinite(below).all())
    with pytest.raises(
        pe.InvalidInputError, match=r"amplify the field by exp\(\d+.*lower the gain"
    ):
        propagate(field=field, scheme=scheme, coefficients=medium | {"alpha": -2.1 * limit})
    # the same in many layers, none of which would overflow alone
    layers = torch.full((50,), -2.1 * limit / 50)
    with pytest.raises(pe.InvalidInputError, match="amplify the field"):
        propagate(field=field, scheme=scheme, coefficients=medium | {"alpha": layers})


@pytest.mark.parametrize("order", [1, -1], ids=["gain first", "loss first"])
def test_gain_that_a_loss_makes_up_for_still_overflows_on_the_way(order: int) -> None:
    alpha = (
        torch.tensor([-4000.0, 4000.0])[::order] if order == 1 else torch.tensor([4000.0, -4000.0])
    )
    with pytest.raises(pe.InvalidInputError, match=r"amplify the field by exp\(2000\)"):
        propagate(coefficients={"beta2": 0.0, "gamma": 0.0, "alpha": alpha})


def test_attenuation_to_nothing_is_allowed() -> None:
    out = propagate(coefficients=MEDIUM | {"alpha": 1e6})
    assert float(out.abs().max()) == 0.0


@pytest.mark.parametrize("name", ["beta2", "beta4"])
def test_a_dispersion_that_overflows_is_refused(name: str) -> None:
    with pytest.raises(pe.InvalidInputError, match="times omega, or its powers, overflow"):
        propagate(coefficients=MEDIUM | {name: 1e308})


def test_a_field_that_overflows_in_the_local_law_is_refused() -> None:
    """Unsaturated gain is not linear to the scheme, and nonlinear gain has no bound beforehand."""
    laser = {"beta2": 0.0, "gamma": 0.0, "nonlinear_loss": -20.0}
    batch = torch.stack([0 * FIELD, FIELD])
    with pytest.raises(
        pe.InvalidInputError,
        match=r"infinite or not a number in ComplexGinzburgLandau \(first in case \[1\]\)",
    ):
        propagate(
            field=batch, equation=pe.ComplexGinzburgLandau(), coefficients=laser, steps_per_layer=20
        )
    with pytest.raises(pe.InvalidInputError, match="infinite or not a number"):
        propagate(coefficients={"beta2": 0.0, "gamma": 1e308})


def test_nothing_is_computed_before_the_arguments_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*args: object, **options: object) -> None:
        raise AssertionError("a transform was taken")

    monkeypatch.setattr(torch.fft, "fftn", never)
    for change in (
        {"coefficients": {"beta2": 1.0}},
        {"scheme": "none"},
        {"noise": 1.0},
        {"steps_per_layer": 0},
        {"coefficients": MEDIUM | {"alpha": -1e6}},
    ):
        with pytest.raises(pe.InvalidInputError):
            propagate(**change)
    with pytest.raises(AssertionError, match="a transform was taken"):
        propagate()


def test_errors_are_value_errors_and_ours() -> None:
    with pytest.raises(ValueError, match="gama") as caught:
        propagate(coefficients={"gama": 1.0})
    assert isinstance(caught.value, pe.PhysembedError)
    assert isinstance(caught.value, pe.UnknownNameError)


def test_options_do_not_pass_silently() -> None:
    with pytest.raises(TypeError, match="step_per_layer"):
        case("gross-pitaevskii").run(step_per_layer=3)


@pytest.mark.slow
def test_a_gain_that_nothing_saturates_is_named_and_one_that_saturates_is_not() -> None:
    grid = pe.TimeGrid(64, 0.5)
    field = torch.exp(-(grid.t**2)).to(torch.complex64)
    laser = {"beta2": 0.0, "gamma": 0.0, "gain": 1e4}
    with pytest.raises(pe.InvalidInputError, match=r"'gain' = 1e\+04.*amplify the field"):
        pe.propagate(field, pe.ComplexGinzburgLandau(), laser, grid)
    out = pe.propagate(
        field,
        pe.ComplexGinzburgLandau(),
        laser | {"gain": 1e3, "saturation": 1.0},
        grid,
        steps_per_layer=2_000,
        check_sampling=False,
    )
    # d|E|^2/dz tends to gain / saturation, where the field is strongest
    assert float(out.abs().square().max()) == pytest.approx(1e3, rel=0.01)


@pytest.mark.filterwarnings("ignore::physembed.SamplingWarning")
@pytest.mark.parametrize(
    "change",
    [
        {"field": 1e20 * FIELD.to(torch.complex64)},
        {"field": 1e155 * FIELD.to(torch.complex128)},
        {"field": FIELD.to(torch.complex128), "coefficients": MEDIUM | {"alpha": -1e3}},
    ],
)
def test_what_no_step_follows_ends_in_a_sentence(change: dict[str, object]) -> None:
    """A phase, or a gain over the cascade, that leaves the range of numbers while it is judged."""
    with pytest.raises(pe.InvalidInputError, match="the field became infinite or not a number"):
        propagate(**({"check_sampling": True} | change))


@pytest.mark.filterwarnings("ignore::physembed.SamplingWarning")
def test_a_phase_that_no_number_of_steps_follows_has_another_remedy() -> None:
    with pytest.warns(pe.SamplingWarning, match="than the 4,194,304 that are taken would be n"):
        propagate(field=1e8 * FIELD, check_sampling=True)
