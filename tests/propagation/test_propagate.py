"""Propagation against closed forms, conserved quantities and symmetries."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck

import physembed as pe
from physembed.physics import EQUATIONS, NaturalScale
from physembed.propagation import SCHEMES

# random fields fill the whole window and band on purpose
pytestmark = pytest.mark.filterwarnings("ignore::physembed.SamplingWarning")

GRID = pe.TimeGrid(256, spacing=0.15)
FIBRE = pe.NonlinearSchrodinger()
TRAP = pe.GrossPitaevskii(pe.HarmonicTrap())


def relative_error(field: torch.Tensor, expected: torch.Tensor) -> float:
    return float((field - expected).norm() / expected.norm())


def gaussian(grid: pe.TimeGrid = GRID, width: float = 1.0) -> torch.Tensor:
    return torch.exp(-(grid.t**2) / (2 * width**2)).to(torch.complex128)


def energy(field: torch.Tensor) -> torch.Tensor:
    return field.abs().square().sum(dim=-1)


@pytest.mark.parametrize(
    ("scheme", "steps", "tolerance"), [("strang", 1000, 1e-6), ("yoshida4", 2000, 1e-10)]
)
def test_soliton_keeps_its_shape_and_turns_its_phase(
    scheme: str, steps: int, tolerance: float
) -> None:
    """sech(t) exp(iz/2) solves the equation with beta2 = -1, gamma = 1 (Agrawal, eq. 5.2.16)."""
    grid = pe.TimeGrid(2048, 80 / 2048)
    soliton = (1 / torch.cosh(grid.t)).to(torch.complex128)
    out = pe.propagate(
        soliton,
        FIBRE,
        {"alpha": 0.0, "beta2": -1.0, "gamma": 1.0},
        grid,
        layer_length=math.pi / 2,
        steps_per_layer=steps,
        scheme=scheme,
    )
    phase = torch.tensor(1j * math.pi / 4, dtype=torch.complex128).exp()
    assert relative_error(out, soliton * phase) < tolerance


@pytest.mark.parametrize("beta2", [-1.5, 0.7])
def test_gaussian_broadens_as_in_the_closed_form(beta2: float) -> None:
    """Agrawal, eq. 3.2.7, for a pulse of unit width; its sign of beta2 is ours."""
    z = 2.0
    q = 1 - 1j * beta2 * z
    expected = torch.exp(-(GRID.t**2) / (2 * q)) / q**0.5
    out = pe.propagate(gaussian(), FIBRE, {"beta2": beta2, "gamma": 0.0}, GRID, layer_length=z)
    # the tail at the window's edge, exp(-19.2^2 / 20), wraps round
    assert relative_error(out, expected) < 1e-6


def test_self_phase_modulation_turns_the_phase_by_the_intensity() -> None:
    """With beta2 = 0: E exp(-alpha z / 2) exp(i gamma |E|^2 z) for alpha = 0 (Agrawal, 4.1.4)."""
    field = gaussian() * 1.3
    out = pe.propagate(field, FIBRE, {"beta2": 0.0, "gamma": 2.0}, GRID, layer_length=0.7)
    expected = field * torch.exp(1j * 2.0 * field.abs().square() * 0.7)
    assert relative_error(out, expected) < 1e-14


def test_attenuation_takes_energy_by_exp_minus_alpha_z() -> None:
    out = pe.propagate(
        gaussian(), FIBRE, {"alpha": 0.3, "beta2": -1.0, "gamma": 0.0}, GRID, layer_length=2.0
    )
    assert float(energy(out) / energy(gaussian())) == pytest.approx(math.exp(-0.6), rel=1e-12)


def test_ground_state_of_the_trap_only_turns_its_phase() -> None:
    """V = s x^2 with kinetic k: frequency w = sqrt(2 s k), width sqrt(k / w), energy w / 2."""
    strength, kinetic, z = 0.5, 0.8, 3.0
    frequency = math.sqrt(2 * strength * kinetic)
    ground = gaussian(width=math.sqrt(kinetic / frequency))
    out = pe.propagate(
        ground,
        TRAP,
        {"kinetic": kinetic, "g": 0.0, "strength": strength},
        GRID,
        layer_length=z,
        steps_per_layer=400,
        scheme="yoshida4",
    )
    phase = torch.tensor(-1j * frequency * z / 2, dtype=torch.complex128).exp()
    assert relative_error(out, ground * phase) < 1e-8


@pytest.mark.parametrize("n_points", [16, 64, 90])
def test_natural_trap_then_natural_dispersion_is_the_fourier_transform(n_points: int) -> None:
    """For even N, whose periodic dispersion is again a chirp."""
    grid = pe.TimeGrid(n_points, spacing=0.3)
    scale = NaturalScale(grid)
    strength, kinetic = (TRAP.natural_unit(k, scale) for k in ("strength", "kinetic"))
    field = torch.randn(n_points, dtype=torch.complex128, generator=torch.manual_seed(0))
    out = pe.propagate(
        field,
        TRAP,
        {
            "kinetic": torch.tensor([0.0, kinetic], dtype=torch.float64),
            "g": 0.0,
            "strength": torch.tensor([strength, 0.0], dtype=torch.float64),
        },
        grid,
    )
    centred = torch.fft.fftshift(torch.fft.fft(torch.fft.ifftshift(field), norm="ortho"))
    torch.testing.assert_close(out.abs(), centred.abs(), atol=1e-12, rtol=0)


def test_natural_lattice_shows_each_cell_its_own_spectrum() -> None:
    """A tone in one cell lights one spot of that cell, at the place of its frequency."""
    period, cells = 64, 4
    grid = pe.TimeGrid(period * cells)
    equation = pe.GrossPitaevskii(pe.OpticalLattice(period))
    scale = NaturalScale(grid)
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
    )
    brightest = grid.t[out.abs().argmax()]
    assert abs(float(brightest)) == k


@pytest.mark.parametrize("scheme", SCHEMES)
def test_observed_order_is_the_schemes(scheme: str) -> None:
    """Halving the step divides the error by 2^order, over four step sizes."""
    coefficients = {"beta2": -1.0, "gamma": 1.0}
    field = gaussian(width=1.2) * 1.1
    fine = pe.propagate(field, FIBRE, coefficients, GRID, steps_per_layer=800, scheme="yoshida4")
    errors = [
        relative_error(
            pe.propagate(field, FIBRE, coefficients, GRID, steps_per_layer=n, scheme=scheme), fine
        )
        for n in (8, 16, 32, 64)
    ]
    orders = [math.log2(a / b) for a, b in itertools.pairwise(errors)]
    # the first pair is not yet asymptotic for the fourth order
    assert orders[-2:] == pytest.approx([SCHEMES[scheme].order] * 2, abs=0.1)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("steps", [1, 3])
def test_half_steps_are_taken_exactly_once(scheme: str, steps: int) -> None:
    """A linear medium is exact in any scheme; a half step twice or not at all would show."""
    coefficients = {"beta2": torch.tensor([-1.0, 0.6]), "gamma": 0.0}
    out = pe.propagate(gaussian(), FIBRE, coefficients, GRID, steps_per_layer=steps, scheme=scheme)
    once = pe.propagate(gaussian(), FIBRE, {"beta2": -0.4, "gamma": 0.0}, GRID)
    # float32 coefficients: 0.6 is not exact
    assert relative_error(out, once) < 1e-6


@pytest.mark.parametrize("scheme", SCHEMES)
def test_layers_returned_are_those_of_shorter_cascades(scheme: str) -> None:
    beta2 = torch.tensor([-1.0, 0.5, 0.25], dtype=torch.float64)
    layers = pe.propagate(
        gaussian(), FIBRE, {"beta2": beta2, "gamma": 1.0}, GRID, scheme=scheme, return_layers=True
    )
    assert layers.shape == (3, GRID.n_points)
    for n in (1, 2, 3):
        shorter = pe.propagate(
            gaussian(), FIBRE, {"beta2": beta2[:n], "gamma": 1.0}, GRID, scheme=scheme
        )
        assert relative_error(layers[n - 1], shorter) < 1e-13


def coefficients_of(equation: pe.MasterEquation, values: list[float]) -> dict[str, float]:
    return dict(zip(equation.coefficients, values, strict=False))


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(sorted(EQUATIONS)),
    values=st.lists(st.floats(-2, 2), min_size=3, max_size=3),
    phase=st.floats(0, 2 * math.pi),
    seed=st.integers(0, 1000),
)
def test_symmetries_and_energy(name: str, values: list[float], phase: float, seed: int) -> None:
    equation = EQUATIONS[name]()
    coefficients = coefficients_of(equation, values) | {"alpha": 0.0}
    coefficients = {k: v for k, v in coefficients.items() if k in equation.coefficients}
    grid = pe.TimeGrid(64, 0.2)
    if not equation.is_conservative or equation.needs_channels:
        return
    fields = torch.randn(3, 64, dtype=torch.complex128, generator=torch.manual_seed(seed))
    out = pe.propagate(fields, equation, coefficients, grid, steps_per_layer=2)
    # rounding of some hundred operations
    torch.testing.assert_close(energy(out), energy(fields), rtol=1e-12, atol=0)
    turned = pe.propagate(
        fields * torch.tensor(1j * phase).to(torch.complex128).exp(),
        equation,
        coefficients,
        grid,
        steps_per_layer=2,
    )
    torch.testing.assert_close(turned.abs(), out.abs(), rtol=1e-9, atol=1e-10)
    alone = pe.propagate(fields[1], equation, coefficients, grid, steps_per_layer=2)
    torch.testing.assert_close(alone, out[1], rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", EQUATIONS)
def test_gradients_of_field_and_coefficients(name: str, scheme: str) -> None:
    equation = EQUATIONS[name]()
    grid = pe.TimeGrid(8, 0.5)
    generator = torch.manual_seed(0)
    field = torch.randn(2, 8, dtype=torch.complex128, generator=generator, requires_grad=True)
    names = list(equation.coefficients)
    values = [
        # positive and small: omega reaches 6, and a negative filtering or saturation diverges
        (0.05 * torch.rand(2, dtype=torch.float64, generator=generator)).requires_grad_()
        for _ in names
    ]

    def run(field: torch.Tensor, *values: torch.Tensor) -> torch.Tensor:
        coefficients = dict(zip(names, values, strict=True))
        return pe.propagate(field, equation, coefficients, grid, scheme=scheme)

    assert gradcheck(run, (field, *values))


def test_condensate_without_trap_is_a_fibre() -> None:
    condensate = pe.propagate(gaussian(), TRAP, {"kinetic": 0.7, "g": -0.4, "strength": 0.0}, GRID)
    fibre = pe.propagate(gaussian(), FIBRE, {"beta2": -0.7, "gamma": 0.4}, GRID)
    assert relative_error(condensate, fibre) < 1e-14


def test_single_precision_follows_double_in_a_strong_trap() -> None:
    """Phases of thousands of radians must not be rounded in float32 before they are wrapped."""
    grid = pe.TimeGrid(4096)
    scale = NaturalScale(grid)
    coefficients = {k: TRAP.natural_unit(k, scale) for k in ("strength", "kinetic")} | {"g": 0.1}
    field = torch.randn(4096, dtype=torch.complex128, generator=torch.manual_seed(0))
    double = pe.propagate(field, TRAP, coefficients, grid)
    single = pe.propagate(field.to(torch.complex64), TRAP, coefficients, grid)
    assert single.dtype == torch.complex64
    # a dozen operations of relative rounding 6e-8 on 4,096-point transforms
    assert relative_error(single.to(torch.complex128), double) < 2e-6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coefficients": {"beta2": 1.0, "gama": 1.0}}, "'gama'.*Did you mean 'gamma'"),
        ({"coefficients": {"beta2": 1.0}}, "'gamma'.*is missing"),
        ({"coefficients": {"beta2": float("nan"), "gamma": 1.0}}, "'beta2' must be finite"),
        ({"coefficients": {"beta2": 1j, "gamma": 1.0}}, "'beta2' must be real"),
        ({"coefficients": {"beta2": "one", "gamma": 1.0}}, "'beta2' must be a number"),
        ({"coefficients": {"beta2": torch.ones(2, 2), "gamma": 1.0}}, r"shape \(\) or \(n_layers"),
        (
            {"coefficients": {"beta2": torch.ones(2), "gamma": torch.ones(3)}},
            "disagree on the number of layers: beta2: 2, gamma: 3",
        ),
        ({"field": torch.ones(256)}, "field must be complex64 or complex128"),
        ({"field": torch.ones(8, dtype=torch.complex64)}, "256 points"),
        ({"field": [1.0]}, "field must be a torch tensor"),
        ({"scheme": "strange"}, "Did you mean 'strang'"),
        ({"layer_length": 0.0}, "layer_length must be a positive"),
        ({"steps_per_layer": 0}, "steps_per_layer must be an integer"),
        ({"equation": "nlse"}, "equation must be a MasterEquation"),
    ],
)
def test_bad_arguments_are_named(change: dict, message: str) -> None:
    arguments = {
        "field": gaussian(),
        "equation": FIBRE,
        "coefficients": {"beta2": 1.0, "gamma": 1.0},
        "grid": GRID,
    } | change
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.propagate(**arguments)
