"""The table of equations: conventions, natural units, local laws, and a user's own equation."""

import inspect
import math
from types import SimpleNamespace

import pytest
import torch

import physembed as pe
from physembed.physics import EQUATIONS

LINE = pe.TimeGrid(48, spacing=0.25)
PLANE = pe.PlaneGrid(8, 12, spacing=0.5)


def values_of(equation: pe.MasterEquation, value: float = 0.3) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            name: torch.tensor([value + 0.1 * k], dtype=torch.float64)
            for k, name in enumerate(equation.coefficients)
        }
    )


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(shape, dtype=torch.complex128, generator=torch.Generator().manual_seed(3))


def field_for(equation: pe.MasterEquation) -> torch.Tensor:
    return noise(2, 48) if equation.needs_channels else noise(48)


@pytest.mark.parametrize("name", EQUATIONS)
def test_equation_is_documented(name: str) -> None:
    """The docstring holds the equation, its coefficients and a source; coefficients have units."""
    equation = EQUATIONS[name]()
    text = inspect.getdoc(EQUATIONS[name]) or ""
    assert "∂" in text.splitlines()[0]
    assert "=" in text.splitlines()[0]
    assert "References" in text
    for coefficient in EQUATIONS[name].__mro__[0].__dict__.values():
        if isinstance(coefficient, pe.Coefficient):
            assert f"``{coefficient.name}``" in text
    for coefficient in equation.coefficients.values():
        assert coefficient.description
        assert coefficient.unit


@pytest.mark.parametrize("name", EQUATIONS)
def test_natural_units_shrink_with_the_layer(name: str) -> None:
    """Coefficients per length halve when the layer doubles; pure numbers and times stay."""
    equation = EQUATIONS[name]()
    for coefficient_name, coefficient in equation.coefficients.items():
        short = equation.natural_unit(coefficient_name, pe.NaturalScale(LINE, layer_length=1.0))
        long = equation.natural_unit(coefficient_name, pe.NaturalScale(LINE, layer_length=2.0))
        assert short > 0
        unit = coefficient.unit
        per_length = "length" in unit.split("/")[-1] or unit in {
            "position²/time",
            "1/(density time)",
        }
        assert long == pytest.approx(short / 2 if per_length else short, rel=1e-12)


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("spacing", [0.1, 3.0])
def test_natural_dispersion_delays_the_edge_of_the_band_by_half_the_window(
    order: int, spacing: float
) -> None:
    """The delay is dφ/dω of the symbol, by autograd."""
    equation = pe.NonlinearSchrodinger()
    grid = pe.TimeGrid(64, spacing)
    scale = pe.NaturalScale(grid, layer_length=1.7)
    c = SimpleNamespace(**dict.fromkeys(equation.coefficients, torch.zeros(1, dtype=torch.float64)))
    natural = equation.natural_unit(f"beta{order}", scale)
    setattr(c, f"beta{order}", torch.tensor([natural], dtype=torch.float64))
    edge = torch.tensor([math.pi / spacing], dtype=torch.float64, requires_grad=True)
    phase = equation.linear_symbol(edge, c).imag * 1.7
    (delay,) = torch.autograd.grad(phase.sum(), edge)
    assert float(delay.abs()) == pytest.approx(grid.window / 2, rel=1e-12)


@pytest.mark.parametrize("name", EQUATIONS)
def test_linear_part_of_a_lossless_equation_is_a_phase(name: str) -> None:
    """With every loss and filter at zero the symbol is imaginary; a loss makes it negative."""
    equation = EQUATIONS[name]()
    c = values_of(equation)
    lossy = [k for k in ("alpha", "loss", "filtering") if k in equation.coefficients]
    for k in lossy:
        setattr(c, k, torch.zeros(1, dtype=torch.float64))
    assert float(torch.as_tensor(equation.linear_symbol(LINE.omega, c)).real.abs().max()) == 0.0
    for k in lossy:
        setattr(c, k, torch.full((1,), 0.5, dtype=torch.float64))
        assert float(equation.linear_symbol(LINE.omega, c).real.min()) < 0.0
        setattr(c, k, torch.zeros(1, dtype=torch.float64))


