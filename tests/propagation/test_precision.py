"""Single precision, odd grids and every way to write a coefficient."""

import math

import numpy as np
import pytest
import torch
from cases import LINE, NAMES, case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES

FIBRE = pe.NonlinearSchrodinger()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMES)
def test_single_precision_follows_double(name: str, scheme: str) -> None:
    options = {"scheme": scheme, "steps_per_layer": 10}
    single = case(name).run(case(name).field(torch.complex64), **options)
    assert single.dtype == torch.complex64
    # thirty passes of relative rounding 6e-8
    assert relative_error(single.to(torch.complex128), case(name).run(**options)) < 3e-6


@pytest.mark.parametrize("unit", [1.0, 30.0])
def test_phases_of_thousands_of_radians_are_not_rounded(unit: float) -> None:
    """In float32 a phase of 10⁴ rad has an error of 10⁻³: it must be wrapped before it is cast."""
    grid = pe.TimeGrid(4096)
    trap = pe.GrossPitaevskii()
    scale = pe.NaturalScale(grid)
    coefficients = {k: unit * trap.natural_unit(k, scale) for k in ("strength", "kinetic")}
    field = random_field(4096)
    options = {"check_sampling": False}
    double = pe.propagate(field, trap, coefficients | {"g": 0.1}, grid, **options)
    single = pe.propagate(
        field.to(torch.complex64), trap, coefficients | {"g": 0.1}, grid, **options
    )
    # a dozen operations of relative rounding 6e-8 on 4,096-point transforms
    assert relative_error(single.to(torch.complex128), double) < 2e-6


@pytest.mark.parametrize("n_points", [2, 3, 5, 63, 65, 97, 127])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_any_number_of_points(n_points: int, scheme: str) -> None:
    """Odd and prime grids keep energy, and go there and back."""
    grid = pe.TimeGrid(n_points, 0.3)
    medium = {"beta2": -0.8, "beta3": 0.1, "gamma": 0.9}
    field = random_field(n_points)
    options = {"scheme": scheme, "steps_per_layer": 3, "check_sampling": False}
    out = pe.propagate(field, FIBRE, medium, grid, **options)
    back = pe.propagate(out, FIBRE, medium, grid, inverse=True, **options)
    # some dozen transforms
    assert float(out.norm()) == pytest.approx(float(field.norm()), rel=1e-13, abs=0)
    assert relative_error(back, field) < 1e-12


def test_an_odd_grid_carries_the_same_physics() -> None:
    """255 points and 256 points over the same pulse."""
    values = []
    for n in (255, 256):
        grid = pe.TimeGrid(n, 0.15)
        out = pe.propagate(
            torch.exp(-(grid.t**2) / 2).to(torch.complex128),
            FIBRE,
            {"beta2": -0.8, "beta3": 0.2, "gamma": 0.9},
            grid,
            steps_per_layer=50,
            scheme="strang",
        )
        # the middle 200 points are at the same times
        values.append(out[n // 2 - 100 : n // 2 + 100])
    # tails of 1e-9 wrap round at different places
    assert relative_error(values[0], values[1]) < 1e-7


SPELLINGS = {
    "float": 0.75,
    "numpy float64": np.float64(0.75),
    "numpy float32": np.float32(0.75),
    "numpy 0-d array": np.array(0.75),
    "numpy array": np.array([0.75]),
    "numpy array read backwards": np.array([0.25, 0.75])[::-1][:1],
    "numpy float16 array": np.array([0.75], dtype=np.float16),
    "list": [0.75],
    "tuple": (0.75,),
    "0-d tensor": torch.tensor(0.75),
    "float32 tensor": torch.tensor([0.75]),
    "float64 tensor": torch.tensor([0.75], dtype=torch.float64),
    "bfloat16 tensor": torch.tensor([0.75], dtype=torch.bfloat16),
    "parameter": torch.nn.Parameter(torch.tensor([0.75])),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_coefficient_may_be_written_in_any_way(spelling: str) -> None:
    """0.75 is exact in every format, so the results are too."""
    entry = case("nonlinear-schrodinger")
    expected = entry.run(coefficients={"gamma": torch.tensor(0.75, dtype=torch.float64)})
    out = entry.run(coefficients={"gamma": SPELLINGS[spelling]})
    torch.testing.assert_close(out.detach(), expected, rtol=0, atol=0)
    assert out.requires_grad is (spelling == "parameter")


@pytest.mark.parametrize("value", [1, np.int64(1), torch.tensor(1), torch.tensor([1])])
def test_a_coefficient_may_be_an_integer(value: object) -> None:
    entry = case("nonlinear-schrodinger")
    out, expected = (entry.run(coefficients={"gamma": v}) for v in (value, 1.0))
    torch.testing.assert_close(out, expected, rtol=0, atol=0)


def test_a_reversed_array_is_read_in_its_order() -> None:
    entry = case("nonlinear-schrodinger")
    backwards = np.array([0.1, 0.5, 0.9])[::-1]
    expected = entry.run(coefficients={"gamma": [0.9, 0.5, 0.1]})
    torch.testing.assert_close(
        entry.run(coefficients={"gamma": backwards}), expected, rtol=0, atol=0
    )


def test_a_float_keeps_its_double_precision() -> None:
    """0.1 is not 0.1 in single precision."""
    field = random_field(64)
    out = pe.propagate(field, FIBRE, {"beta2": 0.0, "gamma": 0.1}, LINE, check_sampling=False)
    phase = 0.1 * field.abs() ** 2
    # two transforms; float32 coefficients would leave 1e-9
    assert relative_error(out, field * torch.polar(torch.ones_like(phase), phase)) < 1e-14


@pytest.mark.parametrize("number", [np.float32(0.5), np.float64(0.5), 0.5])
def test_lengths_and_spacings_may_be_numpys(number: object) -> None:
    grid = pe.TimeGrid(np.int64(64), spacing=number)
    field = random_field(64)
    out = pe.propagate(
        field,
        FIBRE,
        {"beta2": -0.3, "gamma": 0.2},
        grid,
        layer_length=number,
        steps_per_layer=np.int64(2),
        check_sampling=False,
    )
    expected = pe.propagate(
        field,
        FIBRE,
        {"beta2": -0.3, "gamma": 0.2},
        pe.TimeGrid(64, 0.5),
        layer_length=0.5,
        steps_per_layer=2,
        check_sampling=False,
    )
    torch.testing.assert_close(out, expected, rtol=0, atol=0)


def test_natural_units_do_not_depend_on_the_grids_unit() -> None:
    """In picoseconds or in femtoseconds, a dimensionless medium does the same."""
    field = random_field(64)
    outs = []
    for spacing in (0.01, 10.0):
        grid = pe.TimeGrid(64, spacing)
        for name in ("gross-pitaevskii", "nonlinear-schrodinger"):
            equation = pe.GrossPitaevskii() if name.startswith("gross") else FIBRE
            scale = pe.NaturalScale(grid)
            medium = {
                k: 0.3 * equation.natural_unit(k, scale)
                for k, v in equation.coefficients.items()
                if v.default is None
            }
            outs.append(pe.propagate(field, equation, medium, grid, check_sampling=False))
    # phases of up to 0.3 π 64 / 4 rad, rounded differently
    assert relative_error(outs[2], outs[0]) < 1e-12
    assert relative_error(outs[3], outs[1]) < 1e-12
    assert math.isfinite(float(outs[0].norm()))
