"""Compiled passes against the eager ones, the sine and cosine, and the buffers that come back."""

import gc
import math
import threading

import numba
import numpy as np
import pytest
import torch
from adjoints import HAND_WRITTEN, gradients, largest_error, threads
from cases import Case, random_field, relative_error
from hypothesis import given, settings
from hypothesis import strategies as st

import physembed as pe
from physembed.propagation.kernels import KERNELS, resources, whole
from physembed.propagation.kernels.compilation import FAST
from physembed.propagation.kernels.functions import sine_cosine

EAGER, FUSED = KERNELS["eager"], KERNELS["fused"]
SINGLE = torch.complex64


@numba.njit(fastmath=FAST)
def _sines(x: np.ndarray, s: np.ndarray, c: np.ndarray) -> None:
    for k in range(x.size):
        s[k], c[k] = sine_cosine(x[k])


def worst(x: np.ndarray) -> float:
    """Of sine and cosine, against those of the same float32 numbers in double precision."""
    x = x.astype(np.float32)
    s, c = np.empty_like(x), np.empty_like(x)
    _sines(x, s, c)
    exact = x.astype(np.float64)
    return float(max(np.abs(s - np.sin(exact)).max(), np.abs(c - np.cos(exact)).max()))


def test_sine_and_cosine_to_a_millionth() -> None:
    assert worst(np.linspace(-1e4, 1e4, 2_000_003)) < 1e-6
    # where the range is reduced by one more quarter, and its neighbours
    edges = (np.arange(-6_366, 6_367) + 0.5) * math.pi / 2
    edges = edges.astype(np.float32)
    towards = [np.nextafter(edges, np.float32(sign * 2e4)) for sign in (-1, 1)]
    assert worst(np.concatenate([edges, *towards, np.arange(-6_366, 6_367) * math.pi / 2])) < 1e-6
    tiny = np.float32([0.0, -0.0, 1e-45, -1e-30, 1e-8, 1e-3])
    assert worst(tiny) < 1e-7


@pytest.mark.slow
@given(st.floats(-1e4, 1e4, width=32))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_sine_and_cosine_of_any_phase(x: float) -> None:
    assert worst(np.array([x])) < 1e-6


@given(st.floats(1e4, 2.0**127, width=32))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_phase_is_a_point_of_the_circle(x: float) -> None:
    s, c = np.empty(2, np.float32), np.empty(2, np.float32)
    _sines(np.array([x, -x], np.float32), s, c)
    np.testing.assert_allclose(np.hypot(s, c), 1.0, atol=1e-5)


def test_no_phase_is_no_number() -> None:
    s, c = np.empty(3, np.float32), np.empty(3, np.float32)
    _sines(np.array([np.inf, -np.inf, np.nan], np.float32), s, c)
    assert np.isnan(s).all()
    assert np.isnan(c).all()


