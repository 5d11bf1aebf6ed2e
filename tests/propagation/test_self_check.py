"""The self-check passes here, and fails where something is broken: one that cannot is worthless."""

import math
from collections.abc import Iterator

import pytest
import torch

import physembed as pe
from physembed.physics import EQUATIONS
from physembed.propagation import cascade, linear_law, local_step, pass_tables
from physembed.propagation.kernels.eager import EagerKernel
from physembed.propagation.self_check import (
    CHECKS,
    CheckRecord,
    available_devices,
    resolve_device,
    self_check,
)

CPU = torch.device("cpu")
DOUBLE = torch.complex128


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As in the self-check itself: two threads wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def no_symbol_is_remembered() -> Iterator[None]:
    """What is broken here must not have been tabulated before, nor be afterwards."""
    pass_tables._symbol_basis.cache_clear()
    yield
    pass_tables._symbol_basis.cache_clear()


def run(name: str, dtype: torch.dtype = DOUBLE) -> CheckRecord:
    return CHECKS[name](CPU, dtype)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_every_check_passes_on_the_cpu(dtype: str) -> None:
    records = list(self_check("cpu", dtype))
    assert [record.name for record in records] == list(CHECKS)
    assert [record.name for record in records if not record.passed] == []


def test_every_equation_has_its_gradients_checked() -> None:
    assert {f"gradient, {name}" for name in EQUATIONS} <= CHECKS.keys()


def test_a_record_passes_only_within_its_limit() -> None:
    assert CheckRecord("x", 1.0, 1.0, "").passed
    assert not CheckRecord("x", 1.1, 1.0, "").passed
    assert not CheckRecord("x", math.nan, 1.0, "").passed


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_a_transform_of_half_the_digits_is_found(monkeypatch, dtype) -> None:
    """As of a device that rounds to ten bits before it multiplies, or knows no double precision."""
    fewer = {torch.complex64: torch.float16, torch.complex128: torch.float32}[dtype]
    right = torch.fft.fft

    def wrong(x):
        return right(torch.view_as_complex(torch.view_as_real(x).to(fewer).to(x.real.dtype)))

    monkeypatch.setattr(torch.fft, "fft", wrong)
    assert not run("FFT round trip", dtype).passed


def test_a_table_that_is_off_in_single_precision_is_found(monkeypatch) -> None:
    """By a hundredth of a thousandth in every pass: exact to five digits, and still wrong."""
    right = linear_law.tabulate

    def wrong(coefficients, basis, *, is_transfer):
        table = right(coefficients, basis, is_transfer=is_transfer)
        return table * (1 + 1e-5) if is_transfer else table

    monkeypatch.setattr(linear_law, "tabulate", wrong)
    assert not run("energy drift", torch.complex64).passed
    assert not run("forward, then inverse", torch.complex64).passed
    assert not run("soliton, strang", torch.complex64).passed


class ForwardOnly(torch.autograd.Function):
    """An inverse FFT with the right value whose gradient lacks the factor 1/n: silently wrong."""

    @staticmethod
    def forward(ctx, x):
        return torch._C._fft.fft_ifft(x)

    @staticmethod
    def backward(ctx, gradient):
        return torch.fft.fft(gradient)


@pytest.mark.parametrize("dtype", [torch.complex64, torch.complex128])
def test_a_wrong_gradient_of_the_inverse_fft_is_found(monkeypatch, dtype) -> None:
    monkeypatch.setattr(torch.fft, "ifft", ForwardOnly.apply)
    assert run("FFT round trip", dtype).passed
    assert not run("FFT gradient", dtype).passed


def test_a_detached_gradient_in_the_linear_step_is_found(monkeypatch) -> None:
    """The imaginary part's gradient is lost, as if a complex tensor had been taken for a real."""
    right = torch.fft.ifftn

    def wrong(x, dim, **options):
        value = right(x, dim=dim, **options)
        return torch.complex(value.real, value.imag.detach())

    monkeypatch.setattr(torch.fft, "ifftn", wrong)
    assert not run("linear step gradient").passed
    assert not run("gradient, nonlinear-schrodinger").passed
    assert run("soliton, strang").passed


