"""One step of training, forward and backward, by every gradient."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from physembed.networks import Medium, Trainable
from physembed.physics import NonlinearSchrodinger, TimeGrid
from studies.speed.timing import median_times

SIZES = ((64, 512), (64, 1024), (256, 1024), (64, 5120), (16, 65536))
"""Cases and points."""

N_LAYERS = 6
GRADIENTS = ("autograd", "stored", "reversible")
START = {"alpha": 0.02, "beta2": 0.3, "gamma": 0.1}
"""In natural units: a fibre in which all three terms act."""

BUDGET = 0.25
"""Seconds that a function is measured for in a round, about."""


def step_records(
    sizes: Sequence[tuple[int, int]] = SIZES,
    *,
    device: torch.device,
    rounds: int,
    report: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Times of a step, and errors of its gradients, for every size.

    Returns
    -------
    list of dict
        ``fft_ms`` is the time of the step's 4 FFTs per layer alone, ``*_ms`` those of the whole
        step by each gradient, ``*_error`` the relative error of the coefficients' gradients
        against the plain propagator in complex128.
    """
    records = []
    for n_cases, n_points in sizes:
        report(f"{n_cases} x {n_points:,}")
        records.append(step_record(n_cases, n_points, device=device, rounds=rounds))
    return records


def step_record(
    n_cases: int,
    n_points: int,
    *,
    device: torch.device,
    rounds: int,
    n_layers: int = N_LAYERS,
    gradients: Sequence[str] = GRADIENTS,
    errors: bool = True,
) -> dict[str, Any]:
    """One size; see :func:`step_records`."""
    field, weights = random_fields(n_cases, n_points, device)
    steps = {
        g: partial(_step, medium(n_points, n_layers, g, device), field, weights) for g in gradients
    }
    functions = {"fft": partial(transforms, field, weights, n_layers), **steps}
    first = median_times(functions, rounds=1, repeats=1, wait=partial(_wait, device))
    repeats = max(1, round(1e3 * BUDGET / max(first.values())))
    times = median_times(functions, rounds=rounds, repeats=repeats, wait=partial(_wait, device))
    record: dict[str, Any] = {"cases": n_cases, "points": n_points, "layers": n_layers}
    record |= {f"{name}_ms": value for name, value in times.items()}
    if errors:
        record |= _errors(field, weights, n_layers, gradients, device)
    return record


def medium(n_points: int, n_layers: int, gradient: str, device: torch.device) -> Medium:
    """A fibre with all three coefficients of the paper trainable in every layer."""
    coefficients = {name: Trainable(value) for name, value in START.items()}
    fibre = Medium(
        NonlinearSchrodinger(), TimeGrid(n_points), coefficients, n_layers, gradient=gradient
    )
    return fibre.to(device)


def random_fields(n_cases: int, n_points: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """A field and the gradient of a loss with respect to what it becomes, complex64."""
    generator = torch.Generator().manual_seed(0)
    shape = (2, n_cases, 1, n_points)
    field, weights = torch.randn(shape, dtype=torch.complex64, generator=generator).to(device)
    return field, weights


def _step(fibre: Medium, field: Tensor, weights: Tensor) -> None:
    fibre.zero_grad()
    fibre(field).backward(weights)


def transforms(field: Tensor, weights: Tensor, n_layers: int) -> None:
    """The Fourier transforms of a step alone."""
    for _ in range(2 * n_layers):
        torch.fft.fft(field)
        torch.fft.ifft(weights)


def _errors(
    field: Tensor, weights: Tensor, n_layers: int, gradients: Sequence[str], device: torch.device
) -> dict[str, float]:
    """Relative errors of the coefficients' gradients, of a few cases."""
    few = slice(0, min(8, len(field)))
    oracle = medium(field.shape[-1], n_layers, "autograd", device)
    _step(oracle, field[few].to(torch.complex128), weights[few].to(torch.complex128))
    expected = _gradients(oracle)
    errors = {}
    for gradient in gradients:
        fibre = medium(field.shape[-1], n_layers, gradient, device)
        _step(fibre, field[few], weights[few])
        errors[f"{gradient}_error"] = max(
            float((a - b).norm() / b.norm())
            for a, b in zip(_gradients(fibre), expected, strict=True)
        )
    return errors


def _gradients(fibre: Medium) -> list[Tensor]:
    return [p.grad.double() for p in fibre.parameters() if p.grad is not None]


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
