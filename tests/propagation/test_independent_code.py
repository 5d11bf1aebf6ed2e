"""The same physics through code that is not ours.

pygpe is a solver for condensates: the Gross-Pitaevskii equation holds the nonlinear Schrödinger
equation (κ = 1, g = -1) and the plane. For every equation, SciPy's Runge-Kutta integrator of eighth
order runs the docstring's formula, written a second time below in NumPy with derivatives in t and,
for Raman, an integral over the response.
"""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from cases import LINE, case, relative_error
from scipy.integrate import quad, solve_ivp

import physembed as pe
from physembed.physics import EQUATIONS
from physembed.physics import exact_solutions as exact


def by_pygpe(
    start: torch.Tensor, spacing: float, steps: int, dt: float, *, g: float, trap: np.ndarray
) -> torch.Tensor:
    """The field after ``steps`` steps of pygpe, whose ħ/m is one."""
    scalar = pytest.importorskip("pygpe.scalar", reason="needs pygpe: pip install physembed[test]")
    shape = tuple(start.shape)
    one_axis = len(shape) == 1
    grid = scalar.Grid(shape[0] if one_axis else shape, spacing if one_axis else (spacing,) * 2)
    wave = scalar.ScalarWavefunction(grid)
    wave.set_wavefunction(start.numpy().copy())
    wave.fft()
    for _ in range(steps):
        scalar.step_wavefunction(wave, {"dt": dt, "g": g, "trap": trap})
    wave.ifft()
    return torch.from_numpy(np.asarray(wave.component))


def test_a_pulse_through_pygpe() -> None:
    """A chirped sech through the nonlinear Schrödinger equation, 400 symmetric steps each."""
    grid = pe.TimeGrid(512, spacing=0.08)
    start = 1.6 / torch.cosh(grid.t) * torch.exp(-0.4j * grid.t**2 + 0.7j * grid.t)
    theirs = by_pygpe(start, grid.spacing, 400, 0.005, g=-1.0, trap=np.zeros(512))
    options = {"layer_length": 2.0, "steps_per_layer": 400}
    ours = pe.propagate(
        start, pe.NonlinearSchrodinger(), {"beta2": -1.0, "gamma": 1.0}, grid,
        scheme="strang", **options,
    )  # fmt: skip
    # the same scheme and step: only rounding, which the nonlinearity amplifies, can differ
    assert relative_error(ours, theirs) < 1e-11
    better = pe.propagate(
        start, pe.NonlinearSchrodinger(), {"beta2": -1.0, "gamma": 1.0}, grid,
        scheme="yoshida4", **options,
    )  # fmt: skip
    # the coarser one's error, h² with h = 0.005 and rates of order five, and the other's is h^4
    assert 1e-6 < relative_error(better, theirs) < 1e-3
    assert relative_error(ours, start) > 0.5


def test_a_soliton_through_pygpe() -> None:
    """Both against the closed form."""
    grid = pe.TimeGrid(512, spacing=0.08)
    z0 = exact.soliton_period()
    theirs = by_pygpe(
        exact.fundamental_soliton(grid.t), grid.spacing, 1000, z0 / 1000, g=-1.0, trap=np.zeros(512)
    )
    # the symmetric scheme's error at 1,000 steps
    assert relative_error(theirs, exact.fundamental_soliton(grid.t, z0)) < 1e-6


@pytest.mark.parametrize("shape", [(32, 48), (48, 32)])
def test_a_trapped_condensate_in_the_plane_through_pygpe(shape: tuple[int, int]) -> None:
    grid = pe.PlaneGrid(*shape, spacing=0.5)
    start = exact.plane_wave_packet(
        grid.y, grid.x, kinetic=1.0, widths=(0.9, 1.2), wavenumbers=(0.8, -0.5), centres=(0.6, -0.9)
    )
    trap = (0.4 * (grid.y - 0.5) ** 2 + 0.4 * (grid.x - 0.5) ** 2).numpy()
    theirs = by_pygpe(start, grid.spacing, 150, 0.01, g=2.5, trap=trap)
    ours = pe.propagate(
        start,
        pe.GrossPitaevskii(),
        {"kinetic": 1.0, "g": 2.5, "strength": 0.4, "centre": 0.5},
        grid,
        layer_length=1.5,
        steps_per_layer=150,
        scheme="strang",
    )
    # the same scheme and step
    assert relative_error(ours, theirs) < 1e-11


Rate = Callable[[np.ndarray], np.ndarray]
T = LINE.t.numpy()
OMEGA = 2 * np.pi * np.fft.fftfreq(64, 0.3)


def derivative(field: np.ndarray, order: int) -> np.ndarray:
    """∂ⁿE/∂tⁿ of a periodic field."""
    return np.fft.ifft((1j * OMEGA) ** order * np.fft.fft(field))


