"""The table of potentials: their formulas, units, smoothness and sums."""

import math
from types import SimpleNamespace

import pytest
import torch

import physembed as pe
from physembed.physics import POTENTIALS

GRID = pe.TimeGrid(60, spacing=0.25)
T = GRID.t

EXAMPLES: dict[str, pe.Potential] = {
    "harmonic-trap": pe.HarmonicTrap(),
    "optical-lattice": pe.OpticalLattice(2.5),
    "polynomial": pe.PolynomialPotential(3),
    "free-form": pe.FreeFormPotential(6, GRID.window),
    "sum": pe.HarmonicTrap() + pe.OpticalLattice(2.5, cells="sin2"),
}


def example(name: str) -> pe.Potential:
    assert name in EXAMPLES, f"list the new potential {name!r} in tests/physics/test_potentials.py"
    return EXAMPLES[name]


def with_values(**values: float) -> SimpleNamespace:
    return SimpleNamespace(**{k: torch.tensor([v], dtype=torch.float64) for k, v in values.items()})


@pytest.mark.parametrize("name", POTENTIALS)
def test_every_coefficient_shapes_the_potential(name: str) -> None:
    """V is real, of the grid's shape, zero without strength, and every coefficient moves it."""
    potential = example(name)
    names = list(potential.coefficients)
    zero = potential(T, with_values(**dict.fromkeys(names, 0.0)))
    assert float(torch.as_tensor(zero).abs().max()) == 0.0
    values = {
        k: torch.tensor([0.4 + 0.1 * n], dtype=torch.float64, requires_grad=True)
        for n, k in enumerate(names)
    }
    v = potential(T, SimpleNamespace(**values))
    assert v.shape == T.shape
    assert v.dtype == torch.float64
    weights = torch.linspace(-1, 2, GRID.n_points, dtype=torch.float64) ** 3
    gradients = torch.autograd.grad((weights * v).sum(), list(values.values()))
    assert all(float(g.abs()) > 1e-6 for g in gradients)


@pytest.mark.parametrize("name", POTENTIALS)
def test_potential_in_the_plane_is_the_sum_along_both_axes(name: str) -> None:
    potential = example(name)
    grid = pe.PlaneGrid(60, 60, spacing=0.25)
    c = with_values(**{k: 0.3 + 0.1 * n for n, k in enumerate(potential.coefficients)})
    plane = potential.over((grid.y, grid.x), c)
    line = potential(T, c)
    torch.testing.assert_close(plane, line[:, None] + line[None, :], rtol=1e-14, atol=0)


@pytest.mark.parametrize("name", POTENTIALS)
def test_linear_potentials_are_linear(name: str) -> None:
    """And no other one is: V of two sets of coefficients together is the sum of theirs."""
    potential = example(name)
    a = {k: 0.3 + 0.1 * n for n, k in enumerate(potential.coefficients)}
    b = {k: 0.7 - 0.2 * n for n, k in enumerate(potential.coefficients)}
    one, two = potential(T, with_values(**a)), potential(T, with_values(**b))
    together = potential(T, with_values(**{k: a[k] + b[k] for k in a}))
    assert torch.allclose(one + two, together, rtol=1e-12, atol=1e-12) is potential.is_linear


@pytest.mark.parametrize("name", POTENTIALS)
def test_natural_units_are_inverse_to_the_layers_length(name: str) -> None:
    potential = example(name)
    for k, coefficient in potential.coefficients.items():
        one = potential.natural_unit(k, pe.NaturalScale(GRID, layer_length=1.0))
        three = potential.natural_unit(k, pe.NaturalScale(GRID, layer_length=3.0))
        per_length = "length" in coefficient.unit
        assert three == pytest.approx(one / 3 if per_length else one, rel=1e-12)


