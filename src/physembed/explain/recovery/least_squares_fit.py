"""Fit the coefficients of a medium to pairs of input and output."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares
from torch import Tensor

from physembed._checks import is_number
from physembed.errors import InvalidInputError, TrainingError, UnknownNameError
from physembed.explain.recovery.error_bars import curvature_of, jackknife_covariance
from physembed.explain.recovery.measured_channel import MeasuredChannel, jacobian_of
from physembed.explain.recovery.recovered import Recovered
from physembed.explain.recovery.starts import promising_starts
from physembed.physics import Grid, MasterEquation

FEWEST_CASES = 8


def recover(
    inputs: Tensor,
    outputs: Tensor,
    equation: MasterEquation,
    grid: Grid,
    unknown: Sequence[str] | Mapping[str, float],
    *,
    known: Mapping[str, float] | None = None,
    length: float = 1.0,
    steps: int = 100,
    scheme: str = "strang",
    input_noise: float = 1.0,
) -> Recovered:
    """Find the coefficients of a uniform channel from what entered and what left it.

    Least squares on y_k e^{-iθ_k} - F(x_k; c) in the signals' band, divided by sqrt(1 + ρ G) for
    inputs that are noisy themselves: F is the split-step propagation, θ_k an unknown phase of
    every pair, and G the channel's energy gain, so that loss is not mistaken for noise. Real
    outputs are taken for intensities |F|². The error bars come from how much the pairs disagree
    (the jackknife), and take nothing for granted but that the pairs are independent.

    Parameters
    ----------
    inputs : Tensor of shape (cases, ..., points), complex
    outputs : Tensor of the same shape, complex fields or real intensities
    equation : MasterEquation
    grid : TimeGrid or PlaneGrid
    unknown : sequence of str, or mapping of str to float
        The coefficients to find; with a mapping, where to start. Without a start, starts of both
        signs are tried, up to a few radians of effect.
    known : mapping of str to float, optional
        The other coefficients; those not given have the equation's default.
    length : float, default=1.0
        Length of the channel.
    steps : int, default=100
        Split steps along it.
    scheme : str, default="strang"
    input_noise : float, default=1.0
        ρ, noise power of the inputs over that of the outputs: 1 where both were measured alike, 0
        for inputs that are known exactly.

    Returns
    -------
    Recovered

    Raises
    ------
    InvalidInputError, UnknownNameError
        If an argument is not as described.
    TrainingError
        If the fit does not converge, or the coefficients leave no trace in the outputs.

    References
    ----------
    Golub and Pereyra, Inverse Problems 19 (2003) R1 (variable projection); Fuller, Measurement
    Error Models (1987), section 1.3; Wu, Annals of Statistics 14
    (1986) 1261 (jackknife of regression).
    """
    names = _checked_names(unknown, known or {}, equation)
    _check_signals(inputs, outputs)
    if not (is_number(input_noise) and input_noise >= 0):
        raise InvalidInputError(f"input_noise must be zero or positive, got {input_noise!r}.")
    channel = MeasuredChannel(
        inputs.to(torch.complex128),
        outputs,
        equation,
        grid,
        names=names,
        known=known or {},
        length=length,
        scheme=scheme,
        input_noise=input_noise,
    )
    scale = channel.scales(steps)
    if isinstance(unknown, Mapping):
        starts = [np.array([unknown[name] for name in names]) / scale]
    else:
        starts = promising_starts(channel, scale)
    # most of the way in long steps, and the last of it in those asked for
    long_steps = max(1, steps // 4)
    fits = [_fit(channel, scale, start, long_steps) for start in starts]
    nearest = min(fits, key=lambda fit: float(fit[2] @ fit[2]))[0]
    values, jacobian, residual = _fit(channel, scale, nearest, steps)
    information = jacobian.T @ jacobian
    if not np.linalg.cond(information) < 1e14:
        raise TrainingError(
            f"the outputs do not tell {', '.join(names)} apart: some combination of them leaves no "
            "trace. Give one of them in known=, or inputs of more power or bandwidth."
        )
    curvature = curvature_of(channel, scale, values, long_steps)
    covariance = jackknife_covariance(curvature, jacobian, residual, len(inputs))
    deviation = np.sqrt(np.diag(covariance))
    finer = channel.residual(values * scale, 2 * steps)
    shift = np.linalg.solve(curvature, jacobian.T @ finer) / deviation
    return Recovered(
        values=dict(zip(names, (values * scale).tolist(), strict=True)),
        standard_errors=dict(zip(names, (deviation * scale).tolist(), strict=True)),
        covariance=covariance * np.outer(scale, scale),
        freedom=len(inputs) - len(names),
        residual=float(np.sqrt(residual @ residual / channel.total)),
        step_error=float(np.abs(shift).max()),
        evaluations=channel.evaluations,
    )


def _fit(
    channel: MeasuredChannel, scale: NDArray[np.float64], start: NDArray[np.float64], steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Values in units of ``scale``, Jacobian and residual at the least squares from a start."""

    def residual(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return channel.residual(values * scale, steps)

    def jacobian(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return jacobian_of(channel, scale, values, steps)

    fit = least_squares(residual, start, jac=jacobian, method="lm", xtol=1e-7, ftol=1e-9)
    if not fit.success or not np.isfinite(fit.x).all():
        raise TrainingError(f"the fit did not converge: {fit.message}")
    return fit.x, jacobian(fit.x), fit.fun


def _checked_names(
    unknown: Sequence[str] | Mapping[str, float],
    known: Mapping[str, float],
    equation: MasterEquation,
) -> list[str]:
    owner = type(equation).__name__
    for name in [*unknown, *known]:
        if name not in equation.coefficients:
            raise UnknownNameError(f"coefficient of {owner}", name, list(equation.coefficients))
    if not unknown or isinstance(unknown, str):
        raise InvalidInputError(f"unknown must name at least one coefficient, got {unknown!r}.")
    both = set(unknown) & set(known)
    if both:
        raise InvalidInputError(f"{', '.join(sorted(both))} cannot be known and unknown at once.")
    return list(unknown)


def _check_signals(inputs: Tensor, outputs: Tensor) -> None:
    if not inputs.is_complex():
        raise InvalidInputError(f"inputs must be complex fields, got dtype {inputs.dtype}.")
    if inputs.shape[:1].numel() < FEWEST_CASES:
        raise InvalidInputError(
            f"at least {FEWEST_CASES} pairs are needed for error bars, got {len(inputs)}."
        )
    if inputs.shape != outputs.shape or inputs.ndim < 2:
        raise InvalidInputError(
            "inputs and outputs must have the same shape (cases, ..., points), got "
            f"{tuple(inputs.shape)} and {tuple(outputs.shape)}."
        )
    for name, signal in (("inputs", inputs), ("outputs", outputs)):
        if not bool(torch.isfinite(signal).all()):
            raise InvalidInputError(f"{name} must be finite.")
