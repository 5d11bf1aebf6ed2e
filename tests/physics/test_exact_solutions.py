"""Every closed form satisfies its equation: dE/dz is L E plus the local law, no scheme involved."""

import itertools
import math
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from closed_forms import BRIGHT, CAVITY, LINE, MODE_LOCKED, PLANE, SOLUTIONS, T

import physembed as pe
from physembed.physics import exact_solutions as exact


def rate_of_change(
    equation: pe.MasterEquation,
    coefficients: dict[str, float],
    grid: pe.TimeGrid | pe.PlaneGrid,
    field: torch.Tensor,
) -> torch.Tensor:
    """The right-hand side of the equation, the linear part by spectral derivatives."""
    defaults = {k: v.default for k, v in equation.coefficients.items() if v.default is not None}
    c = SimpleNamespace(
        **{k: torch.tensor([v], dtype=torch.float64) for k, v in (defaults | coefficients).items()}
    )
    axes = tuple(range(-len(grid.shape), 0))
    symbol = equation.linear_symbol(grid.omega, c)
    linear = torch.fft.ifftn(symbol * torch.fft.fftn(field, dim=axes), dim=axes)
    return linear + equation.local_derivative(field, grid, c)


def derivative(solution: Callable[[float], torch.Tensor], z: float, h: float) -> torch.Tensor:
    """dE/dz by the central difference of sixth order."""
    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    return sum(w * (solution(z + k * h) - solution(z - k * h)) for k, w in weights.items()) / h


# 7.3 is beyond a quarter, a half and a full turn of the trap, where roots change their branch;
# what spreads freely has reached the edge by then
@pytest.mark.parametrize("z", [0.0, 0.9, 2.4, 7.3])
@pytest.mark.parametrize("name", SOLUTIONS)
def test_closed_form_satisfies_its_equation(name: str, z: float) -> None:
    closed = SOLUTIONS[name]
    if z > 5 and ("free" in name or "Gaussian" in name) and "breathing" not in name:
        z = -1.7
    slope = derivative(closed.solution, z, h=5e-3)
    field = closed.solution(z)
    assert field.dtype == torch.complex128
    expected = rate_of_change(closed.equation, closed.coefficients, closed.grid, field)
    # rates are of order one to thirty; the difference's own error is rate^7 h^6 / 140, below 3e-6
    # of the fastest, and tails that wrap round the window are smaller
    error = float((slope - expected).abs().max())
    assert error < 1e-6 * max(1.0, float(expected.abs().max()))
    # and not because nothing happens
    assert float(expected.abs().max()) > 1e-2


def test_soliton_period_returns_every_order() -> None:
    """The two-soliton closed form at z0 is its input turned by π/4, as the docstring promises."""
    z0 = exact.soliton_period(beta2=-0.8, duration=1.4)
    start = exact.two_soliton(T, 0.0, **BRIGHT, duration=1.4)
    torch.testing.assert_close(
        start, exact.n_soliton_input(T, 2, **BRIGHT, duration=1.4), rtol=0, atol=1e-14
    )
    end = exact.two_soliton(T, z0, **BRIGHT, duration=1.4)
    torch.testing.assert_close(
        end, start * complex(math.cos(math.pi / 4), math.sin(math.pi / 4)), rtol=0, atol=1e-13
    )
    halfway = exact.two_soliton(T, z0 / 2, **BRIGHT, duration=1.4)
    # the pulse of order two is twice as high halfway (Agrawal, figure 5.6)
    assert float(halfway.abs().max() / start.abs().max()) == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize(("beta2", "beta3"), [(0.0, 1.5), (-0.7, 0.8), (0.5, -1.2)])
def test_moments_of_a_gaussian_under_third_order_dispersion(beta2: float, beta3: float) -> None:
    """Against the moments of the pulse whose spectrum got the phase of the symbol."""
    z, duration = 1.6, 1.1
    grid = pe.TimeGrid(2048, spacing=0.05)
    phase = (beta2 / 2 * grid.omega**2 - beta3 / 6 * grid.omega**3) * z
    spectrum = torch.fft.fft(exact.gaussian_pulse(grid.t, beta2=0.0, duration=duration))
    intensity = torch.fft.ifft(spectrum * torch.polar(torch.ones_like(phase), phase)).abs() ** 2
    weight = intensity / intensity.sum()
    mean = float((weight * grid.t).sum())
    variance = float((weight * (grid.t - mean) ** 2).sum())
    third = float((weight * (grid.t - mean) ** 3).sum())
    moments = exact.dispersed_gaussian_moments(z, beta2=beta2, beta3=beta3, duration=duration)
    # tails at ±51 are below rounding, and sums over a period are exact
    assert mean == pytest.approx(moments.mean, rel=1e-9)
    assert variance == pytest.approx(moments.variance, rel=1e-9)
    assert third == pytest.approx(moments.third, rel=1e-7)
    # Agrawal, eq. 3.3.11, with sigma0 = T / sqrt(2)
    sigma0 = duration / math.sqrt(2)
    broadening = (
        1 + (beta2 * z / (2 * sigma0**2)) ** 2 + (beta3 * z / (4 * math.sqrt(2) * sigma0**3)) ** 2
    )
    assert moments.variance == pytest.approx(sigma0**2 * broadening, rel=1e-12)


