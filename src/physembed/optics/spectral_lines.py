"""A field from the lines of its spectrum, and how long light is."""

import math
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor

from physembed.errors import InvalidInputError


def sum_of_lines(
    omega: NDArray[np.float64], lines: NDArray[np.complex128]
) -> Callable[[Tensor], Tensor]:
    """E of t, Σ lines exp(-iωt) within the period of equally spaced lines, and zero beyond."""
    frequencies, weights = torch.from_numpy(omega), torch.from_numpy(lines)
    half_period = math.pi / float(omega[1] - omega[0])

    def envelope(t: Tensor) -> Tensor:
        field = torch.zeros(t.shape, dtype=torch.complex128)
        inside = t.abs() < half_period
        # a few megabytes at once, however long the window
        pieces = torch.split(t[inside].double(), max(1, 2**19 // len(frequencies)))
        sums = [torch.exp(-1j * piece[:, None] * frequencies) @ weights for piece in pieces]
        field[inside] = torch.cat(sums)
        return field

    return envelope


def width_and_peak(lines: NDArray[np.complex128], line_width: float) -> tuple[float, float]:
    """Between the outermost places of half the largest power, in s; and that power, in W."""
    n_times = 16 * len(lines)
    power = np.abs(np.fft.fftshift(np.fft.fft(lines, n_times))) ** 2
    top = int(power.argmax())
    # in units of its largest and of the step, of which a root's tolerances are
    curve = CubicSpline(np.arange(n_times), power / (float(power[top]) or 1.0))
    stationary = curve.derivative().roots(extrapolate=False)
    largest = max(1.0, float(curve(stationary[np.abs(stationary - top) <= 1]).max(initial=0.0)))
    crossings = curve.solve(largest / 2, extrapolate=False)
    if len(crossings) < 2 or max(curve(0), curve(n_times - 1)) > largest / 2:
        raise InvalidInputError(
            "wavelengths must not reach far beyond the spectrum: of lines "
            f"{line_width / (2 * math.pi) * 1e-9:.4g} GHz apart too few are in it."
        )
    step = 2 * math.pi / (line_width * n_times)
    return float(crossings[-1] - crossings[0]) * step, float(power[top]) * largest


def full_widths(power: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """Between the outermost places of half the largest power along the last axis.

    Straight lines of its logarithm join the points. Zero where there is no power.
    """
    peak = power.max(axis=-1, keepdims=True)
    is_high = (power >= peak / 2) & (peak > 0)
    n_points = power.shape[-1]
    first = is_high.argmax(axis=-1)
    last = n_points - 1 - is_high[..., ::-1].argmax(axis=-1)

    def beyond(at: NDArray[np.int64], step: int) -> NDArray[np.float64]:
        """How far outside of a place the power falls to one half, in points."""
        outside = np.clip(at + step, 0, n_points - 1)
        high, low = (
            np.take_along_axis(power, k[..., None], axis=-1)[..., 0] for k in (at, outside)
        )
        tiny = np.finfo(float).tiny
        fall = np.log(np.maximum(high, tiny) / np.maximum(low, tiny))
        above = np.log(np.maximum(high, tiny) / np.maximum(peak[..., 0] / 2, tiny))
        return np.asarray(above / np.where(fall > 0, fall, np.inf))

    width = (last - first + beyond(first, -1) + beyond(last, 1)) * spacing
    return np.where(peak[..., 0] > 0, width, 0.0)