@pytest.mark.parametrize("name", EQUATIONS)
def test_conservative_local_law_keeps_the_intensity_of_every_point(name: str) -> None:
    """Re(E* dE/dz) = 0 exactly where the local law is a phase, and somewhere not where it isn't."""
    equation = EQUATIONS[name]()
    field = field_for(equation)
    rate = equation.local_derivative(field, LINE, values_of(equation))
    change = (field.conj() * rate).real.abs().max()
    if equation.is_conservative:
        # one rounding of each product
        assert float(change) < 1e-13
    else:
        assert float(change) > 1e-3


@pytest.mark.parametrize("name", EQUATIONS)
def test_phase_of_the_carrier_is_free_unless_a_drive_sets_it(name: str) -> None:
    """N(E exp(iφ)) = N(E) exp(iφ): the symmetry behind the conservation of energy."""
    equation = EQUATIONS[name]()
    c = values_of(equation)
    if hasattr(c, "drive"):
        c.drive = torch.zeros(1, dtype=torch.float64)
    field = field_for(equation)
    turn = complex(math.cos(1.1), math.sin(1.1))
    turned = equation.local_derivative(field * turn, LINE, c)
    # a few roundings of numbers of order ten
    torch.testing.assert_close(
        turned, equation.local_derivative(field, LINE, c) * turn, rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("name", [k for k, v in EQUATIONS.items() if v.local_phase_is_affine])
def test_affine_phase_is_affine(name: str) -> None:
    """What the fused kernels rely on: phi(I) = phi(0) + I (phi(1) - phi(0))."""
    equation = EQUATIONS[name]()
    c = values_of(equation)
    intensity = torch.linspace(0, 5, 48, dtype=torch.float64)
    dark, unit = (
        equation.local_phase(torch.full_like(intensity, i), LINE.t, c) for i in (0.0, 1.0)
    )
    torch.testing.assert_close(
        equation.local_phase(intensity, LINE.t, c),
        dark + intensity * (unit - dark),
        rtol=1e-13,
        atol=1e-13,
    )


@pytest.mark.parametrize("name", [k for k, v in EQUATIONS.items() if v().local_phase_is_linear])
def test_linear_phase_is_linear(name: str) -> None:
    """What the tables of sums rely on: phi of two media together is the sum of theirs."""
    equation = EQUATIONS[name]()
    assert equation.local_phase_is_affine
    c = values_of(equation)
    other = SimpleNamespace(**{k: 3 * v**2 - 1 for k, v in vars(c).items()})
    both = SimpleNamespace(**{k: v + getattr(other, k) for k, v in vars(c).items()})
    intensity = torch.linspace(0, 5, 48, dtype=torch.float64)
    one, two, together = (equation.local_phase(intensity, LINE.t, x) for x in (c, other, both))
    torch.testing.assert_close(one + two, together, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", EQUATIONS)
def test_linear_symbols_are_linear(name: str) -> None:
    equation = EQUATIONS[name]()
    if not equation.symbol_is_linear:
        pytest.skip("does not claim to be linear")
    c = values_of(equation)
    other = SimpleNamespace(**{k: 3 * v**2 - 1 for k, v in vars(c).items()})
    both = SimpleNamespace(**{k: v + getattr(other, k) for k, v in vars(c).items()})
    one, two, together = (equation.linear_symbol(LINE.omega, x) for x in (c, other, both))
    torch.testing.assert_close(one + two, together, rtol=1e-13, atol=1e-13)


def test_an_affine_equation_is_conservative() -> None:
    """The fused kernels apply a phase: an equation with gain must not claim the affine form."""
    for equation in EQUATIONS.values():
        assert equation().is_conservative or not equation.local_phase_is_affine


@pytest.mark.parametrize("name", EQUATIONS)
def test_isotropic_symbols_are_even_and_others_are_refused_in_the_plane(name: str) -> None:
    equation = EQUATIONS[name]()
    c = values_of(equation)
    values = {k: v[0] for k, v in vars(c).items()}
    if not equation.is_isotropic:
        with pytest.raises(pe.InvalidInputError, match="no meaning on PlaneGrid"):
            equation.check(values, PLANE)
        return
    if "beta3" in values:
        with pytest.raises(pe.InvalidInputError, match="beta3 must be zero in the plane"):
            equation.check(values, PLANE)
        c.beta3 = values["beta3"] = torch.zeros(1, dtype=torch.float64)
    equation.check(values, PLANE)
    torch.testing.assert_close(
        equation.linear_symbol(LINE.omega, c),
        equation.linear_symbol(-LINE.omega, c),
        rtol=0,
        atol=0,
    )


def test_raman_response_is_the_transform_of_a_causal_function_of_unit_area() -> None:
    """h(t) = (τ1² + τ2²)/(τ1 τ2²) exp(-t/τ2) sin(t/τ1) for t ≥ 0, with the kernel exp(-iωt)."""
    equation = pe.GeneralisedNonlinearSchrodinger()
    tau1, tau2 = equation.tau1, equation.tau2
    dt = 1e-5
    t = torch.arange(0, 1.0, dt, dtype=torch.float64)
    h = (tau1**2 + tau2**2) / (tau1 * tau2**2) * torch.exp(-t / tau2) * torch.sin(t / tau1)
    omega = torch.tensor([0.0, 20.0, -50.0, 82.0, 200.0], dtype=torch.float64)
    kernel = torch.exp(-1j * omega[:, None] * t)
    # the rectangle rule is of second order for a function that starts from zero: h'(0) dt²/12 is
    # 1e-6 of an area of one
    torch.testing.assert_close(
        equation.response(omega), (kernel * h).sum(-1) * dt, rtol=0, atol=1e-5
    )
    # silica's gain peaks near 13.2 THz, on the red side: Im h > 0 at negative omega
    scan = torch.linspace(1.0, 150.0, 1000, dtype=torch.float64)
    peak = float(scan[(-equation.response(scan).imag).argmax()]) / (2 * math.pi)
    assert peak == pytest.approx(13.2, abs=0.7)


@pytest.mark.parametrize("name", ["tau1", "tau2"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, "fast"])
def test_bad_raman_times_are_named(name: str, value: object) -> None:
    with pytest.raises(pe.InvalidInputError, match=f"{name} must be a positive"):
        pe.GeneralisedNonlinearSchrodinger(**{name: value})


def test_bad_potential_is_named() -> None:
    with pytest.raises(pe.InvalidInputError, match="potential must be a Potential"):
        pe.GrossPitaevskii("trap")


class SwiftHohenberg(pe.MasterEquation):
    """∂E/∂z = r E - (1 + ∂²/∂t²)² E - |E|² E: an equation that physembed does not ship."""

    r = pe.Coefficient("distance from threshold", unit="1/length")

    def linear_symbol(self, omega: torch.Tensor, c: SimpleNamespace) -> torch.Tensor:
        return c.r - (1 - omega**2) ** 2

    def local_derivative(
        self, field: torch.Tensor, grid: pe.TimeGrid, c: SimpleNamespace
    ) -> torch.Tensor:
        return -(field.abs() ** 2) * field


def test_a_users_equation_in_twenty_lines() -> None:
    """Its roll exp(it) settles at |E|² = r, the exact amplitude."""
    grid = pe.TimeGrid(64, spacing=2 * math.pi / 16)
    start = 0.1 * torch.polar(torch.ones(64, dtype=torch.float64), grid.t)
    r = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    out = pe.propagate(
        start, SwiftHohenberg(), {"r": r}, grid, layer_length=30.0, steps_per_layer=600,
        scheme="strang", check_sampling=False,
    )  # fmt: skip
    # the splitting error of the amplitude is of the order r² h² / 12, 3e-5
    torch.testing.assert_close(
        out.abs(), torch.full((64,), math.sqrt(0.4), dtype=torch.float64), rtol=1e-4, atol=0
    )
    out.abs().square().mean().backward()
    # d|E|²/dr = 1
    assert float(r.grad) == pytest.approx(1.0, rel=1e-3)


class Rotation(pe.MasterEquation):
    """∂E/∂z = i E ∂/∂t: an equation without any coefficient."""

    def linear_symbol(self, omega: torch.Tensor, c: SimpleNamespace) -> torch.Tensor:
        return 1j * omega


def test_an_equation_without_coefficients_or_local_law() -> None:
    """∂E/∂z = ∂E/∂t moves the field by z to earlier times; six points of 0.25 here."""
    field = noise(48)
    out = pe.propagate(field, Rotation(), {}, LINE, layer_length=1.5, check_sampling=False)
    torch.testing.assert_close(out, field.roll(-6), rtol=0, atol=1e-13)