def test_broadening_of_the_gaussian_is_agrawals() -> None:
    """T1/T0 = sqrt((1 + C beta2 z/T0²)² + (beta2 z/T0²)²), Agrawal, eq. 3.2.19."""
    z, beta2, chirp, duration = 1.4, 0.6, -2.0, 0.8
    pulse = exact.gaussian_pulse(T, z, beta2=beta2, duration=duration, chirp=chirp)
    weight = pulse.abs() ** 2 / (pulse.abs() ** 2).sum()
    width = math.sqrt(2 * float((weight * T**2).sum()))
    x = beta2 * z / duration**2
    assert width / duration == pytest.approx(math.hypot(1 + chirp * x, x), rel=1e-9)


def test_instability_gain_is_the_growth_of_the_linearised_equation() -> None:
    """Eigenvalues of the 2x2 problem for a (at +Ω) and the conjugate of b (at -Ω)."""
    beta2, gamma, intensity = -0.9, 1.4, 1.7
    omega = torch.linspace(0.0, 6.0, 31, dtype=torch.float64)
    kerr = gamma * intensity
    diagonal = beta2 / 2 * omega**2 + kerr
    matrix = 1j * torch.stack(
        [
            torch.stack([diagonal, torch.full_like(omega, kerr)], dim=-1),
            torch.stack([torch.full_like(omega, -kerr), -diagonal], dim=-1),
        ],
        dim=-2,
    )
    growth = torch.linalg.eigvals(matrix.to(torch.complex128)).real.amax(dim=-1)
    gain = exact.modulation_instability_gain(omega, beta2=beta2, gamma=gamma, intensity=intensity)
    # the eigenvalues are square roots of differences: at the band's edge rounding grows to its root
    torch.testing.assert_close(2 * growth, gain, rtol=1e-9, atol=1e-6)
    peak = exact.modulation_instability_gain(
        torch.tensor(math.sqrt(2 * kerr / -beta2)), beta2=beta2, gamma=gamma, intensity=intensity
    )
    # Agrawal, eq. 5.1.9: the largest gain is 2 gamma P; the argument came in float32
    assert float(peak) == pytest.approx(2 * kerr, rel=1e-6)
    normal = exact.modulation_instability_gain(omega, beta2=0.9, gamma=gamma, intensity=intensity)
    assert float(normal.abs().max()) == 0.0


def test_cavity_rests_in_its_steady_states() -> None:
    bistable = {"alpha": 0.4, "detuning": 1.2, "gamma": 0.8, "drive": 0.42}
    states = exact.cavity_steady_states(**bistable)
    assert states.shape == (3,)
    intensities = states.abs() ** 2
    assert bool((intensities.diff() > 0).all())
    for state in states:
        field = state * torch.ones(LINE.n_points, dtype=torch.complex128)
        rate = rate_of_change(CAVITY, bistable | {"beta2": -0.5}, LINE, field)
        # the roots come from an eigenvalue solver, to some hundred roundings
        assert float(rate.abs().max()) < 1e-12
    single = exact.cavity_steady_states(alpha=2.0, detuning=0.5, gamma=0.8, drive=1.0)
    assert single.shape == (1,)


def test_chirp_of_the_laser_pulse_is_zero_where_nothing_disperses_or_turns() -> None:
    """Without dispersion and Kerr effect the equation is real, and so is its pulse."""
    pulse = exact.chirped_sech(
        T, 2.0, gain=0.2, loss=0.5, beta2=0.0, gamma=0.0, filtering=0.1, nonlinear_loss=-0.3
    )
    assert float(pulse.imag.abs().max()) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: exact.fundamental_soliton(T, beta2=1.0), "beta2 must be a negative"),
        (lambda: exact.fundamental_soliton(T, gamma=0.0), "gamma must be a positive"),
        (lambda: exact.fundamental_soliton(T, duration=math.nan), "duration must be a positive"),
        (lambda: exact.n_soliton_input(T, 0), "order must be a positive integer, got 0"),
        (lambda: exact.dark_soliton_pair(T, beta2=-1.0, separation=1.0), "beta2 must be a pos"),
        (lambda: exact.gaussian_pulse(T, beta2=1.0, duration=0.0), "duration must be a pos"),
        (lambda: exact.talbot_length(2.0, beta2=0.0), "beta2 must not be zero"),
        (
            lambda: exact.modulation_instability_gain(T, beta2=0.0, gamma=1.0, intensity=1.0),
            "beta2 must not be zero",
        ),
        (lambda: exact.trap_frequency(strength=-1.0, kinetic=1.0), "strength must be a positive"),
        (
            lambda: exact.laser_plane_wave(T, gain=0.1, loss=0.2, saturation=1.0),
            "gain must be above the linear losses, 0.2",
        ),
        (lambda: exact.laser_plane_wave(T, gain=1.0, loss=0.2), "one of them positive"),
        (lambda: exact.chirped_sech(T, **(MODE_LOCKED | {"gain": 5.0})), "no chirped sech exists"),
        (
            lambda: exact.cavity_steady_states(alpha=0.0, detuning=1.0, gamma=1.0, drive=1.0),
            "alpha must be a positive",
        ),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        call()


def test_wave_packet_in_the_plane_is_a_product() -> None:
    plane = exact.plane_wave_packet(PLANE.y, PLANE.x, 1.2, kinetic=0.8, wavenumbers=(0.5, -1.0))
    for row, column in itertools.product((10, 47, 80), (3, 64, 90)):
        y = exact.free_wave_packet(PLANE.y[row], 1.2, kinetic=0.8, wavenumber=0.5)
        x = exact.free_wave_packet(PLANE.x[column], 1.2, kinetic=0.8, wavenumber=-1.0)
        torch.testing.assert_close(plane[row, column], (y * x).squeeze(), rtol=1e-13, atol=0)
