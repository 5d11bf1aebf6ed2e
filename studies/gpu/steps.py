"""A step, forward and backward, against cuFFT alone, plain PyTorch, and complex128."""

from typing import Any

import torch
from torch import Tensor

from physembed.physics import (
    GrossPitaevskii,
    HarmonicTrap,
    MasterEquation,
    NonlinearSchrodinger,
    OpticalLattice,
    TimeGrid,
)
from physembed.physics.equations.cubic_quintic import CubicQuintic
from physembed.propagation.gradients import GRADIENTS, run_schedule
from physembed.propagation.schedule import make_schedule
from studies.gpu.timing import microseconds, peak_mebibytes, recorded

LAYERS = 6
SIZES = (
    (64, 512),
    (64, 1024),
    (256, 1024),
    (256, 2048),
    (64, 4096),
    (1024, 4096),
    (256, 8192),
    (64, 5120),
    (64, 10240),
    (2700, 10240),
)
"""Cases and points."""

PRECISE = ((8, 512), (8, 1024), (8, 1000), (8, 4096), (8, 512, 60))
"""Cases, points and, where there are not six, layers of which errors are measured."""

MEDIA: dict[str, tuple[MasterEquation, dict[str, float]]] = {
    "fibre": (NonlinearSchrodinger(), {"alpha": 0.1, "beta2": 0.5, "gamma": 0.3}),
    "trap": (
        GrossPitaevskii(HarmonicTrap()),
        {"kinetic": 0.5, "g": 0.3, "strength": 1e-3, "centre": 5.0},
    ),
    "lattice": (
        GrossPitaevskii(OpticalLattice(period=16.0)),
        {"kinetic": 0.5, "g": 0.3, "strength": 0.05, "phase": 0.4},
    ),
    "cubic-quintic": (
        CubicQuintic(),
        {"alpha": 0.1, "beta2": 0.5, "gamma": 0.3, "quintic": -0.02},
    ),
}
"""Equations, and coefficients to start from. All sizes are those of a fibre."""

OTHERS = tuple((medium, 64, 1024) for medium in MEDIA)
"""Media, cases and points that are compared with each other."""


class Step:
    """The fields and coefficients of one size, on the GPU.

    Parameters
    ----------
    n_cases, n_points, n_layers : int
    dtype : torch.dtype
    device : str
    seed : int
        Of another draw of the same size.
    medium : str
        One of :data:`MEDIA`.
    """

    def __init__(
        self,
        n_cases: int,
        n_points: int,
        n_layers: int = LAYERS,
        dtype: torch.dtype = torch.complex64,
        device: str = "cuda",
        *,
        seed: int = 0,
        medium: str = "fibre",
    ) -> None:
        self.equation, start = MEDIA[medium]
        generator = torch.Generator().manual_seed(n_cases + n_points + seed)
        fields = torch.randn(2, n_cases, n_points, dtype=torch.complex128, generator=generator)
        spread = 0.8 + 0.4 * torch.rand(
            len(start), n_layers, dtype=torch.float64, generator=generator
        )
        # both are rounded alike for every dtype
        self.field, self.weight = fields.to(torch.complex64).to(dtype).to(device)
        self.field.requires_grad_()
        self.values = {
            name: (value * row).to(device).requires_grad_()
            for (name, value), row in zip(start.items(), spread, strict=True)
        }
        zero = torch.zeros(n_layers, dtype=torch.float64, device=device)
        self.everything = dict.fromkeys(self.equation.coefficients, zero) | self.values
        self.grid = TimeGrid(n_points)
        self.schedule = make_schedule("lie", n_layers)

    def run(self, gradient: str, *, to_field: bool = True) -> list[Tensor]:
        """The field that leaves, its gradient if it is wanted, and those of all coefficients."""
        field = self.field if to_field else self.field.detach()
        left = run_schedule(
            field, self.equation, self.everything, self.grid, self.schedule, gradient=gradient
        )
        inputs = [*([field] if to_field else []), *self.values.values()]
        return [left.detach(), *torch.autograd.grad(left, inputs, self.weight)]

    def transforms(self) -> Tensor:
        """The Fourier transforms of a step alone, without the factor 1/N."""
        x = self.field.detach()
        for _ in range(2 * len(self.schedule)):
            torch.fft.fft(x)
            # of the same field: the numbers of a chain would overflow
            out = torch.fft.ifft(x, norm="forward")
        return out

    def plain(self) -> list[Tensor]:
        """A fibre as a user of PyTorch would write it: eager operations and autograd."""
        omega = 2 * torch.pi * torch.fft.fftfreq(self.grid.n_points, device=self.field.device)
        square, e = omega.square(), self.field
        for alpha, beta2, gamma in zip(*(v.float() for v in self.values.values()), strict=True):
            transfer = torch.exp(torch.complex(-alpha / 2 + 0 * square, 0.5 * beta2 * square))
            e = torch.fft.ifft(torch.fft.fft(e) * transfer)
            phase = gamma * (e.real.square() + e.imag.square())
            e = e * torch.complex(torch.cos(phase), torch.sin(phase))
        return list(torch.autograd.grad(e, [self.field, *self.values.values()], self.weight))


