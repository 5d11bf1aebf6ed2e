"""Noise of the inputs carried through the channel, and a fit that weighs by it."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.explain.recovery.measured_channel import MeasuredChannel

Numbers = NDArray[np.float64]

MOST_DIRECTIONS = 512
"""Of the input's noise, followed one by one; of more, a sample tells how much comes out."""

MOST_STEPS = 12
"""Split steps in which derivatives are followed."""

N_DRAWS = 8
"""Of noise, that say what it does beyond the first order."""

N_DOUBTS = 4
"""Of these draws, those that say what it adds to the information."""

AT_ONCE = 16
"""Directions whose fields go through the channel together."""

NUDGE = 1e-4
"""Of the inputs' mean size: the step of the differences by which noise is followed."""


@dataclass(frozen=True)
class Weighing:
    """The pairs as the noise leaves them: inputs corrected, residuals of unit variance.

    A pair's residual r = y - F(x) has the covariance C = σ² + ς² J Jᵀ, J the derivative of the
    trace by the input. What r says of the input's own noise moves it to ξ = x + ς² Jᵀ C⁻¹ r, whose
    error no longer depends on r, so that no coefficient is drawn towards what amplifies less noise.

    Parameters
    ----------
    inputs : Tensor
        ξ, of the shape of the inputs.
    shift : ndarray of shape (cases, samples)
        J (ξ - x), by which the residual at ξ is corrected, and the mean of what the noise that is
        left of ξ does beyond the first order, whose variance C has on its diagonal.
    whitening : ndarray of shape (cases, samples, samples) or (cases, samples)
        L⁻¹ of C = L Lᵀ, or its diagonal where there is no more.
    doubts : tuple of Tensor
        Draws of the noise that is left of ξ, each of the shape of the inputs.

    References
    ----------
    Fuller, Measurement Error Models (1987), section 3.1; Britt and Luecke, Technometrics 15 (1973)
    233.
    """

    inputs: Tensor
    shift: Numbers
    whitening: Numbers
    doubts: tuple[Tensor, ...] = ()

    def residual(self, channel: MeasuredChannel, values: Numbers, steps: int) -> Numbers:
        """Of unit variance where the model is right, (cases, samples), open ends taken out."""
        rest, directions = channel.unexplained(values, steps, inputs=self.inputs)
        rest = rest + self.shift
        if self.whitening.ndim == 2:
            rest, directions = self.whitening * rest, self.whitening[..., None] * directions
        else:
            rest = np.einsum("kst,kt->ks", self.whitening, rest)
            directions = self.whitening @ directions
        if directions.shape[-1]:
            basis, _ = np.linalg.qr(directions)
            rest = rest - np.einsum("ksi,ki->ks", basis, np.einsum("ksi,ks->ki", basis, rest))
        return rest


