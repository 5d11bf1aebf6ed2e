"""The FFT of a device: does it invert itself, and is its gradient right?"""

import numpy as np
import torch
from torch import Tensor

from physembed.propagation.cascade import linear_step
from physembed.propagation.self_check.record import CheckRecord, transform_limit

LENGTHS = (1024, 1000, 1023)
"""A power of two, a product of small primes, and 3 * 11 * 31: FFTs take different ways."""

N_CASES = 3


def fft_round_trip(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """F⁻¹[F[x]] = x, for random fields of shape (3, n)."""
    errors = []
    for n_points in LENGTHS:
        x = _random(n_points, device, dtype, seed=1)
        errors.append(_relative(torch.fft.ifft(torch.fft.fft(x)), x))
    return _of_two_transforms(
        "FFT round trip",
        errors,
        dtype,
        f"ifft(fft(x)) against x, random fields of {_lengths()} points",
    )


def fft_gradient(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """The gradient of Re⟨w, F⁻¹[F[x]]⟩ is w, since the map is the identity.

    One device is known to have returned something else without a word.
    """
    errors = []
    for n_points in LENGTHS:
        x = _random(n_points, device, dtype, seed=1).requires_grad_()
        w = _random(n_points, device, dtype, seed=2)
        _inner(w, torch.fft.ifft(torch.fft.fft(x))).backward()
        assert x.grad is not None
        errors.append(_relative(x.grad, w))
    return _of_two_transforms(
        "FFT gradient",
        errors,
        dtype,
        f"gradient of ifft(fft(x)) against the identity, {_lengths()} points",
    )


def linear_step_gradient(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """The gradient of Re⟨w, F⁻¹[H F[x]]⟩ is F⁻¹[H* F[w]], and real exponents lose nothing.

    H = exp(i φ - a) with φ(ω) and a(ω) known; the oracle is this adjoint by numpy, in
    complex128.
    """
    n_points = LENGTHS[0]
    x = _random(n_points, device, dtype, seed=1).requires_grad_()
    w = _random(n_points, device, dtype, seed=2)
    omega = torch.fft.fftfreq(n_points, dtype=torch.float64)
    exponent = 1j * 40 * omega**2 - omega.abs()
    _inner(w, linear_step(x, exponent.to(device))).backward()
    assert x.grad is not None
    w_exact = w.cpu().to(torch.complex128).numpy()
    adjoint = np.fft.ifft(np.exp(exponent.numpy().conj()) * np.fft.fft(w_exact))
    return CheckRecord(
        "linear step gradient",
        _relative(x.grad, torch.from_numpy(adjoint)),
        transform_limit(dtype, n_points, 2),
        "gradient of one dispersive step against its adjoint by numpy",
    )


def _of_two_transforms(
    name: str, errors: list[float], dtype: torch.dtype, meaning: str
) -> CheckRecord:
    """The record of the length that comes nearest to its limit, or is farthest beyond it."""
    limits = [transform_limit(dtype, n_points, 2) for n_points in LENGTHS]
    pairs = zip(errors, limits, strict=True)
    measured, limit = max(pairs, key=lambda pair: pair[0] / pair[1])
    return CheckRecord(name, measured, limit, meaning)


def _random(n_points: int, device: torch.device, dtype: torch.dtype, *, seed: int) -> Tensor:
    """White noise that is the same on every device."""
    generator = torch.Generator().manual_seed(seed)
    white = torch.randn(N_CASES, n_points, dtype=torch.complex128, generator=generator)
    return white.to(dtype).to(device)


def _inner(w: Tensor, y: Tensor) -> Tensor:
    return (w.real * y.real + w.imag * y.imag).sum()


def _relative(measured: Tensor, expected: Tensor) -> float:
    measured, expected = (x.detach().cpu().to(torch.complex128) for x in (measured, expected))
    return float((measured - expected).norm() / expected.norm())


def _lengths() -> str:
    return ", ".join(str(n) for n in LENGTHS)
