"""Fit the coefficients of a medium to pairs of input and output."""

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares
from torch import Tensor

from physembed._checks import is_number
from physembed.errors import InvalidInputError, TrainingError, UnknownNameError
from physembed.explain.recovery.recovered import Recovered
from physembed.physics import Grid, MasterEquation
from physembed.propagation import propagate

STARTS = (0.0, 0.5, -0.5, 2.0, -2.0)
"""Starts of every coefficient, in units of the change that turns the field by about a radian."""

CASES_OF_THE_SEARCH, STEPS_OF_THE_SEARCH, BEST_STARTS = 6, 12, 3
FEWEST_CASES = 8
STANDS_OUT = 30.0
"""Signal and noise over noise, from which a frequency belongs to the signal's band."""

DIFFERENCE = 1e-5
"""Step of the central differences, in the same units; their error is about its square."""


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
    channel = _Channel(
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
        starts = _promising(channel, scale)
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
    curvature = _curvature(channel, scale, values, long_steps)
    covariance = _covariance(curvature, jacobian, residual, len(inputs))
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


class _Channel:
    """The measured pairs, and how far a medium of given coefficients is from explaining them."""

    def __init__(
        self,
        inputs: Tensor,
        outputs: Tensor,
        equation: MasterEquation,
        grid: Grid,
        *,
        names: Sequence[str],
        known: Mapping[str, float],
        length: float,
        scheme: str,
        input_noise: float,
    ) -> None:
        self.sees_intensity = not outputs.is_complex()
        self.axes = tuple(range(-len(grid.shape), 0))
        if self.sees_intensity:
            band = signal_band(inputs, self.axes)
            self.outputs = outputs.to(torch.float64)
        else:
            outputs = outputs.to(torch.complex128)
            band = signal_band(inputs, self.axes) | signal_band(outputs, self.axes)
            self.outputs = self._spectrum(outputs)[..., band]
        self.band = band
        self.inputs = torch.fft.ifftn(torch.fft.fftn(inputs, dim=self.axes) * band, dim=self.axes)
        self.names = names
        self.input_noise = input_noise
        self.evaluations = 0
        self._run: Callable[[Tensor, dict[str, float], int], Tensor] = lambda field, values, n: (
            propagate(
                field,
                equation,
                {**known, **values},
                grid,
                layer_length=length,
                steps_per_layer=n,
                scheme=scheme,
                check_sampling=False,
            )
        )

    def _spectrum(self, field: Tensor) -> Tensor:
        return torch.fft.fftn(field, dim=self.axes, norm="ortho")

    @property
    def total(self) -> float:
        """Σ|y|², or Σ y² of intensities."""
        return float(self.outputs.abs().square().sum())

    def residual(
        self, values: NDArray[np.float64], steps: int, cases: slice = slice(None)
    ) -> NDArray[np.float64]:
        """What is not explained, as real numbers."""
        self.evaluations += 1
        entered, left = self.inputs[cases], self.outputs[cases]
        found = self._run(entered, dict(zip(self.names, values.tolist(), strict=True)), steps)
        if self.sees_intensity:
            return (left - found.abs().square()).flatten().numpy()
        found = self._spectrum(found)[..., self.band]
        axes = tuple(range(1, found.ndim))
        overlap = (found.conj() * left).sum(dim=axes, keepdim=True)
        aligned = left * torch.exp(-1j * overlap.angle())
        gain = found.abs().square().sum() / entered.abs().square().sum()
        difference = (aligned - found) / torch.sqrt(1 + self.input_noise * gain)
        return torch.view_as_real(difference).flatten().numpy()

    def scales(self, steps: int) -> NDArray[np.float64]:
        """The change of each coefficient from zero that turns the field by about a radian."""
        field = self.inputs[:CASES_OF_THE_SEARCH]
        size = float(field.abs().square().sum().sqrt())
        scales = []
        for name in self.names:
            step, change = 1e-8, 0.0
            while change < 1e-5 * size and step < 1e12:
                step *= 10
                ahead, behind = (self._run(field, {**self._dark(), name: s}, steps)
                                 for s in (step, -step))  # fmt: skip
                change = float((ahead - behind).abs().square().sum().sqrt())
            if not change > 0:
                raise TrainingError(f"{name} leaves no trace in the outputs.")
            scales.append(2 * step * size / change)
        return np.array(scales)

    def _dark(self) -> dict[str, float]:
        return dict.fromkeys(self.names, 0.0)


def signal_band(fields: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Where the mean spectrum stands out of its floor, as a mask of the shape of the spectrum.

    White noise beyond the signal's band tells nothing of the channel, but dispersion turns it
    fastest; a receiver filters it out. The floor is the spectrum's lower quartile; where it is
    not far below the peak, all of the band is signal.
    """
    spectrum = torch.fft.fftn(fields, dim=axes).abs().square()
    mean = spectrum.mean(dim=tuple(range(fields.ndim - len(axes))))
    floor = torch.quantile(mean, 0.25)
    threshold = STANDS_OUT * floor
    return mean >= (threshold if threshold < 0.1 * mean.max() else 0.0)


def _fit(
    channel: _Channel, scale: NDArray[np.float64], start: NDArray[np.float64], steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Values in units of ``scale``, Jacobian and residual at the least squares from a start."""

    def residual(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return channel.residual(values * scale, steps)

    def jacobian(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return _jacobian(channel, scale, values, steps)

    found = least_squares(residual, start, jac=jacobian, method="lm", xtol=1e-7, ftol=1e-9)
    if not found.success or not np.isfinite(found.x).all():
        raise TrainingError(f"the fit did not converge: {found.message}")
    return found.x, jacobian(found.x), found.fun


def _jacobian(
    channel: _Channel, scale: NDArray[np.float64], values: NDArray[np.float64], steps: int
) -> NDArray[np.float64]:
    """Derivative of the residual by central differences, shape (residuals, coefficients)."""
    columns = []
    for k in range(len(values)):
        step = np.zeros(len(values))
        step[k] = DIFFERENCE
        ahead = channel.residual((values + step) * scale, steps)
        behind = channel.residual((values - step) * scale, steps)
        columns.append((ahead - behind) / (2 * DIFFERENCE))
    return np.stack(columns, axis=1)


def _curvature(
    channel: _Channel, scale: NDArray[np.float64], values: NDArray[np.float64], steps: int
) -> NDArray[np.float64]:
    """Second derivative of half the sum of squares: JᵀJ and what noise in the inputs adds.

    Central differences of the gradient; long steps are good enough for error bars.
    """
    columns = []
    for k in range(len(values)):
        step = np.zeros(len(values))
        step[k] = 100 * DIFFERENCE
        gradients = [
            _jacobian(channel, scale, place, steps).T @ channel.residual(place * scale, steps)
            for place in (values + step, values - step)
        ]
        columns.append((gradients[0] - gradients[1]) / (200 * DIFFERENCE))
    hessian = np.stack(columns, axis=1)
    return (hessian + hessian.T) / 2


def _covariance(
    curvature: NDArray[np.float64],
    jacobian: NDArray[np.float64],
    residual: NDArray[np.float64],
    n_cases: int,
) -> NDArray[np.float64]:
    """How much the values move when a pair is left out, summed over the pairs: the jackknife.

    Noise in the inputs goes through the channel with them, so it is neither white nor independent
    of the Jacobian, and few strong pairs may carry the fit; that pairs are independent is all
    that is assumed. Leaving out pair k moves the values by (H - J_kᵀJ_k)⁻¹ g_k to first order.
    """
    n = len(curvature)
    of_case = jacobian.reshape(n_cases, -1, n)
    scores = np.einsum("krp,kr->kp", of_case, residual.reshape(n_cases, -1))
    without = curvature - np.einsum("krp,krq->kpq", of_case, of_case)
    moves = np.linalg.solve(without, scores[..., None])[..., 0]
    covariance: NDArray[np.float64] = moves.T @ moves * (n_cases - 1) / n_cases
    return covariance


def _promising(channel: _Channel, scale: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The best starts of a coarse search, refined on few cases and steps until one stands out."""
    cases = slice(0, CASES_OF_THE_SEARCH)
    tried = [np.array(start) for start in itertools.product(STARTS, repeat=len(scale))]

    def error(values: NDArray[np.float64]) -> float:
        residual = channel.residual(values * scale, STEPS_OF_THE_SEARCH, cases)
        return float(residual @ residual)

    errors = np.array([error(start) for start in tried])
    best = [
        tried[k] for k in np.argsort(np.where(np.isfinite(errors), errors, np.inf))[:BEST_STARTS]
    ]
    refined = []
    for start in best:
        found = least_squares(
            lambda values: channel.residual(values * scale, STEPS_OF_THE_SEARCH, cases),
            start,
            method="lm",
            max_nfev=200,
        )
        refined.append((found.cost, found.x))
    refined.sort(key=lambda pair: pair[0])
    least = refined[0][0]
    # where several basins explain the few cases about as well, all cases decide
    kept = [x for cost, x in refined if cost < 1.5 * least]
    distinct: list[NDArray[np.float64]] = []
    for x in kept:
        if all(np.abs(x - other).max() > 1e-2 for other in distinct):
            distinct.append(x)
    return distinct


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
