"""How a pulse and its spectrum evolve along a medium."""

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from physembed.charts.style import BLUE, VERMILION, figure_style, new_figure
from physembed.propagation.evolution import Evolution

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure
    from matplotlib.gridspec import GridSpec

DECIBELS = 40.0
"""Range of the spectrum's colours and of its profile, below its peak."""

FAINT = 3e-3
"""Share of the peak below which nothing is to be seen in a linear plot."""

MAP = "magma"
"""Perceptually uniform and rising in lightness: it reads the same in grey and colour-blind."""


def evolution_figure(
    evolution: Evolution, *, title: str = "", coordinate: str = "t", frequency: str = "ω"
) -> "Figure":
    """Draw |E(t, z)|² and the spectrum as maps, and what enters and leaves as profiles.

    Each channel has a row of maps; the profiles below share their axes. The axes show where there
    is something to be seen at any z, not the whole window or band.

    Parameters
    ----------
    evolution : Evolution
    title : str, default=""
        A second line of it says what there is to see.
    coordinate, frequency : str, default="t" and "ω"
        What the grid's coordinate and its conjugate are called: x and k of a condensate.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib.colors import Normalize, PowerNorm

    fields = evolution.fields if evolution.fields.ndim == 3 else evolution.fields[:, None]
    n_channels = fields.shape[1]
    intensity = evolution.intensity.reshape(fields.shape)
    spectrum = _decibels(evolution.spectrum.reshape(fields.shape))
    t, omega = evolution.grid.t, evolution.omega
    # colours follow |E|, in which a peak does not hide the rest
    intensities = PowerNorm(0.5, vmin=0.0, vmax=float(intensity.max()))
    levels = Normalize(-DECIBELS, 0.0)
    with figure_style():
        figure = new_figure(10.0, 3.4 + 3.0 * n_channels)
        rows = figure.add_gridspec(n_channels + 1, 2, height_ratios=[*[1.0] * n_channels, 0.62])
        times, lines = _profile_axes(figure, rows, n_channels)
        for channel in range(n_channels):
            name = f"channel {channel + 1}: " if n_channels > 1 else ""
            left = figure.add_subplot(rows[channel, 0], sharex=times)
            right = figure.add_subplot(rows[channel, 1], sharex=lines)
            _map(
                left,
                t,
                evolution.z,
                intensity[:, channel],
                label=f"{name}intensity |E|²",
                norm=intensities,
            )
            _map(
                right,
                omega,
                evolution.z,
                spectrum[:, channel],
                label=f"{name}spectrum / dB",
                norm=levels,
            )
            left.set_ylabel("z (units of length)")
        _profiles(times, t, intensity, "|E|²")
        _profiles(lines, omega, spectrum, "spectrum / dB")
        times.set(
            xlabel=f"{coordinate} (grid units)", xlim=_visible(t, intensity, FAINT), ylim=(0, None)
        )
        lines.set(
            xlabel=f"{frequency} (rad per grid unit of {coordinate})",
            xlim=_visible(omega, spectrum + DECIBELS, 0.0),
            ylim=(-DECIBELS, 2),
        )
        times.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
        if title:
            figure.suptitle(title, fontsize=11)
    return figure


def _profile_axes(figure: "Figure", rows: "GridSpec", last: int) -> tuple["Axes", "Axes"]:
    return figure.add_subplot(rows[last, 0]), figure.add_subplot(rows[last, 1])


def _map(
    axes: "Axes", x: Tensor, z: Tensor, values: Tensor, *, label: str, norm: "Normalize"
) -> None:
    """Values of shape (frames, points) as an image, z upwards; every pixel around its point."""
    extent = (*_edges(x), *_edges(z))
    image = axes.imshow(
        _array(values),
        origin="lower",
        aspect="auto",
        extent=extent,
        cmap=MAP,
        norm=norm,
        interpolation="antialiased",
        rasterized=True,
    )
    axes.grid(visible=False)
    axes.tick_params(labelbottom=False)
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02, aspect=28)
    bar.outline.set_visible(False)
    axes.set_title(label, loc="left")


def _profiles(axes: "Axes", x: Tensor, values: Tensor, label: str) -> None:
    """Output of every channel, and the input dashed over it."""
    n_channels = values.shape[1]
    for channel in range(n_channels):
        suffix = f", channel {channel + 1}" if n_channels > 1 else ""
        colour = (BLUE, VERMILION)[channel % 2]
        dark = ("#222222", "#6b2d00")[channel % 2]
        for frame, part, dashes, line in ((-1, "out", "-", colour), (0, "in", "--", dark)):
            axes.plot(
                _array(x),
                _array(values[frame, channel]),
                color=line,
                linestyle=dashes,
                linewidth=1.5 if part == "out" else 1.1,
                label=part + suffix,
            )
    axes.set_ylabel(label)


def _edges(x: Tensor) -> tuple[float, float]:
    """The outer edges of pixels that are centred at equally spaced points."""
    half = float(x[1] - x[0]) / 2
    return float(x[0]) - half, float(x[-1]) + half


def _decibels(spectrum: Tensor) -> Tensor:
    """10 log₁₀ of the spectrum over its largest value at any z and in any channel."""
    largest = spectrum.max().clamp(min=torch.finfo(spectrum.dtype).tiny)
    floor = 10 ** (-(DECIBELS + 20) / 10)
    return 10 * torch.log10((spectrum / largest).clamp(min=floor))


def _visible(x: Tensor, values: Tensor, threshold: float) -> tuple[float, float]:
    """The range of x in which any profile exceeds a share of the largest, with a margin."""
    profile = values.flatten(0, 1).amax(dim=0)
    seen = (profile > threshold * profile.max()).nonzero()[:, 0]
    if len(seen) == 0:
        return float(x[0]), float(x[-1])
    low, high = float(x[seen[0]]), float(x[seen[-1]])
    margin = 0.08 * (high - low) + float(x[1] - x[0])
    return max(low - margin, float(x[0])), min(high + margin, float(x[-1]))


def _array(values: Tensor) -> "np.ndarray":
    return values.detach().cpu().numpy()
