"""Exponential steps of any equation: layers, members, planes, profiles, what is refused."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp
from scipy.interpolate import BSpline

import physembed as pe
from physembed.physics import ZOO, equation_named
from physembed.physics.field_equation import matrix
from physembed.propagation.example_medium import smooth_field
from physembed.propagation.exponential import EXPONENTIAL_SCHEMES
from physembed.propagation.phi_functions import phi_functions, phi_matrices

GRID = pe.TimeGrid(40, 0.35)


def test_phi_functions_are_those_of_the_definition() -> None:
    """Against φₖ(z) = ∫₀¹ exp((1 - s) z) sᵏ⁻¹ ds / (k - 1)!, by Gauss's rule of forty points."""
    z = torch.tensor([0.0, 1e-9, 0.3j, -0.99, 1.0, -1.01, 3 - 4j, -30.0], dtype=torch.complex128)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    s, w = torch.from_numpy((nodes + 1) / 2), torch.from_numpy(weights / 2)
    phi = phi_functions(z)
    for k in range(1, 4):
        kernel = torch.exp((1 - s) * z[:, None]) * s ** (k - 1) / math.factorial(k - 1)
        torch.testing.assert_close(phi[k], (kernel * w).sum(dim=1), rtol=1e-13, atol=1e-14)
    turned = torch.linalg.qr(torch.randn(3, 3, dtype=torch.float64)).Q
    values = torch.tensor([-2.0, 0.5, 0.0], dtype=torch.float64)
    matrices = turned @ torch.diag(values) @ turned.T
    for of_matrix, of_values in zip(phi_matrices(matrices), phi_functions(values), strict=True):
        expected = turned @ torch.diag(of_values) @ turned.T
        torch.testing.assert_close(of_matrix, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scheme", EXPONENTIAL_SCHEMES)
@pytest.mark.parametrize("name", ["nonlinear-schrodinger", "complex-ginzburg-landau"])
def test_exponential_schemes_serve_the_other_equations(scheme: str, name: str) -> None:
    """Light takes the same way by splitting and by exponential steps; per layer and in pieces."""
    equation = equation_named(name)
    field = smooth_field(equation_named("hirota"), GRID)
    values = {k: torch.tensor([0.3, -0.2]) for k in ("beta2", "gamma")}
    run = {"layer_length": 0.3, "check_sampling": False, "return_layers": True}
    split = pe.propagate(
        field, equation, values, GRID, scheme="yoshida4", steps_per_layer=60, **run
    )
    whole = pe.propagate(field, equation, values, GRID, scheme=scheme, steps_per_layer=60, **run)
    order, _ = EXPONENTIAL_SCHEMES[scheme]
    torch.testing.assert_close(whole, split, rtol=0, atol=10.0 ** (-1.5 * order))


def test_layers_and_members_of_a_real_medium() -> None:
    """Layers one after the other are one cascade; members are separate runs; gradients flow."""
    field = smooth_field(pe.SineGordon(), GRID)
    speeds = torch.tensor([[0.3, 0.5], [0.6, 0.2]], dtype=torch.float64, requires_grad=True)
    run = {"scheme": "etdrk4", "steps_per_layer": 3, "check_sampling": False}
    both = pe.propagate(
        field[None],
        pe.SineGordon(),
        {"speed": speeds, "mass": 0.8},
        GRID,
        return_layers=True,
        **run,
    )
    for member in range(2):
        one = field
        for layer in range(2):
            values = {"speed": float(speeds[member, layer].detach()), "mass": 0.8}
            one = pe.propagate(one, pe.SineGordon(), values, GRID, **run)
            torch.testing.assert_close(both[layer, member], one, rtol=1e-12, atol=1e-13)
    both[-1].square().sum().backward()
    assert bool((speeds.grad != 0).all())
    media, run = {"speed": speeds.detach(), "mass": 0.8}, run | {"steps_per_layer": 20}
    split = pe.propagate(field[None], pe.SineGordon(), media, GRID, **run | {"scheme": "strang"})
    # matrices of neighbouring layers do not commute: they are not added up
    torch.testing.assert_close(split, both[-1].detach(), rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", [n for n, v in ZOO.items() if v.is_isotropic])
def test_isotropic_equations_serve_the_plane(name: str) -> None:
    """A field that is the same along y evolves as on a line."""
    equation = ZOO[name]()
    line, plane = pe.TimeGrid(24, 0.5), pe.PlaneGrid(6, 24, 0.5)
    values = dict.fromkeys(equation.coefficients, 0.3)
    field = smooth_field(equation, line)
    run = {"layer_length": 0.2, "steps_per_layer": 4, "scheme": "etdrk4", "check_sampling": False}
    on_line = pe.propagate(field, equation, values, line, **run)
    wide = field.unsqueeze(-2).expand(*field.shape[:-1], 6, 24)
    in_plane = pe.propagate(wide, equation, values, plane, **run)
    torch.testing.assert_close(in_plane, on_line.unsqueeze(-2).expand_as(wide), rtol=0, atol=1e-12)


def test_a_profile_of_speed_slows_the_wave() -> None:
    """s(t) = -3/4 everywhere halves the speed; gradients reach every control point."""
    profile = {f"s{k}": torch.tensor(-0.75, requires_grad=True) for k in range(1, 5)}
    field = smooth_field(pe.Telegraph(), GRID)
    run = {"layer_length": 1.0, "steps_per_layer": 40, "scheme": "etdrk4", "check_sampling": False}
    slow = pe.propagate(field, pe.Telegraph(n_profile=4), {"speed": 0.8} | profile, GRID, **run)
    half = pe.propagate(field, pe.Telegraph(), {"speed": 0.4}, GRID, **run)
    torch.testing.assert_close(slow.detach(), half, rtol=0, atol=1e-6)
    slow[0].square().sum().backward()
    assert all(float(value.grad) != 0 for value in profile.values())


def test_a_profile_of_the_plane_is_what_scipy_makes_of_it() -> None:
    """Its splines by SciPy's B-splines, its waves by DOP853; gradients by finite differences."""
    grid, equation = pe.PlaneGrid(24, 32, 0.25), pe.Telegraph(n_profile=(4, 5))
    values = {"speed": 0.8, "damping": 0.3}
    controls = 0.4 * torch.rand(4, 5, dtype=torch.float64, generator=torch.manual_seed(0)) - 0.1
    values |= dict(zip(equation.profile.names, controls.flatten(), strict=True))
    assert list(equation.coefficients) == list(values) and "s4_5" in values
    spline = BSpline.basis_element([-2, -1, 0, 1, 2], extrapolate=False)

    def basis(n_points: int, n_controls: int) -> np.ndarray:
        place = n_controls * np.arange(n_points)[:, None] / n_points - np.arange(n_controls)
        return np.nan_to_num([spline(place + shift * n_controls) for shift in (-1, 0, 1)]).sum(0)

    profile = basis(24, 4) @ controls.numpy() @ basis(32, 5).T
    ky, kx = (2 * math.pi * np.fft.fftfreq(n, 0.25) for n in (24, 32))
    square = ky[:, None] ** 2 + kx**2

    def rate(z: float, flat: np.ndarray) -> np.ndarray:
        u, v = flat.reshape(2, 24, 32)
        bent = -np.fft.ifft2(square * np.fft.fft2(u)).real
        return np.stack([v, 0.8**2 * (1 + profile) * bent - 0.3 * v]).ravel()

    turn = 2 * math.pi * (grid.x / 8 + grid.y / 6)
    start = torch.stack([torch.cos(turn) + 0.2 * torch.sin(2 * math.pi * grid.x / 8), 0 * turn])
    expected = solve_ivp(rate, (0, 1), start.numpy().ravel(), "DOP853", rtol=1e-8, atol=1e-9)
    run = {"layer_length": 1.0, "scheme": "etdrk4", "check_sampling": False}
    out = pe.propagate(start, equation, values, grid, steps_per_layer=20, **run)
    expected = torch.from_numpy(expected.y[:, -1].reshape(start.shape))
    # what two thirds of the band leave out of a spline, whose spectrum falls as k⁻⁴
    torch.testing.assert_close(out, expected, rtol=0, atol=1e-5)

    def end(given: torch.Tensor) -> torch.Tensor:
        at = values | dict(zip(equation.profile.names, given.flatten(), strict=True))
        return pe.propagate(start, equation, at, grid, steps_per_layer=2, **run)

    assert torch.autograd.gradcheck(end, controls.requires_grad_(), fast_mode=True)
    with pytest.raises(pe.InvalidInputError, match=r"one number on a line, got \(4, 5\)"):
        pe.propagate(start[:, 0], equation, values, pe.TimeGrid(32, 0.25), **run)


def test_a_plane_learns_where_waves_go() -> None:
    """Gradients through a medium as a module brighten a place in six steps."""
    grid = pe.PlaneGrid(12, 12, 1.0)
    profile = pe.Telegraph(n_profile=(4, 4)).profile.names
    medium = pe.Medium(
        pe.Telegraph(n_profile=(4, 4)), grid,
        {"speed": 5.0, "damping": 0.0} | dict.fromkeys(profile, pe.Trainable(0.0)),
        n_layers=1, scheme="etdrk4", steps_per_layer=8,
    )  # fmt: skip
    source = torch.exp(-((grid.x + 3) ** 2 + grid.y**2) / 4).to(torch.complex64)[None, None]
    optimizer = torch.optim.Adam(medium.parameters(), 0.1)
    seen = []
    for _ in range(6):
        bright = medium(source)[0, 0, 6, 9].real ** 2
        seen.append(bright.item())
        optimizer.zero_grad()
        (-bright).backward()
        optimizer.step()
    assert seen[-1] > 2 * seen[0], seen


@pytest.mark.parametrize("n_profile", [1, 3, (4, 3), (4, 4, 4), "four", True])
def test_a_profile_of_speed_that_is_no_spline_is_refused(n_profile: object) -> None:
    with pytest.raises(pe.InvalidInputError, match=r"0 or at least 4, or in the plane two.*got "):
        pe.Telegraph(n_profile=n_profile)
    assert pe.Telegraph(n_profile=[4, 5]) == pe.Telegraph(n_profile=(4, 5))


def test_a_matrix_of_numbers_lies_where_the_band_does() -> None:
    omega = torch.ones(5, dtype=torch.float64, device="meta")
    symbol = matrix([[0.0, 1.0], [-omega, 2j]], omega)
    assert symbol.device == omega.device and symbol.shape == (5, 2, 2)
    assert matrix([[0.0, 1.0], [2.0, 0.5]], omega).device == omega.device


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"field": torch.zeros(40, dtype=torch.complex64)}, "float32 or float64 for Burgers"),
        ({"noise": pe.Noise(1.0)}, "noise must be None for Burgers, whose fields are real"),
        ({"inverse": True}, "inverse must be False for Burgers"),
        ({"equation": pe.SineGordon(), "coefficients": {"speed": 1, "mass": 1}}, "fields u, v"),
        ({"scheme": "etdrk3"}, "unknown scheme 'etdrk3'"),
        ({"coefficients": {"a": 1.0, "viscosity": -1e4}}, "amplify the field by exp"),
        ({"coefficients": {"a": 1e200, "viscosity": 0.1}}, "became infinite"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, object], message: str) -> None:
    arguments = {
        "field": torch.linspace(0, 1, 40, dtype=torch.float64),
        "equation": pe.Burgers(),
        "coefficients": {"a": 1.0, "viscosity": 0.1},
        "grid": GRID,
        "scheme": "etdrk4",
        "check_sampling": False,
    }
    with pytest.raises(pe.PhysembedError, match=message):
        pe.propagate(**(arguments | change))
