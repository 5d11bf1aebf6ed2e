"""Fit the coefficients of a medium to pairs of input and output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares
from torch import Tensor

from physembed._checks import check_choice, check_integer, check_number
from physembed.errors import InvalidInputError, TrainingError, UnknownNameError
from physembed.explain.recovery.better_inputs import better_inputs
from physembed.explain.recovery.error_bars import jackknife_covariance
from physembed.explain.recovery.judgement import missing_coefficient, refusal_of
from physembed.explain.recovery.measured_channel import DIFFERENCE, MeasuredChannel
from physembed.explain.recovery.measurements import (
    MEASUREMENTS,
    Measurement,
    noise_floor,
    signal_band,
    signal_share,
)
from physembed.explain.recovery.noise_through import Weighing, weighing_at
from physembed.explain.recovery.recovered import STRONGLY, Recovered
from physembed.explain.recovery.starts import starts_in_rounds
from physembed.physics import Grid, MasterEquation

Numbers = NDArray[np.float64]

FEWEST_CASES = 8

DECIBEL = 10 / np.log(10)
"""dB of a relative change."""

LEAST_SHARE = 0.02
"""Of the signals in what was measured at a frequency of the inputs: below, it is not looked at."""

MOST_WEIGHINGS, STANDS = 6, 0.1
"""Weighings until a fit moves by less than this share of a standard error."""

QUIETEST = 1e-7
"""Of the traces' root mean square: the least noise that is reckoned with, that of rounding."""


def recover(
    inputs: Tensor | ArrayLike,
    outputs: Tensor | ArrayLike,
    equation: MasterEquation,
    grid: Grid,
    unknown: Sequence[str] | Mapping[str, float],
    *,
    known: Mapping[str, float] | None = None,
    measured: str | None = None,
    length: float = 1.0,
    steps: int = 100,
    scheme: str = "strang",
    noise: float | None = None,
    input_noise: float | None = None,
) -> Recovered:
    """Find the coefficients of a uniform channel from what entered and what left it.

    Least squares on r_k = y_k - M[F(ξ_k; c)], F the split-step propagation and M what was measured
    of the field that left, weighed by C_k⁻¹, C_k = σ² + ς² J_k J_kᵀ: the noise of the measurement,
    and that of the inputs as the channel hands it on; ξ_k are the inputs corrected by what the
    residuals say of their noise. Error bars come from how much the pairs disagree (the jackknife),
    which takes nothing for granted but that they are independent; and they are refused where
    Σ rᵀC⁻¹r is more than noise can be, for then there is no medium of this kind to have error bars.

    Parameters
    ----------
    inputs : Tensor or array of shape (cases, ..., points), complex
    outputs : Tensor or array of the same shape
        Complex fields, of any phase each; or real numbers, as ``measured`` says.
    equation : MasterEquation
        Such as that of :meth:`physembed.optics.Fibre.medium`.
    grid : TimeGrid or PlaneGrid
    unknown : sequence of str, or mapping of str to float
        The coefficients to find; with a mapping, where to start. Without a start, hundreds of
        starts of both signs are tried, up to ten radians of effect.
    known : mapping of str to float, optional
        The other coefficients; those not given have the equation's default.
    measured : {"field", "intensity", "spectrum", "autocorrelation"} or None, default=None
        What outputs are: F itself; abs(F)² in the unit of the inputs; the spectrum of F in dB at
        ``grid.omega``, in that order, each of any level and on any floor; or the autocorrelation
        of abs(F)² at delays ``grid.t``, each of any scale and on any background. None: fields where
        they are complex, else intensities.
    length : float, default=1.0
        Length of the channel.
    steps : int, default=100
        Split steps along it.
    scheme : str, default="strang"
    noise : float or None, default=None
        Root mean square of the outputs' noise, of abs(noise) of a field, in dB of a spectrum;
        None reads it where the outputs' Fourier components are nothing but noise.
    input_noise : float or None, default=None
        Of the inputs, likewise; 0 for inputs that are known exactly.

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
    Error Models (1987), section 3.1; Wu, Annals of Statistics 14 (1986) 1261 (jackknife of
    regression).
    """
    names = _checked_names(unknown, known or {}, equation)
    entered, left = _tensor("inputs", inputs), _tensor("outputs", outputs)
    kind = _checked_signals(entered, left, grid, measured)
    check_integer("steps", steps, least=1)
    check_number("noise", noise, above=0, optional=True)
    check_number("input_noise", input_noise, least=0, optional=True)
    task = _Task.of(
        entered.to(torch.complex128), left, kind, noise=noise, input_noise=input_noise,
        equation=equation, grid=grid, names=names, known=known or {}, length=length, scheme=scheme,
    )  # fmt: skip
    channel = task.channel
    scale = channel.scales(steps)
    rounds = (
        [[np.array([unknown[name] for name in names]) / scale]]
        if isinstance(unknown, Mapping)
        else starts_in_rounds(channel, scale)
    )
    best: _Fit | None = None
    for starts in rounds:
        for start in starts:
            fit = task.fit(scale, start, steps)
            best = fit if best is None or fit.unexplained < best.unexplained else best
        assert best is not None
        if not task.refusal(best):
            break
    assert best is not None
    return task.recovered(best, scale, steps)


