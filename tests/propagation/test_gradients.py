"""Gradients of the field and of every coefficient, in double precision."""

import math

import pytest
import torch
import torch.autograd.forward_ad as forward_mode
from cases import NAMES, case, random_field
from torch.autograd import gradcheck

import physembed as pe
from physembed.propagation import SCHEMES
from physembed.propagation.cascade import linear_step

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def small(name: str) -> pe.TimeGrid | pe.PlaneGrid:
    """Ten points: over six units, or the window that a free-form potential asks for."""
    grid = case(name).grid
    if isinstance(grid, pe.PlaneGrid):
        return pe.PlaneGrid(3, 4, spacing=2.0)
    return pe.TimeGrid(10, (grid.window if "free-form" in name else 6.0) / 10)


def leaves(name: str, n_layers: int) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """A noisy field, and coefficients per layer, as variables."""
    channels = (2,) if case(name).equation.needs_channels else ()
    field = 0.7 * random_field(*channels, *small(name).shape)
    factors = 1 - 0.2 * torch.arange(n_layers, dtype=torch.float64)
    values = [(v * factors).requires_grad_() for v in case(name).coefficients.values()]
    return field.requires_grad_(), values


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_the_field_and_every_coefficient(name: str, scheme: str) -> None:
    field, values = leaves(name, 2)

    def run(field: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        coefficients = dict(zip(case(name).coefficients, values, strict=True))
        return pe.propagate(
            field,
            case(name).equation,
            coefficients,
            small(name),
            layer_length=0.5,
            scheme=scheme,
            check_sampling=False,
        )

    # gradcheck's own tolerances: differences over 1e-6 of numbers of order one are good to 1e-9;
    # whole Jacobians by one scheme, random projections of those by the others
    projected = scheme != "strang"
    assert gradcheck(run, (field, *values), atol=1e-6, rtol=1e-5, fast_mode=projected)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_scalars_several_steps_and_every_layers_field(name: str) -> None:
    field, _ = leaves(name, 1)
    values = [
        torch.tensor(v, dtype=torch.float64, requires_grad=True)
        for v in case(name).coefficients.values()
    ]
    three = torch.ones(3, dtype=torch.float64)

    def run(field: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        coefficients = dict(zip(case(name).coefficients, values, strict=True))
        first = next(iter(coefficients))
        return pe.propagate(
            field,
            case(name).equation,
            coefficients | {first: coefficients[first] * three},
            small(name),
            layer_length=0.3,
            steps_per_layer=2,
            scheme="strang",
            return_layers=True,
            check_sampling=False,
        )

    # as above; random projections in place of whole Jacobians
    assert gradcheck(run, (field, *values), atol=1e-6, rtol=1e-5, fast_mode=True)


@pytest.mark.parametrize("name", [n for n in NAMES if case(n).equation.is_conservative])
def test_gradients_through_the_inverse(name: str) -> None:
    field, values = leaves(name, 2)

    def run(field: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        coefficients = dict(zip(case(name).coefficients, values, strict=True))
        return pe.propagate(
            field,
            case(name).equation,
            coefficients,
            small(name),
            layer_length=0.3,
            inverse=True,
            check_sampling=False,
        )

    # as above
    assert gradcheck(run, (field, *values), atol=1e-6, rtol=1e-5, fast_mode=True)


def test_gradients_with_noise_are_those_of_the_same_noise() -> None:
    field, values = leaves("nonlinear-schrodinger", 2)
    noise = pe.Noise(0.1, seed=3)

    def run(field: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        coefficients = dict(zip(case("nonlinear-schrodinger").coefficients, values, strict=True))
        return pe.propagate(
            field,
            pe.NonlinearSchrodinger(),
            coefficients,
            small("nonlinear-schrodinger"),
            noise=noise,
            check_sampling=False,
        )

    assert gradcheck(run, (field, *values), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("shape", [(8,), (9,), (3, 10), (4, 6)])
def test_gradient_of_transform_and_back_is_the_gradient(
    shape: tuple[int, ...], device: str
) -> None:
    """ifft(fft(x)) is x, and so is its gradient: peers met devices where it silently was not."""
    field = random_field(*shape).to(device).requires_grad_()
    weight = random_field(*shape, seed=1).to(device)
    axes = len(shape) if shape == (4, 6) else 1
    out = linear_step(field, torch.zeros(shape[-axes:], dtype=torch.complex128, device=device))
    (out * weight.conj()).real.sum().backward()
    # two transforms of ten points
    torch.testing.assert_close(field.grad, weight, rtol=0, atol=1e-14)


@pytest.mark.parametrize("device", DEVICES)
def test_gradient_of_a_linear_medium_is_propagation_by_its_adjoint(device: str) -> None:
    """For Re<w, U E> the gradient is U† w, and U† is the medium run backwards."""
    grid = pe.TimeGrid(32, 0.3)
    medium = {"beta2": -0.7, "beta3": 0.2, "gamma": 0.0}
    field = random_field(32).to(device).requires_grad_()
    weight = random_field(32, seed=1).to(device)
    options = {"scheme": "strang", "check_sampling": False}
    out = pe.propagate(field, pe.NonlinearSchrodinger(), medium, grid, **options)
    (out * weight.conj()).real.sum().backward()
    back = pe.propagate(weight, pe.NonlinearSchrodinger(), medium, grid, inverse=True, **options)
    # two transforms each
    torch.testing.assert_close(field.grad, back, rtol=0, atol=1e-13)


def test_gradients_in_single_precision_follow_double() -> None:
    gradients = []
    for dtype in (torch.complex64, torch.complex128):
        gamma = torch.tensor(0.9, requires_grad=True)
        beta2 = torch.tensor(-0.8, requires_grad=True)
        out = case("nonlinear-schrodinger").run(
            case("nonlinear-schrodinger").field(dtype),
            coefficients={"gamma": gamma, "beta2": beta2},
            steps_per_layer=5,
        )
        out.abs().pow(4).sum().backward()
        assert gamma.grad.dtype == torch.float32
        gradients.append((float(gamma.grad), float(beta2.grad)))
    # five steps of relative rounding 6e-8, on sums that partly cancel
    assert gradients[0] == pytest.approx(gradients[1], rel=1e-4)


def test_no_gradient_is_asked_for_where_none_is_wanted() -> None:
    out = case("gross-pitaevskii").run()
    assert not out.requires_grad
    assert math.isfinite(float(out.abs().sum()))


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("what", ["field", "gamma", "beta2"])
def test_forward_mode_is_the_derivative(dtype: torch.dtype, what: str) -> None:
    """Tables made by NumPy, and passes without a rule of forward mode, are not taken."""
    grid = pe.TimeGrid(64, 0.3)
    values = {
        "beta2": torch.tensor(-0.8, dtype=torch.float64),
        "gamma": torch.tensor(0.9, dtype=torch.float64),
    }
    field = random_field(64)

    def out(factor: float | torch.Tensor, dtype: torch.dtype = torch.complex128) -> torch.Tensor:
        made = {"field": field.to(dtype)} | values
        made[what] = (made[what] * factor).to(made[what].dtype)
        start = made.pop("field")
        return pe.propagate(
            start, pe.NonlinearSchrodinger(), made, grid, layer_length=0.3, check_sampling=False
        )

    with forward_mode.dual_level():
        one = torch.ones((), dtype=torch.float64)
        slope = forward_mode.unpack_dual(out(forward_mode.make_dual(one, one), dtype)).tangent
    assert slope is not None
    differences = (out(1 + 1e-5) - out(1 - 1e-5)) / 2e-5
    error = (slope.to(torch.complex128) - differences).norm() / differences.norm()
    assert float(error) < (1e-5 if dtype == torch.complex64 else 1e-8)
