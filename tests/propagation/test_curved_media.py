"""Media on a GPU that are not linear in coefficients or in |E|²: the same kernels, tables by row.

Where there is no GPU, Triton's interpreter runs them on the CPU (``conftest.py``).
"""

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch

import physembed as pe
from physembed.physics import CoefficientValues, MasterEquation
from physembed.physics.usual_coefficients import group_velocity_dispersion, kerr_nonlinearity
from physembed.propagation.arranged_medium import arrange
from physembed.propagation.gradients.autograd import run_plain
from physembed.propagation.gradients.on_chip import run_on_chip
from physembed.propagation.kernels.digit_order import PLANS, Plan
from physembed.propagation.law_derivatives import Law, degree_of, powers_of
from physembed.propagation.law_structure import structure_of
from physembed.propagation.schedule import make_schedule
from tests.propagation.test_on_chip import (
    DEVICE,
    FEW,
    LIE,
    assert_single_precision,
    errors,
    needs_triton,
    poisoned,
    random_coefficients,
    random_field,
)

__all__ = ["poisoned"]

TRAP = pe.GrossPitaevskii(pe.HarmonicTrap())
LATTICE = pe.GrossPitaevskii(pe.OpticalLattice(period=5.0))
WAVE = pe.GrossPitaevskii(pe.OpticalLattice(period=5.0, cells="sin2"))
SUM = pe.GrossPitaevskii(pe.HarmonicTrap() + pe.OpticalLattice(period=5.0))
FRACTIONAL = pe.FractionalSchrodinger(time_unit=0.5)


@dataclass(frozen=True)
class Septic(MasterEquation):
    """A trap and a phase up to |E|⁶, whose coefficients act together."""

    local_phase_degree = 3
    symbol_is_linear = True

    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    depth = pe.Coefficient("depth", unit="1/length", span=(-1, 1))

    def linear_symbol(self, omega: torch.Tensor, c: CoefficientValues) -> torch.Tensor:
        return 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        bent = c.gamma * c.depth * intensity**2 + c.gamma**2 * intensity**3 / 50
        return c.depth * torch.cos(t * c.depth) + c.gamma * intensity + bent / 50


OFF_CHIP_TOO = {
    "trap": TRAP,
    "lattice": LATTICE,
    "standing wave": WAVE,
    "sum": SUM,
    "symbol": FRACTIONAL,
}
MEDIA = OFF_CHIP_TOO | {"quintic": pe.CubicQuintic(), "septic": Septic()}
GRID = pe.TimeGrid(16)


