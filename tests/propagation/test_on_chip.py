"""Cascades that stay on the chip of a GPU agree with the readable ones in complex128.

Where there is no GPU, Triton's interpreter runs the same kernels on the CPU (``conftest.py``).
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import physembed as pe
from physembed.physics import Grid, MasterEquation
from physembed.propagation.arranged_medium import arrange
from physembed.propagation.gradients import on_chip
from physembed.propagation.gradients.autograd import run_plain
from physembed.propagation.gradients.graphed import run_graphed
from physembed.propagation.kernels import has_triton
from physembed.propagation.kernels.digit_order import PLANS, Plan, frequencies
from physembed.propagation.schedule import make_schedule

ON_GPU = torch.cuda.is_available()
DEVICE = "cuda" if ON_GPU else "cpu"
needs_triton = pytest.mark.skipif(
    not has_triton(), reason="triton is not installed: pip install 'physembed[gpu]'"
)
LIE = ("lie", 1)
FEW = PLANS[256] if ON_GPU else Plan((4, 4), 1)
"""Sixteen points for what is the same at any length: Triton's interpreter takes a tenth of the
time."""


def random_field(*shape: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.complex128, generator=generator)


def random_coefficients(
    equation: MasterEquation, grid: Grid, *shape: int, seed: int
) -> dict[str, torch.Tensor]:
    """Of phases of some tenths of a radian a layer, both signs."""
    generator = torch.Generator().manual_seed(seed)
    scale = pe.physics.NaturalScale(grid, mean_intensity=2.0)
    return {
        name: 0.3
        * equation.natural_unit(name, scale)
        * (0.2 + torch.rand(shape, dtype=torch.float64, generator=generator))
        for name in equation.coefficients
    }


def errors(
    equation: MasterEquation,
    plan: Plan | int,
    *,
    shape: tuple[int, ...] = (3,),
    scheme: tuple[str, int] = LIE,
    n_layers: int = 3,
    wanted: tuple[str, ...] | None = None,
) -> dict[str, float]:
    """Relative errors of the field that leaves and of every gradient, in single precision.

    ``plan`` may be a number of points, which then leave the chip. ``shape`` is (rows,), or
    (members, rows) of an ensemble.
    """
    n_points = plan if isinstance(plan, int) else plan.n_points
    grid = pe.TimeGrid(n_points)
    ensemble = shape[:-1]
    values = random_coefficients(equation, grid, *ensemble, n_layers, seed=1)
    names = tuple(values)
    wanted = names if wanted is None else wanted
    schedule = make_schedule(scheme[0], n_layers, steps_per_layer=scheme[1])
    field = random_field(*shape, n_points, seed=2)
    weight = random_field(*shape, n_points, seed=3)

    def gradients(field: torch.Tensor, run: object) -> dict[str, torch.Tensor]:
        entered = field.clone().requires_grad_()
        leaves = {k: v.clone().to(DEVICE if run else "cpu") for k, v in values.items()}
        for name in wanted:
            leaves[name].requires_grad_()
        left = run(entered, leaves) if run else run_plain(entered, equation, leaves, grid, schedule)
        (left * weight.to(left)).real.sum().backward()
        of_coefficients = {name: leaves[name].grad.cpu() for name in wanted}
        return {"left": left.detach(), "field": entered.grad, **of_coefficients}

    def run(entered: torch.Tensor, leaves: dict[str, torch.Tensor]) -> torch.Tensor:
        if isinstance(plan, int):
            rows = entered.reshape(max(1, math.prod(ensemble)), -1, n_points)
            return run_graphed(rows, equation, leaves, grid, schedule).reshape(entered.shape)
        arrays = arrange(
            equation, names, grid, schedule, n_layers=n_layers, plan=plan, wanted=wanted
        ).to(DEVICE)
        n_members = math.prod(ensemble)
        stacked = torch.stack([v.expand(n_members, n_layers) for v in leaves.values()], dim=-1)
        rows = entered.reshape(n_members, -1, plan.n_points)
        return on_chip.run_arrays(rows, stacked, arrays).reshape(entered.shape)

    expected = gradients(field, None)
    single = gradients(field.to(torch.complex64).to(DEVICE), run)
    return {
        name: float((single[name].cpu() - expected[name]).norm() / expected[name].norm())
        for name in expected
    }


def assert_single_precision(relative_errors: dict[str, float], layers: int = 3) -> None:
    # some ten roundings of 6e-8 a layer in the field; sums over cases cancel, and lose a digit more
    limits = {"left": 1e-6, "field": 2e-6}
    for name, error in relative_errors.items():
        assert error < limits.get(name, 1e-5) * math.sqrt(layers), name


def test_every_frequency_has_one_place() -> None:
    for plan in PLANS.values():
        order = torch.from_numpy(frequencies(plan.radices))
        assert torch.equal(order.sort().values, torch.arange(plan.n_points))


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("n_points", [256, 512])
def test_a_cascade_and_its_adjoint(n_points: int) -> None:
    assert_single_precision(errors(pe.NonlinearSchrodinger(), PLANS[n_points]))


@needs_triton
@pytest.mark.slow
@pytest.mark.parametrize("n_points", [n for n in PLANS if n > 512])
def test_long_cascades_and_their_adjoints(n_points: int) -> None:
    # from layer to layer nothing depends on the length
    relative_errors = errors(pe.NonlinearSchrodinger(), PLANS[n_points], shape=(1,), n_layers=1)
    assert_single_precision(relative_errors, layers=1)


@pytest.mark.slow
@needs_triton
def test_strang_ends_without_a_local_step() -> None:
    relative_errors = errors(pe.NonlinearSchrodinger(), FEW, scheme=("strang", 2), shape=(1,))
    assert_single_precision(relative_errors, layers=6)


@pytest.mark.slow
@needs_triton
def test_a_potential_and_its_gradients() -> None:
    equation = pe.GrossPitaevskii(pe.physics.PolynomialPotential(2))
    assert_single_precision(errors(equation, FEW, shape=(2,), scheme=("strang", 1)))


@pytest.mark.slow
@needs_triton
def test_members_of_an_ensemble_have_their_own_coefficients() -> None:
    relative_errors = errors(pe.NonlinearSchrodinger(), FEW, shape=(2, 2), n_layers=2)
    assert_single_precision(relative_errors)


@needs_triton
def test_only_what_is_wanted_is_summed() -> None:
    wanted = ("beta2",)
    relative_errors = errors(pe.NonlinearSchrodinger(), FEW, shape=(1,), wanted=wanted, n_layers=2)
    assert_single_precision(relative_errors)


@pytest.mark.slow
@needs_triton
def test_deep_cascades_keep_a_field_every_ten_layers() -> None:
    relative_errors = errors(pe.NonlinearSchrodinger(), Plan((4, 4), 1), shape=(1,), n_layers=23)
    assert_single_precision(relative_errors, layers=23)


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize(
    ("equation", "scheme", "shape"),
    [
        (pe.NonlinearSchrodinger(), LIE, (3,)),
        (pe.NonlinearSchrodinger(), ("strang", 2), (2, 2)),
        (pe.GrossPitaevskii(pe.physics.PolynomialPotential(2)), ("strang", 1), (2,)),
        (pe.GrossPitaevskii(pe.physics.FreeFormPotential(5, 300.0)), LIE, (2,)),
    ],
    ids=["lie", "ensemble", "potential", "free form"],
)
def test_cascades_of_other_lengths_leave_the_chip(
    equation: MasterEquation, scheme: tuple[str, int], shape: tuple[int, ...]
) -> None:
    # more points than a program computes, and no multiple of them
    relative_errors = errors(equation, 300, shape=shape, scheme=scheme, n_layers=2)
    assert_single_precision(relative_errors, layers=4)


@needs_triton
def test_off_the_chip_only_what_is_wanted_is_summed() -> None:
    relative_errors = errors(
        pe.NonlinearSchrodinger(), 300, shape=(1,), wanted=("beta2",), n_layers=2
    )
    assert_single_precision(relative_errors)


NAN_PAIR = 0x7FC000007FC00000
"""Two NaN of single precision, as the pairs that tables hold."""


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[torch.dtype]:
    """What kernels are given to write is full of NaN: what they leave alone, or read first, shows.

    The dtypes of what was given.
    """
    given: list[torch.dtype] = []

    def poison(tensor: torch.Tensor) -> torch.Tensor:
        given.append(tensor.dtype)
        is_integer = not (tensor.dtype.is_floating_point or tensor.dtype.is_complex)
        return tensor.fill_(NAN_PAIR if is_integer else math.nan)

    for name in ("empty", "empty_like"):
        made = getattr(torch, name)
        monkeypatch.setattr(torch, name, lambda *a, made=made, **k: poison(made(*a, **k)))
    return given


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize(
    ("equation", "plan", "scheme", "shape", "n_layers"),
    [
        (pe.NonlinearSchrodinger(), FEW, LIE, (2,), 3),
        (pe.NonlinearSchrodinger(), FEW, ("strang", 1), (2, 2), 2),
        (pe.GrossPitaevskii(pe.physics.PolynomialPotential(2)), FEW, ("strang", 1), (2,), 2),
        # in groups of ten passes, each of which writes what the next one reads
        (pe.NonlinearSchrodinger(), FEW, LIE, (1,), 23),
        # more points than a program computes, and no multiple of them
        (pe.NonlinearSchrodinger(), 300, LIE, (3,), 2),
        (pe.GrossPitaevskii(pe.physics.FreeFormPotential(5, 300.0)), 300, LIE, (2,), 2),
    ],
    ids=["lie", "ensemble", "potential", "deep", "off the chip", "free form off the chip"],
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
    # fields, tables of pairs, and gradients of coefficients
    assert {torch.complex64, torch.int64, torch.float64} <= set(poisoned)
    assert_single_precision(found, layers=2 * n_layers)


# forwards and backwards: registers of a thread, conversions of layouts, barriers
COMPILED = {
    (256, "fibre"): ((96, 5, 4), (128, 7, 5)),
    (512, "fibre"): ((80, 5, 10), (128, 6, 15)),
    (1024, "fibre"): ((95, 7, 14), (130, 9, 19)),
    # tables of derivatives by row
    (512, "trap"): ((80, 5, 10), (128, 6, 15)),
    (1024, "trap"): ((96, 7, 14), (138, 10, 19)),
    (256, "fractional"): ((96, 5, 4), (142, 7, 5)),
    # |E|⁴
    (512, "quintic"): ((80, 5, 10), (126, 6, 15)),
}


@needs_triton
@pytest.mark.slow
@pytest.mark.parametrize(("n_points", "medium"), COMPILED)
def test_what_the_kernels_need_of_a_multiprocessor(n_points: int, medium: str) -> None:
    """Compiled for an H100 that need not be there: a layout that does not fit costs a factor."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    done = subprocess.run(
        [sys.executable, "-m", "studies.gpu.resources", str(n_points), medium],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    for numbers, expected in zip(json.loads(done.stdout), COMPILED[n_points, medium], strict=True):
        assert numbers["spilled"] == 0
        for name, count in zip(("registers", "conversions", "barriers"), expected, strict=True):
            # a tenth above, for another version of the compiler
            assert numbers[name] <= 1.1 * count, name
