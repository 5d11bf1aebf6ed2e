"""Propagation against closed forms."""

import math

import pytest
import torch
from cases import random_field, relative_error, turned

import physembed as pe
from physembed.physics import exact_solutions as exact
from physembed.physics import invariants

FIBRE = pe.NonlinearSchrodinger()
TRAP = pe.GrossPitaevskii()
LASER = pe.ComplexGinzburgLandau()

# the grid and the soliton that the accuracy is stated for
WIDE = pe.TimeGrid(2048, spacing=80 / 2048)
BRIGHT = {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0}

# enough for a pulse of unit width: exp(-19²/2) at the edge, a band of ±21
LINE = pe.TimeGrid(256, spacing=0.15)


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
        field, FIBRE, {"alpha": 0.3, "beta2": -1.0, "gamma": 0.8}, LINE, layer_length=2.0
    )
    ratio = invariants.energy(out, LINE) / invariants.energy(field, LINE)
    assert float(ratio) == pytest.approx(math.exp(-0.6), rel=1e-12)


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


WELL = {"strength": 0.5, "kinetic": 0.8}
ALONE = WELL | {"g": 0.0}
# two and a half turns of the well, Ω = 0.894
LONG = 17.0


@pytest.mark.parametrize(
    "form",
    [
        lambda z: exact.trap_ground_state(LINE.t, z, **WELL),
        lambda z: exact.coherent_state(LINE.t, z, displacement=2.0, **WELL),
        lambda z: exact.breathing_gaussian(LINE.t, z, width=1.7, **WELL),
    ],
    ids=["ground state", "coherent state", "breathing"],
)
def test_trapped_wave_packets(form) -> None:
    out = pe.propagate(
        form(0.0), TRAP, ALONE, LINE, layer_length=LONG, steps_per_layer=1700, scheme="yoshida4"
    )
    # h^4 with h = 0.01, times 17
    assert relative_error(out, form(LONG)) < 1e-7


def test_breathing_frequency_is_twice_the_traps() -> None:
    """The variance is a cosine of 2Ω: its second difference gives the frequency."""
    half_turn = math.pi / exact.trap_frequency(**WELL)
    layers = 24
    fields = pe.propagate(
        exact.breathing_gaussian(LINE.t, width=1.7, **WELL),
        TRAP,
        ALONE | {"kinetic": torch.full((layers,), 0.8, dtype=torch.float64)},
        LINE,
        layer_length=half_turn / layers,
        steps_per_layer=20,
        scheme="yoshida4",
        return_layers=True,
    )
    weight = fields.abs() ** 2
    variance = (weight * LINE.t**2).sum(-1) / weight.sum(-1)
    # one period of the breathing is half a turn of the trap: only its first harmonic is there
    harmonics = torch.fft.rfft(variance).abs() / layers
    assert float(harmonics[1]) > 0.3
    # against the harmonic itself, the splitting's h^4
    assert float(harmonics[2:].max() / harmonics[1]) < 1e-8


@pytest.mark.parametrize("g", [3.0, -1.0])
def test_centre_of_mass_swings_with_the_trap_whatever_the_interaction(g: float) -> None:
    """Kohn's theorem (Kohn, 1961; Dobson, 1994)."""
    turn = 2 * math.pi / exact.trap_frequency(**WELL)
    start = exact.coherent_state(LINE.t, displacement=2.0, **WELL)
    for share, expected in ((0.25, 0.0), (0.5, -2.0), (0.4, 2.0 * math.cos(0.8 * math.pi))):
        out = pe.propagate(
            start,
            TRAP,
            WELL | {"g": g},
            LINE,
            layer_length=share * turn,
            steps_per_layer=400,
            scheme="yoshida4",
        )
        weight = out.abs() ** 2
        # the splitting's h^4
        assert float((weight * LINE.t).sum() / weight.sum()) == pytest.approx(expected, abs=1e-7)
    # the shape does change: the theorem is not about a coherent state
    half = pe.propagate(
        start, TRAP, WELL | {"g": g}, LINE, layer_length=turn / 2, steps_per_layer=400
    )
    assert relative_error(half.abs().flip(0).roll(1), start.abs()) > 1e-2


def test_condensate_in_the_plane_breathes_at_twice_the_trap_whatever_the_interaction() -> None:
    """In two dimensions the breathing is exact (Pitaevskii and Rosch, PRA 55, R853, 1997)."""
    grid = pe.PlaneGrid(48, 48, spacing=0.35)
    half_turn = math.pi / exact.trap_frequency(**WELL)
    start = exact.plane_wave_packet(grid.y, grid.x, kinetic=0.8, widths=(1.6, 1.6))
    layers = 12
    fields = pe.propagate(
        start,
        TRAP,
        WELL | {"g": 2.0, "kinetic": torch.full((layers,), 0.8, dtype=torch.float64)},
        grid,
        layer_length=half_turn / layers,
        steps_per_layer=40,
        scheme="yoshida4",
        return_layers=True,
    )
    weight = fields.abs() ** 2
    square = (weight * (grid.x**2 + grid.y**2)).sum((-2, -1)) / weight.sum((-2, -1))
    harmonics = torch.fft.rfft(square).abs() / layers
    assert float(harmonics[1]) > 0.1
    # a wrong frequency, or the breathing mode of one dimension, would leave percents; the splitting
    # and the tails at the window's edge leave 1e-6
    assert float(harmonics[2:].max() / harmonics[1]) < 1e-5