def nonlinear_schrodinger(alpha, beta2, gamma, beta3, beta4) -> Rate:
    return lambda e: (
        -alpha / 2 * e
        - 0.5j * beta2 * derivative(e, 2)
        + beta3 / 6 * derivative(e, 3)
        + 1j * beta4 / 24 * derivative(e, 4)
        + 1j * gamma * np.abs(e) ** 2 * e
    )


def generalised_nonlinear_schrodinger(raman_fraction, shock_time, gamma, **linear) -> Rate:
    equation = case("generalised-nonlinear-schrodinger").equation
    tau1, tau2 = equation.tau1, equation.tau2
    norm = (tau1**2 + tau2**2) / (tau1 * tau2**2)

    def h(t: float) -> float:
        return norm * np.exp(-t / tau2) * np.sin(t / tau1)

    # h ∗ exp(iωt) = exp(iωt) ∫ h(s) exp(-iωs) ds
    end = 40 * tau2
    response = np.array(
        [
            quad(lambda s, w=w: h(s) * np.cos(w * s), 0, end, limit=800, epsabs=1e-11)[0]
            - 1j * quad(lambda s, w=w: h(s) * np.sin(w * s), 0, end, limit=800, epsabs=1e-11)[0]
            for w in OMEGA
        ]
    )
    rest = nonlinear_schrodinger(gamma=0.0, **linear)

    def rate(e: np.ndarray) -> np.ndarray:
        intensity = np.abs(e) ** 2
        delayed = np.fft.ifft(response * np.fft.fft(intensity)).real
        polarisation = e * ((1 - raman_fraction) * intensity + raman_fraction * delayed)
        steepened = polarisation + 1j * shock_time * derivative(polarisation, 1)
        return rest(e) + 1j * gamma * steepened

    return rate


def coupled_nonlinear_schrodinger(alpha, beta2, gamma, cross) -> Rate:
    def rate(e: np.ndarray) -> np.ndarray:
        first, second = np.abs(e) ** 2
        phase = np.stack([first + cross * second, second + cross * first])
        linear = -alpha / 2 * e - 0.5j * beta2 * np.stack([derivative(x, 2) for x in e])
        return linear + 1j * gamma * phase * e

    return rate


def gross_pitaevskii(kinetic, g, strength, centre) -> Rate:
    potential = strength * (T - centre) ** 2
    return lambda e: (
        -1j * (-kinetic / 2 * derivative(e, 2) + potential * e + g * np.abs(e) ** 2 * e)
    )


def complex_ginzburg_landau(
    beta2, gamma, gain, loss, saturation, filtering, nonlinear_loss
) -> Rate:
    def rate(e: np.ndarray) -> np.ndarray:
        intensity = np.abs(e) ** 2
        net = gain / (1 + saturation * intensity) - loss
        dispersion = (filtering - 0.5j * beta2) * derivative(e, 2)
        return net / 2 * e + dispersion + (1j * gamma - nonlinear_loss) * intensity * e

    return rate


def lugiato_lefever(alpha, detuning, beta2, gamma, drive) -> Rate:
    return lambda e: (
        -(alpha / 2 + 1j * detuning) * e
        - 0.5j * beta2 * derivative(e, 2)
        + 1j * gamma * np.abs(e) ** 2 * e
        + drive
    )


RATES: dict[str, Callable[..., Rate]] = {
    "nonlinear-schrodinger": nonlinear_schrodinger,
    "generalised-nonlinear-schrodinger": generalised_nonlinear_schrodinger,
    "coupled-nonlinear-schrodinger": coupled_nonlinear_schrodinger,
    "gross-pitaevskii": gross_pitaevskii,
    "complex-ginzburg-landau": complex_ginzburg_landau,
    "lugiato-lefever": lugiato_lefever,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EQUATIONS)
def test_every_equation_through_scipys_integrator(name: str) -> None:
    assert name in RATES, f"write the formula of the new equation {name!r} in RATES"
    rate = RATES[name](**case(name).coefficients)
    start = case(name).field()
    shape = tuple(start.shape)
    solution = solve_ivp(
        lambda z, y: rate(y.reshape(shape)).ravel(),
        (0.0, 1.0),
        start.numpy().ravel(),
        method="DOP853",
        rtol=1e-9,
        atol=1e-11,
    )
    assert solution.success
    theirs = torch.from_numpy(solution.y[:, -1].reshape(shape).copy())
    ours = case(name).run(scheme="yoshida4", steps_per_layer=300)
    # SciPy holds 1e-9 a step over some hundred steps; ours is 1e-9 by its observed order
    assert relative_error(ours, theirs) < 2e-7
    assert relative_error(theirs, start) > 0.3
