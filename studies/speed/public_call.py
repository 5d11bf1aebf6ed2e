"""What the public call costs beside the cascade that a network runs, and beside its FFTs."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import Tensor

import physembed as pe
from physembed.propagation.gradients import run_schedule
from physembed.propagation.schedule import make_schedule
from studies.speed.steps import BUDGET, N_LAYERS, SIZES, transforms
from studies.speed.timing import median_times

EQUATION = pe.NonlinearSchrodinger()
START = {"alpha": 0.01, "beta2": 0.05, "gamma": 0.03}
"""Per layer: pulses stay off the edges of window and band, so that nothing is warned of."""


def public_call_records(
    sizes: Sequence[tuple[int, int]] = SIZES,
    *,
    rounds: int,
    report: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Milliseconds of a processor for a step, forward and backward, on pulses (medians).

    With one thread: other work on the machine, for which small operations would wait, is no part.

    Returns
    -------
    list of dict
        ``fft_ms`` of the step's 4 FFTs per layer alone, ``inner_ms`` of the cascade as a network
        runs it, ``propagate_ms`` of :func:`physembed.propagate`.
    """
    records = []
    for n_cases, n_points in sizes:
        report(f"propagate, {n_cases} x {n_points:,}")
        field, weights = pulses(n_cases, n_points)
        values = {
            name: torch.full((N_LAYERS,), value, dtype=torch.float64, requires_grad=True)
            for name, value in START.items()
        }
        functions = {
            "fft": partial(transforms, field.detach(), weights, N_LAYERS),
            "inner": partial(_step, _inner, field, weights, values),
            "propagate": partial(_step, _propagate, field, weights, values),
        }
        with _one_thread():
            first = median_times(functions, rounds=1, repeats=1)
            repeats = max(1, round(1e3 * BUDGET / TURNS / max(first.values())))
            times = median_times(
                functions, rounds=TURNS * rounds, repeats=repeats, clock=time.process_time
            )
        record: dict[str, Any] = {"cases": n_cases, "points": n_points, "layers": N_LAYERS}
        records.append(record | {f"{name}_ms": value for name, value in times.items()})
    return records


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def pulses(n_cases: int, n_points: int) -> tuple[Tensor, Tensor]:
    """Smooth random pulses an eighth of the window wide, and the gradient of a loss; complex64."""
    generator = torch.Generator().manual_seed(0)
    shape = (2, n_cases, n_points)
    noise, weights = torch.randn(shape, dtype=torch.complex64, generator=generator)
    grid = pe.TimeGrid(n_points)
    smooth = torch.fft.ifft(torch.fft.fft(noise) * torch.exp(-grid.omega.square()))
    envelope = torch.exp(-(grid.t / (n_points / 8)).square())
    return (smooth * envelope).to(torch.complex64).requires_grad_(), weights


TURNS = 8
"""Turns that a round's time is divided into: other work on the machine comes and goes, and slows
what is bound by memory more than what is not."""

Run = Callable[[Tensor, dict[str, Tensor]], Tensor]


def _step(run: Run, field: Tensor, weights: Tensor, values: dict[str, Tensor]) -> None:
    torch.autograd.grad(run(field, values), [field, *values.values()], weights)


def _inner(field: Tensor, values: dict[str, Tensor]) -> Tensor:
    none = torch.zeros(N_LAYERS, dtype=torch.float64)
    everything = {name: values.get(name, none) for name in EQUATION.coefficients}
    grid = pe.TimeGrid(field.shape[-1])
    return run_schedule(field, EQUATION, everything, grid, make_schedule("lie", N_LAYERS))


def _propagate(field: Tensor, values: dict[str, Tensor]) -> Tensor:
    return pe.propagate(field, EQUATION, values, pe.TimeGrid(field.shape[-1]), scheme="lie")