def field_and_tables(members: int, rows: int, n: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(n)
    field = random_field(members, rows, n, seed=1, dtype=SINGLE)
    grad = random_field(members, rows, n, seed=2, dtype=SINGLE)
    transfer = random_field(members, n, seed=3, dtype=SINGLE)
    turn = torch.rand(members, n, 2, generator=generator) * 6
    return field, grad, transfer, turn


SHAPES = [(1, 1, 5), (1, 1, 20_001), (3, 7, 64), (2, 40, 513), (1, 33, 1_025)]


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_pass_is_that_of_the_eager_kernel(
    shape: tuple[int, int, int], n_threads: int
) -> None:
    field, grad, transfer, turn = field_and_tables(*shape)
    with threads(n_threads):
        for name, table in (("multiply", transfer), ("turn", turn)):
            expected = getattr(EAGER, name)(field, table, torch.empty_like(field))
            given = field.clone()
            left = getattr(FUSED, name)(given, table, torch.empty_like(field))
            # phases of up to a hundred radians in single precision
            assert relative_error(left, expected) < 2e-5
            torch.testing.assert_close(given, field, rtol=0, atol=0)
            assert getattr(FUSED, name)(given, table, given) is given
            torch.testing.assert_close(given, left, rtol=0, atol=0)
        for name, table in (
            ("multiply_adjoint", transfer),
            ("divide_adjoint", transfer),
            ("turn_adjoint", turn),
            ("unturn_adjoint", turn),
        ):
            results = []
            for kernel in (EAGER, FUSED):
                shape_of_sums = (kernel.n_parts(field), *table.shape)
                dtype = torch.float64 if table is turn else torch.complex128
                # what is there is added to
                sums = torch.ones(shape_of_sums, dtype=dtype)
                g, e = grad.clone(), field.clone()
                out = getattr(kernel, name)(g, e, table, sums)
                assert out.data_ptr() == g.data_ptr()
                results.append((out, e, sums.sum(dim=0) - kernel.n_parts(field)))
            for a, b in zip(*results, strict=True):
                assert a.shape == b.shape
                assert relative_error(b, a) < 2e-5
            undone = name.startswith(("divide", "unturn"))
            assert torch.equal(results[1][1], field) is not undone


@pytest.mark.parametrize("n_threads", [1, 3])
@pytest.mark.parametrize("shape", [(1, 4, 5), (3, 7, 64), (2, 40, 513), (1, 5, 9_000)])
@pytest.mark.parametrize(
    ("linear", "local"),
    [
        ([0], [0]),
        ([1, 0, 1], [0, 1, 0]),  # rows of the tables used twice, and in any order
        ([-1, 0], [0, -1]),
        ([0, 1], [-1, -1]),
        ([-1, -1, 0, -1], [0, 1, -1, 0]),
        ([-1], [-1]),
    ],
)
def test_whole_cascades_are_their_passes(
    shape: tuple[int, int, int],
    linear: list[int],
    local: list[int],
    n_threads: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Identities in any place; field, gradients and sums against torch.fft and the eager kernel."""
    field, grad, transfer, turn = field_and_tables(*shape)
    transfer = torch.stack([torch.polar(torch.ones(t.shape), t.angle()) for t in [transfer] * 2])
    transfer[1] = transfer[1] ** 2 * 0.9
    turn = torch.stack([turn * 0.2, turn * 0.1])
    leaves = [t.to(torch.complex128).requires_grad_() for t in (field, transfer)]
    leaves.append(turn.double().requires_grad_())
    e, (h, law) = leaves[0], leaves[1:]
    for i, j in zip(linear, local, strict=True):
        if i >= 0:
            e = torch.fft.ifft(torch.fft.fft(e) * h[i].unsqueeze(1))
        if j >= 0:
            phase = law[j, ..., 0].unsqueeze(1) + law[j, ..., 1].unsqueeze(1) * e.abs().square()
            e = e * torch.polar(torch.ones_like(phase), phase)
    exact = torch.autograd.grad(
        e, leaves, grad.to(torch.complex128), allow_unused=True, materialize_grads=True
    )

    def sums() -> list[torch.Tensor]:
        parts = whole.n_parts(field)
        return [
            torch.zeros(2, parts, *transfer.shape[1:], dtype=torch.complex128),
            torch.zeros(2, parts, *turn.shape[1:], dtype=torch.float64),
        ]

    e = e.detach()

    def close(tensor: torch.Tensor, expected: torch.Tensor) -> None:
        assert float((tensor - expected).norm()) <= 1e-5 * max(float(expected.norm()), 1e-9)

    tables = (transfer, turn)
    with threads(n_threads):
        assert whole.serves(field, 1)
        (left,) = whole.forward(field, tables, linear, local, keep=False)
        out, *stored = whole.forward(field, tables, linear, local, keep=True)
        close(left, e)
        close(out, e)
        # what is written past the caches is the same
        with monkeypatch.context() as patch:
            patch.setattr(whole, "LARGEST_KEPT", 0)
            streamed = whole.forward(field, tables, linear, local, keep=True)
        assert all(map(torch.equal, streamed, [out, *stored]))
        for to_field in (True, False):
            total = sums()
            given = grad.clone()
            entered = whole.adjoint(given, stored, tables, linear, local, total, to_field=to_field)
            torch.testing.assert_close(given, grad, rtol=0, atol=0)
            for a, b in zip(total, exact[1:], strict=True):
                close(a.sum(dim=1), b)
            if to_field:
                close(entered, exact[0])
        for known in (None, field):
            total = sums()
            pair = torch.stack([out, grad])
            pair = whole.reversed_adjoint(pair, known, tables, linear, local, total, to_field=True)
            close(pair[0], field)
            close(pair[1], exact[0])
            for a, b in zip(total, exact[1:], strict=True):
                close(a.sum(dim=1), b)


@pytest.mark.parametrize("place", [None, 1, 4_000])
def test_a_law_that_is_the_same_at_every_point_is_one_only_if_it_is(place: int | None) -> None:
    """Of long rows: of an even law, or term, the first points are read for all."""
    field, grad, transfer, _ = field_and_tables(1, 3, 4_096)
    turn = torch.tensor([0.3, 0.2]).expand(2, 1, 4_096, 2).clone()
    basis = torch.tensor([0.7, -0.4], dtype=torch.float64).expand(2, 4_096, 2).clone()
    if place is not None:
        turn[1, 0, place, 1] = 1.5
        basis[1, place] = 9.0
    passes = (torch.stack([transfer]), turn), [0, 0], [0, 1]
    out, *stored = whole.forward(field, *passes, keep=True)
    e = field
    for law in turn:
        e = torch.fft.ifft(torch.fft.fft(e) * transfer[:, None])
        e = EAGER.turn(e, law, torch.empty_like(e))
    assert relative_error(out, e) < 1e-5
    n_parts = whole.n_parts(grad)
    rows = [torch.zeros(n, n_parts, 1, 4_096, 2, dtype=torch.float64) for n in (1, 2)]
    of_points = (torch.view_as_complex(rows[0]), rows[1])
    of_terms = tuple(torch.zeros(n, n_parts, 1, 2, dtype=torch.float64) for n in (1, 2))
    arguments = grad, stored, *passes
    whole.adjoint(*arguments, of_points, to_field=True)
    whole.adjoint(*arguments, of_terms, to_field=True, bases=(basis, basis))
    # a turn's own sums, over the points; those of the transfer are of its logarithm
    expected = torch.einsum("lpmnc,knc->lpmk", rows[1], basis)
    assert relative_error(of_terms[1], expected) < 1e-5
    logarithm = torch.view_as_real(transfer.conj() * of_points[0])
    expected = torch.einsum("lpmnc,knc->lpmk", logarithm, basis)
    assert relative_error(of_terms[0], expected) < 1e-5


@pytest.mark.parametrize("gradient", HAND_WRITTEN)
def test_more_terms_than_an_integer_has_bits(gradient: str) -> None:
    """Of long rows; the turn's first term is the same at every point, and none of the others."""
    grid = pe.TimeGrid(2048)
    case = Case(pe.GrossPitaevskii(pe.FreeFormPotential(80, grid.window)), {}, grid)
    field = random_field(3, 2048, seed=1)
    values = {name: torch.tensor([0.2, 0.1]).double() for name in case.equation.coefficients}
    expected = gradients(case, field, values, "autograd")
    given = gradients(case, field.to(SINGLE), values, gradient)
    assert largest_error(given, expected) < 1e-5


@pytest.fixture
def empty_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()
    monkeypatch.setattr(resources, "_idle", type(resources._idle)())
    monkeypatch.setattr(resources, "SMALLEST", 0)


def held() -> int:
    return sum(size * len(buffers) for size, buffers in resources._idle.items())


def test_memory_comes_back_only_when_nothing_lives_in_it(empty_pool: None) -> None:
    first = resources.empty((4, 100))
    place = first.data_ptr()
    view = first[1:].real
    del first
    assert resources.empty((4, 100)).data_ptr() != place
    del view
    gc.collect()
    alive = [resources.empty((4, 100)) for _ in range(3)]
    assert place in {tensor.data_ptr() for tensor in alive}
    assert len({tensor.data_ptr() for tensor in alive}) == 3
    assert resources.empty((0, 5)).shape == (0, 5)


def test_idle_memory_is_bounded(empty_pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "LIMIT", 10_000)
    tensors = [resources.empty((n,)) for n in (100, 200, 300, 400, 500)]
    while tensors:
        del tensors[0]
        assert held() <= 10_000
    # the sizes used last are those that stay: 9,600 bytes, and one more would be too much
    assert list(resources._idle) == [8 * 300, 8 * 400, 8 * 500]
    too_large = resources.empty((2_000,))
    del too_large
    assert held() == 0


def test_a_search_in_progress_is_never_waited_for(empty_pool: None) -> None:
    """A garbage collection, or a fork, in the middle of one: memory is fresh, and nothing hangs."""
    done = threading.Event()
    tensor = resources.empty((10,))

    def work() -> None:
        nonlocal tensor
        with resources._lock:
            another = resources.empty((10,))
            assert another.data_ptr() != tensor.data_ptr()
            del another, tensor
        done.set()

    threading.Thread(target=work, daemon=True).start()
    assert done.wait(30)
