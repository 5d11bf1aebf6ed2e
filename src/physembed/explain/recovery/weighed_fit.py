"""One least-squares fit after the other, each weighed by what the last says of the noise."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares
from torch import Tensor

from physembed.errors import InvalidInputError, TrainingError
from physembed.explain.recovery.better_inputs import better_inputs, untold_signs
from physembed.explain.recovery.error_bars import covariance_in_noise, jackknife_covariance
from physembed.explain.recovery.judgement import (
    MOST_CHANGES,
    beyond_steps,
    coarse_steps,
    missing_coefficient,
    refusal_of,
)
from physembed.explain.recovery.measured_channel import DIFFERENCE, MeasuredChannel
from physembed.explain.recovery.measurements import (
    Measurement,
    noise_floor,
    signal_band,
)
from physembed.explain.recovery.noise_through import Weighing, weighing_at
from physembed.explain.recovery.recovered import STRONGLY, Recovered
from physembed.physics import Grid

Numbers = NDArray[np.float64]

DECIBEL = 10 / np.log(10)
"""dB of a relative change."""

MOST_WEIGHINGS, STANDS = 6, 0.1
"""Weighings until a fit moves by less than this share of a standard error."""

MOST_ADDED = 0.9
"""Of an information, what noise may be thought to have added to it."""

QUIETEST = 1e-7
"""Of the traces' root mean square: the least noise that is reckoned with, that of rounding."""


def _jacobian(residual: Callable[[Numbers], Numbers], values: Numbers) -> Numbers:
    columns = []
    for k in range(len(values)):
        step = np.zeros(len(values))
        step[k] = DIFFERENCE
        ahead, behind = residual(values + step), residual(values - step)
        columns.append((ahead - behind) / (2 * DIFFERENCE))
    return np.stack(columns, axis=1)


@dataclass(frozen=True)
class Fit:
    """Values in units of the scales at the least squares, and what was left there."""

    values: Numbers
    weighing: Weighing
    jacobian: Numbers
    residual: Numbers
    finer: Numbers
    """The residual, whitened too, were the steps half as long."""
    unexplained: float
    """Root mean square of what is not explained, relative to that of the outputs."""