def measure(n_cases: int, n_points: int) -> dict[str, Any]:
    """Microseconds and mebibytes of one size."""
    step = Step(n_cases, n_points)
    numbers: dict[str, Any] = {"cases": n_cases, "points": n_points}
    with torch.no_grad():
        numbers["transforms"] = microseconds(recorded(step.transforms))
    numbers["plain"] = microseconds(step.plain)
    numbers["plain, recorded"] = microseconds(recorded(step.plain))
    numbers["auto"] = microseconds(lambda: step.run("auto"))
    numbers["auto, recorded"] = microseconds(recorded(lambda: step.run("auto")))
    numbers["stored, recorded"] = microseconds(recorded(lambda: step.run("stored")))
    numbers["field / MiB"] = 8 * n_cases * n_points / 2**20
    numbers["auto / MiB"] = peak_mebibytes(lambda: step.run("auto"))
    numbers["training / MiB"] = peak_mebibytes(lambda: step.run("auto", to_field=False))
    numbers["stored / MiB"] = peak_mebibytes(lambda: step.run("stored"))
    numbers["plain / MiB"] = peak_mebibytes(step.plain)
    kernels = kernels_alone(step)
    if kernels is not None:
        numbers["kernels"] = kernels
    return numbers


def measure_medium(medium: str, n_cases: int, n_points: int) -> dict[str, Any]:
    """Microseconds of a medium: its kernels, and what its tables add."""
    step = Step(n_cases, n_points, medium=medium)
    return {
        "medium": medium,
        "cases": n_cases,
        "points": n_points,
        "auto, recorded": microseconds(recorded(lambda: step.run("auto"))),
        "kernels": kernels_alone(step),
        "stored, recorded": microseconds(recorded(lambda: step.run("stored"))),
    }


def kernels_alone(step: Step) -> float | None:
    """The kernels of a cascade on the chip without tables and sums; None where there are none."""
    from torch import profiler

    run = recorded(lambda: step.run("auto"))
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    with profiler.profile(activities=[profiler.ProfilerActivity.CUDA]) as profile:
        for _ in range(20):
            run()
        torch.cuda.synchronize()
    times = [
        event.self_device_time_total / event.count
        for event in profile.key_averages()
        if event.key in ("forward", "backward")
    ]
    return sum(times) if len(times) == 2 else None


def errors(n_cases: int, n_points: int, n_layers: int = LAYERS) -> dict[str, Any]:
    """Relative errors of the field, of its gradient and of the coefficients', in complex64."""
    oracle = Step(n_cases, n_points, n_layers, torch.complex128).run("autograd")
    step = Step(n_cases, n_points, n_layers)
    record: dict[str, Any] = {"cases": n_cases, "points": n_points, "layers": n_layers}
    for gradient in (g for g in GRADIENTS if g != "reversible"):
        results = step.run(gradient)
        names = ("field", "gradient", *(f"d {name}" for name in step.values))
        record[gradient] = {
            name: float((a.to(b.dtype) - b).norm() / b.norm())
            for name, a, b in zip(names, results, oracle, strict=True)
        }
    return record
