"""What coefficients' sizes tell is never less than what is there, and no warning is lost by it."""

import math
import warnings

import pytest
import torch

import physembed as pe
from physembed.propagation import sampling
from physembed.propagation.bounds import (
    AT_REST,
    DELAY,
    GAIN,
    KERR,
    PHASE,
    TURN,
    bounds_of,
    coefficient_rows,
)
from physembed.propagation.step_error import FixedSteps

GRID = pe.TimeGrid(128, spacing=0.2)
LATTICE = pe.GrossPitaevskii(pe.OpticalLattice(period=3.2, cells="sin2"))
MEDIA = [
    (pe.NonlinearSchrodinger(), ("alpha", "beta2", "gamma", "beta3", "beta4")),
    (pe.GrossPitaevskii(pe.PolynomialPotential(3)), ("kinetic", "g", "a1", "a2", "a3")),
    (LATTICE, ("kinetic", "g", "strength", "phase")),
    (pe.ComplexGinzburgLandau(), ("beta2", "gamma")),
]
PULSES = [1 / torch.cosh(GRID.t), torch.exp(-((GRID.t - 3) ** 2)), torch.ones(128)]


def drawn(names: tuple[str, ...], seed: int) -> dict[str, torch.Tensor]:
    """Of three layers, each coefficient of its own order of magnitude, and some nothing."""
    generator = torch.Generator().manual_seed(seed)

    def normal(n: int) -> torch.Tensor:
        return torch.randn(n, generator=generator, dtype=torch.float64)

    some = torch.rand(len(names), generator=generator) < 0.8
    return {
        name: float(is_there) * normal(3) * 10 ** normal(1)
        for name, is_there in zip(names, some, strict=True)
    }


@pytest.mark.parametrize(("equation", "names"), MEDIA[:2])
def test_no_law_does_more_than_its_bounds(equation: pe.MasterEquation, names) -> None:
    for seed in range(20):
        steps = FixedSteps(equation, drawn(names, seed), GRID, "lie", (1.0, 2.0, 0.5), 2)
        bounds = steps.bounds
        assert bounds is not None and bounds.most == bounds.of_layers.max(axis=0).tolist()
        delay = 0.0
        for c, length, sizes in zip(steps.layers, steps.lengths, bounds.of_layers, strict=True):
            symbol = sampling.symbol_over(torch.ones(128), equation, GRID, c)
            slope = torch.diff(torch.fft.fftshift(symbol.imag)).abs().max()
            rate = equation.local_phase(torch.ones(128).double(), GRID.t, c)
            rate = rate - equation.local_phase(torch.zeros(128).double(), GRID.t, c)
            at_least = {
                GAIN: symbol.real.abs().max(),
                PHASE: symbol.imag.abs().max(),
                TURN: (symbol - symbol[0]).imag.abs().max(),
                DELAY: slope / (2 * math.pi),
                KERR: rate.abs().max(),
            }
            delay += length * float(at_least[DELAY])
            # what the intensity adds is read beside a potential, and rounded with it
            for column, size in at_least.items():
                assert sizes[column] >= (1 - 1e-12) * float(size) - 1e-14 * sizes[AT_REST], column
        assert bounds.delay(steps.lengths) >= (1 - 1e-12) * delay


@pytest.mark.parametrize("scheme", ["lie", "strang"])
@pytest.mark.parametrize(("equation", "names"), MEDIA)
def test_the_warnings_are_those_of_looking_at_every_point(
    monkeypatch, equation: pe.MasterEquation, names, scheme: str
) -> None:
    def told(medium: dict[str, torch.Tensor], field: torch.Tensor, steps: int) -> list[str]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                pe.propagate(
                    field, equation, medium, GRID, scheme=scheme, steps_per_layer=steps,
                    layer_length=0.2,
                )  # fmt: skip
            except pe.errors.InvalidInputError as error:
                return [str(error)]
        return [str(warning.message) for warning in caught]

    said = 0
    for seed in range(6):
        medium = drawn(names, seed)
        for shape in PULSES:
            field = shape.to(torch.complex64)
            with monkeypatch.context() as patch:
                by_sizes = told(medium, field, 1 + seed % 3)
                patch.setattr(FixedSteps, "bounds", None)
                assert told(medium, field, 1 + seed % 3) == by_sizes
            said += len(by_sizes)
    assert said > 2


def test_what_is_not_known_is_no_bound() -> None:
    """A law that is not linear, a plane's delay, a function that torch transforms."""

    def of(equation: pe.MasterEquation, grid=GRID, **values: float):
        tensors = {name: torch.tensor(value).double() for name, value in values.items()}
        rows = coefficient_rows(tensors, 2)
        assert rows is not None and rows.shape == (2, len(values))
        return bounds_of(equation, rows, tuple(values), grid)

    fibre = {"alpha": 0.0, "beta2": 0.0, "gamma": 1.0, "beta3": 0.0, "beta4": 0.0}
    assert of(pe.LugiatoLefever(), alpha=0.1, detuning=0.1, beta2=1.0, gamma=1.0, drive=0.0) is None
    plane = of(pe.NonlinearSchrodinger(), pe.PlaneGrid(8, 8), **fibre)
    assert plane is not None and plane.most[DELAY] == plane.most[KERR] == math.inf
    line = of(pe.NonlinearSchrodinger(), **fibre)
    assert line is not None and line.most[KERR] == 1.0 and line.are_exact(is_split=True)
    assert not line.are_exact(is_split=False)
    seen = []
    torch.func.grad(lambda x: seen.append(coefficient_rows({"a": x}, 1)) or x)(torch.tensor(1.0))
    assert seen == [None]
