"""The splitting schemes: their order, their half steps and what a step costs."""

import functools
import itertools
import math

import pytest
import torch
from cases import NAMES, case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES

FIBRE = pe.NonlinearSchrodinger()
LINE = pe.TimeGrid(64, spacing=0.3)
STEPS = (8, 16, 32, 64)
OTHERS = [scheme for scheme in SCHEMES if scheme != "strang"]


@functools.cache
def fine(name: str) -> torch.Tensor:
    """The case by 384 fourth-order steps, 6^4 times as exact as the finest of the others."""
    return case(name).run(scheme="yoshida4", steps_per_layer=384)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "scheme", ["strang", *(pytest.param(s, marks=pytest.mark.slow) for s in OTHERS)]
)
def test_observed_order_is_the_schemes(scheme: str, name: str) -> None:
    """Halving the step divides the error by 2^order, for phases and for gain and loss alike."""
    errors = [
        relative_error(case(name).run(scheme=scheme, steps_per_layer=n), fine(name)) for n in STEPS
    ]
    orders = [math.log2(a / b) for a, b in itertools.pairwise(errors)]
    # the steps are not infinitely small: the next term of the error shifts the slope by some
    # percent, most at the coarsest pair
    assert orders[-1] == pytest.approx(SCHEMES[scheme].order, abs=0.12)
    assert orders[-2] == pytest.approx(SCHEMES[scheme].order, abs=0.3)
    # the slope is that of an error, not of rounding
    assert errors[-1] > 1e-12
    assert errors[0] < 0.2


@pytest.mark.parametrize("name", SCHEMES)
def test_fractions_are_consistent(name: str) -> None:
    """Both parts advance by one whole step."""
    scheme = SCHEMES[name]
    assert scheme.name == name
    linear = math.fsum([*(c for c, _ in scheme.stages), scheme.closing])
    assert linear == pytest.approx(1.0, abs=1e-15)
    assert math.fsum(d for _, d in scheme.stages) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("scheme", ["strang", "yoshida4"])
def test_symmetric_schemes_read_the_same_backwards(scheme: str) -> None:
    stages = SCHEMES[scheme].stages
    linear = [*(c for c, _ in stages), SCHEMES[scheme].closing]
    local = [d for _, d in stages]
    assert linear == pytest.approx(linear[::-1], abs=1e-15)
    assert local == pytest.approx(local[::-1], abs=1e-15)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("steps", [1, 3])
def test_half_steps_are_taken_exactly_once(scheme: str, steps: int) -> None:
    """A linear medium is exact in any scheme; a half step twice or not at all would show."""
    beta2 = torch.tensor([-1.0, 0.6], dtype=torch.float64)
    field = random_field(64)
    out = pe.propagate(
        field,
        FIBRE,
        {"beta2": beta2, "gamma": 0.0},
        LINE,
        steps_per_layer=steps,
        scheme=scheme,
        check_sampling=False,
    )
    once = pe.propagate(field, FIBRE, {"beta2": -0.4, "gamma": 0.0}, LINE, check_sampling=False)
    # a dozen transforms
    assert relative_error(out, once) < 1e-13


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("steps", [1, 3])
def test_local_steps_are_taken_exactly_once(scheme: str, steps: int) -> None:
    """Without dispersion the phase is exact in any scheme: 0.7 |E|² + 0.5 |E|²."""
    gamma = torch.tensor([0.7, 0.5], dtype=torch.float64)
    field = random_field(64)
    out = pe.propagate(
        field,
        FIBRE,
        {"beta2": 0.0, "gamma": gamma},
        LINE,
        steps_per_layer=steps,
        scheme=scheme,
        check_sampling=False,
    )
    phase = 1.2 * field.abs() ** 2
    # a dozen transforms
    assert relative_error(out, field * torch.polar(torch.ones_like(phase), phase)) < 1e-13


@pytest.mark.parametrize(
    ("scheme", "linear_passes"),
    [
        # one per step
        ("lie", lambda n: n),
        # neighbouring halves are one pass: one more than there are steps
        ("strang", lambda n: n + 1),
        ("yoshida4", lambda n: 3 * n + 1),
    ],
)
@pytest.mark.parametrize("layers", [1, 3])
def test_a_step_costs_two_transforms_a_stage(
    scheme: str, linear_passes, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = {"fftn": 0, "ifftn": 0}
    for name in calls:
        transform = getattr(torch.fft, name)

        def counted(*args: object, name=name, transform=transform, **options: object) -> object:
            calls[name] += 1
            return transform(*args, **options)

        monkeypatch.setattr(torch.fft, name, counted)
    pe.propagate(
        random_field(64),
        FIBRE,
        {"beta2": torch.full((layers,), -0.5), "gamma": 0.3},
        LINE,
        steps_per_layer=5,
        scheme=scheme,
        check_sampling=False,
    )
    assert calls == dict.fromkeys(calls, linear_passes(5 * layers))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_steps_of_a_layer_are_shorter_layers(scheme: str, name: str) -> None:
    """Four steps of a layer of length 1 are four layers of length 1/4."""
    steps = case(name).run(scheme=scheme, steps_per_layer=4)
    first = next(iter(case(name).coefficients))
    repeated = torch.full((4,), case(name).coefficients[first], dtype=torch.float64)
    layers = case(name).run(scheme=scheme, layer_length=0.25, coefficients={first: repeated})
    # some dozen transforms
    assert relative_error(layers, steps) < 1e-12
