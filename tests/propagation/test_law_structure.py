"""What is found out of laws by trying them, whatever their authors write."""

import threading
from dataclasses import dataclass
from typing import Any

import pytest
import torch

import physembed as pe
from physembed.physics import CoefficientValues, MasterEquation
from physembed.physics.usual_coefficients import group_velocity_dispersion, kerr_nonlinearity
from physembed.propagation.gradients.autograd import run_plain
from physembed.propagation.gradients.on_chip import run_on_chip
from physembed.propagation.law_derivatives import Law, forward_mode_is_free
from physembed.propagation.law_structure import structure_of
from physembed.propagation.schedule import make_schedule
from tests.propagation.test_on_chip import DEVICE, needs_triton, poisoned, random_field

__all__ = ["poisoned"]

GRID = pe.TimeGrid(256)


@dataclass(frozen=True)
class Glass(MasterEquation):
    """A fibre, of which others change a part."""

    local_phase_is_affine = True

    beta2 = group_velocity_dispersion()
    gamma = kerr_nonlinearity()
    depth = pe.Coefficient("depth", unit="1/length")

    def linear_symbol(self, omega: torch.Tensor, c: CoefficientValues) -> torch.Tensor:
        return 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return c.depth * torch.cos(t / 9) + c.gamma * intensity


class Root(Glass):
    """No number for half of all coefficients."""

    def linear_symbol(self, omega: torch.Tensor, c: CoefficientValues) -> torch.Tensor:
        return 0.5j * torch.sqrt(c.beta2) * omega**2


class Threshold(Glass):
    """A potential that begins beyond twenty."""

    local_phase_is_affine = True

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return torch.relu(c.depth - 20) * torch.cos(t / 9) + c.gamma * intensity


class FarThreshold(Glass):
    """As before, beyond all that is tried."""

    local_phase_is_affine = True

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return torch.relu(c.depth - 1e6) * torch.cos(t / 9) + c.gamma * intensity


class Clipped(Glass):
    """Affine up to an intensity of five."""

    local_phase_is_affine = True

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return c.depth * torch.cos(t / 9) + c.gamma * intensity.clamp(max=5.0)


class Neighbouring(Glass):
    """Every point's phase is also the next one's."""

    local_phase_is_affine = True

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return c.depth * torch.cos(t / 9) + c.gamma * (intensity + intensity.roll(1, -1)) / 2


class Refusing(Glass):
    """No coefficient below zero is accepted."""

    def linear_symbol(self, omega: torch.Tensor, c: CoefficientValues) -> torch.Tensor:
        if bool((c.beta2 < 0).any()):
            raise ValueError("beta2 must be positive")
        return 0.5j * c.beta2 * omega**2


class Unhashable(Glass):
    """As a dataclass that is not frozen is."""

    __hash__ = None  # type: ignore[assignment]


NAMES = ("beta2", "gamma", "depth")


@needs_triton
@pytest.mark.parametrize(
    ("equation", "values"),
    [
        (Root(), {"beta2": 0.3, "gamma": 0.2, "depth": 0.1}),
        (Threshold(), {"beta2": 0.3, "gamma": 0.2, "depth": 300.0}),
    ],
    ids=["root", "threshold"],
)
def test_no_derivative_is_taken_for_none(
    equation: MasterEquation, values: dict[str, float]
) -> None:
    """Where a law has no number for some coefficients, or begins far from where others act."""
    field, weight = (random_field(1, 2, 256, seed=seed).to(DEVICE) for seed in (1, 2))
    results = []
    for run, dtype in ((run_plain, torch.complex128), (run_on_chip, torch.complex64)):
        leaves = {
            k: torch.full((2,), v, dtype=torch.float64, device=DEVICE, requires_grad=True)
            for k, v in values.items()
        }
        left = run(field.to(dtype), equation, leaves, GRID, make_schedule("lie", 2))
        (left * weight.to(dtype)).real.sum().backward()
        results.append({k: leaf.grad for k, leaf in leaves.items()} | {"left": left.detach()})
    exact, single = results
    for name, expected in exact.items():
        apart = (single[name].to(expected) - expected).norm()
        assert float(apart / expected.norm()) < 1e-5, name


@pytest.mark.parametrize("equation", [FarThreshold(), Refusing(), Unhashable()], ids=type)
def test_what_is_not_found_out_is_not_taken_to_be_known(equation: MasterEquation) -> None:
    assert structure_of(equation, NAMES, GRID) is None


@pytest.mark.parametrize("equation", [Clipped(), Neighbouring()], ids=type)
def test_a_phase_that_is_no_polynomial_of_each_points_intensity(equation: MasterEquation) -> None:
    structure = structure_of(equation, NAMES, GRID)
    assert structure is not None
    assert not structure.is_polynomial


def test_a_law_is_found_out_as_it_is() -> None:
    structure = structure_of(Glass(), NAMES, GRID)
    assert structure is not None
    assert (structure.symbols, structure.potentials) == (("beta2",), ("depth",))
    assert structure.slopes == ("gamma",)
    assert structure.has_potential
    assert structure.is_polynomial
    assert structure.gain_is_flat
    assert structure.slope_is_flat


def test_threads_take_derivatives_one_after_another() -> None:
    """torch has one level of forward mode for all of a process."""
    equation = pe.GrossPitaevskii(pe.HarmonicTrap())
    names = tuple(equation.coefficients)
    law, each = Law(equation, names), torch.eye(len(names), dtype=torch.float64)
    coefficients = torch.rand(1, 4, len(names), dtype=torch.float64)
    expected = law.symbol(coefficients, GRID.omega, each)[1]
    told: list[bool] = []

    def work() -> None:
        for k in range(20):
            found = structure_of(equation, names, pe.TimeGrid(32 + 2 * k))
            same = torch.equal(law.symbol(coefficients, GRID.omega, each)[1], expected)
            told.append(found is not None and same and forward_mode_is_free())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 60
    assert all(told)
