"""Media that are sums of coefficients times functions: tables and gradients by compiled code."""

import math
from pathlib import Path

import numba
import numpy as np
import pytest
import torch
from adjoints import HAND_WRITTEN, gradients, largest_error, loss_of, threads
from cases import Case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES, kernels, pass_tables
from physembed.propagation.gradients import run_schedule
from physembed.propagation.kernels.compilation import FAST, Compiled, version
from physembed.propagation.kernels.functions import exponential, sine_cosine_double
from physembed.propagation.linear_law import linear_law
from physembed.propagation.pass_tables import make_tables
from physembed.propagation.schedule import make_schedule

SINGLE = torch.complex64
GRID = pe.TimeGrid(700, 1.0)
LENGTH = GRID.window

MEDIA: dict[str, tuple[pe.MasterEquation, dict[str, float]]] = {
    "fibre": (
        pe.NonlinearSchrodinger(),
        {"alpha": 0.1, "beta2": -0.3, "gamma": 0.5, "beta3": 0.02, "beta4": 0.01},
    ),
    # phases of hundreds of radians at the window's edges
    "polynomial": (
        pe.GrossPitaevskii(pe.PolynomialPotential(3)),
        {"kinetic": 0.3, "g": 0.4, "a1": 0.1, "a2": 0.01, "a3": 1e-5},
    ),
    "free form and polynomial": (
        pe.GrossPitaevskii(pe.FreeFormPotential(4, LENGTH) + pe.PolynomialPotential(1)),
        {"kinetic": 0.3, "g": 0.4}
        | {f"free_form_v{k}": 0.2 * k for k in range(1, 5)}
        | {"polynomial_a1": 0.1},
    ),
}


def values_of(name: str, *shape: int) -> dict[str, torch.Tensor]:
    """Different in every layer, and in every member."""
    factors = 1 - 0.5 * torch.arange(math.prod(shape), dtype=torch.float64).reshape(shape) / 10
    return {k: v * factors for k, v in MEDIA[name][1].items()}


@numba.njit(fastmath=FAST, error_model="numpy")
def _functions(x: np.ndarray, s: np.ndarray, c: np.ndarray, e: np.ndarray) -> None:
    for k in range(x.size):
        s[k], c[k] = sine_cosine_double(x[k])
        e[k] = exponential(x[k])


def test_functions_are_better_than_single_precision_can_keep() -> None:
    x = np.concatenate([np.linspace(-1e8, 1e8, 1_000_001), np.linspace(-100, 88, 100_001)])
    x = np.concatenate([x, np.arange(-400, 400) * math.pi / 4, [0.0, -0.0, 1e-300]])
    s, c, e = (np.empty_like(x) for _ in range(3))
    _functions(x, s, c, e)
    assert max(np.abs(s - np.sin(x)).max(), np.abs(c - np.cos(x)).max()) < 2e-11
    inside = np.abs(x) < 88
    assert np.abs(e[inside] / np.exp(x[inside]) - 1).max() < 1e-10
    assert (e[x < -110].astype(np.float32) == 0).all()
    with np.errstate(over="ignore"):
        assert np.isinf(e[x > 110].astype(np.float32)).all()


