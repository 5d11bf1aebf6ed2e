"""complex64 on the CPU: compiled loops against the readable cascade in double precision.

Fields are of order one and phases of a few radians, so that a gradient is well conditioned: a
rounding of 6e-8 in each of a few passes and in the transforms stays far below the 1e-5
that is promised.
"""

import threading

import pytest
import torch
from adjoints import HAND_WRITTEN, gradients, largest_error, loss_of, threads
from cases import Case, random_field, relative_error

import physembed as pe
from physembed.propagation import SCHEMES

TRAP = {"kinetic": 0.3, "g": 0.4, "strength": 0.2, "centre": 0.5}
FIBRE = {"alpha": 0.1, "beta2": -0.3, "gamma": 0.5, "beta3": 0.02, "beta4": 0.01}


def fibre(n: int) -> Case:
    """White noise up to ω = π keeps its linear phases below a few radians at a spacing of one."""
    return Case(pe.NonlinearSchrodinger(), FIBRE, pe.TimeGrid(n, 1.0))


def layered(values: dict[str, float], *shape: int) -> dict[str, torch.Tensor]:
    """Different in every layer, and in every member."""
    count = torch.Size(shape).numel()
    factors = 1 - 0.5 * torch.arange(count, dtype=torch.float64).reshape(shape) / count
    return {k: v * factors for k, v in values.items()}


def check(
    entry: Case,
    field: torch.Tensor,
    values: dict[str, torch.Tensor],
    n_threads: int,
    **options: object,
) -> None:
    expected = gradients(entry, field, values, "autograd", **options)
    with threads(n_threads):
        for gradient in HAND_WRITTEN:
            slopes = gradients(entry, field.to(torch.complex64), values, gradient, **options)
            assert slopes["field"].dtype == torch.complex64
            assert largest_error(slopes, expected) < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize(
    ("rows", "n"),
    [
        (1, 64),  # one row: shared point by point where there are several threads
        (2, 9_001),  # fewer rows than threads, a prime number of points
        (1, 20_480),
        (5, 5_120),  # blocks of three rows, and a rest
        (7, 4_099),  # a prime number of points and of rows
        (300, 60),  # blocks of 273 rows, and a rest
        (3, 2),  # nearly nothing
        (41, 512),  # blocks of 32 rows, more than are summed in single precision
        (2, 17_000),  # longer than a block
    ],
)
def test_odd_sizes(rows: int, n: int, n_threads: int) -> None:
    check(fibre(n), 0.6 * random_field(rows, n), layered(FIBRE, 2), n_threads)


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "n"), [(1, 9_001), (6, 3_000)])
def test_two_threads(rows: int, n: int) -> None:
    check(fibre(n), 0.6 * random_field(rows, n), layered(FIBRE, 2), 2)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("n_threads", [1, 3])
def test_schemes_and_potentials(scheme: str, n_threads: int) -> None:
    n = 3_000
    # the trap's phase reaches thousands of radians at the edge
    trap = Case(pe.GrossPitaevskii(), TRAP | {"strength": 0.01}, pe.TimeGrid(n, 1.0))
    values = layered(trap.coefficients, 3)
    check(trap, 0.6 * random_field(11, n), values, n_threads, scheme=scheme, steps_per_layer=2)


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("rows", [1, 3])
def test_planes(rows: int, n_threads: int) -> None:
    grid = pe.PlaneGrid(96, 130, spacing=1.0)
    entry = Case(pe.GrossPitaevskii(), {"kinetic": 0.3, "g": 0.4, "strength": 0.002}, grid)
    check(entry, 0.6 * random_field(rows, 96, 130), layered(entry.coefficients, 2), n_threads)


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize(("rows", "n"), [(4, 501), (1, 9_001), (35, 1_024)])
def test_ensembles(rows: int, n: int, n_threads: int) -> None:
    """Rows that a thread takes may be of two members, or of three."""
    check(fibre(n), 0.6 * random_field(3, rows, n), layered(FIBRE, 3, 2), n_threads)


