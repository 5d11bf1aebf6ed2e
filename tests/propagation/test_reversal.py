"""gradient="reversible": what is kept, what memory it takes, how exact the layers' return is."""

import warnings

import pytest
import torch
from adjoints import gradients, largest_error, loss_of, threads
from cases import NAMES, Case, case, random_field

import physembed as pe
from physembed.physics import EQUATIONS
from physembed.propagation import reconstruction_error
from physembed.propagation.gradients import GradientNotice, available_gradients, ways
from physembed.propagation.gradients.checkpoints import plan_checkpoints
from physembed.propagation.schedule import make_schedule
from physembed.propagation.self_check.record import independent_limit

GRID = pe.TimeGrid(64, 1.0)


def medium(**changes: float) -> Case:
    values = {"alpha": 0.0, "beta2": -0.3, "gamma": 0.5, "beta3": 0.0, "beta4": 0.0}
    return Case(pe.NonlinearSchrodinger(), values | changes, GRID)


class Filtered(pe.MasterEquation):
    """dE/dz = b d²E/dt² + i γ |E|² E: a conservative law after a filter, or with b < 0 a gain."""

    b = pe.Coefficient("filtering", unit="time²/length")
    gamma = pe.Coefficient("Kerr nonlinearity", unit="1/(intensity length)")
    is_conservative = True
    local_phase_is_affine = True

    def linear_symbol(self, omega, c):
        return -c.b * omega**2 + 0j

    def local_phase(self, intensity, t, c):
        return c.gamma * intensity


FILTERED = Case(Filtered(), {"b": 0.1, "gamma": 0.5}, GRID)


def layers(entry: Case, count: int) -> dict[str, torch.Tensor]:
    return {k: torch.full((count,), v, dtype=torch.float64) for k, v in entry.coefficients.items()}


def planned(entry: Case, count: int, dtype: torch.dtype) -> set[int]:
    schedule = make_schedule("lie", count)
    return plan_checkpoints(entry.equation, layers(entry, count), entry.grid, schedule, dtype)


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_fields_are_kept_only_where_rounding_would_grow(dtype: torch.dtype) -> None:
    assert planned(medium(), 600, dtype) == set()
    # the same loss at every frequency leaves the rounding as it is, relative to the field
    assert planned(medium(alpha=0.5), 12, dtype) == set()
    # until numbers become too small: exp(-30) after thirty layers of exp(-1)
    assert planned(medium(alpha=2.0), 62, dtype) == {0, 31}
    # every layer of this filter loses exp(-0.1 π²) of the band's edge: the limits are exp(2.08) in
    # single and exp(9.2) in double precision
    step = {torch.complex64: 3, torch.complex128: 10}[dtype]
    assert planned(FILTERED, 12, dtype) == set(range(12 - step, -1, -step))
    # gain is met in the same way
    gain = Case(Filtered(), {"b": -0.1, "gamma": 0.5}, GRID)
    assert planned(gain, 12, dtype) == planned(FILTERED, 12, dtype)


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
@pytest.mark.parametrize("scheme", ["lie", "strang", "yoshida4"])
@pytest.mark.parametrize(
    ("equation", "coefficients"),
    [
        (pe.NonlinearSchrodinger(), {"alpha": 1.0, "beta2": -0.3, "gamma": 0.5}),
        (pe.NonlinearSchrodinger(), {"alpha": 11.0, "beta2": -0.3, "gamma": 0.5}),
        (pe.NonlinearSchrodinger(), {"alpha": -0.6, "beta2": -0.3, "gamma": 0.05}),
        (Filtered(), {"b": 0.05, "gamma": 0.5}),
        (Filtered(), {"b": 0.4, "gamma": 0.5}),
        (Filtered(), {"b": 30.0, "gamma": 0.5}),  # the edge of the band underflows to nothing
        (Filtered(), {"b": -0.02, "gamma": 0.05}),
    ],
)
@pytest.mark.parametrize("rows", [1, 5])
def test_gradients_with_loss_gain_and_filters(
    equation: pe.MasterEquation,
    coefficients: dict[str, float],
    scheme: str,
    rows: int,
    dtype: torch.dtype,
) -> None:
    if scheme == "yoshida4" and coefficients.get("b", 0) > 1:
        # its middle stage runs backwards, where such a filter is a gain of exp(100)
        coefficients = coefficients | {"b": 0.2}
    entry = Case(equation, coefficients, GRID)
    field = 0.6 * random_field(rows, 64)
    values = layers(entry, 6)
    options = {"scheme": scheme, "steps_per_layer": 2}
    expected = gradients(entry, field, values, "autograd", **options)
    # one row on three threads goes pass by pass, five through whole cascades
    with threads(3):
        slopes = gradients(entry, field.to(dtype), values, "reversible", **options)
        stored = gradients(entry, field.to(dtype), values, "stored", **options)
    # every pass is computed three times, forwards, undone and in the adjoint, with roundings of its
    # own. What undoing a filter amplifies by 1/|H|, eightfold or 1e4-fold at most, meets a gradient
    # that the adjoint has multiplied by |H|: in single precision that is not seen
    passes = 3 * len(make_schedule(scheme, 6, steps_per_layer=2))
    limit = {
        torch.complex64: independent_limit(dtype, GRID.n_points, passes),
        torch.complex128: 1e-10,
    }[dtype]
    assert largest_error(stored, expected) < limit
    assert largest_error(slopes, expected) < limit