def test_what_is_no_number_shows() -> None:
    x = np.array([np.nan, np.inf, -np.inf])
    s, c, e = (np.empty_like(x) for _ in range(3))
    _functions(x, s, c, e)
    assert np.isnan(s).all()
    assert np.isnan(c).all()
    assert np.isnan(e[0])


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1)])
@pytest.mark.parametrize("name", MEDIA)
def test_tables_are_those_of_the_equation(
    name: str, shape: tuple[int, ...], scheme: str, n_threads: int
) -> None:
    equation, _ = MEDIA[name]
    values = values_of(name, *shape)
    layers = 3 if shape[-1:] == (3,) else 1
    schedule = make_schedule(scheme, layers, layer_length=0.7, steps_per_layer=2)
    law = linear_law(equation, values, GRID, SINGLE)
    assert law is not None
    with threads(n_threads):
        tables = law.tables(values, schedule)
    expected = make_tables(equation, values, GRID, schedule, torch.complex128)
    assert (tables.linear, tables.local) == (expected.linear, expected.local)
    assert tables.transfer.dtype == SINGLE
    # one rounding, and what is carried of that of the step before
    assert float((tables.transfer - expected.transfer).abs().max()) < 1.5e-7
    turns = torch.polar(torch.ones_like(expected.turn[..., 0]), expected.turn[..., 0])
    phases = tables.turn[..., 0].double()
    assert float(phases.abs().max()) < 3.15
    # phases of up to three radians are rounded to 1.2e-7, and what is carried may be as much
    assert float((torch.polar(torch.ones_like(phases), phases) - turns).abs().max()) < 4e-7
    torch.testing.assert_close(
        tables.turn[..., 1].double(), expected.turn[..., 1], rtol=1.5e-7, atol=0
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 1)])
@pytest.mark.parametrize("name", MEDIA)
def test_tables_of_many_layers_are_those_of_few(
    name: str, shape: tuple[int, ...], scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their gradients: where a matrix of lengths would be large, they are summed singly."""
    equation, _ = MEDIA[name]
    schedule = make_schedule(scheme, 3 if shape[-1:] == (3,) else 1, steps_per_layer=2)

    def transfer_and_gradients() -> list[torch.Tensor]:
        values = {k: v.clone().requires_grad_() for k, v in values_of(name, *shape).items()}
        tables = make_tables(equation, values, GRID, schedule, torch.complex128)
        tables.transfer.abs().sum().backward()
        return [tables.transfer.detach(), *(v.grad for v in values.values() if v.grad is not None)]

    laid_out = transfer_and_gradients()
    monkeypatch.setattr(pass_tables, "LARGEST_WEIGHTS", 0)
    for singly, as_matrix in zip(transfer_and_gradients(), laid_out, strict=True):
        torch.testing.assert_close(singly, as_matrix, rtol=1e-12, atol=1e-12)


def test_the_rounding_of_equal_layers_does_not_add_up() -> None:
    values = {k: torch.full((600,), v / 100).double() for k, v in MEDIA["fibre"][1].items()}
    schedule = make_schedule("lie", 600)
    law = linear_law(MEDIA["fibre"][0], values, GRID, SINGLE)
    assert law is not None
    exact = make_tables(MEDIA["fibre"][0], values, GRID, schedule, torch.complex128).transfer
    product = (law.tables(values, schedule).transfer.to(torch.complex128) / exact).prod(dim=0)
    # a rounding or two instead of 600
    assert float((product - 1).abs().max()) < 2e-7


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("shape", [(), (2,), (3, 2), (3, 1)])
@pytest.mark.parametrize("name", MEDIA)
def test_gradients_are_those_of_the_oracle(
    name: str, shape: tuple[int, ...], gradient: str
) -> None:
    equation, coefficients = MEDIA[name]
    entry = Case(equation, coefficients, GRID)
    values = values_of(name, *shape)
    field = 0.6 * random_field(*shape[:-1], 5, 700)
    expected = gradients(entry, field, values, "autograd", scheme="strang")
    slopes = gradients(entry, field.to(SINGLE), values, gradient, scheme="strang")
    assert largest_error(slopes, expected) < 1e-5


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("wanted", [("field",), ("gamma",), ("beta2",), ("alpha", "beta4")])
def test_only_what_is_wanted(wanted: tuple[str, ...], gradient: str) -> None:
    """A sum over no term is left out, and not taken for one over every point."""
    entry = Case(*MEDIA["fibre"], GRID)
    slopes = []
    for way, dtype in (
        ("autograd", torch.complex128),
        ("autograd", SINGLE),
        (gradient, SINGLE),
    ):
        leaves = {"field": (0.6 * random_field(4, 700)).to(dtype)} | values_of("fibre", 2)
        for name in wanted:
            leaves[name].requires_grad_()
        field = leaves.pop("field")
        loss_of(entry.run(field, coefficients=leaves, gradient=way)).backward()
        given = [{"field": field} | leaves][0]
        assert all((leaf.grad is not None) == (k in wanted) for k, leaf in given.items())
        slopes.append(torch.cat([given[k].grad.flatten() for k in wanted]))
    # what is nearly nothing beside its terms, as gamma's here, no arithmetic in single has to 1e-5
    of_plain, error = (relative_error(one.to(slopes[0].dtype), slopes[0]) for one in slopes[1:])
    assert error < 2 * of_plain + 1e-6


def test_derivatives_by_torch_func_are_those_of_backward() -> None:
    """Gradients of every case apart (vmap of grad), and of members, none of which is an ensemble's
    already."""
    entry = Case(*MEDIA["fibre"], GRID)
    fields = 0.6 * random_field(3, 4, 700, dtype=SINGLE)
    values = values_of("fibre", 2)
    shared = torch.tensor(0.4, dtype=torch.float64)

    def loss(beta2: torch.Tensor, gamma: torch.Tensor, field: torch.Tensor) -> torch.Tensor:
        given = values | {"beta2": beta2, "gamma": gamma}
        out = run_schedule(field, entry.equation, given, GRID, make_schedule("lie", 2))
        return out.abs().pow(4).sum()

    each = torch.vmap(torch.func.grad(loss, argnums=(0, 1)), in_dims=(None, None, 0))
    slopes = each(values["beta2"], shared, fields)
    for k, field in enumerate(fields):
        leaves = [values["beta2"].clone().requires_grad_(), shared.clone().requires_grad_()]
        loss(*leaves, field).backward()
        for ours, leaf in zip(slopes, leaves, strict=True):
            # the same operations in the same order
            torch.testing.assert_close(ours[k], leaf.grad, rtol=1e-12, atol=0)


def test_no_law_is_claimed_where_there_is_none() -> None:
    fibre, values = MEDIA["fibre"][0], values_of("fibre", 2)
    assert linear_law(fibre, values, GRID, torch.complex128) is None
    assert linear_law(fibre, values, pe.PlaneGrid(8, 8, spacing=1.0), SINGLE) is None
    assert linear_law(fibre, values, pe.TimeGrid(2**21, 1.0), SINGLE) is None
    trap = pe.GrossPitaevskii(pe.HarmonicTrap())
    assert linear_law(trap, {k: torch.ones(1) for k in trap.coefficients}, GRID, SINGLE) is None


def test_compiled_code_is_kept_under_the_digest_of_all_its_sources(tmp_path: Path) -> None:
    (tmp_path / "rows.py").write_text("a = 1\n")
    before = version(tmp_path)
    assert version.__wrapped__(tmp_path) == before
    (tmp_path / "rows.py").write_text("a = 2\n")
    assert version.__wrapped__(tmp_path) != before

    def loop(address: object) -> None:
        return

    name = Compiled(loop).function.__qualname__
    for folder in (Path(kernels.__file__).parent, Path(__file__).parent):
        assert version(folder) in name


def test_tens_of_thousands_of_layers_take_memory_by_their_number() -> None:
    """Layers of dispersion alone are one layer of their length, whatever these are."""
    grid = pe.TimeGrid(16, spacing=1.0)
    field = torch.exp(-(grid.t**2) / 4).to(torch.complex64)
    lengths = torch.linspace(1e-5, 3e-5, 2**15, dtype=torch.float64).tolist()
    medium = {"alpha": 0.0, "beta2": -1.0, "gamma": 0.0}
    equation = pe.NonlinearSchrodinger()
    many = pe.propagate(field, equation, medium, grid, layer_length=lengths, check_sampling=False)
    one = pe.propagate(field, equation, medium, grid, layer_length=math.fsum(lengths))
    # a transform there and back in each layer, and half a unit of rounding in each at most
    torch.testing.assert_close(many, one, rtol=0, atol=2 * 2**15 * 2**-24)
