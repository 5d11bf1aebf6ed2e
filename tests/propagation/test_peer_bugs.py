"""Bugs that other packages shipped, each as a regression test under its own name."""

import inspect
import math

import numpy as np
import pytest
import torch
from cases import NAMES, case, random_field, relative_error

import physembed as pe
from physembed.physics import exact_solutions as exact
from physembed.physics import invariants
from physembed.propagation import SCHEMES
from physembed.propagation.cascade import linear_step

FIBRE = pe.NonlinearSchrodinger()
GRID = pe.TimeGrid(256, spacing=0.15)
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def test_a_time_grid_that_includes_its_end_point() -> None:
    """linspace(-T/2, T/2, N) repeats the first point: every frequency is then off by 1/N.

    A pulse that must arrive after a whole number of points shows it.
    """
    assert float(GRID.t[-1] + GRID.spacing - GRID.t[0]) == pytest.approx(GRID.window)
    omega = GRID.omega[20]
    tone = torch.polar(torch.ones(256, dtype=torch.float64), omega * GRID.t)
    spectrum = torch.fft.fft(tone).abs()
    assert float(spectrum[20]) == pytest.approx(256)
    assert float(spectrum.sum()) == pytest.approx(256)
    pulse = exact.fundamental_soliton(GRID.t, frequency=float(omega))
    z = 40 * GRID.spacing / float(omega)
    out = pe.propagate(
        pulse, FIBRE, {"beta2": -1.0, "gamma": 1.0}, GRID, layer_length=z, steps_per_layer=200,
        scheme="yoshida4",
    )  # fmt: skip
    # 256/255 of the way would be 0.16 points off: 2 % of the field
    assert relative_error(out.abs(), pulse.roll(40).abs()) < 1e-6


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_half_step_applied_twice_or_not_at_all(scheme: str, layers: int) -> None:
    """The total linear phase is the sum over the layers, whether or not fields are returned."""
    beta2 = torch.tensor([-1.0, 0.7, 0.4], dtype=torch.float64)[:layers]
    field = random_field(256)
    expected = torch.fft.ifft(torch.fft.fft(field) * torch.exp(0.5j * beta2.sum() * GRID.omega**2))
    for return_layers in (False, True):
        out = pe.propagate(
            field,
            FIBRE,
            {"beta2": beta2, "gamma": 0.0},
            GRID,
            steps_per_layer=3,
            scheme=scheme,
            return_layers=return_layers,
            check_sampling=False,
        )
        # a few dozen transforms, phases of hundreds of radians
        assert relative_error(out[-1] if return_layers else out, expected) < 1e-12


@pytest.mark.parametrize("name", [n for n in NAMES if case(n).equation.is_conservative])
def test_energy_that_grows_without_gain(name: str) -> None:
    """A thousand steps of a conservative medium, noise over the whole band: a random walk only."""
    grid = case(name).grid
    channels = (2,) if case(name).equation.needs_channels else ()
    field = random_field(*channels, *grid.shape)
    still = {"alpha": 0.0} if "alpha" in case(name).coefficients else {}
    out = case(name).run(
        field, scheme="strang", layer_length=10.0, steps_per_layer=1000, coefficients=still
    )
    ratio = invariants.energy(out, grid) / invariants.energy(field, grid)
    # a relative rounding of some 1e-16 a pass, 1000 of them, at worst all of one sign
    torch.testing.assert_close(ratio, torch.ones_like(ratio), rtol=0, atol=1e-12)


@pytest.mark.slow
def test_aliasing_taken_for_physics() -> None:
    """A pulse compressed beyond the grid is warned of, and a finer grid shows another result."""
    medium = {"beta2": -1.0, "gamma": 1.0}
    z = exact.soliton_period() / 2
    peaks = {}
    for n in (64, 1024, 2048):
        grid = pe.TimeGrid(n, spacing=20.48 / n)
        start = exact.n_soliton_input(grid.t, 4)
        options = {"layer_length": z, "steps_per_layer": 2000, "scheme": "strang"}
        if n == 64:
            with pytest.warns(
                pe.SamplingWarning, match="edge of the band.*reduce the grid's spacing"
            ):
                out = pe.propagate(start, FIBRE, medium, grid, **options)
        else:
            out = pe.propagate(start, FIBRE, medium, grid, check_sampling=False, **options)
        peaks[n] = float(out.abs().max())
    # resolved, the peak no longer depends on the grid; aliased, it is off by tens of percents
    assert peaks[1024] == pytest.approx(peaks[2048], rel=1e-3)
    assert abs(peaks[64] / peaks[2048] - 1) > 0.05


