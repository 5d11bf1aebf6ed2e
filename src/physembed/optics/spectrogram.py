"""What a cross-FROG shows: when which light comes."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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

    def plot(self, path: str | Path, title: str = "") -> None:
        """Draw it over time and wavelength, in dB, into a .png, .pdf or .svg."""
        from physembed.optics.figure import spectrogram_chart

        draw_into(spectrogram_chart(self, title), path)


def draw_into(chart: "Chart", path: str | Path) -> None:
    """Draw a chart into a .png, .pdf or .svg."""
    from physembed.charts.in_matplotlib import draw
    from physembed.charts.style import save_figure

    save_figure(draw(chart), Path(path))
