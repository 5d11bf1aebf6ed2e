"""How a pulse and its spectrum evolve along a fibre, as papers draw it."""

from typing import Any, Protocol

import numpy as np

from physembed.charts import Chart, Line, Lines, Map, Panel
from physembed.charts.arrays import Numbers, decibels
from physembed.charts.style import BLACK, BLUE, PALETTE
from physembed.errors import InvalidInputError
from physembed.optics.units import SPEED_OF_LIGHT

DECIBELS = 40.0
"""Range of the colours, below the peak."""

COLUMNS = 600
"""Places of a map along time and along wavelength."""


class Evolved(Protocol):
    """What is drawn: a :class:`~physembed.optics.Propagated`."""

    @property
    def wavelength(self) -> float: ...
    @property
    def z(self) -> Numbers: ...
    @property
    def t(self) -> Numbers: ...
    @property
    def power(self) -> Numbers: ...
    @property
    def frequencies(self) -> Numbers: ...
    @property
    def spectrum(self) -> Numbers: ...
    def on_wavelengths(self, wavelengths: Any) -> Numbers: ...


def propagation_chart(propagated: Evolved, title: str = "") -> Chart:
    """Power and spectrum in dB over the distance, and what enters and leaves below.

    Parameters
    ----------
    propagated : Propagated
        Of one case, with power of shape (n_frames, n_points).
    title : str, default=""
    """
    if propagated.power.ndim != 2:
        raise InvalidInputError(
            f"a chart is of one case; got fields of shape {tuple(propagated.power.shape)}."
        )
    power = decibels(propagated.power, floor=-DECIBELS - 20)
    low, high = _seen(propagated.t, power)
    t = np.linspace(low, high, COLUMNS)
    over_time = np.array([np.interp(t, propagated.t, row) for row in power])
    known = propagated.frequencies
    positive = known > 0
    by_frequency = decibels(propagated.spectrum, floor=-DECIBELS - 20)[:, positive]
    shortest, longest = (SPEED_OF_LIGHT / f for f in reversed(_seen(known[positive], by_frequency)))
    lam = np.linspace(shortest, min(longest, 4 * propagated.wavelength), COLUMNS)
    over_wavelength = decibels(propagated.on_wavelengths(lam), floor=-DECIBELS - 20)
    t_unit, t_label = _unit(
        high - low, (("s", 1), ("ms", 1e3), ("ns", 1e9), ("ps", 1e12), ("fs", 1e15))
    )
    z_unit, z_label = _unit(propagated.z[-1], (("km", 1e-3), ("m", 1), ("cm", 1e2), ("mm", 1e3)))
    z = propagated.z * z_unit
    panels: list[Panel] = [
        Map(
            "power", t * t_unit, z, over_time, "dB", f"time / {t_label}",
            f"distance / {z_label}", scale="decibels",
        ),
        Map(
            "spectrum per wavelength", lam * 1e9, z, over_wavelength, "dB", "wavelength / nm",
            f"distance / {z_label}", scale="decibels",
        ),
        Lines(
            "in and out", t * t_unit, _ends(over_time), f"time / {t_label}", "power / dB",
            y_range=(-DECIBELS, 2.0),
        ),
        Lines(
            "in and out", lam * 1e9, _ends(over_wavelength), "wavelength / nm", "spectrum / dB",
            y_range=(-DECIBELS, 2.0),
        ),
    ]  # fmt: skip
    return Chart(
        name="propagation",
        title=title,
        caption="Read the maps upwards, from where the pulse enters; colours reach 40 dB down.",
        alternative=(
            f"Over {z[-1]:.3g} {z_label} the peak power goes from "
            f"{propagated.power[0].max():.3g} W to {propagated.power[-1].max():.3g} W."
        ),
        panels=tuple(panels),
        size=(5.2, 3.1),
    )


def _ends(levels: Numbers) -> list[Line]:
    """What leaves, and what enters dashed over it."""
    return [
        Line("out", levels[-1], colour=PALETTE.index(BLUE), dash="solid"),
        Line("in", levels[0], colour=PALETTE.index(BLACK), dash="dash"),
    ]


def _seen(x: Numbers, levels: Numbers) -> tuple[float, float]:
    """Where anything is above the range of the colours, with a margin."""
    seen = np.flatnonzero(levels.max(axis=0) > -DECIBELS)
    low, high = float(x[seen[0]]), float(x[seen[-1]])
    margin = 0.08 * (high - low) + float(x[1] - x[0])
    return max(low - margin, float(x[0])), min(high + margin, float(x[-1]))


def _unit(extent: float, units: tuple[tuple[str, float], ...]) -> tuple[float, str]:
    """The factor and name of the first unit in which an extent is 1 or more."""
    for name, factor in units:
        if extent * factor >= 1:
            return factor, name
    return units[-1][1], units[-1][0]