def test_a_wrong_sign_of_the_frequency_is_found(monkeypatch) -> None:
    """d/dt -> -i omega leaves all even dispersion as it is."""
    monkeypatch.setattr(pe.TimeGrid, "omega", property(lambda g: -_omega(g)))
    assert run("soliton, strang").passed
    assert not run("sign of d/dt").passed


@pytest.mark.slow
@pytest.mark.parametrize("law", ["linear_symbol", "local_phase"])
def test_a_wrong_sign_of_a_coefficient_is_found(monkeypatch, law) -> None:
    right = getattr(pe.NonlinearSchrodinger, law)
    monkeypatch.setattr(
        pe.NonlinearSchrodinger, law, lambda self, *arguments: -right(self, *arguments)
    )
    assert not run("soliton, strang").passed
    assert not run("soliton, yoshida4").passed


def test_a_linear_step_that_is_applied_twice_is_found(monkeypatch) -> None:
    right = EagerKernel.multiply
    monkeypatch.setattr(EagerKernel, "multiply", lambda self, a, h, out: right(self, a, h * h, out))
    assert not run("soliton, strang").passed
    assert not run("order, strang").passed


def test_energy_that_grows_without_gain_is_found(monkeypatch) -> None:
    right = EagerKernel.multiply
    monkeypatch.setattr(
        EagerKernel, "multiply", lambda self, a, h, out: right(self, a, h * (1 + 1e-12), out)
    )
    assert not run("energy drift").passed


def test_phases_in_single_precision_are_found(monkeypatch) -> None:
    right = pass_tables._linear_exponents

    def wrong(*arguments):
        return right(*arguments).to(torch.complex64).to(torch.complex128)

    monkeypatch.setattr(pass_tables, "_linear_exponents", wrong)
    assert not run("complex64 against complex128", torch.complex64).passed


def test_a_field_that_does_not_stay_finite_is_named(monkeypatch) -> None:
    monkeypatch.setattr(
        pe.ComplexGinzburgLandau,
        "local_derivative",
        lambda self, field, grid, c: field * float("inf"),
    )
    record = run("finite fields")
    assert not record.passed
    assert record.measured == 1
    assert record.meaning.endswith("not finite: complex-ginzburg-landau")


def test_an_inverse_that_is_not_one_is_found(monkeypatch) -> None:
    right = local_step.local_step
    monkeypatch.setattr(
        cascade, "local_step", lambda f, e, g, c, length: right(f, e, g, c, abs(length))
    )
    assert not run("forward, then inverse").passed


@pytest.mark.slow
def test_an_error_becomes_a_record_and_the_other_checks_go_on(monkeypatch) -> None:
    def lacking(*arguments, **options):
        raise NotImplementedError("aten::fft_fft is not implemented for 'XPU'\nmore lines")

    monkeypatch.setattr(torch.fft, "fft", lacking)
    records = {record.name: record for record in self_check("cpu", "complex64")}
    assert len(records) == len(CHECKS)
    stopped = records["FFT round trip"]
    assert not stopped.passed
    assert stopped.meaning == (
        "stopped by NotImplementedError: aten::fft_fft is not implemented for 'XPU'"
    )
    assert records["soliton, strang"].passed


def test_bad_names_are_named() -> None:
    with pytest.raises(pe.UnknownNameError, match="unknown device 'gpu'"):
        self_check("gpu")
    with pytest.raises(pe.UnknownNameError, match=r"unknown dtype 'complex32'\. Did you mean"):
        self_check("cpu", "complex32")


def test_auto_is_the_first_device_and_an_absent_one_is_refused() -> None:
    available = available_devices()
    assert resolve_device("auto").type == next(iter(available))
    assert "cpu" in available
    for name in {"cuda", "mps"} - available.keys():
        with pytest.raises(pe.InvalidInputError, match=f"torch finds here .*got '{name}'"):
            resolve_device(name)


def _omega(grid: pe.TimeGrid) -> torch.Tensor:
    return 2 * math.pi * torch.fft.fftfreq(grid.n_points, d=grid.spacing, dtype=torch.float64)