@pytest.mark.parametrize("name", [n for n in NAMES if case(n).equation.is_conservative])
def test_reconstruction_is_exact_to_rounding(name: str) -> None:
    entry = case(name)
    values = layers(entry, 5)
    options = {"scheme": "strang", "steps_per_layer": 2, "layer_length": 0.2}
    for dtype, limit in ((torch.complex128, 1e-13), (torch.complex64, 1e-5)):
        error = reconstruction_error(
            entry.field(dtype), entry.equation, values, entry.grid, **options
        )
        assert 0 < error < limit


def test_reconstruction_error_sees_what_reversal_meets() -> None:
    field = 0.6 * random_field(3, 64, dtype=torch.complex64)

    def error(entry: Case, count: int, **options: object) -> float:
        return reconstruction_error(field, entry.equation, layers(entry, count), GRID, **options)

    # with fields kept the filter amplifies rounding eightfold at most; nothing is left of one pass
    assert error(FILTERED, 12) < 1e-5
    assert error(Case(Filtered(), {"b": 30.0, "gamma": 0.5}, GRID), 3) == 0.0
    assert error(medium(alpha=2.0), 62) < 1e-5
    # far more passes, more rounding
    assert error(medium(), 300) > 2 * error(medium(), 3)
    ensemble = {"beta2": torch.tensor([[-0.3, 0.1], [0.5, 0.2]]), "gamma": 0.5}
    assert 0 < reconstruction_error(field[:1], medium().equation, ensemble, GRID) < 1e-5
    assert reconstruction_error(field[:0], medium().equation, ensemble | {"beta2": 0.3}, GRID) == 0


def test_reconstruction_error_names_what_is_wrong() -> None:
    field = random_field(64)
    laser = case("complex-ginzburg-landau")
    with pytest.raises(
        pe.InvalidInputError, match="equation must have a local law that is a phase"
    ):
        reconstruction_error(field, laser.equation, laser.coefficients, laser.grid)
    with pytest.raises(pe.InvalidInputError, match="field must be complex64"):
        reconstruction_error(field.real, medium().equation, {}, GRID)
    with pytest.raises(pe.UnknownNameError, match="unknown scheme 'euler'"):
        reconstruction_error(field, medium().equation, {}, GRID, scheme="euler")