@pytest.mark.parametrize("name", MEDIA)
def test_derivatives_are_those_of_the_law(name: str) -> None:
    """Taken forwards, against those that are taken backwards; two members of three layers."""
    equation = MEDIA[name]
    names = tuple(equation.coefficients)
    values = random_coefficients(equation, GRID, 2, 3, seed=4)
    leaves = {k: v[..., None].clone().requires_grad_() for k, v in values.items()}
    c = pe.physics.CoefficientValues(**leaves)
    symbol = equation.linear_symbol(GRID.omega, c).expand(2, 3, 16)
    intensity = 0.7 * torch.arange(4, dtype=torch.float64)[:, None, None, None] + 0.1
    phase = equation.local_phase(intensity.expand(-1, 2, 3, 16), GRID.t, c)
    expected = (symbol.real, symbol.imag, *phase.expand(-1, 2, 3, 16))

    coefficients = torch.stack(list(values.values()), dim=-1)
    law, each = Law(equation, names), torch.eye(len(names), dtype=torch.float64)
    tables, of_tables = law.symbol(coefficients, GRID.omega, each)
    found = [(tables.real, of_tables.real), (tables.imag, of_tables.imag)]
    powers = powers_of(degree_of(equation))
    phases, of_phases = law.phase(coefficients, GRID.t, each, powers)
    # the polynomial that they are, at other intensities
    for one in intensity.flatten():
        weights = one ** torch.arange(len(powers), dtype=torch.float64)
        found.append(tuple(torch.tensordot(weights, x, 1) for x in (phases, of_phases)))

    weight = torch.randn(2, 3, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    for (table, derivatives), other in zip(found, expected, strict=True):
        torch.testing.assert_close(table, other.detach())
        if not other.requires_grad:
            assert not derivatives.any()
            continue
        gradients = torch.autograd.grad(
            other, list(leaves.values()), weight, allow_unused=True, retain_graph=True
        )
        for derivative, gradient in zip(derivatives, gradients, strict=True):
            pulled = (weight * derivative).sum(dim=-1, keepdim=True)
            wanted = torch.zeros_like(pulled) if gradient is None else gradient
            torch.testing.assert_close(pulled, wanted, rtol=1e-10, atol=1e-10)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("scheme", [LIE, ("strang", 2)], ids=["lie", "strang"])
@pytest.mark.parametrize("name", MEDIA)
def test_a_cascade_and_its_adjoint(name: str, scheme: tuple[str, int]) -> None:
    relative_errors = errors(MEDIA[name], FEW, shape=(3,), scheme=scheme, n_layers=2)
    assert_single_precision(relative_errors, layers=2 * scheme[1])


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("shapes", [((), (2,), (2,)), ((2, 2), (2, 1), ())])
def test_coefficients_of_any_shape(shapes: tuple[tuple[int, ...], ...]) -> None:
    """Shared by all layers or by all members, and some of them fixed, as a network has them."""
    grid, schedule = pe.TimeGrid(256), make_schedule("lie", 2)
    of_members = max(shapes, key=len)
    n_members = of_members[0] if len(of_members) == 2 else 1
    given = dict(zip(("kinetic", "strength", "centre"), (0.3, 2e-3, 5.0), strict=True))
    values = {
        name: value * (1 + 0.1 * torch.arange(max(1, math.prod(shape))).double().reshape(shape))
        for (name, value), shape in zip(given.items(), shapes, strict=True)
    }
    values["g"] = torch.tensor(0.2, dtype=torch.float64)
    field = random_field(n_members, 1, 256, seed=6)

    def gradients(dtype: torch.dtype, device: str) -> list[torch.Tensor]:
        leaves = {k: v.clone().to(device).requires_grad_(k != "g") for k, v in values.items()}
        rows = field.to(dtype).to(device)
        run = run_on_chip if dtype == torch.complex64 else run_plain
        left = run(rows, TRAP, leaves, grid, schedule)
        wanted = [leaf for leaf in leaves.values() if leaf.requires_grad]
        found = torch.autograd.grad(left.abs().square().cos().sum(), wanted)
        return [gradient.cpu() for gradient in found]

    single, expected = gradients(torch.complex64, DEVICE), gradients(torch.complex128, "cpu")
    for gradient, other in zip(single, expected, strict=True):
        assert gradient.shape == other.shape
        assert float((gradient - other).norm() / other.norm()) < 2e-5


@needs_triton
def test_a_trap_and_its_adjoint() -> None:
    assert_single_precision(errors(TRAP, FEW, shape=(1,), n_layers=2), layers=2)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("n_points", PLANS)
def test_every_length(n_points: int) -> None:
    found = errors(TRAP, PLANS[n_points], shape=(1,), n_layers=1)
    # a sum over one case and one layer may cancel another digit: plain complex64 is off by 4e-5 in
    # g of another draw of 8,192 points
    assert max(found.values()) < 5e-5
    assert_single_precision({name: found[name] for name in ("left", "field")}, layers=1)


@pytest.mark.slow
@needs_triton
def test_a_step_of_two_layers_has_derivatives_of_both() -> None:
    found = errors(FRACTIONAL, PLANS[256], shape=(1,), scheme=("strang", 1), n_layers=2)
    assert_single_precision(found, layers=2)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize(
    ("name", "plan"),
    [("lattice", FEW), ("symbol", FEW), ("septic", FEW), ("lattice", 300), ("symbol", 300)],
)
def test_members_of_an_ensemble_have_their_own_coefficients(name: str, plan: Plan | int) -> None:
    found = errors(MEDIA[name], plan, shape=(2, 3), scheme=("strang", 1), n_layers=2)
    assert_single_precision(found, layers=2)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("wanted", [("centre",), ("g", "strength"), ("kinetic",)])
@pytest.mark.parametrize("plan", [FEW, 300], ids=["on chip", "off the chip"])
def test_only_what_is_wanted_is_summed(plan: Plan | int, wanted: tuple[str, ...]) -> None:
    found = errors(TRAP, plan, shape=(1,), wanted=wanted, n_layers=2)
    assert set(found) == {"left", "field", *wanted}
    assert_single_precision(found, layers=2)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("name", OFF_CHIP_TOO)
def test_cascades_of_other_lengths_leave_the_chip(name: str) -> None:
    # more points than a program computes, and no multiple of them
    found = errors(MEDIA[name], 300, shape=(3,), scheme=("strang", 1), n_layers=2)
    assert_single_precision(found, layers=2)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize(
    ("equation", "plan", "scheme", "shape", "n_layers"),
    [
        (TRAP, FEW, ("strang", 1), (3,), 2),
        (FRACTIONAL, FEW, ("strang", 2), (2, 1), 2),
        # in groups of ten passes
        (TRAP, FEW, LIE, (1,), 23),
        (Septic(), FEW, ("strang", 1), (2, 1), 2),
        (SUM, 300, ("strang", 1), (2, 1), 2),
        (FRACTIONAL, 300, LIE, (3,), 2),
    ],
    ids=["trap", "symbol", "deep", "septic", "sum off the chip", "symbol off the chip"],
)
def test_all_that_is_read_was_written(
    poisoned: list[torch.dtype],
    equation: MasterEquation,
    plan: Plan | int,
    scheme: tuple[str, int],
    shape: tuple[int, ...],
    n_layers: int,
) -> None:
    found = errors(equation, plan, shape=shape, scheme=scheme, n_layers=n_layers)
    assert torch.float64 in poisoned
    assert_single_precision(found, layers=2 * n_layers)


@pytest.mark.parametrize(
    ("name", "plan"),
    [*((name, PLANS[256]) for name in MEDIA), *((name, None) for name in OFF_CHIP_TOO)],
)
def test_tables_wait_for_nothing(name: str, plan: Plan | None) -> None:
    """On a device without numbers whoever asks for one is refused, as is what lies elsewhere."""
    equation, grid = MEDIA[name], pe.TimeGrid(256)
    names = tuple(equation.coefficients)
    schedule = make_schedule("strang", 3)
    arrays = arrange(equation, names, grid, schedule, n_layers=3, plan=plan, wanted=names)
    coefficients = torch.rand(2, 3, len(names), dtype=torch.float64).to("meta")
    arrays = arrays.to("meta")
    # what is linear is made by kernels, which have no such device
    for part in (arrays.phase, *(() if equation.symbol_is_linear else (arrays.symbol,))):
        tables = part.tables(coefficients, derivatives=True)
        assert all(table.device.type == "meta" for table in tables if table is not None)


def test_coefficients_act_where_they_stand() -> None:
    structure = structure_of(TRAP, ("kinetic", "g", "strength", "centre"), GRID)
    assert structure is not None
    assert structure.symbols == ("kinetic",)
    assert structure.slopes == ("g",)
    assert structure.potentials == ("strength", "centre")
    assert structure.has_potential
    assert structure.is_polynomial
    assert structure.gain_is_flat
    assert structure.slope_is_flat
