"""What a cross-FROG shows: when which light comes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from physembed.optics.units import with_prefix

if TYPE_CHECKING:
    from physembed.charts import Chart

Numbers = NDArray[np.float64]


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


def draw_into(chart: "Chart", path: str | Path) -> None:
    """Draw a chart into a .png, .pdf or .svg."""
    from physembed.charts.in_matplotlib import draw
    from physembed.charts.style import save_figure

    save_figure(draw(chart), Path(path))
