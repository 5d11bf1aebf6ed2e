"""One step of the local part of an equation."""

import math

import torch
from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.physics.transforms import REAL_OF


def local_step(
    field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues, length: float
) -> Tensor:
    """Advance dE/dz = (local part) by ``length``, which may be negative.

    A phase leaves |E|^2 as it is, so its step is exact; any other law is integrated by one step
    of the classical Runge-Kutta method, whose fourth order is at least that of every scheme.
    """
    if not equation.is_conservative:
        return _runge_kutta(field, equation, grid, in_dtype(c, field), length)
    intensity = field.real**2 + field.imag**2
    phase = _local_phase(equation, intensity, grid, c, length)
    return field * torch.complex(torch.cos(phase), torch.sin(phase))


def _local_phase(
    equation: MasterEquation, intensity: Tensor, grid: Grid, c: CoefficientValues, length: float
) -> Tensor:
    """phi(|E|^2, t) length, in the dtype of the intensity.

    An affine phase V(t) + gamma |E|^2 is split, so that V, which reaches thousands of radians, is
    computed in float64 and reduced to one turn before it meets a float32 intensity.
    """
    if not equation.local_phase_is_affine:
        coordinates = tuple(x.to(intensity) for x in grid.coordinates)
        t = coordinates[0] if len(coordinates) == 1 else coordinates
        return equation.local_phase(intensity, t, in_dtype(c, intensity)) * length
    coordinates = tuple(x.to(intensity.device) for x in grid.coordinates)
    t = coordinates[0] if len(coordinates) == 1 else coordinates
    dark = torch.zeros(grid.shape, dtype=torch.float64, device=intensity.device)
    at_rest = equation.local_phase(dark, t, c)
    slope = equation.local_phase(dark + 1, t, c) - at_rest
    turn = torch.remainder(at_rest * length, 2 * math.pi)
    return turn.to(intensity.dtype) + (slope * length).to(intensity.dtype) * intensity


def _runge_kutta(
    field: Tensor, equation: MasterEquation, grid: Grid, c: CoefficientValues, h: float
) -> Tensor:
    """One step of the classical fourth-order method (Kutta, 1901)."""
    k1 = equation.local_derivative(field, grid, c)
    k2 = equation.local_derivative(field + h / 2 * k1, grid, c)
    k3 = equation.local_derivative(field + h / 2 * k2, grid, c)
    k4 = equation.local_derivative(field + h * k3, grid, c)
    return field + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def in_dtype(c: CoefficientValues, like: Tensor) -> CoefficientValues:
    """The coefficients in the real dtype of a field or an intensity."""
    real = REAL_OF[like.dtype] if like.dtype.is_complex else like.dtype
    return CoefficientValues(**{name: value.to(real) for name, value in vars(c).items()})
