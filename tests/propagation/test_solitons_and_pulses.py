"""Light in a fibre against closed forms: solitons, dispersion, self-phase modulation."""

import math

import pytest
import torch
from cases import relative_error, turned

import physembed as pe
from physembed.physics import exact_solutions as exact
from physembed.physics import invariants

FIBRE = pe.NonlinearSchrodinger()

# the grid and the soliton that the accuracy is stated for
WIDE = pe.TimeGrid(2048, spacing=80 / 2048)
BRIGHT = {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0}

# enough for a pulse of unit width: exp(-19²/2) at the edge, a band of ±21
LINE = pe.TimeGrid(256, spacing=0.15)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "steps", "tolerance"), [("strang", 1000, 1e-6), ("yoshida4", 2000, 1e-10)]
)
def test_fundamental_soliton_over_its_period(scheme: str, steps: int, tolerance: float) -> None:
    """Shape, phase, energy and return, to the figures that the documentation promises."""
    z0 = exact.soliton_period()
    soliton = exact.fundamental_soliton(WIDE.t)
    options = {"layer_length": z0, "steps_per_layer": steps, "scheme": scheme}
    out = pe.propagate(soliton, FIBRE, BRIGHT, WIDE, **options)
    assert relative_error(out, exact.fundamental_soliton(WIDE.t, z0)) < tolerance
    assert relative_error(out, turned(soliton, math.pi / 4)) < tolerance
    before, after = (float(invariants.energy(e, WIDE)) for e in (soliton, out))
    assert abs(after - before) / before < 1e-11
    back = pe.propagate(out, FIBRE, BRIGHT, WIDE, inverse=True, **options)
    assert relative_error(back, soliton) < 1e-10


def test_moving_soliton_of_any_size() -> None:
    form = {"beta2": -0.7, "gamma": 1.6, "duration": 0.8, "frequency": 1.4, "centre": -1.0}
    out = pe.propagate(
        exact.fundamental_soliton(LINE.t, **form),
        FIBRE,
        {"beta2": -0.7, "gamma": 1.6},
        LINE,
        layer_length=3.0,
        steps_per_layer=600,
        scheme="yoshida4",
    )
    # tails sech(15/0.8) at the edge and the splitting's h^4 are both near 1e-8
    assert relative_error(out, exact.fundamental_soliton(LINE.t, 3.0, **form)) < 1e-7


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_second_order_soliton_breathes(share: float) -> None:
    z = share * exact.soliton_period()
    grid = pe.TimeGrid(1024, spacing=0.04)
    out = pe.propagate(
        exact.n_soliton_input(grid.t, 2),
        FIBRE,
        BRIGHT,
        grid,
        layer_length=z,
        steps_per_layer=1500,
        scheme="yoshida4",
    )
    # sech tails of 5e-9 at the window's edge wrap round; halfway the pulse is four times as short
    assert relative_error(out, exact.two_soliton(grid.t, z)) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("order", [2, 3])
def test_higher_solitons_return_after_their_period(order: int) -> None:
    grid = pe.TimeGrid(1024, spacing=0.04)
    start = exact.n_soliton_input(grid.t, order)
    halfway, end = pe.propagate(
        start,
        FIBRE,
        BRIGHT | {"beta2": torch.tensor([-1.0, -1.0], dtype=torch.float64)},
        grid,
        layer_length=exact.soliton_period() / 2,
        steps_per_layer=1500,
        scheme="yoshida4",
        return_layers=True,
        check_sampling=False,
    )
    # the third order collapses to a pulse ten times as short: h^4 of 1500 steps leaves 1e-6
    assert relative_error(end, turned(start, math.pi / 4)) < 1e-5
    # and it did not just stay as it was
    assert relative_error(halfway.abs(), start.abs()) > 0.1


def test_dark_solitons_stay_dark() -> None:
    form = {"beta2": 0.8, "gamma": 1.1, "amplitude": 1.2, "separation": LINE.window / 2}
    out = pe.propagate(
        exact.dark_soliton_pair(LINE.t, **form),
        FIBRE,
        {"beta2": 0.8, "gamma": 1.1},
        LINE,
        layer_length=2.0,
        steps_per_layer=400,
        scheme="yoshida4",
    )
    # the kinks overlap by exp(-2 · 1.41 · 19), 1e-23; what is left is the splitting's h^4
    assert relative_error(out, exact.dark_soliton_pair(LINE.t, 2.0, **form)) < 1e-8
    assert float(out.abs().min()) < 0.2 * 1.2


@pytest.mark.parametrize("chirp", [0.0, 1.5, -1.0])
@pytest.mark.parametrize("beta2", [-1.5, 0.7])
def test_gaussian_broadens(beta2: float, chirp: float) -> None:
    grid = pe.TimeGrid(512, spacing=0.15)
    start = exact.gaussian_pulse(grid.t, beta2=beta2, chirp=chirp)
    out = pe.propagate(start, FIBRE, {"beta2": beta2, "gamma": 0.0}, grid, layer_length=2.0)
    expected = exact.gaussian_pulse(grid.t, 2.0, beta2=beta2, chirp=chirp)
    # a linear medium is exact; the widest pulse, of width 7, is 3e-7 at the edge and wraps round
    assert relative_error(out, expected) < 1e-6


