"""Every equation of the table on a device: finite, differentiable, precise."""

import numpy as np
import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import (
    EQUATIONS,
    GrossPitaevskii,
    MasterEquation,
    NaturalScale,
    OpticalLattice,
    TimeGrid,
)
from physembed.propagation.gradients import available_gradients
from physembed.propagation.propagate import propagate
from physembed.propagation.self_check.record import UNIT_ROUNDOFF, CheckRecord, transform_limit

GRID = TimeGrid(64, 0.25)
N_LAYERS = 2
START = 0.2
"""Every coefficient in its natural unit: all terms of an equation matter, and none rules."""

STEP = 2e-4
"""Step h of the finite difference: its error, about (phase h)⁴ / 30 with phases of tens of radians
in the band's edge, and that of rounding, 1e-16 / h, are both far below 1e-7."""


def finite(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """All equations of :data:`~physembed.physics.EQUATIONS` give finite fields."""
    broken = []
    for name, equation_class in EQUATIONS.items():
        equation = equation_class()
        try:
            out = _run(equation, _start(equation), device, dtype)
        except InvalidInputError:
            # what propagate raises where a field does not stay finite
            broken.append(name)
            continue
        if not bool(torch.isfinite(torch.view_as_real(out)).all()):
            broken.append(name)
    which = f"; not finite: {', '.join(broken)}" if broken else ""
    return CheckRecord(
        "finite fields",
        float(len(broken)),
        0.0,
        f"equations, of {len(EQUATIONS)}, whose field does not stay finite{which}",
    )


def coefficient_gradients(device: torch.device, dtype: torch.dtype, name: str) -> CheckRecord:
    """Gradients of Re⟨w, E⟩ in all coefficients, by every way, against finite differences.

    The differences, of fourth order, are taken in complex128 on the CPU, so that they are an
    oracle for any device and dtype.
    """
    equation = EQUATIONS[name]()
    start = _start(equation)
    expected = _finite_differences(equation, start)
    ways = available_gradients(equation)
    worst = 0.0
    for gradient in ways:
        moving = [start[k].detach().to(device).requires_grad_() for k in start]
        coefficients = dict(zip(start, moving, strict=True))
        _loss(_run(equation, coefficients, device, dtype, gradient)).backward()
        computed = torch.cat([_gradient(value) for value in moving])
        worst = max(worst, float((computed - expected).norm() / expected.norm()))
    return CheckRecord(
        f"gradient, {name}",
        worst,
        # complex128: what is left of the differences' own error;
        # complex64: the derivative multiplies the roundoff by the phase, tens of radians
        1e-7 if dtype == torch.complex128 else 1e3 * UNIT_ROUNDOFF[dtype],
        f"{len(expected)} derivatives ({', '.join(ways)}) against finite differences",
    )


def single_against_double(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """complex64 on the device against numpy in complex128, where phases reach thousands.

    Dispersion, a lattice, and dispersion again. Phases summed in single precision would be wrong
    by thousands of radians times 2⁻²⁴, 1e-4 and more.
    """
    grid, period = TimeGrid(4096), 256.0
    scale = NaturalScale(grid)
    equation = GrossPitaevskii(OpticalLattice(period))
    kinetic = 16 * equation.natural_unit("kinetic", scale)
    strength = 16 * equation.natural_unit("strength", scale)
    t, omega = grid.t.numpy(), grid.omega.numpy()
    # noise fills the band, up to whose edge the phase grows
    white = np.random.default_rng(0).normal(size=(2, grid.n_points))
    start = (white[0] + 1j * white[1]) * np.exp(-((t / 1000) ** 2))
    dispersion = np.exp(-0.5j * kinetic * omega**2)
    from_site = t - period * np.round(t / period)
    expected = np.fft.ifft(dispersion * np.fft.fft(start)) * np.exp(-1j * strength * from_site**2)
    expected = np.fft.ifft(dispersion * np.fft.fft(expected))
    # a Lie step is linear, then local: the second layer's lattice is switched off
    lattice = torch.tensor([strength, 0.0], dtype=torch.float64)
    out = propagate(
        torch.from_numpy(start).to(torch.complex64).to(device),
        equation,
        {"kinetic": kinetic, "strength": lattice, "g": 0.0},
        grid,
        check_sampling=False,
    )
    measured = out.cpu().to(torch.complex128).numpy()
    return CheckRecord(
        "complex64 against complex128",
        float(np.linalg.norm(measured - expected) / np.linalg.norm(expected)),
        transform_limit(torch.complex64, grid.n_points, 4),
        "phases of thousands of radians in single precision against numpy in double",
    )


def _start(equation: MasterEquation) -> dict[str, Tensor]:
    """All coefficients, float64, of shape (layers,)."""
    scale = NaturalScale(GRID, mean_intensity=0.5)
    return {
        name: torch.full(
            (N_LAYERS,), START * equation.natural_unit(name, scale), dtype=torch.float64
        )
        for name in equation.coefficients
    }


def _run(
    equation: MasterEquation,
    coefficients: dict[str, Tensor],
    device: torch.device,
    dtype: torch.dtype,
    gradient: str = "auto",
) -> Tensor:
    t = GRID.t
    pulse = torch.exp(-(t**2) / 8 + 0.3j * t)
    # channels that differ, for modes that couple
    field = torch.stack([pulse, 0.7 * pulse.conj()])
    return propagate(
        field.to(dtype).to(device),
        equation,
        coefficients,
        GRID,
        scheme="strang",
        steps_per_layer=2,
        gradient=gradient,
        check_sampling=False,
    )


def _loss(out: Tensor) -> Tensor:
    """Re⟨w, E⟩ with fixed random weights: every derivative of the field counts."""
    generator = torch.Generator().manual_seed(0)
    w = torch.randn(out.shape, dtype=torch.complex128, generator=generator)
    w = w.to(out.dtype).to(out.device)
    return (w.real * out.real + w.imag * out.imag).sum()


def _gradient(value: Tensor) -> Tensor:
    """d loss / d ln(coefficient): scaled, so that all units count alike."""
    assert value.grad is not None
    return (value.grad * value.detach()).cpu().double()


def _finite_differences(equation: MasterEquation, start: dict[str, Tensor]) -> Tensor:
    cpu, double = torch.device("cpu"), torch.complex128
    derivatives = []
    for name, value in start.items():
        for layer in range(N_LAYERS):
            losses = {}
            for k in (-2, -1, 1, 2):
                moved = value.clone()
                moved[layer] *= 1 + k * STEP
                out = _run(equation, start | {name: moved}, cpu, double)
                losses[k] = float(_loss(out))
            near, far = losses[1] - losses[-1], losses[2] - losses[-2]
            derivatives.append((8 * near - far) / (12 * STEP))
    return torch.tensor(derivatives, dtype=torch.float64)