@pytest.mark.parametrize("gradient", ["autograd", *HAND_WRITTEN])
def test_views_are_as_good_as_copies(gradient: str) -> None:
    """Transposed, strided, or conjugate: a conjugate view's numbers in memory are not its own."""
    field = random_field(64, 6, dtype=torch.complex64)
    # loss enough for a field to be kept, which then is the one given
    entry = Case(pe.NonlinearSchrodinger(), FIBRE | {"alpha": 70.0}, pe.TimeGrid(64, 1.0))
    values = layered({"beta2": -0.3, "gamma": 0.5, "beta4": 0.01}, 2)
    for view in (field.T, field.T.conj(), field.T[::2], field.mT.conj()[:, None][:, 0]):
        of_views, expected = [], []
        for given, into in ((view, of_views), (view.resolve_conj().clone().contiguous(), expected)):
            leaf = given.requires_grad_() if given.is_leaf else given
            into.append(entry.run(leaf.detach(), coefficients=values, gradient=gradient))
            moved = {k: v.clone().requires_grad_() for k, v in values.items()}
            out = entry.run(leaf.detach(), coefficients=moved, gradient=gradient)
            loss_of(out).backward()
            into += [v.grad for v in moved.values()]
        for a, b in zip(of_views, expected, strict=True):
            torch.testing.assert_close(a.resolve_conj(), b, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("return_layers", [False, True])
@pytest.mark.parametrize("gradient", HAND_WRITTEN)
def test_a_conjugate_gradient_is_read_as_it_is(gradient: str, return_layers: bool) -> None:
    field = 0.6 * random_field(3, 500)
    weight = random_field(3, 500, seed=4)
    slopes = []
    for way, dtype in (("autograd", torch.complex128), (gradient, torch.complex64)):
        gamma = torch.tensor([0.5, 0.4], dtype=torch.float64, requires_grad=True)
        options = {
            "coefficients": {"gamma": gamma},
            "gradient": way,
            "return_layers": return_layers,
        }
        out = fibre(500).run(field.to(dtype), **options)
        (out.conj() * weight.to(dtype)).real.sum().backward()
        slopes.append(gamma.grad)
    assert relative_error(slopes[1], slopes[0]) < 1e-5


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
@pytest.mark.parametrize("rows", [1, 2])
def test_the_number_of_threads_may_change_before_the_gradient(rows: int, gradient: str) -> None:
    field, values = 0.6 * random_field(rows, 9_000), layered(FIBRE, 2)
    expected = gradients(fibre(9_000), field, values, "autograd")
    for before, after in ((1, 3), (3, 1)):
        leaves = {k: v.clone().requires_grad_() for k, v in values.items()}
        entered = field.to(torch.complex64).requires_grad_()
        with threads(before):
            out = fibre(9_000).run(entered, coefficients=leaves, gradient=gradient)
        with threads(after):
            loss_of(out).backward()
        slopes = {"field": entered.grad} | {k: v.grad for k, v in leaves.items()}
        assert largest_error(slopes, expected) < 1e-5


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
def test_two_gradients_of_one_field_and_two_fields_at_once(gradient: str) -> None:
    """Memory that comes back must not be that of what is still alive."""

    def forward(seed: int) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        leaves = {k: v.requires_grad_() for k, v in layered(FIBRE, 3).items()}
        field = 0.6 * random_field(9, 700, seed=seed, dtype=torch.complex64)
        out = fibre(700).run(field, coefficients=leaves, gradient=gradient)
        return leaves, loss_of(out)

    def alone(seed: int) -> list[torch.Tensor]:
        leaves, loss = forward(seed)
        return list(torch.autograd.grad(loss, list(leaves.values())))

    first, second = alone(1), alone(2)
    leaves1, loss1 = forward(1)
    leaves2, loss2 = forward(2)
    for _ in range(2):
        for seed in (3, 4):
            alone(seed)
        again = torch.autograd.grad(loss1, list(leaves1.values()), retain_graph=True)
        # the same operations in the same order
        torch.testing.assert_close(list(again), first, rtol=0, atol=0)
        again = torch.autograd.grad(loss2, list(leaves2.values()), retain_graph=True)
        torch.testing.assert_close(list(again), second, rtol=0, atol=0)


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
def test_several_python_threads_at_once(gradient: str) -> None:
    """Forward and backward passes of four threads, each of them handed to another in between."""
    values = layered(FIBRE, 3)
    fields = [0.6 * random_field(8, 2_500, seed=k, dtype=torch.complex64) for k in range(4)]

    def forward(k: int) -> tuple[torch.Tensor, torch.Tensor]:
        beta2 = values["beta2"].clone().requires_grad_()
        moved = values | {"beta2": beta2}
        return beta2, loss_of(fibre(2_500).run(fields[k], coefficients=moved, gradient=gradient))

    expected = []
    for k in range(4):
        beta2, loss = forward(k)
        expected.append(torch.autograd.grad(loss, beta2)[0])
    graphs: list[tuple[torch.Tensor, torch.Tensor] | None] = [None] * 4
    slopes: list[torch.Tensor | None] = [None] * 4
    barrier = threading.Barrier(4)

    def work(k: int) -> None:
        torch.set_num_threads(1 + k % 2)
        for _ in range(5):
            graphs[k] = forward(k)
            barrier.wait(60)
            other = (k + 1) % 4
            leaf, loss = graphs[other]
            slopes[other] = torch.autograd.grad(loss, leaf)[0]
            barrier.wait(60)

    with threads(1):
        team = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for member in team:
            member.start()
        for member in team:
            member.join(120)
    for a, b in zip(slopes, expected, strict=True):
        # partial sums of one thread or of two; one layer's is a small difference of large numbers
        assert relative_error(a, b) < 1e-5


def test_phases_without_a_fraction_keep_the_energy() -> None:
    """In float32 ten thousand million radians have no meaning, but a phase they stay."""
    field = 1e5 * random_field(4, 64, dtype=torch.complex64)
    out = fibre(64).run(field, coefficients={"gamma": torch.ones(3), "alpha": 0.0})
    # sums of three layers' rounding
    assert relative_error(out.norm(), field.norm()) < 1e-5


def test_an_intensity_that_overflows_is_an_error() -> None:
    with pytest.raises(pe.InvalidInputError, match="became infinite or not a number"):
        fibre(64).run(1e25 * random_field(4, 64, dtype=torch.complex64))


@pytest.mark.slow
@pytest.mark.parametrize("gradient", ["autograd", *HAND_WRITTEN])
def test_six_hundred_layers(gradient: str) -> None:
    values = {k: torch.full((600,), v / 300).double() for k, v in FIBRE.items()}
    field = 0.6 * random_field(2, 96)
    expected = gradients(fibre(96), field, values, "autograd")
    slopes = gradients(fibre(96), field.to(torch.complex64), values, gradient)
    # a transform in single precision errs the same way every time, by 1e-7: its factors are rounded
    assert largest_error(slopes, expected) < 2 * 600 * 6e-8


@pytest.mark.slow
def test_a_row_of_a_million_points() -> None:
    n = 2**20
    field, values = 0.6 * random_field(1, n), layered(FIBRE, 1)
    check(fibre(n), field, values, 3)
