"""How a pulse and its spectrum evolve along a medium."""

from typing import Any, Protocol

import numpy as np

from physembed.charts import Chart, Line, Lines, Map, Panel
from physembed.charts.arrays import Numbers, decibels, numbers
from physembed.charts.style import BLACK, BLUE, GREEN, GREY, PALETTE, PURPLE, VERMILION
from physembed.physics import TimeGrid

DECIBELS = 40.0
"""Range of the spectrum's colours and of its profile, below its peak."""

FAINT = 3e-3
"""Share of the peak below which nothing is to be seen in a linear plot."""

_OUT, _IN = (BLUE, VERMILION, GREEN), (BLACK, PURPLE, GREY)


class Evolved(Protocol):
    """What is drawn: an :class:`~physembed.evolution.Evolution`."""

    @property
    def grid(self) -> TimeGrid: ...
    @property
    def z(self) -> Any: ...
    @property
    def omega(self) -> Any: ...
    @property
    def intensity(self) -> Any: ...
    @property
    def spectrum(self) -> Any: ...
    @property
    def energy(self) -> Any: ...
    @property
    def peak(self) -> Any: ...
    @property
    def fields(self) -> Any: ...
    @property
    def is_real(self) -> bool: ...
    @property
    def components(self) -> tuple[str, ...]: ...


def evolution_chart(
    evolution: Evolved, *, title: str = "", coordinate: str = "t", frequency: str = "ω"
) -> Chart:
    """|E(t, z)|² and the spectrum as maps, and what enters and leaves as profiles.

    Each channel, or field of several, has a row of maps; real fields are shown themselves, from
    blue through white at zero to red. The profiles below share their axes, which show where there
    is something to be seen at any z, not the whole window or band.

    Parameters
    ----------
    evolution : Evolution
    title : str, default=""
        A second line of it says what there is to see.
    coordinate, frequency : str, default="t" and "ω"
        What the grid's coordinate and its conjugate are called: x and k of a condensate.
    """
    shape = (len(evolution.z), -1, evolution.grid.n_points)
    intensity = numbers(evolution.intensity).reshape(shape)
    levels = decibels(evolution.spectrum, floor=-DECIBELS - 20).reshape(shape)
    t, omega, z = numbers(evolution.grid.t), numbers(evolution.omega), numbers(evolution.z)
    times = _visible(t, intensity, FAINT)
    band = _visible(omega, levels + DECIBELS, 0.0)
    t_label = f"{coordinate} (grid units)"
    omega_label = f"{frequency} (rad per grid unit of {coordinate})"
    length = "z (units of length)"
    n_channels = intensity.shape[1]
    names, several = evolution.components, len(evolution.components) > 1
    panels: list[Panel] = []
    shown = numbers(evolution.fields).reshape(shape) if evolution.is_real else intensity
    for channel in range(n_channels):
        name = names[channel] if several else names[0]
        of = f"channel {channel + 1}: " if n_channels > 1 and not several else ""
        if evolution.is_real:
            panel = Map(
                f"{of}field {name}", t, z, shown[:, channel], name, t_label, length,
                scale="diverging", x_range=times,
            )  # fmt: skip
        else:
            # channels are of one kind, and their colours too; fields are not
            limit = float((intensity[:, channel] if several else intensity).max())
            panel = Map(
                f"{of}intensity |{name}|²", t, z, shown[:, channel], f"|{name}|²", t_label, length,
                limit=limit, x_range=times,
            )  # fmt: skip
        spectrum = Map(
            f"{of}spectrum" + (f" of {name}" if several else ""), omega, z, levels[:, channel],
            "dB", omega_label, length, scale="decibels", x_range=band,
        )  # fmt: skip
        panels += [panel, spectrum]
    tags = list(names) if several else [f"channel {k}" for k in range(1, n_channels + 1)]
    ends = shown[[0, -1]]
    low = 1.05 * min(0.0, float(ends.min()))
    panels += [
        Lines(
            "in and out", t, _profiles(shown, tags), t_label,
            ", ".join(names) if evolution.is_real else "|E|²" if not several else "intensity",
            x_range=times, y_range=(low, 1.05 * float(ends.max()) or 1.0),
        ),
        Lines(
            "in and out", omega, _profiles(levels, tags), omega_label, "spectrum / dB",
            x_range=band, y_range=(-DECIBELS, 2.0),
        ),
    ]  # fmt: skip
    energy, peak = numbers(evolution.energy), numbers(evolution.peak)
    return Chart(
        name="evolution",
        title=title,
        caption=(
            "Read the maps upwards, from where the field enters; "
            + (
                "fields are red above zero and blue below, "
                if evolution.is_real
                else "colours of the intensity follow the amplitude, "
            )
            + "those of the spectrum reach 40 dB below its peak."
        ),
        alternative=(
            f"Over a length of {z[-1]:.3g} the energy goes from {energy[0]:.3g} to "
            f"{energy[-1]:.3g}, and the peak intensity from {peak[0]:.3g} to {peak[-1]:.3g}."
        ),
        panels=tuple(panels),
        size=(5.2, 3.1),
    )


def _profiles(values: Numbers, tags: list[str]) -> list[Line]:
    """Output of every channel, and the input dashed over it."""
    n_channels = values.shape[1]
    return [
        Line(
            part + (f", {tags[channel]}" if n_channels > 1 else ""),
            values[frame, channel],
            colour=PALETTE.index(colours[channel % len(colours)]),
            dash=dash,
        )
        for channel in range(n_channels)
        for part, frame, dash, colours in (("out", -1, "solid", _OUT), ("in", 0, "dash", _IN))
    ]


def _visible(x: Numbers, values: Numbers, threshold: float) -> tuple[float, float]:
    """The range of x in which any profile exceeds a share of the largest, with a margin."""
    profile = values.max(axis=(0, 1))
    seen = np.flatnonzero(profile > threshold * profile.max())
    if not len(seen):
        return float(x[0]), float(x[-1])
    low, high = float(x[seen[0]]), float(x[seen[-1]])
    margin = 0.08 * (high - low) + float(x[1] - x[0])
    return max(low - margin, float(x[0])), min(high + margin, float(x[-1]))
