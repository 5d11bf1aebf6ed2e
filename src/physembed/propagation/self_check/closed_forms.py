"""Short propagations whose outcome is known exactly, or that must conserve something.

What is known stands in :mod:`physembed.physics.exact_solutions` and
:mod:`physembed.physics.invariants`.
"""

import math

import torch
from torch import Tensor

from physembed.physics import NonlinearSchrodinger, TimeGrid
from physembed.physics.exact_solutions import (
    dispersed_gaussian_moments,
    fundamental_soliton,
    gaussian_pulse,
    n_soliton_input,
    soliton_period,
)
from physembed.physics.invariants import energy
from physembed.propagation.propagate import propagate
from physembed.propagation.schemes import SCHEMES
from physembed.propagation.self_check.record import (
    CheckRecord,
    norm_limit,
    pass_limit,
    transform_limit,
)

FIBRE = NonlinearSchrodinger()
SOLITON = {"beta2": -1.0, "gamma": 1.0}
PERIOD = soliton_period(beta2=SOLITON["beta2"])

ORDER_LENGTH = 2.0
ORDER_STEPS = (8, 16)
"""Steps at which the error of yoshida4 is still far above the rounding of complex64."""


def soliton_strang(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """1,000 Strang steps over one soliton period."""
    return _soliton_period(device, dtype, "strang", steps=1000, passes=1000, tolerance=1e-6)


def soliton_yoshida4(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """2,000 fourth-order steps over one soliton period."""
    return _soliton_period(device, dtype, "yoshida4", steps=2000, passes=6000, tolerance=1e-10)


def _soliton_period(
    device: torch.device,
    dtype: torch.dtype,
    scheme: str,
    *,
    steps: int,
    passes: int,
    tolerance: float,
) -> CheckRecord:
    grid = TimeGrid(2048, 80 / 2048)
    start = fundamental_soliton(grid.t, **SOLITON).to(dtype).to(device)
    out = _propagate(start, grid, PERIOD, steps, scheme)
    return CheckRecord(
        f"soliton, {scheme}",
        _relative(out, fundamental_soliton(grid.t, PERIOD, **SOLITON)),
        # the pulse's intensity is 1: over the period its peak turns by as many radians
        pass_limit(dtype, grid.n_points, passes, nonlinear_phase=PERIOD, at_least=tolerance),
        f"sech(t) over one period in {steps:,} steps against sech(t) exp(iz/2)",
    )


def energy_drift(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """A lossless medium keeps Σ|E|²."""
    grid = TimeGrid(2048, 80 / 2048)
    field = fundamental_soliton(grid.t, **SOLITON).to(dtype).to(device)
    out = _propagate(field, grid, PERIOD, 1000, "strang")
    before, after = (float(energy(x.cpu().to(torch.complex128), grid)) for x in (field, out))
    return CheckRecord(
        "energy drift",
        abs(after / before - 1),
        # an energy is off by twice as much as a norm
        2 * norm_limit(dtype, grid.n_points, 1000),
        "energy of a lossless soliton after 1,000 steps against that before",
    )


def forward_inverse(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """``inverse=True`` undoes a propagation."""
    grid = TimeGrid(2048, 80 / 2048)
    field = n_soliton_input(grid.t, 2, **SOLITON).to(dtype).to(device)
    out = _propagate(field, grid, PERIOD, 500, "strang")
    back = _propagate(out, grid, PERIOD, 500, "strang", inverse=True)
    return CheckRecord(
        "forward, then inverse",
        _relative(back, field),
        # the intensity at t = 0 is 32 / (5 + 3 cos 4 z), from 4 to 16: its mean over a period is 8
        pass_limit(dtype, grid.n_points, 1000, nonlinear_phase=8 * PERIOD),
        "a soliton of order 2 there and back, 500 steps each, against itself",
    )


def sign_convention(device: torch.device, dtype: torch.dtype) -> CheckRecord:
    """A Gaussian's centre is delayed by β₃ z ⟨ω²⟩ / 2 = β₃ z / 4: d/dt -> +i ω, with signs.

    Dispersion of odd order is the only one that tells d/dt -> i ω from -i ω.
    """
    grid = TimeGrid(512, 40 / 512)
    # small enough that no frequency of the pulse is delayed to the window's edge
    beta3, length = 1.0, 0.5
    field = gaussian_pulse(grid.t, beta2=0.0).to(dtype).to(device)
    coefficients = {"beta2": 0.0, "gamma": 0.0, "beta3": beta3}
    out = propagate(field, FIBRE, coefficients, grid, layer_length=length, check_sampling=False)
    intensity = out.cpu().abs().double().square()
    centre = float((grid.t * intensity).sum() / intensity.sum())
    expected = dispersed_gaussian_moments(length, beta2=0.0, beta3=beta3).mean
    return CheckRecord(
        "sign of d/dt",
        abs(centre / expected - 1),
        # an intensity is off by twice the field's error; weighted by t, that moves the centre by
        # it times the pulse's width, which is below 1: a sign is told by far less
        max(1e-10, 2 * transform_limit(dtype, grid.n_points, 2) / expected),
        "delay of a Gaussian by third-order dispersion against beta3 z / 4",
    )


def order_of(device: torch.device, dtype: torch.dtype, scheme: str) -> CheckRecord:
    """Observed order of a scheme."""
    order = SCHEMES[scheme].order
    grid = TimeGrid(256, 40 / 256)
    start = fundamental_soliton(grid.t, **SOLITON).to(dtype).to(device)
    coarse, fine = (
        _relative(
            _propagate(start, grid, ORDER_LENGTH, steps, scheme),
            fundamental_soliton(grid.t, ORDER_LENGTH, **SOLITON),
        )
        for steps in ORDER_STEPS
    )
    observed = math.log2(coarse / fine)
    return CheckRecord(
        f"order, {scheme}",
        abs(observed - order),
        # at so few steps the next term of the error expansion is seen: 0.04 to 0.1
        0.25,
        f"observed order {observed:.2f} against {order}, from {ORDER_STEPS[0]} and "
        f"{ORDER_STEPS[1]} steps",
    )


def _propagate(
    field: Tensor,
    grid: TimeGrid,
    length: float,
    steps: int,
    scheme: str,
    *,
    inverse: bool = False,
) -> Tensor:
    return propagate(
        field,
        FIBRE,
        SOLITON,
        grid,
        layer_length=length,
        steps_per_layer=steps,
        scheme=scheme,
        inverse=inverse,
        check_sampling=False,
    )


def _relative(measured: Tensor, expected: Tensor) -> float:
    measured, expected = (x.detach().cpu().to(torch.complex128) for x in (measured, expected))
    return float((measured - expected).norm() / expected.norm())