def weighing_at(
    channel: MeasuredChannel, values: Numbers, steps: int, *, noise: float, input_noise: Tensor,
    about: Weighing,
) -> Weighing:  # fmt: skip
    """Follow the noise of the inputs through the channel of these coefficients.

    What the noise does is linear only near the inputs as they were; so it is followed about those
    that an earlier weighing gave, and the residuals say anew how far they are from the measured.

    Parameters
    ----------
    channel : MeasuredChannel
    values : ndarray
    steps : int
    noise : float
        σ, of every sample of a trace, or its share of it.
    input_noise : Tensor
        Root of the mean square of abs(noise) of every Fourier component of the inputs, of the
        spectrum's shape; zero where there is none, or none is left.
    about : Weighing
    """
    n_cases, n_samples = channel.traces.shape
    none = np.zeros((n_cases, n_samples))
    rest, directions = channel.unexplained(values, steps, inputs=about.inputs)
    # derivatives need less care than what is explained by them
    all_steps, steps = steps, max(1, min(steps // 4, MOST_STEPS))
    band = input_noise > 0
    n_directions = 2 * int(band.sum())
    of_samples = np.full((n_cases, n_samples), noise)
    if channel.kind.is_relative:
        of_samples *= np.abs(channel.traces - rest)
    if not n_directions:
        return Weighing(channel.inputs, none, 1 / of_samples)
    if n_directions > MOST_DIRECTIONS or n_samples > 2 * MOST_DIRECTIONS:
        handed_on = _mean_square_handed_on(channel, values, steps, input_noise)
        return Weighing(channel.inputs, none, 1 / np.sqrt(of_samples**2 + handed_on))
    jacobian = _by_the_input(channel, values, steps, band, about.inputs)
    moved = _to_lines(channel, about.inputs - channel.inputs, band)
    rest = rest + np.einsum("ksd,kd->ks", jacobian, moved)
    if directions.shape[-1]:
        basis, _ = np.linalg.qr(directions)
        rest = rest - np.einsum("ksi,ki->ks", basis, np.einsum("ksi,ks->ki", basis, rest))
    # of a complex line the real and the imaginary part have half of its power each
    spread = np.repeat(input_noise[band].numpy(), 2) / np.sqrt(2)
    covariance = (jacobian * spread**2) @ jacobian.transpose(0, 2, 1)
    covariance[:, np.arange(n_samples), np.arange(n_samples)] += of_samples**2
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    # ς² Jᵀ C⁻¹, that turns residuals into what they say of the inputs' noise
    gain = spread[:, None] ** 2 * np.einsum("kts,ktd->kds", whitening, whitening @ jacobian)
    lines = np.einsum("kds,ks->kd", gain, rest)
    lines = _explaining_more(
        channel, values, all_steps, moved, lines, noise=of_samples, spread=spread, band=band
    )
    inputs = channel.inputs + _from_lines(channel, lines, band)
    predicted, _ = channel.unexplained(values, steps, inputs=inputs)
    curved, doubts = [], []
    generator = np.random.default_rng(0)
    for _ in range(N_DRAWS):
        entered = spread * generator.standard_normal((n_cases, n_directions))
        left = np.einsum("ksd,kd->ks", jacobian, entered)
        left += of_samples * generator.standard_normal((n_cases, n_samples))
        unsaid = _from_lines(channel, entered - np.einsum("kds,ks->kd", gain, left), band)
        doubts.append(unsaid)
        both = sum(
            channel.unexplained(values, steps, inputs=inputs + way)[0] for way in (unsaid, -unsaid)
        )
        curved.append(predicted - both / 2)
    covariance[:, np.arange(n_samples), np.arange(n_samples)] += np.var(curved, axis=0, ddof=1)
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    shift = np.einsum("ksd,kd->ks", jacobian, lines) + np.mean(curved, axis=0)
    return Weighing(inputs, shift, whitening, tuple(doubts[:N_DOUBTS]))


def _explaining_more(
    channel: MeasuredChannel, values: Numbers, steps: int, before: Numbers, after: Numbers, *,
    noise: Numbers, spread: Numbers, band: Tensor,
) -> Numbers:  # fmt: skip
    """Of every case the corrections ``after``, or so near to those ``before`` that they explain it
    no worse: half of the way, a quarter, or none.

    Where light nearly vanishes, a trace is of second order in the noise, and what is right to first
    order may lead far away. What is least is Σ (correction/ς)² + Σ (residual/σ)².
    """

    def unlikely(lines: Numbers) -> Numbers:
        entered = channel.inputs + _from_lines(channel, lines, band)
        rest, _ = channel.unexplained(values, steps, inputs=entered)
        cost: Numbers = np.sum((lines / spread) ** 2, axis=1) + np.sum((rest / noise) ** 2, axis=1)
        return cost

    least, chosen = unlikely(before), before
    worse = np.ones(len(before), dtype=bool)
    for share in (1.0, 0.5, 0.25):
        lines = np.where(worse[:, None], before + share * (after - before), chosen)
        cost = unlikely(lines)
        better = worse & (cost < least)
        chosen = np.where(better[:, None], lines, chosen)
        worse &= ~better
        if not worse.any():
            break
    return chosen


def _from_lines(channel: MeasuredChannel, lines: Numbers, band: Tensor) -> Tensor:
    """Fields of the parts of their Fourier components within the band, of unitary transforms."""
    spectrum = torch.zeros(len(lines), *band.shape, dtype=torch.complex128)
    pairs = torch.from_numpy(lines.copy()).reshape(len(lines), -1, 2)
    spectrum[:, band] = torch.view_as_complex(pairs)
    fields = torch.fft.ifftn(spectrum, dim=channel.axes, norm="ortho")
    return fields.reshape(-1, *channel.inputs.shape[1:])


def _to_lines(channel: MeasuredChannel, fields: Tensor, band: Tensor) -> Numbers:
    """What :func:`_from_lines` makes fields of."""
    spectrum = torch.fft.fftn(fields, dim=channel.axes, norm="ortho")[..., band]
    return torch.view_as_real(spectrum).reshape(len(fields), -1).numpy()


def _by_the_input(
    channel: MeasuredChannel, values: Numbers, steps: int, band: Tensor, inputs: Tensor
) -> Numbers:
    """J of shape (cases, samples, directions), by differences, open ends taken out."""
    size = float(inputs.abs().square().sum().sqrt()) / np.sqrt(len(inputs))
    before, _ = channel.unexplained(values, steps, inputs=inputs)
    n_directions = 2 * int(band.sum())
    nudges = _from_lines(channel, NUDGE * size * np.eye(n_directions), band)
    columns = []
    for some in torch.split(nudges, AT_ONCE):
        nudged = (inputs + some[:, None]).flatten(0, 1)
        traces = channel.predicted(values, steps, nudged).reshape(len(some), *before.shape)
        columns += [(before - channel.compared(trace)[0]) / (NUDGE * size) for trace in traces]
    return np.stack(columns, axis=-1)


def _mean_square_handed_on(
    channel: MeasuredChannel, values: Numbers, steps: int, input_noise: Tensor
) -> float:
    """Of a sample, by one draw of the inputs' noise."""
    generator = torch.Generator().manual_seed(0)
    draw = torch.randn(channel.inputs.shape, dtype=torch.complex128, generator=generator)
    spectrum = torch.fft.fftn(draw, dim=channel.axes) * input_noise
    drawn = torch.fft.ifftn(spectrum, dim=channel.axes)
    before, _ = channel.unexplained(values, steps)
    after, _ = channel.unexplained(values, steps, inputs=channel.inputs + drawn)
    return float(np.mean((after - before) ** 2))