@pytest.mark.parametrize("name", NAMES)
def test_a_step_chosen_from_the_whole_batch(name: str) -> None:
    """A neighbour five times as strong must not make this case's steps shorter or longer."""
    channels = (2,) if case(name).equation.needs_channels else ()
    field = 0.5 * random_field(*channels, *case(name).grid.shape)
    options = {"scheme": "strang", "steps_per_layer": 2, "layer_length": 0.05}
    alone = case(name).run(field, **options)
    beside = case(name).run(torch.stack([field, 5 * field]), **options)[0]
    # rounding; the splitting error itself, which another step would change, is far larger
    torch.testing.assert_close(beside, alone, rtol=1e-12, atol=1e-13)
    other = case(name).run(field, **options | {"steps_per_layer": 3})
    assert relative_error(other, alone) > 1e-9


def test_a_sign_of_beta2_left_unstated() -> None:
    """Negative is anomalous: the soliton's sign with positive gamma; high omega arrives later."""
    bright = exact.fundamental_soliton(GRID.t)
    widths = {}
    for beta2 in (-1.0, 1.0):
        out = pe.propagate(
            bright, FIBRE, {"beta2": beta2, "gamma": 1.0}, GRID, layer_length=2.0,
            steps_per_layer=200, scheme="strang",
        )  # fmt: skip
        weight = out.abs() ** 2 / (out.abs() ** 2).sum()
        widths[beta2] = math.sqrt(float((weight * GRID.t**2).sum()))
    start = bright.abs() ** 2 / (bright.abs() ** 2).sum()
    # the variance of sech² is π²/12
    assert math.sqrt(float((start * GRID.t**2).sum())) == pytest.approx(math.pi / math.sqrt(12))
    assert widths[-1.0] == pytest.approx(math.pi / math.sqrt(12), rel=1e-3)
    assert widths[1.0] > 1.5 * widths[-1.0]
    # exp(+i omega t) moves by -beta2 omega z
    moving = exact.gaussian_pulse(GRID.t, beta2=1.0) * torch.exp(3j * GRID.t)
    out = pe.propagate(moving, FIBRE, {"beta2": -1.0, "gamma": 0.0}, GRID, layer_length=2.0)
    weight = out.abs() ** 2 / (out.abs() ** 2).sum()
    assert float((weight * GRID.t).sum()) == pytest.approx(6.0, rel=1e-9)


def test_a_sign_of_gamma_left_unstated() -> None:
    """The Kerr phase is exp(+i gamma I z); repulsion of a condensate, g > 0, is the opposite."""
    light = torch.full((256,), 2.0, dtype=torch.complex128)
    out = pe.propagate(light, FIBRE, {"beta2": 0.0, "gamma": 0.1}, GRID)
    assert float(out.angle()[0]) == pytest.approx(0.4)
    matter = pe.propagate(
        light, pe.GrossPitaevskii(), {"kinetic": 0.0, "g": 0.1, "strength": 0.0}, GRID
    )
    assert float(matter.angle()[0]) == pytest.approx(-0.4)


def test_a_sign_of_exp_i_omega_t_left_unstated() -> None:
    """d/dt is +i omega with the transforms of torch and numpy, and the docstrings say so."""
    assert np.fft.fft(np.exp(2j * np.pi * np.arange(8) / 8)).argmax() == 1
    pulse = torch.exp(-(GRID.t**2)).to(torch.complex128)
    derivative = torch.fft.ifft(1j * GRID.omega * torch.fft.fft(pulse))
    torch.testing.assert_close(derivative.real, (-2 * GRID.t * pulse).real, rtol=0, atol=1e-12)
    # odd dispersion: (β₃/6) ∂³/∂t³ delays by +β₃ ω² z / 2, in the docstring and in the pulse
    moving = exact.gaussian_pulse(GRID.t, beta2=1.0, duration=2.0) * torch.exp(4j * GRID.t)
    out = pe.propagate(moving, FIBRE, {"beta2": 0.0, "beta3": 0.3, "gamma": 0.0}, GRID)
    weight = out.abs() ** 2 / (out.abs() ** 2).sum()
    # <omega²> is 16 + 1/2T²
    assert float((weight * GRID.t).sum()) == pytest.approx(0.3 / 2 * (16 + 1 / 8), rel=1e-9)
    for documented in (pe.propagate, pe.MasterEquation):
        text = " ".join((inspect.getdoc(documented) or "").split())
        assert "d/dt -> i omega" in text or "d/dt becomes i omega" in text


@pytest.mark.parametrize("device", DEVICES)
def test_a_gradient_of_transform_and_back_that_is_silently_wrong(device: str) -> None:
    """Re Σ w* ifft(fft(x)) has the gradient w on every device; even and odd, one axis and two."""
    for shape in ((8,), (9,), (4, 6), (5, 7)):
        for dtype, tolerance in ((torch.complex64, 1e-6), (torch.complex128, 1e-14)):
            field = random_field(*shape, dtype=dtype).to(device).requires_grad_()
            weight = random_field(*shape, seed=1, dtype=dtype).to(device)
            transfer = torch.zeros(shape, dtype=torch.complex128, device=device)
            (linear_step(field, transfer) * weight.conj()).real.sum().backward()
            # two transforms of a few dozen points
            torch.testing.assert_close(field.grad, weight, rtol=0, atol=tolerance)
