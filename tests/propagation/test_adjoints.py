"""The hand-written adjoints in double precision, against PyTorch's own gradients."""

import pytest
import torch
from adjoints import HAND_WRITTEN, gradients, largest_error
from cases import NAMES, PLANE, case, random_field
from torch.autograd import gradcheck

import physembed as pe
from physembed.propagation import SCHEMES

AFFINE = [
    name
    for name in NAMES
    if case(name).equation.is_conservative and case(name).equation.local_phase_is_affine
]

ROUNDING = 1e-12
"""A dozen transforms and phases of a few radians, in double precision."""


def noisy(name: str, *batch: int) -> torch.Tensor:
    channels = (2,) if case(name).equation.needs_channels else ()
    return 0.5 * random_field(*batch, *channels, *case(name).grid.shape)


def scalars(name: str) -> dict[str, torch.Tensor]:
    return {k: torch.tensor(v, dtype=torch.float64) for k, v in case(name).coefficients.items()}


def per_layer(name: str, count: int) -> dict[str, torch.Tensor]:
    factors = 1 - 0.2 * torch.arange(count, dtype=torch.float64)
    return {k: v * factors for k, v in scalars(name).items()}


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_coefficients_of_every_layer(name: str, scheme: str, gradient: str) -> None:
    options = {"scheme": scheme, "layer_length": 0.3}
    field, values = noisy(name, 2), per_layer(name, 3)
    expected = gradients(case(name), field, values, "autograd", **options)
    slopes = gradients(case(name), field, values, gradient, **options)
    assert largest_error(slopes, expected) < ROUNDING


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("name", NAMES)
def test_scalars_several_steps_and_the_field_after_every_layer(name: str, gradient: str) -> None:
    options = {"scheme": "strang", "steps_per_layer": 3, "layer_length": 0.2}
    options |= {"return_layers": True}
    field, values = noisy(name), scalars(name)
    first = next(iter(values))
    values[first] = values[first].expand(2)
    expected = gradients(case(name), field, values, "autograd", **options)
    slopes = gradients(case(name), field, values, gradient, **options)
    assert largest_error(slopes, expected) < ROUNDING


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("name", NAMES)
def test_noise_is_the_same_and_passes_gradients_on(name: str, gradient: str) -> None:
    options = {"noise": pe.Noise(0.01, seed=2), "layer_length": 0.3}
    field, values = noisy(name, 2), per_layer(name, 2)
    expected = gradients(case(name), field, values, "autograd", **options)
    slopes = gradients(case(name), field, values, gradient, **options)
    assert largest_error(slopes, expected) < ROUNDING


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("name", NAMES)
def test_the_field_itself_is_the_same(name: str, gradient: str) -> None:
    options = {"scheme": "strang", "steps_per_layer": 2, "layer_length": 0.3}
    # a gradient is asked for, else every name means the same
    field = noisy(name, 2).requires_grad_()
    expected = case(name).run(field, gradient="autograd", **options)
    other = "stored" if not case(name).equation.is_conservative else gradient
    left = case(name).run(field, gradient=other, **options)
    torch.testing.assert_close(left, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", AFFINE)
def test_gradients_are_those_of_differences(name: str, scheme: str, gradient: str) -> None:
    entry = case(name)
    plane = entry.grid is PLANE
    grid = pe.PlaneGrid(3, 4, spacing=2.0) if plane else pe.TimeGrid(8, entry.grid.window / 8)
    field = (0.7 * random_field(*grid.shape)).requires_grad_()
    values = [v.requires_grad_() for v in per_layer(name, 2).values()]

    def run(field: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        return pe.propagate(
            field,
            entry.equation,
            dict(zip(entry.coefficients, values, strict=True)),
            grid,
            layer_length=0.3,
            scheme=scheme,
            gradient=gradient,
            check_sampling=False,
        )

    # differences over 1e-6 of numbers of order one are good to 1e-9; random projections
    assert gradcheck(run, (field, *values), atol=1e-6, rtol=1e-5, fast_mode=True)


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("wanted", ["field", "beta2", "gamma"])
def test_what_is_not_wanted_is_not_given_and_changes_nothing(wanted: str, gradient: str) -> None:
    name = "nonlinear-schrodinger"
    slopes = []
    for way in ("autograd", gradient):
        field, values = noisy(name, 2), per_layer(name, 2)
        leaf = ({"field": field} | values)[wanted].requires_grad_()
        case(name).run(field, coefficients=values, gradient=way).abs().pow(4).sum().backward()
        slopes.append(leaf.grad)
        others = [v for k, v in ({"field": field} | values).items() if k != wanted]
        assert all(other.grad is None for other in others)
    torch.testing.assert_close(slopes[1], slopes[0], rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
def test_a_coefficient_may_serve_in_two_places(gradient: str) -> None:
    """The gradient is a sum over where a number is used, also as two coefficients."""
    slopes = []
    for way in ("autograd", gradient):
        shared = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
        values = {"beta2": shared.expand(3), "gamma": shared * 2, "alpha": shared**2}
        out = case("nonlinear-schrodinger").run(
            noisy("nonlinear-schrodinger"), coefficients=values, gradient=way
        )
        out.abs().pow(4).sum().backward()
        slopes.append(float(shared.grad))
    assert slopes[1] == pytest.approx(slopes[0], rel=1e-12)


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
def test_second_derivatives_are_right_or_refused(gradient: str) -> None:
    def slope(way: str) -> tuple[torch.Tensor, torch.Tensor]:
        gamma = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
        field = noisy("nonlinear-schrodinger").requires_grad_()
        medium = {"coefficients": {"gamma": gamma}, "scheme": "strang"}
        out = case("nonlinear-schrodinger").run(field, gradient=way, **medium)
        return gamma, torch.autograd.grad(out.abs().pow(4).sum(), gamma, create_graph=True)[0]

    gamma, first = slope("autograd")
    (second,) = torch.autograd.grad(first, gamma)

    def value(gamma: float) -> float:
        field = noisy("nonlinear-schrodinger")
        medium = {"coefficients": {"gamma": gamma}, "scheme": "strang"}
        out = case("nonlinear-schrodinger").run(field, **medium)
        return float(out.abs().pow(4).sum())

    h = 1e-3
    # the third term of Taylor's series leaves h² of the fourth derivative
    differences = (value(0.7 + h) - 2 * value(0.7) + value(0.7 - h)) / h**2
    assert float(second) == pytest.approx(differences, rel=1e-4)
    with pytest.raises(pe.InvalidInputError, match='gradient must be "autograd"'):
        slope(gradient)


def test_forward_derivatives_are_those_of_differences() -> None:
    field = noisy("nonlinear-schrodinger")

    def run(gamma: torch.Tensor) -> torch.Tensor:
        return case("nonlinear-schrodinger").run(field, coefficients={"gamma": gamma}).real

    gamma = torch.tensor(0.7, dtype=torch.float64)
    _, slope = torch.func.jvp(run, (gamma,), (torch.ones_like(gamma),))
    # rounding over the step, and the step's square
    expected = (run(gamma + 1e-5) - run(gamma - 1e-5)) / 2e-5
    assert slope.abs().max() > 1e-3
    torch.testing.assert_close(slope, expected, rtol=1e-6, atol=1e-8)
