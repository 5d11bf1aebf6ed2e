"""Which cascades leave the chip of a GPU is said once; asked of fields on the CPU."""

import warnings
from dataclasses import dataclass
from typing import Any

import pytest
import torch
import torch.autograd.forward_ad as forward_mode

import physembed as pe
from physembed.physics import CoefficientValues, MasterEquation
from physembed.physics.equations.named_equations import ALL_EQUATIONS
from physembed.physics.potentials.named_potentials import POTENTIALS
from physembed.propagation.gradients import on_chip, ways
from tests.propagation.test_on_chip import needs_triton, random_coefficients, random_field


@dataclass(frozen=True)
class Own(MasterEquation):
    """A law of one's own: a phase in proportion to |E|²."""

    local_phase_is_affine = True

    width = pe.Coefficient("width", unit="time")

    def linear_symbol(self, omega: torch.Tensor, c: CoefficientValues) -> torch.Tensor:
        return 1j * torch.exp(-((c.width * omega) ** 2))

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return c.width * intensity


class Filtering(Own):
    local_phase_is_affine = True

    def linear_symbol(self, omega: torch.Tensor, c: CoefficientValues) -> torch.Tensor:
        return -((c.width * omega) ** 2)


class Gated(Own):
    local_phase_is_affine = True

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return torch.exp(-((t / c.width) ** 2)) * intensity


class _Backwards(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, width: torch.Tensor) -> torch.Tensor:
        return width.clone()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
        return grad


class Backwards(Own):
    local_phase_is_affine = True

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return _Backwards.apply(c.width) * intensity


class Saturating(Own):
    local_phase_degree = 2

    def local_phase(self, intensity: torch.Tensor, t: Any, c: CoefficientValues) -> torch.Tensor:
        return c.width * intensity / (1 + intensity)


def stays_on_chip(
    equation: MasterEquation, n_points: int = 256, dtype: torch.dtype = torch.complex64
) -> bool:
    """Whether a GPU would keep a cascade on its chip; what is said is said here too."""
    grid = pe.TimeGrid(n_points)
    values = random_coefficients(equation, grid, 2, seed=1)
    field = random_field(3, n_points, seed=2).to(dtype)
    return ways._stays_on_chip(field, equation, values, grid, "auto")


@needs_triton
@pytest.mark.parametrize(
    ("cascade", "why"),
    [
        (
            (pe.NonlinearSchrodinger(), 300),
            r"of 300 points \(.* such as 512 by a wider guard_band,",
        ),
        (
            (pe.NonlinearSchrodinger(), 9000),
            r"of 9,000 points \(a power of two from 256 to 8,192 s",
        ),
        ((pe.NonlinearSchrodinger(), 256, torch.complex128), "of a torch.complex128 field"),
        (
            (pe.ComplexGinzburgLandau(),),
            r"for ComplexGinzburgLandau, whose local law is no phase V\(t\) \+ s \|E\|² \+ ...",
        ),
        ((Filtering(),), "where a gain depends on frequency, which cannot be divided out"),
        ((Gated(),), "where the nonlinearity depends on time"),
        (
            (Saturating(),),
            "for Saturating, whose local phase is not, to rounding, of the degree that it says",
        ),
        ((Backwards(),), "for Backwards, whose law is not found out by trying it"),
        (
            (pe.GrossPitaevskii(pe.HarmonicTrap() + pe.FreeFormPotential(13, 256.0)),),
            "of more than 16 coefficients",
        ),
    ],
    ids=[
        "length",
        "too long",
        "precision",
        "equation",
        "gain",
        "gate",
        "saturation",
        "forwards",
        "many coefficients",
    ],
)
def test_why_a_cascade_leaves_the_chip_is_said_once(
    monkeypatch: pytest.MonkeyPatch, cascade: tuple, why: str
) -> None:
    monkeypatch.setattr(ways, "_said_off_chip", set())
    with pytest.warns(ways.OffChipNotice, match=rf"^a cascade {why}.* takes longer\.$"):
        assert not stays_on_chip(*cascade)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ways.OffChipNotice)
        assert not stays_on_chip(*cascade)
        # one that stays says nothing
        assert stays_on_chip(pe.NonlinearSchrodinger())


def test_without_triton_every_cascade_leaves_the_chip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_said_off_chip", set())
    monkeypatch.setattr(on_chip, "has_triton", lambda: False)
    with pytest.warns(ways.OffChipNotice, match=r"without triton \(pip install 'physembed\[gpu\]'"):
        assert not stays_on_chip(pe.NonlinearSchrodinger())


ON_CHIP = {
    "nonlinear-schrodinger",
    "gross-pitaevskii",
    "cubic-quintic",
    "fractional-schrodinger",
}
WITH_ARGUMENTS: dict[str, MasterEquation] = {
    name: pe.GrossPitaevskii(potential)
    for name, potential in {
        "optical-lattice": pe.OpticalLattice(period=16.0),
        "free-form": pe.FreeFormPotential(5, 256.0),
        "sum": pe.HarmonicTrap() + pe.OpticalLattice(period=16.0, cells="sin2"),
    }.items()
}


@needs_triton
@pytest.mark.parametrize("name", POTENTIALS)
def test_a_condensate_in_any_potential_stays_on_the_chip(name: str) -> None:
    equation = WITH_ARGUMENTS.get(name) or pe.GrossPitaevskii(POTENTIALS[name]())
    with warnings.catch_warnings():
        warnings.simplefilter("error", ways.OffChipNotice)
        assert stays_on_chip(equation)


@needs_triton
@pytest.mark.parametrize("name", ALL_EQUATIONS)
def test_every_phase_of_powers_of_the_intensity_stays_on_the_chip(name: str) -> None:
    equation = ALL_EQUATIONS[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ways.OffChipNotice)
        stays = stays_on_chip(equation)
    assert stays == (name in ON_CHIP)


@needs_triton
def test_an_own_law_stays_on_the_chip() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ways.OffChipNotice)
        assert stays_on_chip(Own())


@needs_triton
@pytest.mark.parametrize(
    ("equation", "is_graphed"),
    [(pe.NonlinearSchrodinger(), True), (Gated(), True), (Backwards(), False)],
    ids=["linear", "curved", "forwards"],
)
def test_off_the_chip_tables_are_made_on_the_device(
    equation: MasterEquation, is_graphed: bool
) -> None:
    grid = pe.TimeGrid(300)
    values = random_coefficients(equation, grid, 2, seed=1)
    for value in values.values():
        value.requires_grad_()
    rows = random_field(1, 3, 300, seed=2).to(torch.complex64)
    assert ways._is_graphed(rows, values, equation, grid) == is_graphed


@needs_triton
def test_where_torch_takes_derivatives_forwards_another_way_is_taken_and_nothing_said() -> None:
    equation = pe.GrossPitaevskii(pe.OpticalLattice(period=17.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error", ways.OffChipNotice)
        with forward_mode.dual_level():
            assert not stays_on_chip(equation)
        assert stays_on_chip(equation)