@pytest.mark.parametrize(("beta2", "beta3"), [(0.0, 1.5), (-0.7, 0.8), (0.5, -1.2)])
def test_third_order_dispersion_delays_broadens_and_skews(beta2: float, beta3: float) -> None:
    """The Airy tail of a Gaussian: its exact mean, variance and third moment."""
    grid = pe.TimeGrid(2048, spacing=0.05)
    out = pe.propagate(
        exact.gaussian_pulse(grid.t, beta2=0.0, duration=1.1),
        FIBRE,
        {"beta2": beta2, "beta3": beta3, "gamma": 0.0},
        grid,
        layer_length=1.6,
    )
    moments = exact.dispersed_gaussian_moments(1.6, beta2=beta2, beta3=beta3, duration=1.1)
    weight = out.abs() ** 2 / (out.abs() ** 2).sum()
    mean = float((weight * grid.t).sum())
    # nothing reaches ±51, and the propagation is exact: rounding times t^3
    assert mean == pytest.approx(moments.mean, rel=1e-9)
    assert float((weight * (grid.t - mean) ** 2).sum()) == pytest.approx(moments.variance, rel=1e-9)
    assert float((weight * (grid.t - mean) ** 3).sum()) == pytest.approx(moments.third, rel=1e-7)


def test_fourth_order_dispersion_is_its_exact_phase() -> None:
    """β4 on a line ω: exp(i β4 ω⁴ z / 24)."""
    omega = LINE.omega[9]
    tone = torch.polar(torch.ones(LINE.n_points, dtype=torch.float64), omega * LINE.t)
    out = pe.propagate(
        tone, FIBRE, {"beta2": 0.0, "gamma": 0.0, "beta4": 0.7}, LINE, layer_length=1.3
    )
    assert relative_error(out, turned(tone, 0.7 * float(omega) ** 4 * 1.3 / 24)) < 1e-13


@pytest.mark.parametrize("alpha", [0.0, 0.6])
def test_self_phase_modulation(alpha: float) -> None:
    field = 1.3 * exact.gaussian_pulse(LINE.t, 0.5, beta2=0.8)
    out = pe.propagate(
        field,
        FIBRE,
        {"alpha": alpha, "beta2": 0.0, "gamma": 2.0},
        LINE,
        layer_length=0.7,
        steps_per_layer=200 if alpha else 1,
        scheme="yoshida4",
    )
    expected = exact.self_phase_modulation(field, 0.7, gamma=2.0, alpha=alpha)
    # exact without loss; with it, the splitting's h^4 at 200 steps
    assert relative_error(out, expected) < (1e-11 if alpha else 1e-14)


def test_attenuation_takes_energy_by_exp_minus_alpha_z() -> None:
    field = exact.gaussian_pulse(LINE.t, beta2=0.0)
    out = pe.propagate(
        field,
        FIBRE,
        {"alpha": 0.3, "beta2": -1.0, "gamma": 0.8},
        LINE,
        layer_length=2.0,
        steps_per_layer=150,
    )
    ratio = invariants.energy(out, LINE) / invariants.energy(field, LINE)
    assert float(ratio) == pytest.approx(math.exp(-0.6), rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("harmonic", [2, 5, 8, 11])
def test_modulation_instability_grows_at_the_analytic_rate(harmonic: int) -> None:
    """A ripple of 1e-9 on a continuous wave, between z = 13 and z = 16."""
    beta2, gamma, intensity = -1.0, 1.0, 1.0
    # harmonics 1 to 12 lie within the band of instability, |omega| < 2
    grid = pe.TimeGrid(64, spacing=2 * math.pi / (64 * 0.16))
    omega = grid.omega[harmonic]
    gain = float(
        exact.modulation_instability_gain(omega, beta2=beta2, gamma=gamma, intensity=intensity)
    )
    start = (1 + 1e-9 * torch.cos(omega * grid.t)).to(torch.complex128)
    layers = pe.propagate(
        start,
        FIBRE,
        {"beta2": torch.full((16,), beta2, dtype=torch.float64), "gamma": gamma},
        grid,
        steps_per_layer=100,
        scheme="yoshida4",
        return_layers=True,
    )
    ripple = torch.fft.fft(layers)[:, harmonic].abs()
    growth = float(torch.log(ripple[15] / ripple[12]) / 3)
    # the decaying partner is down by exp(-13 gain), 3e-4 at the slowest (gain 0.63) and far less
    # elsewhere; the ripple has grown to 1e-2 at most, and depletes the wave by its square
    assert gain > 0.6
    assert growth == pytest.approx(gain / 2, rel=3e-3)


@pytest.mark.parametrize("harmonic", [14, 20])
def test_no_instability_beyond_its_band(harmonic: int) -> None:
    grid = pe.TimeGrid(64, spacing=2 * math.pi / (64 * 0.16))
    start = (1 + 1e-9 * torch.cos(grid.omega[harmonic] * grid.t)).to(torch.complex128)
    out = pe.propagate(
        start,
        FIBRE,
        {"beta2": -1.0, "gamma": 1.0},
        grid,
        layer_length=6.0,
        steps_per_layer=600,
        scheme="yoshida4",
    )
    ripple = torch.fft.fft(torch.stack([start, out]))[:, harmonic].abs()
    # a bounded oscillation: below the ratio of its axes, sqrt(omega² / (omega² - 4)) < 3
    assert float(ripple[1] / ripple[0]) < 3


@pytest.mark.parametrize("angle", [0.0, 0.6, math.pi / 4])
def test_manakov_soliton(angle: float) -> None:
    form = {"angle": angle, "phase": 0.9, "frequency": 0.5}
    out = pe.propagate(
        exact.manakov_soliton(LINE.t, **form),
        pe.CoupledNonlinearSchrodinger(),
        {"beta2": -1.0, "gamma": 1.0, "cross": 1.0},
        LINE,
        layer_length=2.0,
        steps_per_layer=400,
        scheme="yoshida4",
    )
    # sech(19) at the window's edge is 1e-8
    assert relative_error(out, exact.manakov_soliton(LINE.t, 2.0, **form)) < 1e-7