def test_free_wave_packet_drifts_and_spreads() -> None:
    form = {"kinetic": 0.7, "wavenumber": 2.0, "centre": -3.0}
    out = pe.propagate(
        exact.free_wave_packet(LINE.t, **form),
        TRAP,
        {"kinetic": 0.7, "g": 0.0, "strength": 0.0},
        LINE,
        layer_length=3.0,
    )
    # exact but for the tail of width 2.3 that wraps round, exp(-(18/2.3)²/2)
    assert relative_error(out, exact.free_wave_packet(LINE.t, 3.0, **form)) < 1e-10


@pytest.mark.parametrize("equation", ["condensate", "light"])
def test_free_wave_packet_in_the_plane(equation: str) -> None:
    """Neither square nor symmetric: y and x, and their signs, must not be exchanged."""
    grid = pe.PlaneGrid(80, 112, spacing=0.3)
    form = {
        "kinetic": 0.8,
        "widths": (1.0, 1.4),
        "wavenumbers": (1.5, -2.0),
        "centres": (-1.0, 2.0),
    }
    start = exact.plane_wave_packet(grid.y, grid.x, **form)
    if equation == "light":
        out = pe.propagate(
            start, FIBRE, {"beta2": -0.8, "gamma": 0.0}, grid, layer_length=1.5
        )  # fmt: skip
    else:
        out = pe.propagate(
            start, TRAP, {"kinetic": 0.8, "g": 0.0, "strength": 0.0}, grid, layer_length=1.5
        )
    # exact but for the tail of width 1.6 that wraps round, exp(-(11/1.6)²/2)
    assert relative_error(out, exact.plane_wave_packet(grid.y, grid.x, 1.5, **form)) < 1e-9


LASING = {"gain": 1.1, "loss": 0.3, "saturation": 0.7, "nonlinear_loss": 0.15, "beta2": -0.6} | {
    "gamma": 0.9,
    "filtering": 0.4,
}


def test_laser_wave_stands() -> None:
    omega = float(LINE.omega[3])
    wave = {"frequency": omega} | LASING
    out = pe.propagate(
        exact.laser_plane_wave(LINE.t, **wave),
        LASER,
        LASING,
        LINE,
        layer_length=3.0,
        steps_per_layer=300,
        scheme="strang",
    )
    # the splitting's h² r² / 12 with rates r near one
    assert relative_error(out, exact.laser_plane_wave(LINE.t, 3.0, **wave)) < 1e-5


def test_laser_finds_its_amplitude_from_noise_or_from_above() -> None:
    """The plane wave at the centre of the gain is attractive."""
    target = float(exact.laser_plane_wave(LINE.t, **LASING).abs()[0])
    for start in (0.05, 3.0):
        out = pe.propagate(
            torch.full((LINE.n_points,), start, dtype=torch.complex128),
            LASER,
            LASING,
            LINE,
            layer_length=30.0,
            steps_per_layer=1500,
            scheme="strang",
        )
        # relaxed by exp(-30 · 0.9); the splitting moves the fixed point by h²
        torch.testing.assert_close(
            out.abs(), torch.full((LINE.n_points,), target).double(), rtol=1e-4, atol=0
        )


@pytest.mark.parametrize(
    "laser",
    [
        {"gain": 0.2, "loss": 0.5, "beta2": -1.0, "gamma": 1.0, "filtering": 0.1}
        | {"nonlinear_loss": -0.3},
        {"gain": 2.6, "loss": 0.2, "beta2": -1.0, "gamma": 0.4, "filtering": 0.9}
        | {"nonlinear_loss": 0.3},
    ],
    ids=["gain below loss", "gain above loss"],
)
def test_chirped_laser_pulse_keeps_its_shape(laser: dict[str, float]) -> None:
    out = pe.propagate(
        exact.chirped_sech(LINE.t, **laser),
        LASER,
        laser | {"saturation": 0.0},
        LINE,
        layer_length=1.0,
        steps_per_layer=500,
        scheme="strang",
    )
    # h² with h = 0.002 and rates of order ten
    assert relative_error(out, exact.chirped_sech(LINE.t, 1.0, **laser)) < 2e-5