@dataclass(frozen=True)
class RecoveryTask:
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
    ) -> "RecoveryTask":  # fmt: skip
        axes = tuple(range(-len(grid.shape), 0))
        if noise is None:
            floor = kind.noise(outputs, axes)
        else:
            floor = noise / DECIBEL if kind.is_relative else noise / (1 + kind.is_complex) ** 0.5
        if input_noise is None:
            input_noise = noise_floor(inputs, axes) or 0.0
        # within the band nothing is held back: what shrinks the wings of inputs makes loss of them
        band = torch.ones(grid.shape, dtype=torch.bool)
        if input_noise:
            band = signal_band(inputs, axes)
        traces, samples = kind.measured(outputs, axes).numpy(), None
        if kind.is_complex:
            seen = (signal_band(inputs, axes) | signal_band(outputs, axes)).flatten()
            n_inner = traces.shape[1] // 2 // len(seen)
            samples = seen.repeat(n_inner).repeat_interleave(2).numpy()
            traces = traces[:, samples]
        filtered = torch.fft.ifftn(torch.fft.fftn(inputs, dim=axes) * band, dim=axes)
        channel = MeasuredChannel(
            filtered, traces, samples, kind=kind, grid=grid, **medium  # type: ignore[arg-type]
        )  # fmt: skip
        least = QUIETEST * (1.0 if kind.is_relative else float(np.sqrt(np.mean(traces**2))))
        spread = input_noise * band.double()
        return cls(channel, max(floor or 0.0, least), floor is not None, spread)

    def unweighed(self, scale: Numbers, start: Numbers, steps: int) -> tuple[float, Numbers]:
        """How much least squares from a start leave, all samples alike, and where they are."""
        size = np.sqrt(np.mean(self.channel.traces**2))
        none = np.zeros_like(self.channel.traces)
        weighing = Weighing(self.channel.inputs, none, none + 1 / size)
        # most of the way in long steps
        for n in (max(1, steps // 4), steps):
            start, _, residual = self._descend(weighing, scale, start, n)
        return float(residual @ residual), start

    def fit(self, scale: Numbers, start: Numbers, steps: int) -> Fit:
        """Least squares weighed by the noise until it stands, from where they are unweighed.

        A weighing is made at values, and right where they are: inputs that were corrected for a
        medium that is another one would hold the next fit near to it.
        """
        none = np.zeros_like(self.channel.traces)
        weighing = Weighing(self.channel.inputs, none, none)
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
        finer = weighing.residual(self.channel, values * scale, 2 * steps).ravel()
        return Fit(values, weighing, jacobian, residual, finer, plain)

    def _descend(
        self, weighing: Weighing, scale: Numbers, start: Numbers, steps: int
    ) -> tuple[Numbers, Numbers, Numbers]:
        def residual(values: Numbers) -> Numbers:
            try:
                rest = weighing.residual(self.channel, values * scale, steps).ravel()
            except InvalidInputError:
                # a field that has become infinite on its way is far from any fit
                rest = np.full(self.channel.traces.size, np.nan)
            return np.nan_to_num(rest, nan=1e9, posinf=1e9, neginf=-1e9)

        def jacobian(values: Numbers) -> Numbers:
            return _jacobian(residual, values)

        fit = least_squares(
            residual, start, jac=jacobian, method="lm", xtol=1e-7, ftol=1e-9, max_nfev=100
        )
        if not np.isfinite(fit.x).all():
            raise TrainingError(f"the fit did not converge: {fit.message}")
        return fit.x, jacobian(fit.x), fit.fun

    def _told_by_signals(
        self, fit: Fit, scale: Numbers, steps: int, information: Numbers
    ) -> Numbers:
        """The information JᵀJ without what the noise left in the inputs adds to it.

        The faster a coefficient turns what is noise, the more of it there would seem to be known.
        """

        def slope(inputs: Tensor) -> Numbers:
            noisy = replace(fit.weighing, inputs=inputs)
            return _jacobian(
                lambda values: noisy.residual(self.channel, values * scale, steps).ravel(),
                fit.values,
            )

        inputs, doubts = fit.weighing.inputs, fit.weighing.doubts
        added = np.zeros_like(information)
        for doubt in doubts:
            difference = (slope(inputs + doubt) - slope(inputs - doubt)) / 2
            added += difference.T @ difference / len(doubts)
        lower = np.linalg.cholesky(information)
        inverse = np.linalg.inv(lower)
        shares, directions = np.linalg.eigh(inverse @ added @ inverse.T)
        lower = lower @ directions
        told: Numbers = (lower * (1 - shares.clip(max=MOST_ADDED))) @ lower.T
        return told

    def misfit(self, fit: Fit) -> tuple[float | None, int]:
        """Mean square of the whitened residual, and its degrees of freedom."""
        channel = self.channel
        n_open = len(channel.traces) * channel.kind.n_open
        freedom = fit.residual.size - n_open - len(fit.values)
        if not self.noise_is_known:
            return None, freedom
        return float(fit.residual @ fit.residual) / freedom, freedom

    def refusal(self, fit: Fit, missing: tuple[str, float] | None = None) -> str:
        misfit, freedom = self.misfit(fit)
        beyond = beyond_steps(fit.residual, fit.finer - fit.residual, fit.jacobian)
        return refusal_of(fit.unexplained, misfit, freedom, beyond_steps=beyond, missing=missing)

    def recovered(self, fit: Fit, scale: Numbers, steps: int) -> Recovered:
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
        jackknife = jackknife_covariance(fit.jacobian, fit.residual, len(channel.traces))
        told = self._told_by_signals(fit, scale, long_steps, information)
        covariance = covariance_in_noise(
            jackknife, information, told, noise_is_known=self.noise_is_known
        )
        deviation = np.sqrt(np.diag(covariance))
        change = fit.jacobian.T @ (fit.finer - fit.residual)
        by_steps = np.linalg.solve(information, change)
        shift = by_steps / deviation
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
        # a value that may as well be zero has no sign to tell
        signed = tuple(int(k) for k in np.flatnonzero(np.abs(fit.values) > 2 * deviation))
        mirrored = () if refusal else untold_signs(channel, fit.values * scale, steps, signed)
        if mirrored:
            untold = (
                f"the opposite signs of {' and '.join(mirrored)} explain the outputs as well; "
                "chirped inputs, or start= on the side that is known, would tell"
            )
            advice = f"{advice}; {untold}" if advice else untold
        # what the steps leave unexplained must not lengthen the bars that they are measured by
        by_noise = np.sqrt(np.diag(np.linalg.inv(information)))
        seen = by_steps / (by_noise if self.noise_is_known else deviation)
        coarse = "" if refusal else coarse_steps(names, seen, steps, channel.scheme)
        advice = "; ".join(filter(None, [coarse, advice]))
        # how far the values are off by the steps is not known better than that
        covariance = covariance + MOST_CHANGES**2 * np.outer(by_steps, by_steps)
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
