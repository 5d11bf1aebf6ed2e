"""What a cross-FROG shows: when which light comes."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.fft import fft, fftshift

from physembed.optics.units import with_prefix
from physembed.physics import TimeGrid

if TYPE_CHECKING:
    from physembed.charts import Chart

Numbers = NDArray[np.float64]

FAINTEST, GATES_BESIDE = 1e-4, 3.0
"""Of the peak power, what a spectrogram shows, and how many widths of its gate beside that."""


@dataclass(frozen=True)
class Spectrogram:
    """A gated spectrum over time.

    Parameters
    ----------
    t : ndarray of shape (n_times,)
        In s.
    frequencies : ndarray of shape (n_points,)
        In Hz.
    values : ndarray of shape (n_times, n_points)
    """

    t: Numbers
    frequencies: Numbers
    values: Numbers

    def __repr__(self) -> str:
        times = " to ".join(with_prefix(float(t), "s") for t in self.t[[0, -1]])
        bands = " to ".join(with_prefix(float(f), "Hz") for f in self.frequencies[[0, -1]])
        return (
            f"Spectrogram of {len(self.t)} times from {times} and {len(self.frequencies)} "
            f"frequencies from {bands}; .t, .frequencies, .values, .plot(path)"
        )

    def plot(self, path: str | Path, title: str = "") -> None:
        """Draw it over time and wavelength, in dB, into a .png, .pdf or .svg."""
        from physembed.optics.figure import spectrogram_chart

        draw_into(spectrogram_chart(self, title), path)


def gated(
    field: Tensor,
    power: Numbers,
    grid: TimeGrid,
    frequencies: Numbers,
    *,
    width: float,
    n_times: int,
) -> Spectrogram:
    """The spectra of a field (n_points,) behind a Gaussian gate that moves over what is lit.

    Parameters
    ----------
    field : Tensor of shape (n_points,), complex
    power : ndarray of shape (n_points,)
        Its own.
    grid : TimeGrid
    frequencies : ndarray of shape (n_points,)
        Those of its spectrum, ascending.
    width : float
        Of the gate, in the grid's unit.
    n_times : int
        About.
    """
    lit = np.flatnonzero(power >= FAINTEST * power.max())
    margin = math.ceil(GATES_BESIDE * width / grid.spacing)
    first, last = max(0, lit[0] - margin), min(grid.n_points, lit[-1] + margin + 1)
    times = grid.t[first : last : max(1, (last - first) // n_times)]
    gates = ((grid.t - times[:, None]) / width).square().mul(-0.5).exp()
    lines = fftshift(fft(field * gates), dim=-1).flip(-1)
    values = (lines.abs() * grid.spacing).square().cpu().numpy()
    return Spectrogram(times.numpy(), frequencies, values)


def draw_into(chart: "Chart", path: str | Path) -> None:
    """Draw a chart into a .png, .pdf or .svg."""
    from physembed.charts.in_matplotlib import draw
    from physembed.charts.style import save_figure

    save_figure(draw(chart), Path(path))