@dataclass(frozen=True)
class _Fit:
    """Values in units of the scales at the least squares, and what was left there."""

    values: Numbers
    weighing: Weighing
    jacobian: Numbers
    residual: Numbers
    unexplained: float
    """Root mean square of what is not explained, relative to that of the outputs."""


@dataclass(frozen=True)
class _Task:
    """The channel, and what is known of the noise."""

    channel: MeasuredChannel
    noise: float
    noise_is_known: bool
    input_noise: Tensor
    """Of every Fourier component of the inputs."""

    @classmethod
    def of(
        cls, inputs: Tensor, outputs: Tensor, kind: Measurement, *, noise: float | None,
        input_noise: float | None, grid: Grid, **medium: object,
    ) -> "_Task":  # fmt: skip
        axes = tuple(range(-len(grid.shape), 0))
        if noise is None:
            floor = kind.noise(outputs, axes)
        else:
            floor = noise / DECIBEL if kind.is_relative else noise / (1 + kind.is_complex) ** 0.5
        if input_noise is None:
            input_noise = noise_floor(inputs, axes) or 0.0
        share = torch.ones(grid.shape, dtype=torch.float64)
        if input_noise:
            share = signal_share(inputs, axes, input_noise)
            share[share < LEAST_SHARE] = 0.0
        traces, samples = kind.measured(outputs, axes).numpy(), None
        if kind.is_complex:
            seen = (signal_band(inputs, axes) | signal_band(outputs, axes)).flatten()
            n_inner = traces.shape[1] // 2 // len(seen)
            samples = seen.repeat(n_inner).repeat_interleave(2).numpy()
            traces = traces[:, samples]
        filtered = torch.fft.ifftn(torch.fft.fftn(inputs, dim=axes) * share, dim=axes)
        channel = MeasuredChannel(
            filtered, traces, samples, kind=kind, grid=grid, **medium  # type: ignore[arg-type]
        )  # fmt: skip
        least = QUIETEST * (1.0 if kind.is_relative else float(np.sqrt(np.mean(traces**2))))
        spread = input_noise * share.sqrt()
        return cls(channel, max(floor or 0.0, least), floor is not None, spread)

    def fit(self, scale: Numbers, start: Numbers, steps: int) -> _Fit:
        """Least squares from a start, first unweighed, then weighed by the noise until it stands.

        A weighing is made at values, and right where they are: inputs that were corrected for a
        medium that is another one would hold the next fit near to it.
        """
        size = np.sqrt(np.mean(self.channel.traces**2))
        none = np.zeros_like(self.channel.traces)
        weighing = Weighing(self.channel.inputs, none, none + 1 / size)
        # most of the way in long steps
        for n in (max(1, steps // 4), steps):
            start, _, _ = self._descend(weighing, scale, start, n)
        values = start
        for _ in range(MOST_WEIGHINGS):
            weighing = weighing_at(
                self.channel,
                values * scale,
                steps,
                noise=self.noise,
                input_noise=self.input_noise,
                about=weighing,
            )
            before = values
            values, jacobian, residual = self._descend(weighing, scale, values, steps)
            if np.abs(np.linalg.qr(jacobian, "r") @ (values - before)).max() < STANDS:
                break
        rest = self.channel.plain(values * scale, steps)
        centred = self.channel.traces
        if not self.channel.kind.is_complex:
            centred = centred - centred.mean(axis=1, keepdims=True)
        plain = float(np.sqrt(rest @ rest / np.sum(centred**2)))
        return _Fit(values, weighing, jacobian, residual, plain)

    def _descend(
        self, weighing: Weighing, scale: Numbers, start: Numbers, steps: int
    ) -> tuple[Numbers, Numbers, Numbers]:
        def residual(values: Numbers) -> Numbers:
            rest = weighing.residual(self.channel, values * scale, steps).ravel()
            return np.nan_to_num(rest, nan=1e9, posinf=1e9, neginf=-1e9)

        def jacobian(values: Numbers) -> Numbers:
            columns = []
            for k in range(len(values)):
                step = np.zeros(len(values))
                step[k] = DIFFERENCE
                ahead, behind = residual(values + step), residual(values - step)
                columns.append((ahead - behind) / (2 * DIFFERENCE))
            return np.stack(columns, axis=1)

        fit = least_squares(
            residual, start, jac=jacobian, method="lm", xtol=1e-7, ftol=1e-9, max_nfev=100
        )
        if not np.isfinite(fit.x).all():
            raise TrainingError(f"the fit did not converge: {fit.message}")
        return fit.x, jacobian(fit.x), fit.fun

    def misfit(self, fit: _Fit) -> tuple[float | None, int]:
        """Mean square of the whitened residual, and its degrees of freedom."""
        channel = self.channel
        n_open = len(channel.traces) * channel.kind.n_open
        freedom = fit.residual.size - n_open - len(fit.values)
        if not self.noise_is_known:
            return None, freedom
        return float(fit.residual @ fit.residual) / freedom, freedom

    def refusal(self, fit: _Fit, missing: tuple[str, float] | None = None) -> str:
        misfit, freedom = self.misfit(fit)
        return refusal_of(fit.unexplained, misfit, freedom, missing=missing)

    def recovered(self, fit: _Fit, scale: Numbers, steps: int) -> Recovered:
        """The fit, judged."""
        channel, names = self.channel, self.channel.names
        information = fit.jacobian.T @ fit.jacobian
        long_steps = max(1, steps // 4)
        if not np.linalg.cond(information) < 1e14:
            advice = better_inputs(channel, fit.values, scale, long_steps)
            advice = f"{advice[0].upper()}{advice[1:]}." if advice else (
                "Give one of them in known=, or inputs of more power or bandwidth."
            )  # fmt: skip
            raise TrainingError(
                f"the outputs do not tell {', '.join(names)} apart: some combination of them "
                f"leaves no trace. {advice}"
            )
        covariance = jackknife_covariance(fit.jacobian, fit.residual, len(channel.traces))
        deviation = np.sqrt(np.diag(covariance))
        finer = fit.weighing.residual(channel, fit.values * scale, 2 * steps).ravel()
        shift = np.linalg.solve(information, fit.jacobian.T @ (finer - fit.residual)) / deviation
        refusal = self.refusal(fit)
        if refusal:
            missing = missing_coefficient(
                channel,
                fit.weighing,
                values=fit.values * scale,
                jacobian=fit.jacobian,
                residual=fit.residual,
                steps=steps,
            )
            refusal = self.refusal(fit, missing)
        correlation = covariance / np.outer(deviation, deviation) - np.eye(len(names))
        unclear = np.abs(correlation).max() > STRONGLY or (deviation > np.abs(fit.values) / 4).any()
        advice = ""
        if unclear and not refusal:
            advice = better_inputs(channel, fit.values, scale, long_steps)
        return Recovered(
            values=dict(zip(names, (fit.values * scale).tolist(), strict=True)),
            covariance=covariance * np.outer(scale, scale),
            freedom=len(channel.traces) - len(names),
            residual=fit.unexplained,
            misfit=self.misfit(fit)[0],
            refusal=refusal,
            advice=advice,
            step_error=float(np.abs(shift).max()),
            evaluations=channel.evaluations,
        )


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


def _tensor(name: str, values: Tensor | ArrayLike) -> Tensor:
    if isinstance(values, Tensor):
        return values.detach().cpu()
    array = np.asarray(values)
    if array.dtype.kind not in "fciu":
        raise InvalidInputError(f"{name} must be numbers, got an array of {array.dtype}.")
    return torch.from_numpy(np.ascontiguousarray(array))


def _checked_signals(
    inputs: Tensor, outputs: Tensor, grid: Grid, measured: str | None
) -> Measurement:
    """The kind of measurement that the outputs are."""
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
    if inputs.shape[-len(grid.shape) :] != grid.shape:
        raise InvalidInputError(
            f"inputs must have the grid's {grid.shape} points last, got {tuple(inputs.shape)}."
        )
    for name, signal in (("inputs", inputs), ("outputs", outputs)):
        if not bool(torch.isfinite(signal).all()):
            raise InvalidInputError(f"{name} must be finite.")
    if measured is None:
        measured = "field" if outputs.is_complex() else "intensity"
    check_choice("measured", measured, MEASUREMENTS)
    kind = MEASUREMENTS[measured]
    if kind.is_complex != outputs.is_complex():
        wanted = "complex" if kind.is_complex else "real"
        raise InvalidInputError(
            f"outputs must be {wanted} numbers with measured={measured!r}, got {outputs.dtype}."
        )
    return kind