def kept_bytes(entry: Case, count: int, gradient: str, field: torch.Tensor) -> int:
    """Bytes of tensors that the graph of a cascade holds on to."""
    values = {k: v.requires_grad_() for k, v in layers(entry, count).items()}
    storages: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        out = entry.run(field, coefficients=values, gradient=gradient)
    loss_of(out).backward()
    return sum(size for size in storages.values() if size >= field.nbytes)


@pytest.mark.parametrize("rows", [1, 16])
@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_fields_that_are_kept_do_not_grow_with_depth(rows: int, dtype: torch.dtype) -> None:
    field = 0.6 * random_field(rows, 64, dtype=dtype)
    entry = medium()
    # what leaves, and nothing else, where a table is smaller than a field
    few, many = (kept_bytes(entry, n, "reversible", field) for n in (6, 60))
    if rows > 1:
        assert few == many == field.nbytes
    stored = [kept_bytes(entry, n, "stored", field) for n in (6, 60)]
    assert stored[1] > 9 * stored[0] > 9 * few


@pytest.mark.parametrize("name", [n for n in EQUATIONS if not case(n).equation.is_conservative])
def test_what_cannot_be_reversed_says_so_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_said", set())
    entry = case(name)
    assert available_gradients(entry.equation) == ("autograd", "stored")
    field = entry.field().requires_grad_()
    with pytest.warns(
        GradientNotice, match=f"{type(entry.equation).__name__} whose local law is not a phase"
    ):
        entry.run(field, gradient="reversible")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        entry.run(field, gradient="reversible")
        entry.run(field, gradient="auto")
        entry.run(field, gradient="stored")
    # and not at all where no gradient is asked for
    monkeypatch.setattr(ways, "_said", set())
    entry.run(gradient="reversible")


def test_every_other_way_that_is_taken_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_said", set())
    modes = case("coupled-nonlinear-schrodinger")
    members = {k: torch.stack([v, v]) for k, v in layers(modes, 2).items()}
    pair = random_field(2, 1, 2, 64).requires_grad_()
    for gradient in ("stored", "reversible"):
        message = f'gradient="{gradient}".*CoupledNonlinearSchrodinger in an ensemble; gradient="a'
        with pytest.warns(GradientNotice, match=message):
            modes.run(pair, coefficients=members, gradient=gradient)

    field, values = random_field(2, 64), layers(medium(), 2)

    def loss(gamma: torch.Tensor) -> torch.Tensor:
        changed = values | {"gamma": gamma}
        return medium().run(field, coefficients=changed, gradient="reversible").abs().sum()

    with pytest.warns(GradientNotice, match='while torch transforms the cascade; gradient="stored'):
        torch.func.grad(loss)(values["gamma"])


def way(entry: Case, field: torch.Tensor, gradient: str = "auto", count: int = 3) -> str:
    values = layers(entry, count)
    return ways._way(field, entry.equation, values, make_schedule("lie", count), gradient)


def test_auto_stores_what_fits_and_reverses_what_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    field = random_field(4, 64).requires_grad_()
    modes, laser = case("coupled-nonlinear-schrodinger"), case("complex-ginzburg-landau")
    pair = random_field(4, 2, 64).requires_grad_()
    assert way(medium(), field) == "stored"
    assert way(modes, pair) == way(laser, field) == "autograd"
    # three passes, two fields each: just enough, and a byte too little
    needed = 3 * 2 * field.nbytes
    monkeypatch.setattr(ways, "STORED_LIMIT", needed)
    assert way(medium(), field) == "stored"
    monkeypatch.setattr(ways, "STORED_LIMIT", needed - 1)
    assert way(medium(), field) == "reversible"
    assert way(modes, pair) == "reversible"
    assert way(laser, field) == "recomputed"
    # without a gradient nothing is kept, whatever is asked for
    assert way(medium(), field.detach()) == "stored"
    assert way(laser, field.detach(), "reversible") == "autograd"
    with torch.no_grad():
        assert way(laser, field, "reversible") == "autograd"
    for gradient in ("autograd", "stored", "reversible"):
        assert way(medium(), field, gradient) == gradient