def test_cavity_stays_in_its_stable_states_and_leaves_the_other() -> None:
    cavity = {"alpha": 0.4, "detuning": 1.2, "gamma": 0.8, "drive": 0.42}
    lower, middle, upper = exact.cavity_steady_states(**cavity)
    # normal dispersion and a band below the threshold of patterns: the outer branches are stable
    grid = pe.TimeGrid(16, spacing=2.0)

    def after(state: torch.Tensor, z: float) -> torch.Tensor:
        return pe.propagate(
            state * torch.ones(16, dtype=torch.complex128),
            pe.LugiatoLefever(),
            cavity | {"beta2": 0.5},
            grid,
            layer_length=z,
            steps_per_layer=int(100 * z),
            scheme="strang",
        )

    # the fixed point of the splitting is off by h² = 1e-4 of the rates' squares over 12
    assert relative_error(after(lower, 20.0), lower) < 1e-4
    assert relative_error(after(middle, 1.0), middle) < 1e-4
    assert relative_error(after(middle * 1.01, 40.0), middle) > 0.1
    assert relative_error(after(upper * 0.97, 40.0), upper) < 2e-3


def test_empty_cavity_fills_along_the_exponential() -> None:
    """γ = 0: E = F (1 - exp(-(α/2 + iΔ) z)) / (α/2 + iΔ)."""
    rate = complex(0.25, 0.8)
    out = pe.propagate(
        torch.zeros(16, dtype=torch.complex128),
        pe.LugiatoLefever(),
        {"alpha": 0.5, "detuning": 0.8, "beta2": -0.5, "gamma": 0.0, "drive": 0.6},
        pe.TimeGrid(16),
        layer_length=2.0,
        steps_per_layer=200,
        scheme="yoshida4",
    )
    turn = complex(math.cos(-1.6), math.sin(-1.6)) * math.exp(-0.5)
    expected = torch.full((16,), 0.6 * (1 - turn) / rate, dtype=torch.complex128)
    # h^4 with h = 0.01
    assert relative_error(out, expected) < 1e-9


@pytest.mark.parametrize("period_points", [16, 24])
def test_talbot_images_a_lattice_of_any_shape(period_points: int) -> None:
    """After the Talbot length the field is itself; after half of it, shifted by half a period."""
    grid = pe.TimeGrid(4 * period_points, spacing=0.3)
    period = period_points * grid.spacing
    field = random_field(period_points).repeat(4)
    length = exact.talbot_length(period, beta2=0.7)
    for share, shift in ((1.0, 0), (0.5, period_points // 2), (2.0, 0)):
        out = pe.propagate(
            field,
            FIBRE,
            {"beta2": 0.7, "gamma": 0.0},
            grid,
            layer_length=share * length,
            check_sampling=False,
        )
        # phases of up to 2π 12² carry a rounding of 1e-13
        assert relative_error(out, field.roll(shift)) < 1e-12


def test_talbot_carpet_in_the_plane() -> None:
    grid = pe.PlaneGrid(24, 36, spacing=0.3)
    field = random_field(12, 12).repeat(2, 3)
    out = pe.propagate(
        field,
        FIBRE,
        {"beta2": -0.9, "gamma": 0.0},
        grid,
        layer_length=exact.talbot_length(12 * 0.3, beta2=-0.9),
        check_sampling=False,
    )
    # as above
    assert relative_error(out, field) < 1e-12


@pytest.mark.parametrize("n_points", [16, 64, 90])
def test_natural_trap_then_natural_dispersion_is_the_fourier_transform(n_points: int) -> None:
    """For even N, whose periodic dispersion is again a chirp."""
    grid = pe.TimeGrid(n_points, spacing=0.3)
    scale = pe.NaturalScale(grid)
    strength, kinetic = (TRAP.natural_unit(k, scale) for k in ("strength", "kinetic"))
    field = random_field(n_points)
    out = pe.propagate(
        field,
        TRAP,
        {
            "kinetic": torch.tensor([0.0, kinetic], dtype=torch.float64),
            "g": 0.0,
            "strength": torch.tensor([strength, 0.0], dtype=torch.float64),
        },
        grid,
        check_sampling=False,
    )
    centred = torch.fft.fftshift(torch.fft.fft(torch.fft.ifftshift(field), norm="ortho"))
    # amplitudes of order one after two transforms
    torch.testing.assert_close(out.abs(), centred.abs(), atol=1e-12, rtol=0)


def test_natural_lattice_shows_each_cell_its_own_spectrum() -> None:
    """A tone in one cell lights one spot of that cell, at the place of its frequency."""
    period, cells = 64, 4
    grid = pe.TimeGrid(period * cells)
    equation = pe.GrossPitaevskii(pe.OpticalLattice(period))
    scale = pe.NaturalScale(grid)
    strength, kinetic = (equation.natural_unit(k, scale) for k in ("strength", "kinetic"))
    cell = (grid.t >= -32) & (grid.t < 32)
    k = 12
    tone = torch.exp(2j * math.pi * k * grid.t / period) * cell
    out = pe.propagate(
        tone,
        equation,
        {
            "kinetic": torch.tensor([0.0, kinetic], dtype=torch.float64),
            "g": 0.0,
            "strength": torch.tensor([strength, 0.0], dtype=torch.float64),
        },
        grid,
        check_sampling=False,
    )
    # exp(+i omega t) moves by -beta2 omega, which is +kinetic omega
    assert float(grid.t[out.abs().argmax()]) == k