def test_trap_and_polynomial_are_their_formulas() -> None:
    trap = pe.HarmonicTrap()(T, with_values(strength=0.7, centre=-1.5))
    torch.testing.assert_close(trap, 0.7 * (T + 1.5) ** 2, rtol=1e-14, atol=0)
    polynomial = pe.PolynomialPotential(3)(T, with_values(a1=0.5, a2=-0.2, a3=0.03))
    expected = 0.5 * T - 0.2 * T**2 + 0.03 * T**3
    torch.testing.assert_close(polynomial, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("phase", [0.0, 1.3, -2.9])
@pytest.mark.parametrize("cells", ["parabolic", "sin2"])
def test_lattice_repeats_has_its_site_at_the_phase_and_the_traps_curvature(
    cells: str, phase: float
) -> None:
    period = 2.5
    lattice = pe.OpticalLattice(period, cells=cells)
    c = with_values(strength=0.8, phase=phase)
    # one period is ten points
    v = lattice(T, c)
    torch.testing.assert_close(v.roll(10), v, rtol=0, atol=1e-12)
    site = torch.tensor([period * phase / (2 * math.pi)], dtype=torch.float64)
    assert float(lattice(site, c)) == pytest.approx(0.0, abs=1e-14)
    near = torch.tensor([-1e-3, 1e-3], dtype=torch.float64) + site
    # s u² at a site; sin² departs from it by (π u / P)² / 3, 5e-7
    torch.testing.assert_close(
        lattice(near, c), torch.full((2,), 0.8e-6, dtype=torch.float64), rtol=1e-6, atol=0
    )
    # half a period away is the ridge
    ridge = float(lattice(site + period / 2, c))
    height = 0.8 * (period / 2) ** 2 if cells == "parabolic" else 0.8 * (period / math.pi) ** 2
    assert ridge == pytest.approx(height, rel=1e-9)
    assert float(lattice(T, c).max()) <= height * (1 + 1e-12)


@pytest.mark.parametrize("n_points", [4, 5, 9])
@pytest.mark.parametrize("window_points", [60, 61])
def test_free_form_is_a_periodic_twice_differentiable_spline(
    n_points: int, window_points: int
) -> None:
    grid = pe.TimeGrid(window_points, spacing=0.25)
    potential = pe.FreeFormPotential(n_points, grid.window)
    names = list(potential.coefficients)
    # B-splines sum to one: equal control values give a flat potential
    flat = potential(grid.t, with_values(**dict.fromkeys(names, 0.7)))
    torch.testing.assert_close(flat, torch.full_like(flat, 0.7), rtol=1e-13, atol=0)
    values = {k: math.sin(2.0 + 3.1 * n) for n, k in enumerate(names)}
    c = with_values(**values)
    v = potential(grid.t, c)
    assert min(values.values()) <= float(v.min())
    assert float(v.max()) <= max(values.values())
    torch.testing.assert_close(potential(grid.t + grid.window, c), v, rtol=0, atol=1e-12)
    # across the window's edge the second derivative is continuous: the third difference stays small
    edge = grid.window / 2
    h = 1e-3
    around = potential(edge + h * torch.arange(-3, 4, dtype=torch.float64), c)
    third = around.diff(n=3).abs().max() / h**2
    # a jump of the second derivative would leave it at that jump, of order (K/window)² ~ 0.1;
    # continuous, it is the third derivative times h
    assert float(third) < 20 * h * (n_points / grid.window) ** 3 + 1e-8


def test_free_form_of_a_natural_cosine_follows_it() -> None:
    """Control values cos(2πk/K) give a cosine times the spline's transfer, (2 + cos(2π/K))/3."""
    count = 12
    potential = pe.FreeFormPotential(count, GRID.window)
    c = with_values(**{f"v{k + 1}": math.cos(2 * math.pi * k / count) for k in range(count)})
    expected = (2 + math.cos(2 * math.pi / count)) / 3
    # control point k sits at k windows/K from the left end, so the first one is a maximum there
    level = float(potential(torch.tensor([-GRID.window / 2], dtype=torch.float64), c))
    assert level == pytest.approx(expected, rel=1e-12)


def test_sum_names_and_adds_its_terms() -> None:
    lattice = pe.OpticalLattice(2.5)
    total = pe.HarmonicTrap() + lattice + pe.OpticalLattice(5.0) + pe.PolynomialPotential(1)
    assert list(total.coefficients) == [
        "trap_strength",
        "trap_centre",
        "lattice1_strength",
        "lattice1_phase",
        "lattice2_strength",
        "lattice2_phase",
        "polynomial_a1",
    ]
    c = with_values(
        trap_strength=0.2,
        trap_centre=1.0,
        lattice1_strength=0.7,
        lattice1_phase=0.3,
        lattice2_strength=-0.4,
        lattice2_phase=0.0,
        polynomial_a1=0.5,
    )
    expected = (
        pe.HarmonicTrap()(T, with_values(strength=0.2, centre=1.0))
        + lattice(T, with_values(strength=0.7, phase=0.3))
        + pe.OpticalLattice(5.0)(T, with_values(strength=-0.4, phase=0.0))
        + 0.5 * T
    )
    torch.testing.assert_close(total(T, c), expected, rtol=1e-13, atol=1e-13)


def test_a_potential_adds_only_to_a_potential() -> None:
    with pytest.raises(TypeError):
        pe.HarmonicTrap() + 1.0


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: pe.OpticalLattice(0.0), "period must be a positive"),
        (lambda: pe.OpticalLattice("2"), "period must be a positive"),
        (lambda: pe.OpticalLattice(2.0, cells="sin"), "Did you mean 'sin2'"),
        (lambda: pe.PolynomialPotential(0), "degree must be an integer from 1 to 8, got 0"),
        (lambda: pe.PolynomialPotential(True), "degree must be an integer"),
        (lambda: pe.PolynomialPotential(2.0), "degree must be an integer"),
        (lambda: pe.FreeFormPotential(3, 1.0), "n_points must be an integer of at least 4, got 3"),
        (lambda: pe.FreeFormPotential(4.0, 1.0), "n_points must be an integer"),
        (lambda: pe.FreeFormPotential(4, math.nan), "length must be a positive"),
        (lambda: pe.FreeFormPotential(4, "long"), "length must be a positive"),
        (lambda: pe.SumOfPotentials(()), "terms must be potentials"),
        (lambda: pe.SumOfPotentials((1.0,)), "terms must be potentials"),
        (lambda: pe.FreeFormPotential(4, 3.0).check(GRID), "length must be the window.* 15.0"),
        (
            lambda: pe.FreeFormPotential(4, 15.0).check(pe.PlaneGrid(30, 60, 0.25)),
            "square plane",
        ),
        (
            lambda: (pe.HarmonicTrap() + pe.FreeFormPotential(4, 3.0)).check(GRID),
            "length must be the window",
        ),
    ],
)
def test_bad_potentials_are_named(build, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        build()
